//! A stand-in for the server.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use vision_core::ErrorCode;

use crate::api::people::{
    Actor, Administration, AnalysisSearch, ApiKey, AuditEntry, Audited, AuditedValue, Difference, Differences,
    Entrance, FactorSecret, Frequency, History, HistoryEntry, HistoryList, HistorySearch, How, Job, KeptAnalysis,
    KeyWish, LogIn, LogInStep, MadeKey, Mail, Moment, Network, NewAccount, NewPassword, Numbers, OwnAccount,
    OwnedAnalysis, PasswordRules, People, Per, Period, Profile, ProfileChange, Scope, ServerSetting, ServerSettings,
    Session, SettingValue, SettingsChange, Share, SignedIn, Statistics, User, UserChange, UserDetail, UserList,
    UserSearch,
};
use crate::api::{Asked, Refused};
use crate::state::Draft;

/// Waits for what waits for nothing.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the stand-in answers at once"),
    }
}

pub struct Double {
    /// The name of everybody and everything; none: nobody is logged in.
    name: Option<String>,
    called: String,
    refusal: Option<Refused>,
    asked: Mutex<Vec<String>>,
}

impl Double {
    fn new(name: Option<&str>, called: &str, refusal: Option<Refused>) -> Arc<Self> {
        Arc::new(Self { name: name.map(str::to_owned), called: called.into(), refusal, asked: Mutex::default() })
    }

    pub fn visitor() -> Arc<Self> {
        Self::new(None, "Olena", None)
    }

    pub fn logged_in() -> Arc<Self> {
        Self::new(Some("Olena"), "Olena", None)
    }

    pub fn called(name: &str) -> Arc<Self> {
        Self::new(Some(name), name, None)
    }

    /// Refuses a visitor everything.
    pub fn refusing(refusal: Refused) -> Arc<Self> {
        Self::new(None, "Olena", Some(refusal))
    }

    /// Shows everything, changes nothing.
    pub fn logged_in_but(refusal: Refused) -> Arc<Self> {
        Self::new(Some("Olena"), "Olena", Some(refusal))
    }

    /// What was asked of it that changes anything.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics while it holds this").clone()
    }

    fn note(&self, asked: String) {
        self.asked.lock().expect("no test panics while it holds this").push(asked);
    }

    fn change<T: Send + 'static>(&self, asked: String, value: T) -> Asked<T> {
        self.note(asked);
        let outcome = self.refusal.clone().map_or(Ok(value), Err);
        Box::pin(async move { outcome })
    }

    fn own<T: Send + 'static>(&self, value: T) -> Asked<T> {
        let outcome = match self.name {
            Some(_) => Ok(value),
            None => Err(Refused::new(ErrorCode::Unauthenticated, "log in first")),
        };
        Box::pin(async move { outcome })
    }

    fn analysis(&self, id: &str) -> KeptAnalysis {
        let mut report = Draft::default().report;
        report.description.main = self.called.clone();
        report.image.format = "jpeg".into();
        (report.image.width, report.image.height) = (640, 480);
        let title = Some(self.called.clone());
        KeptAnalysis { id: id.into(), created_at: MOMENT, title, picture_kept: true, report: Arc::new(report) }
    }
}

const MOMENT: Moment = Moment(1_764_165_600_000);

impl People for Double {
    fn signed_in(&self) -> Asked<Option<SignedIn>> {
        let email = "olena@example.org".to_owned();
        let who = self.name.clone().map(|name| SignedIn {
            name,
            email,
            time_zone: "Europe/Kyiv".into(),
            administrator: true,
        });
        Box::pin(async move { Ok(who) })
    }
}

