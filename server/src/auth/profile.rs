//! What an account says of its owner, changed by its owner; and its end.

use std::time::Duration;

use proto::auth_v1::{Account, AccountIds, BrokenRule, DeleteAccount, UpdateAccount};
use vision_core::stage::Task;

use super::fields::{Missing, all_kept, check_language, check_name, check_time_zone, check_username, key};
use super::identify::role;
use super::store::{self, AccountChange, accounts, administration, sessions};
use super::{AuthError, LocalAuth, email, error};
use crate::mail::Letter;
use crate::service::Moment;

/// How long an account can be taken back.
pub const GRACE: Duration = Duration::from_secs(7 * 24 * 3600);

impl LocalAuth {
    /// # Errors
    /// [`AuthError::NotFound`] when it is gone.
    pub(super) async fn get_account(&self, id: &str) -> Result<Account, AuthError> {
        Ok(shown(self.account(id).await?.ok_or(AuthError::NotFound)?))
    }

    /// # Errors
    /// Everything that is wrong; [`AuthError::AlreadyExists`] for a user name that is taken; [`AuthError::Conflict`] when
    /// somebody else has changed the account in between.
    pub(super) async fn update_account(&self, asked: UpdateAccount) -> Result<Account, AuthError> {
        let old = self.account(&asked.account_id).await?.ok_or(AuthError::NotFound)?;
        if asked.version != 0 && asked.version != old.version {
            return Err(AuthError::Conflict);
        }
        let mut missing = Missing::default();
        let first_name = missing.text(asked.first_name.as_deref().unwrap_or(&old.first_name), "first_name");
        let last_name = missing.text(asked.last_name.as_deref().unwrap_or(&old.last_name), "last_name");
        missing.none()?;
        let username = asked.username.as_deref().map_or(old.username.as_deref(), |name| Some(name.trim()));
        let username = username.filter(|name| !name.is_empty());
        let language = asked.language.as_deref().unwrap_or(&old.language);
        let time_zone = asked.time_zone.as_deref().unwrap_or(&old.time_zone);
        let default_tasks = asked.default_tasks.as_deref().unwrap_or(&old.default_tasks);
        let mut all = Vec::new();
        check_name(first_name, "first_name", &mut all);
        check_name(last_name, "last_name", &mut all);
        if let Some(username) = username {
            check_username(username, &mut all);
        }
        check_language(language, &mut all);
        // One that a later database does not know any more stays as it is.
        let time_zone = match time_zone == old.time_zone {
            true => old.time_zone.clone(),
            false => check_time_zone(time_zone, &mut all),
        };
        for task in default_tasks.split(',').filter(|task| !task.is_empty()) {
            if let Err(wrong) = task.parse::<Task>() {
                all.push(error::broken("default_tasks", "unknown", wrong.to_string()));
            }
        }
        all_kept(all)?;
        let username_key = username.map(key);
        if let Some(key) = &username_key
            && username.map(str::to_lowercase) != old.username.as_deref().map(str::to_lowercase)
            && self.username_is_taken(key).await?
        {
            return Err(AuthError::AlreadyExists { field: "username" });
        }
        let change = AccountChange {
            first_name,
            last_name,
            username,
            username_key: username_key.as_deref(),
            language,
            time_zone: &time_zone,
            default_tasks,
            keep_pictures: asked.keep_pictures.unwrap_or(old.keep_pictures),
        };
        match self.change_account_fields(&old.id, old.version, &change).await {
            Ok(true) => self.get_account(&old.id).await,
            Ok(false) => Err(AuthError::Conflict),
            Err(error) if is_taken(&error) => Err(AuthError::AlreadyExists { field: "username" }),
            Err(error) => Err(error.into()),
        }
    }

    /// # Errors
    /// [`AuthError::InvalidCredentials`] for a wrong password; [`AuthError::Broken`] for the last administrator.
    pub(super) async fn delete_account(&self, asked: DeleteAccount) -> Result<Account, AuthError> {
        let account = self.with_password(&asked.account_id, &asked.password).await?;
        let at = Moment::now().after(GRACE);
        let mut transaction = self.0.database.begin().await?;
        administration::one_after_another(&mut transaction).await?;
        let administers = administration::is_administrator(&mut transaction, &account.id).await?;
        accounts::set_delete_at(&mut transaction, &account.id, Some(at.0)).await?;
        if administers && !administration::has_administrator(&mut transaction).await? {
            return Err(AuthError::Broken { broken: vec![last_administrator("account")] });
        }
        self.0.outbox.put(&mut transaction, &email::to(&account), &Letter::AccountWillGo { on: &at.day() }).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        self.get_account(&account.id).await
    }

    pub(super) async fn keep_account(&self, id: &str) -> Result<Account, AuthError> {
        let mut connection = self.0.database.writer().acquire().await?;
        accounts::set_delete_at(&mut connection, id, None).await?;
        drop(connection);
        self.get_account(id).await
    }
}

/// The last of an account: whoever holds data of it asks which accounts are due, deletes what it holds, and says so.
impl LocalAuth {
    pub(super) async fn find_due_accounts(&self) -> Result<AccountIds, AuthError> {
        Ok(AccountIds { ids: self.due_accounts(Moment::now().0).await? })
    }

    /// # Errors
    /// [`AuthError::NotFound`] when there is no such account or it is not due.
    pub(super) async fn forget_account(&self, id: &str) -> Result<(), AuthError> {
        let mut transaction = self.0.database.begin().await?;
        let account = accounts::hold(&mut transaction, id).await?.ok_or(AuthError::NotFound)?;
        let ended = sessions::end_all(&mut transaction, id, "", Moment::now().0).await?;
        if !accounts::delete_due(&mut transaction, id, Moment::now().0).await? {
            return Err(AuthError::NotFound);
        }
        self.0.outbox.forget(&mut transaction, id, &account.email).await?;
        transaction.commit().await?;
        self.0.ended.add(ended);
        self.0.outbox.wake();
        self.0.database.forget_deleted().await?;
        Ok(())
    }
}

pub(super) fn last_administrator(field: &str) -> BrokenRule {
    error::broken(field, "last", "this is the last administrator; make somebody else one first")
}

/// Whether a row was refused because another one has the same.
pub(super) fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

pub(super) fn shown(account: store::Account) -> Account {
    let store::Account {
        id,
        first_name,
        last_name,
        email,
        username,
        password_hash: _,
        role: role_name,
        language,
        time_zone,
        default_tasks,
        keep_pictures,
        created_at_ms,
        confirmed_at_ms,
        blocked_at_ms,
        delete_at_ms,
        version,
        second_factor,
    } = account;
    Account {
        id,
        first_name,
        last_name,
        email,
        username: username.unwrap_or_default(),
        role: role(&role_name).into(),
        language,
        time_zone,
        default_tasks,
        keep_pictures,
        created_at_ms,
        confirmed_at_ms: confirmed_at_ms.unwrap_or(0),
        blocked_at_ms: blocked_at_ms.unwrap_or(0),
        delete_at_ms: delete_at_ms.unwrap_or(0),
        version,
        second_factor,
    }
}
