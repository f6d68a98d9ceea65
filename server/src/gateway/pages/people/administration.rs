//! What an administrator looks after; whoever is none is refused before anything is asked.

use std::collections::HashSet;

use app::api::Asked;
use app::api::people::{
    Actor, Administration, AnalysisSearch, AuditEntry, Audited, AuditedValue, Difference, Differences, How, Job, Mail,
    Moment, Network, OwnedAnalysis, ServerSetting, ServerSettings, SettingValue, SettingsChange, User, UserChange,
    UserDetail, UserList, UserOrder, UserSearch,
};
use proto::auth_v1::{self, AccountOrder, ChangeAccount, FindAccounts, ListAudit, ListMails, Role};

use super::account::moment;
use super::{PagePeople, known};
use crate::auth::audit;
use crate::config::live::{Range, Value};
use crate::service::administration::{AccountQuota, Administrator, FoundAnalysis, NetworkCount};
use crate::service::upkeep::JobFacts;
use crate::service::{Service, ServiceError, settings};

/// Lines of the lists that have one page.
const PAGE: u32 = 50;

impl PagePeople {
    async fn administrator(&self, service: &Service) -> Result<Administrator, ServiceError> {
        let person = self.person()?;
        // An API key has not logged in.
        person.session()?;
        Administrator::of(person, &self.caller.origin, service.administrators().await?)
    }
}

impl Administration for PagePeople {
    fn find_users(&self, search: UserSearch) -> Asked<UserList> {
        let UserSearch { words, order, offset, limit } = search;
        let order = match order {
            UserOrder::Newest => AccountOrder::Newest,
            UserOrder::Name => AccountOrder::Name,
            UserOrder::Email => AccountOrder::Email,
        };
        let asked = FindAccounts { words, order: order.into(), offset, limit };
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            let auth_v1::Accounts { accounts, total } = service.find_accounts(&by, asked).await?;
            Ok(UserList { users: accounts.into_iter().map(user).collect(), total })
        })
    }

    fn user(&self, id: String) -> Asked<UserDetail> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            let id = known(&id)?;
            let user = user(service.find_account(&by, id).await?);
            let AccountQuota { analyses_per_hour, analyses_this_hour } = service.account_quota(&by, id).await?;
            Ok(UserDetail { user, analyses_per_hour, analyses_this_hour })
        })
    }

    fn change_user(&self, change: UserChange, how: How) -> Asked<Differences> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            let id = known(&change.id)?;
            let changed = service.change_account(&by, id, asked(change, how)).await?;
            let all = changed.changes.into_iter().map(difference).collect();
            Ok(Differences { all, asks_password: changed.asks_password })
        })
    }

    fn set_user_limit(&self, id: String, analyses_per_hour: Option<u32>) -> Asked<()> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            service.set_account_limit(&by, known(&id)?, analyses_per_hour).await
        })
    }

    fn reset_user_quota(&self, id: String) -> Asked<()> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            service.reset_account_quota(&by, known(&id)?).await
        })
    }

    fn mails(&self) -> Asked<Vec<Mail>> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            // Those that wait come first, so that none is lost behind those that were sent since.
            let waiting = service.mails(&by, ListMails { waiting: true, limit: PAGE }).await?;
            let newest = service.mails(&by, ListMails { waiting: false, limit: PAGE }).await?;
            Ok(waiting_first(waiting, newest).map(mail).collect())
        })
    }

    fn retry_mail(&self, id: String) -> Asked<()> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            service.retry_mail(&by, known(&id)?).await
        })
    }

    fn jobs(&self) -> Asked<Vec<Job>> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            Ok(service.jobs(&by).await?.into_iter().map(job).collect())
        })
    }

    fn start_job(&self, name: String) -> Asked<()> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            service.start_job(&by, &name).await
        })
    }

    fn audit_log(&self, before: Option<i64>) -> Asked<Vec<AuditEntry>> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            let entries = service.audit_log(&by, ListAudit { before: before.unwrap_or(0), limit: PAGE }).await?;
            Ok(entries.into_iter().map(entry).collect())
        })
    }

    fn networks(&self) -> Asked<Vec<Network>> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            Ok(service.network_counts(&by, PAGE).await?.into_iter().map(network).collect())
        })
    }

    fn reset_network(&self, network: String) -> Asked<()> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            service.reset_network(&by, &network).await
        })
    }

    fn everybodys_analyses(&self, search: AnalysisSearch) -> Asked<Vec<OwnedAnalysis>> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            let AnalysisSearch { owner, before, limit } = search;
            let before = before.as_deref().map(known).transpose()?;
            let found = service.find_analyses(&by, owner.as_deref(), before, limit).await?;
            Ok(found.into_iter().map(owned).collect())
        })
    }

    fn settings(&self) -> Asked<ServerSettings> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            Ok(settings(service.settings(&by).await?))
        })
    }

    fn change_settings(&self, change: SettingsChange) -> Asked<()> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            let SettingsChange { version, values } = change;
            let json = |value: SettingValue| match value {
                SettingValue::Switch(on) => serde_json::json!(on),
                SettingValue::Count(count) => serde_json::json!(count),
            };
            let values = values.into_iter().map(|(name, value)| (name, value.map(json))).collect();
            service.change_settings(&by, settings::SettingsChange { version, values }).await.map(|_| ())
        })
    }

    fn delete_anybodys_analysis(&self, id: String) -> Asked<()> {
        self.ask(async move |here, service| {
            let by = here.administrator(&service).await?;
            service.delete_any_analysis(&by, known(&id)?).await
        })
    }
}