impl Entrance for Double {
    fn password_rules(&self) -> Asked<PasswordRules> {
        let rules = PasswordRules { shortest: 10, longest: 128, lower: true, upper: true, digit: true, special: true };
        Box::pin(async move { Ok(rules) })
    }
    fn register(&self, new: NewAccount) -> Asked<()> {
        self.change(format!("register {} {}", new.first_name, new.email), ())
    }
    fn confirm(&self, token: String) -> Asked<()> {
        self.change(format!("confirm {token}"), ())
    }
    fn resend_confirmation(&self, email: String) -> Asked<()> {
        self.change(format!("resend {email}"), ())
    }
    fn forgot_password(&self, email: String) -> Asked<()> {
        self.change(format!("forgot {email}"), ())
    }
    fn reset_password(&self, token: String, _: NewPassword) -> Asked<()> {
        self.change(format!("reset {token}"), ())
    }
    fn log_in(&self, asked: LogIn) -> Asked<LogInStep> {
        let step = if asked.login == "careful" { LogInStep::CodeAsked } else { LogInStep::LoggedIn };
        self.change(format!("log_in {} {}", asked.login, asked.remember), step)
    }
    fn finish_log_in(&self, code: String) -> Asked<()> {
        self.change(format!("finish_log_in {code}"), ())
    }
    fn log_out(&self) -> Asked<()> {
        self.change("log_out".into(), ())
    }
}

impl OwnAccount for Double {
    fn profile(&self) -> Asked<Profile> {
        self.own(Profile {
            first_name: self.called.clone(),
            last_name: self.called.clone(),
            email: self.called.clone(),
            username: self.called.clone(),
            language: "uk".into(),
            time_zone: "Europe/Kyiv".into(),
            default_tasks: BTreeSet::new(),
            keep_pictures: true,
            created_at: MOMENT,
            delete_at: None,
            version: 3,
            second_factor: false,
            avatar: true,
        })
    }
    fn change_profile(&self, change: ProfileChange) -> Asked<()> {
        self.change(format!("change_profile tasks {} version {}", change.default_tasks.len(), change.version), ())
    }
    fn change_password(&self, _: String, _: NewPassword) -> Asked<()> {
        self.change("change_password".into(), ())
    }
    fn change_email(&self, _: String, email: String) -> Asked<()> {
        self.change(format!("change_email {email}"), ())
    }
    fn delete_account(&self, _: String) -> Asked<()> {
        self.change("delete_account".into(), ())
    }
    fn remove_avatar(&self) -> Asked<()> {
        self.change("remove_avatar".into(), ())
    }
    fn keep_account(&self) -> Asked<()> {
        self.change("keep_account".into(), ())
    }
    fn give_password(&self, _: String) -> Asked<()> {
        self.change("give_password".into(), ())
    }
    fn begin_second_factor(&self, _: String) -> Asked<FactorSecret> {
        let uri = "otpauth://totp/Image%20Analyzer:olena?secret=JBSWY3DPEHPK3PXP".to_owned();
        self.change("begin_factor".into(), FactorSecret { secret: "JBSWY3DPEHPK3PXP".into(), uri })
    }
    fn confirm_second_factor(&self, code: String) -> Asked<Vec<String>> {
        self.change(format!("confirm_factor {code}"), vec!["abcd-efgh".into(), "ijkl-mnop".into()])
    }
    fn remove_second_factor(&self, _: String) -> Asked<()> {
        self.change("remove_factor".into(), ())
    }
    fn sessions(&self) -> Asked<Vec<Session>> {
        let session = |id: &str, current| Session {
            id: id.into(),
            current,
            device: self.called.clone(),
            place: "203.0.113.0/24".into(),
            browser: current,
            created_at: MOMENT,
            last_used_at: MOMENT,
            expires_at: MOMENT,
        };
        self.own(vec![session("s1", true), session("s2", false)])
    }
    fn end_session(&self, id: String) -> Asked<()> {
        self.change(format!("end {id}"), ())
    }
    fn end_other_sessions(&self) -> Asked<()> {
        self.change("end_others".into(), ())
    }
    fn api_keys(&self) -> Asked<Vec<ApiKey>> {
        self.own(vec![ApiKey {
            id: "k1".into(),
            name: self.called.clone(),
            hint: "iia_ab".into(),
            scopes: BTreeSet::from([Scope::Analyses]),
            created_at: MOMENT,
            last_used_at: None,
            expires_at: Some(MOMENT),
        }])
    }
    fn create_api_key(&self, wish: KeyWish) -> Asked<MadeKey> {
        let made = MadeKey { name: wish.name.clone(), secret: "iia_secret".into() };
        self.change(format!("create_key {}", wish.name), made)
    }
    fn revoke_api_key(&self, id: String) -> Asked<()> {
        self.change(format!("revoke {id}"), ())
    }
}

