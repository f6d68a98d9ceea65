//! One's own account: profile, password, address, sessions, API keys, the end of it.

use std::collections::BTreeSet;

use app::api::Asked;
use app::api::people::{
    ApiKey, FactorSecret, KeyWish, MadeKey, Moment, NewPassword, OwnAccount, Profile, ProfileChange, Scope, Session,
};
use proto::auth_v1::{self, CreateApiKey, UpdateAccount};
use vision_core::stage::Task;

use super::{PagePeople, known};
use crate::service::ServiceError;

impl OwnAccount for PagePeople {
    fn profile(&self) -> Asked<Profile> {
        self.ask(async move |here, service| {
            let person = here.person()?;
            let account = service.profile(&here.caller.origin, person).await?;
            Ok(Profile { avatar: service.has_avatar(person).await, ..profile(account) })
        })
    }

    fn change_profile(&self, change: ProfileChange) -> Asked<()> {
        let ProfileChange {
            first_name,
            last_name,
            username,
            language,
            time_zone,
            default_tasks,
            keep_pictures,
            version,
        } = change;
        let tasks: Vec<&str> = default_tasks.into_iter().map(Task::as_str).collect();
        let asked = UpdateAccount {
            account_id: String::new(),
            first_name: Some(first_name),
            last_name: Some(last_name),
            username: Some(username),
            language: Some(language),
            time_zone: Some(time_zone),
            default_tasks: Some(tasks.join(",")),
            keep_pictures: Some(keep_pictures),
            version,
        };
        self.ask(async move |here, service| {
            service.update_profile(&here.caller.origin, here.person()?, asked).await.map(|_| ())
        })
    }

    fn change_password(&self, old_password: String, new: NewPassword) -> Asked<()> {
        let NewPassword { password, confirmation } = new;
        self.ask(async move |here, service| {
            let new = (password, confirmation);
            service.change_password(&here.caller.origin, here.person()?, old_password, new).await
        })
    }

    fn change_email(&self, password: String, email: String) -> Asked<()> {
        self.ask(async move |here, service| {
            service.change_email(&here.caller.origin, here.person()?, password, email).await
        })
    }

    fn delete_account(&self, password: String) -> Asked<()> {
        self.ask(async move |here, service| {
            service.delete_account(&here.caller.origin, here.person()?, password).await.map(|_| ())
        })
    }

    fn remove_avatar(&self) -> Asked<()> {
        self.ask(async move |here, service| match service.remove_avatar(here.person()?).await {
            // Gone is what was asked for.
            Ok(()) | Err(ServiceError::NotFound) => Ok(()),
            Err(error) => Err(error),
        })
    }

    fn keep_account(&self) -> Asked<()> {
        self.ask(async move |here, service| service.keep_account(&here.caller.origin, here.person()?).await.map(|_| ()))
    }

    fn give_password(&self, password: String) -> Asked<()> {
        self.ask(async move |here, service| service.give_password(&here.caller.origin, here.person()?, password).await)
    }

    fn begin_second_factor(&self, password: String) -> Asked<FactorSecret> {
        self.ask(async move |here, service| {
            let begun = service.begin_second_factor(&here.caller.origin, here.person()?, password).await?;
            let auth_v1::SecondFactor { secret, uri } = begun;
            Ok(FactorSecret { secret, uri })
        })
    }

    fn confirm_second_factor(&self, code: String) -> Asked<Vec<String>> {
        self.ask(async move |here, service| {
            Ok(service.confirm_second_factor(&here.caller.origin, here.person()?, code).await?.codes)
        })
    }

    fn remove_second_factor(&self, password: String) -> Asked<()> {
        self.ask(async move |here, service| {
            service.remove_second_factor(&here.caller.origin, here.person()?, password).await
        })
    }