/// The whole form: the auth service finds out what of it is a change.
fn asked(change: UserChange, how: How) -> ChangeAccount {
    let UserChange {
        id: _,
        version,
        first_name,
        last_name,
        email,
        username,
        administrator,
        blocked,
        confirm,
        end_sessions,
        reset_second_factor,
    } = change;
    let role = if administrator { Role::Administrator } else { Role::User };
    ChangeAccount {
        administrator_id: String::new(),
        account_id: String::new(),
        version,
        preview: how == How::Preview,
        first_name: Some(first_name),
        last_name: Some(last_name),
        email: Some(email),
        username: Some(username),
        role: Some(role.into()),
        blocked: Some(blocked),
        confirm,
        end_sessions,
        reset_second_factor,
        session_id: String::new(),
    }
}

fn user(account: auth_v1::Account) -> User {
    User {
        administrator: account.role() == Role::Administrator,
        id: account.id,
        first_name: account.first_name,
        last_name: account.last_name,
        email: account.email,
        username: account.username,
        created_at: Moment(account.created_at_ms),
        confirmed_at: moment(account.confirmed_at_ms),
        blocked_at: moment(account.blocked_at_ms),
        delete_at: moment(account.delete_at_ms),
        second_factor: account.second_factor,
        version: account.version,
    }
}

fn difference(change: auth_v1::FieldChange) -> Difference {
    let auth_v1::FieldChange { field, old, new } = change;
    Difference { field, old, new }
}

/// Those that wait, then those of the newest that do not: one that is sent between the two questions is in both answers.
fn waiting_first(waiting: Vec<auth_v1::Mail>, newest: Vec<auth_v1::Mail>) -> impl Iterator<Item = auth_v1::Mail> {
    let shown: HashSet<String> = waiting.iter().map(|mail| mail.id.clone()).collect();
    let sent = newest.into_iter().filter(move |mail| mail.sent_at_ms > 0 && !shown.contains(&mail.id));
    waiting.into_iter().chain(sent)
}

fn mail(mail: auth_v1::Mail) -> Mail {
    let auth_v1::Mail { id, recipient, created_at_ms, attempts, sent_at_ms, next_at_ms, last_error } = mail;
    Mail {
        id,
        recipient,
        created_at: Moment(created_at_ms),
        attempts,
        sent_at: moment(sent_at_ms),
        next_at: moment(next_at_ms),
        last_error: Some(last_error).filter(|error| !error.is_empty()),
    }
}

fn job(facts: JobFacts) -> Job {
    let JobFacts { name, started_at, ended_at, done, failure } = facts;
    let shown = |at: Option<crate::service::Moment>| at.map(|at| Moment(at.0));
    Job { name, started_at: shown(started_at), ended_at: shown(ended_at), done, failure }
}

fn entry(entry: auth_v1::AuditEntry) -> AuditEntry {
    let auth_v1::AuditEntry { number, at_ms, actor, action, target, old, new } = entry;
    let actor = if actor == audit::TERMINAL { Actor::Terminal } else { Actor::Account(actor) };
    AuditEntry { number, at: Moment(at_ms), actor, action, target, old: audited(&old), new: audited(&new) }
}

fn audited(json: &str) -> Vec<Audited> {
    let value = |value: audit::Told| match value {
        audit::Told::Text(text) => AuditedValue::Text(text),
        audit::Told::Gone => AuditedValue::Gone,
        audit::Told::Unreadable => AuditedValue::Unreadable,
    };
    audit::told(json).into_iter().map(|(field, told)| Audited { field, value: value(told) }).collect()
}

fn network(count: NetworkCount) -> Network {
    let NetworkCount { network, used, total, since } = count;
    Network { network, used, total, since: Moment(since.0) }
}

fn settings(all: settings::AllSettings) -> ServerSettings {
    let setting = |facts: settings::SettingFacts| {
        let settings::SettingFacts { setting, value, started, is_chosen } = facts;
        let range = match setting.range() {
            Range::Count { least, most } => Some((least, most)),
            Range::Switch => None,
        };
        let (value, started) = (setting_value(value), setting_value(started));
        ServerSetting { name: setting.name(), value, started, is_chosen, range }
    };
    ServerSettings { version: all.version, settings: all.settings.into_iter().map(setting).collect() }
}

fn setting_value(value: Value) -> SettingValue {
    match value {
        Value::Switch(on) => SettingValue::Switch(on),
        Value::Count(count) => SettingValue::Count(count),
    }
}

fn owned(found: FoundAnalysis) -> OwnedAnalysis {
    let FoundAnalysis { id, owner, created_at, picture_kept } = found;
    OwnedAnalysis { id: id.to_string(), owner: owner.to_string(), created_at: Moment(created_at.0), picture_kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_is_sent_meanwhile_is_shown_once() {
        let mail = |id: &str, sent_at_ms| auth_v1::Mail { id: id.into(), sent_at_ms, ..auth_v1::Mail::default() };
        let (waiting, newest) = (vec![mail("3", 0), mail("1", 0)], vec![mail("4", 0), mail("3", 7), mail("2", 5)]);
        let shown: Vec<String> = waiting_first(waiting, newest).map(|mail| mail.id).collect();
        assert_eq!(shown, ["3", "1", "2"]);
    }
}