impl History for Double {
    fn find_analyses(&self, _: HistorySearch) -> Asked<HistoryList> {
        let entry = |id: &str, picture_kept| HistoryEntry {
            id: id.into(),
            created_at: MOMENT,
            title: Some(self.called.clone()),
            main: self.called.clone(),
            format: "jpeg".into(),
            width: 640,
            height: 480,
            picture_kept,
        };
        self.own(HistoryList { entries: vec![entry("a1", true), entry("a2", false)], next: Some("a2".into()) })
    }
    fn objects(&self) -> Asked<Vec<String>> {
        self.own(vec![self.called.clone()])
    }
    fn kept_analysis(&self, id: String) -> Asked<KeptAnalysis> {
        match id.as_str() {
            "a1" => self.own(self.analysis(&id)),
            _ => Box::pin(async { Err(Refused::new(ErrorCode::NotFound, "there is nothing here")) }),
        }
    }
    fn rename_analysis(&self, id: String, title: String) -> Asked<()> {
        self.change(format!("rename {id} {title}"), ())
    }
    fn delete_analyses(&self, ids: Vec<String>) -> Asked<()> {
        self.change(format!("delete {}", ids.join(",")), ())
    }
    fn share_analysis(&self, id: String, days: u32) -> Asked<Share> {
        let share = Share { address: "http://h/shared/t0ken".into(), expires_at: MOMENT };
        self.change(format!("share {id} {days}"), share)
    }
    fn unshare_analysis(&self, id: String) -> Asked<()> {
        self.change(format!("unshare {id}"), ())
    }
    fn left_behind(&self) -> Asked<u64> {
        self.own(7)
    }
    fn take_over(&self) -> Asked<()> {
        self.change("take_over".into(), ())
    }
    fn shared_analysis(&self, token: String) -> Asked<KeptAnalysis> {
        match token.as_str() {
            "good" => {
                let analysis = self.analysis("a1");
                Box::pin(async move { Ok(analysis) })
            }
            _ => Box::pin(async { Err(Refused::new(ErrorCode::NotFound, "there is nothing here")) }),
        }
    }
}

impl Statistics for Double {
    fn statistics(&self, _: Per) -> Asked<Numbers> {
        let often = || vec![Frequency { name: self.called.clone(), analyses: 3 }];
        let period = |from: &str, analyses| Period { from: from.into(), analyses, failures: 1, bytes: 1000 };
        self.own(Numbers {
            periods: vec![period("2026-11-25", 0), period("2026-11-26", 3)],
            analyses: 3,
            failures: 2,
            bytes: 2000,
            mean_ms: Some(120.0),
            median_ms: Some(100.0),
            p95_ms: Some(300.0),
            tags: often(),
            objects: often(),
            formats: often(),
            errors: often(),
        })
    }
}

impl Double {
    fn someone(&self) -> User {
        User {
            id: "u1".into(),
            first_name: self.called.clone(),
            last_name: self.called.clone(),
            email: self.called.clone(),
            username: self.called.clone(),
            administrator: false,
            created_at: MOMENT,
            confirmed_at: None,
            blocked_at: None,
            delete_at: None,
            second_factor: true,
            version: 4,
        }
    }
}

