//! What an administrator looks after: accounts, mails, the analyses of everybody, the log of who did what.

use super::Moment;
use crate::api::Asked;

/// Everything here is refused with `forbidden` for whoever is no administrator.
pub trait Administration: Send + Sync + 'static {
    fn find_users(&self, search: UserSearch) -> Asked<UserList>;
    fn user(&self, id: String) -> Asked<UserDetail>;
    /// What a change would change, or has changed; refused with `conflict` when somebody was quicker, and with `password_required`
    /// where the password must be given first.
    fn change_user(&self, change: UserChange, how: How) -> Asked<Differences>;
    /// None: as many as the setting says.
    fn set_user_limit(&self, id: String, analyses_per_hour: Option<u32>) -> Asked<()>;
    /// Has the account's hour begin anew.
    fn reset_user_quota(&self, id: String) -> Asked<()>;
    /// The newest first.
    fn mails(&self) -> Asked<Vec<Mail>>;
    fn retry_mail(&self, id: String) -> Asked<()>;
    /// What the server does by itself.
    fn jobs(&self) -> Asked<Vec<Job>>;
    /// Has a job done now.
    fn start_job(&self, name: String) -> Asked<()>;
    /// Entries before that number, the newest first.
    fn audit_log(&self, before: Option<i64>) -> Asked<Vec<AuditEntry>>;
    /// What anonymous visitors have used, the busiest networks first.
    fn networks(&self) -> Asked<Vec<Network>>;
    fn reset_network(&self, network: String) -> Asked<()>;
    /// Analyses of everybody, or of one owner, the newest first.
    fn everybodys_analyses(&self, search: AnalysisSearch) -> Asked<Vec<OwnedAnalysis>>;
    fn delete_anybodys_analysis(&self, id: String) -> Asked<()>;
    fn settings(&self) -> Asked<ServerSettings>;
    /// Everything that is wrong at once; refused with `conflict` when somebody was quicker.
    fn change_settings(&self, change: SettingsChange) -> Asked<()>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingValue {
    Switch(bool),
    Count(u64),
}

/// A setting that can be changed while the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerSetting {
    /// Stable; also its field in the form.
    pub name: &'static str,
    pub value: SettingValue,
    /// What it was when the server was started.
    pub started: SettingValue,
    /// Whether an administrator has chosen.
    pub is_chosen: bool,
    /// The least and the most of a number; none for a switch.
    pub range: Option<(u64, u64)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerSettings {
    pub version: i64,
    pub settings: Vec<ServerSetting>,
}

/// What shall be, by name; no value: as the server was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsChange {
    pub version: i64,
    pub values: Vec<(String, Option<SettingValue>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Preview,
    ForGood,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserOrder {
    #[default]
    Newest,
    Name,
    Email,
}

impl UserOrder {
    pub const ALL: [Self; 3] = [Self::Newest, Self::Name, Self::Email];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Name => "name",
            Self::Email => "email",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserSearch {
    /// A part of a name, a user name or an address.
    pub words: String,
    pub order: UserOrder,
    /// Lines to leave out.
    pub offset: u32,
    pub limit: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserList {
    pub users: Vec<User>,
    /// How many there are in all.
    pub total: u64,
}

/// An account as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Empty: none.
    pub username: String,
    pub administrator: bool,
    pub created_at: Moment,
    /// None: the address is not confirmed.
    pub confirmed_at: Option<Moment>,
    pub blocked_at: Option<Moment>,
    pub delete_at: Option<Moment>,
    pub second_factor: bool,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDetail {
    pub user: User,
    /// None: as many as the setting says.
    pub analyses_per_hour: Option<u32>,
    /// Of the hour that began with the first of them.
    pub analyses_this_hour: u32,
}

/// An account as it shall be, from the version that the administrator saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserChange {
    pub id: String,
    pub version: i64,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub username: String,
    pub administrator: bool,
    pub blocked: bool,
    /// Confirms the address without its link.
    pub confirm: bool,
    pub end_sessions: bool,
    pub reset_second_factor: bool,
}

/// What a change changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    pub all: Vec<Difference>,
    /// Whether it asks for the administrator's password, which was not given for a while.
    pub asks_password: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: String,
    pub old: String,
    pub new: String,
}

/// A mail, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub id: String,
    pub recipient: String,
    pub created_at: Moment,
    pub attempts: u32,
    pub sent_at: Option<Moment>,
    /// None: sent, or given up.
    pub next_at: Option<Moment>,
    pub last_error: Option<String>,
}

/// What the server does by itself, and how it went the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Stable.
    pub name: &'static str,
    /// None: not done yet.
    pub started_at: Option<Moment>,
    /// None: it runs.
    pub ended_at: Option<Moment>,
    /// How much there was to do.
    pub done: u64,
    pub failure: Option<String>,
}

/// Who did what to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub number: i64,
    pub at: Moment,
    pub actor: Actor,
    pub action: String,
    pub target: String,
    /// What it was, field by field.
    pub old: Vec<Audited>,
    /// What it became.
    pub new: Vec<Audited>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// By its id.
    Account(String),
    /// Whoever works on the machine itself.
    Terminal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    pub field: String,
    pub value: AuditedValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditedValue {
    Text(String),
    /// It went with the account that it was of.
    Gone,
    /// It is not what was written with the server's key.
    Unreadable,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Keyed hash of the address prefix.
    pub network: String,
    /// The most that any one visitor has used.
    pub used: u64,
    pub total: u64,
    pub since: Moment,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnalysisSearch {
    /// An account's id, or a visitor's.
    pub owner: Option<String>,
    pub before: Option<String>,
    pub limit: u32,
}

/// Whose an analysis is, not what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedAnalysis {
    pub id: String,
    pub owner: String,
    pub created_at: Moment,
    pub picture_kept: bool,
}