    fn sessions(&self) -> Asked<Vec<Session>> {
        self.ask(async move |here, service| {
            let person = here.person()?;
            let current = person.session()?.to_string();
            let sessions = service.sessions(&here.caller.origin, person).await?.sessions;
            Ok(sessions.into_iter().map(|one| session(one, &current)).collect())
        })
    }

    fn end_session(&self, id: String) -> Asked<()> {
        self.ask(async move |here, service| service.end_session(&here.caller.origin, here.person()?, known(&id)?).await)
    }

    fn end_other_sessions(&self) -> Asked<()> {
        self.ask(async move |here, service| service.end_other_sessions(&here.caller.origin, here.person()?).await)
    }

    fn api_keys(&self) -> Asked<Vec<ApiKey>> {
        self.ask(async move |here, service| {
            let keys = service.api_keys(&here.caller.origin, here.person()?).await?.keys;
            Ok(keys.into_iter().map(api_key).collect())
        })
    }

    fn create_api_key(&self, wish: KeyWish) -> Asked<MadeKey> {
        let KeyWish { name, scopes, expires_in_days } = wish;
        let scopes = scopes.into_iter().map(|scope| i32::from(proto_scope(scope))).collect();
        let expires_in_days = expires_in_days.unwrap_or(0);
        let asked = CreateApiKey { account_id: String::new(), name: name.clone(), scopes, expires_in_days };
        self.ask(async move |here, service| {
            let made = service.create_api_key(&here.caller.origin, here.person()?, asked).await?;
            Ok(MadeKey { name, secret: made.secret })
        })
    }

    fn revoke_api_key(&self, id: String) -> Asked<()> {
        self.ask(async move |here, service| {
            service.revoke_api_key(&here.caller.origin, here.person()?, known(&id)?).await
        })
    }
}

fn profile(account: auth_v1::Account) -> Profile {
    Profile {
        first_name: account.first_name,
        last_name: account.last_name,
        email: account.email,
        username: account.username,
        language: account.language,
        time_zone: account.time_zone,
        default_tasks: account.default_tasks.split(',').filter_map(|task| task.parse().ok()).collect(),
        keep_pictures: account.keep_pictures,
        created_at: Moment(account.created_at_ms),
        delete_at: moment(account.delete_at_ms),
        version: account.version,
        second_factor: account.second_factor,
        avatar: false,
    }
}

fn session(session: auth_v1::Session, current: &str) -> Session {
    let auth_v1::Session { id, device, place, created_at_ms, last_used_ms, expires_at_ms, cookie } = session;
    Session {
        current: id == current,
        id,
        device,
        place,
        browser: cookie,
        created_at: Moment(created_at_ms),
        last_used_at: Moment(last_used_ms),
        expires_at: Moment(expires_at_ms),
    }
}

fn api_key(key: auth_v1::ApiKey) -> ApiKey {
    let scopes: BTreeSet<Scope> = key.scopes().filter_map(page_scope).collect();
    let auth_v1::ApiKey { id, name, hint, scopes: _, created_at_ms, last_used_ms, expires_at_ms } = key;
    ApiKey {
        id,
        name,
        hint,
        scopes,
        created_at: Moment(created_at_ms),
        last_used_at: moment(last_used_ms),
        expires_at: moment(expires_at_ms),
    }
}

/// 0 stands for never.
pub(super) fn moment(ms: i64) -> Option<Moment> {
    (ms > 0).then_some(Moment(ms))
}

fn proto_scope(scope: Scope) -> auth_v1::Scope {
    match scope {
        Scope::Analyses => auth_v1::Scope::Analyses,
        Scope::Files => auth_v1::Scope::Files,
        Scope::Profile => auth_v1::Scope::Profile,
    }
}

fn page_scope(scope: auth_v1::Scope) -> Option<Scope> {
    match scope {
        auth_v1::Scope::Analyses => Some(Scope::Analyses),
        auth_v1::Scope::Files => Some(Scope::Files),
        auth_v1::Scope::Profile => Some(Scope::Profile),
        auth_v1::Scope::Unspecified => None,
    }
}