impl Administration for Double {
    fn find_users(&self, _: UserSearch) -> Asked<UserList> {
        self.own(UserList { users: vec![self.someone()], total: 51 })
    }
    fn user(&self, _: String) -> Asked<UserDetail> {
        self.own(UserDetail { user: self.someone(), analyses_per_hour: Some(7), analyses_this_hour: 5 })
    }
    fn change_user(&self, change: UserChange, how: How) -> Asked<Differences> {
        let difference =
            Difference { field: "first_name".into(), old: self.called.clone(), new: change.first_name.clone() };
        let UserChange { first_name, version, blocked, end_sessions, administrator, .. } = change;
        let asked = format!("{how:?} {first_name} version {version} blocked {blocked} end {end_sessions}");
        let differences = Differences { all: vec![difference], asks_password: administrator };
        // A look changes nothing, so it is not refused where changes are.
        match how {
            How::Preview => {
                self.note(asked);
                self.own(differences)
            }
            How::ForGood => self.change(asked, differences),
        }
    }
    fn set_user_limit(&self, id: String, limit: Option<u32>) -> Asked<()> {
        self.change(format!("limit {id} {limit:?}"), ())
    }
    fn reset_user_quota(&self, id: String) -> Asked<()> {
        self.change(format!("reset_quota {id}"), ())
    }
    fn mails(&self) -> Asked<Vec<Mail>> {
        self.own(vec![Mail {
            id: "m1".into(),
            recipient: self.called.clone(),
            created_at: MOMENT,
            attempts: 2,
            sent_at: None,
            next_at: Some(MOMENT),
            last_error: Some(self.called.clone()),
        }])
    }
    fn retry_mail(&self, id: String) -> Asked<()> {
        self.change(format!("retry {id}"), ())
    }
    fn jobs(&self) -> Asked<Vec<Job>> {
        let job = |name, ended_at, failure| Job { name, started_at: Some(MOMENT), ended_at, done: 3, failure };
        self.own(vec![
            job("results", Some(MOMENT), None),
            job("search", None, None),
            job("encryption", Some(MOMENT), Some(self.called.clone())),
        ])
    }
    fn start_job(&self, name: String) -> Asked<()> {
        self.change(format!("start {name}"), ())
    }
    fn audit_log(&self, _: Option<i64>) -> Asked<Vec<AuditEntry>> {
        let text = || self.called.clone();
        let entry = |actor, value: AuditedValue| AuditEntry {
            number: 1,
            at: MOMENT,
            actor,
            action: text(),
            target: text(),
            old: vec![Audited { field: text(), value }],
            new: vec![Audited { field: text(), value: AuditedValue::Text(text()) }],
        };
        self.own(vec![
            entry(Actor::Account(text()), AuditedValue::Gone),
            entry(Actor::Terminal, AuditedValue::Unreadable),
        ])
    }
    fn networks(&self) -> Asked<Vec<Network>> {
        self.own(vec![Network { network: "ab12".into(), used: 3, total: 9, since: MOMENT }])
    }
    fn reset_network(&self, network: String) -> Asked<()> {
        self.change(format!("reset {network}"), ())
    }
    fn everybodys_analyses(&self, _: AnalysisSearch) -> Asked<Vec<OwnedAnalysis>> {
        self.own(vec![OwnedAnalysis { id: "a9".into(), owner: "u1".into(), created_at: MOMENT, picture_kept: true }])
    }
    fn settings(&self) -> Asked<ServerSettings> {
        let count = |name, value, is_chosen| ServerSetting {
            name,
            value: SettingValue::Count(value),
            started: SettingValue::Count(10),
            is_chosen,
            range: Some((0, 1000)),
        };
        let (on, off) = (SettingValue::Switch(true), SettingValue::Switch(false));
        let switch = ServerSetting { name: "password_digit", value: off, started: on, is_chosen: true, range: None };
        let settings = vec![count("anonymous_analyses", 20, true), count("account_analyses", 10, false), switch];
        self.own(ServerSettings { version: 4, settings })
    }
    fn change_settings(&self, change: SettingsChange) -> Asked<()> {
        self.change(format!("settings {} {:?}", change.version, change.values), ())
    }
    fn delete_anybodys_analysis(&self, id: String) -> Asked<()> {
        self.change(format!("delete_any {id}"), ())
    }
}
