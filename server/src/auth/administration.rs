//! What an administrator does with accounts and mails, each step with its entry in the audit log.

use proto::auth_v1::{
    Accounts, Change, ChangeAccount, FieldChange, FindAccounts, ListMails, Mail, Mails, RetryMail, Role,
};
use sqlx::{Any, Transaction};
use uuid::Uuid;

use super::accounts::USER;
use super::audit::{self, Entry, TERMINAL};
use super::fields::{Missing, all_kept, check_email, check_name, check_username, key, language};
use super::profile::{is_taken, last_administrator, shown};
use super::store::accounts::{self, NewAccount};
use super::store::administration::{self, Administered};
use super::store::links::{self, Purpose};
use super::store::{Account, second_factors, sessions};
use super::{AuthError, LocalAuth, email, error, policy};
use crate::mail::Letter;
use crate::service::Moment;

pub const ADMINISTRATOR: &str = "administrator";

const LONGEST_PAGE: u32 = 100;

/// What gives an account to somebody else, or rights to an account.
const SENSITIVE: [&str; 3] = ["email", "role", "second_factor"];

/// Who becomes the first administrator.
#[derive(Clone)]
pub struct NewAdministrator {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub password: String,
}

impl LocalAuth {
    pub(super) async fn find_accounts(&self, asked: FindAccounts) -> Result<Accounts, AuthError> {
        let order = asked.order();
        let FindAccounts { words, offset, limit, .. } = asked;
        let limit = limit.clamp(1, LONGEST_PAGE);
        let (accounts, total) = self.search_accounts(&words.to_lowercase(), order, offset, limit).await?;
        Ok(Accounts { accounts: accounts.into_iter().map(shown).collect(), total })
    }

    /// # Errors
    /// [`AuthError::Conflict`] when somebody has changed the account since that version; everything that is wrong;
    /// [`AuthError::AlreadyExists`]; [`AuthError::PasswordRequired`] where the change is one of [`SENSITIVE`];
    /// [`AuthError::NoAdministrator`] when another administrator was quicker and took the rights of who asks.
    pub(super) async fn change_account(&self, asked: ChangeAccount) -> Result<Change, AuthError> {
        let old = self.account(&asked.account_id).await?.ok_or(AuthError::NotFound)?;
        if asked.version != old.version {
            return Err(AuthError::Conflict);
        }
        let new = changed(&old, &asked)?;
        let mut changes = differences(&old, &new);
        if asked.reset_second_factor && old.second_factor {
            changes.push(FieldChange { field: "second_factor".into(), old: "yes".into(), new: "no".into() });
        }
        if asked.end_sessions {
            changes.push(FieldChange { field: "sessions".into(), old: String::new(), new: "ended".into() });
        }
        let is_sensitive = changes.iter().any(|change| SENSITIVE.contains(&change.field.as_str()));
        let asks_password = is_sensitive && !self.password_is_fresh(&asked.administrator_id, &asked.session_id).await?;
        if asked.preview || changes.is_empty() {
            return Ok(Change { account: Some(shown(new)), changes, asks_password });
        }
        if asks_password {
            return Err(AuthError::PasswordRequired);
        }
        let now = Moment::now();
        let mut transaction = self.0.database.begin().await?;
        administration::one_after_another(&mut transaction).await?;
        if !administration::is_administrator(&mut transaction, &asked.administrator_id).await? {
            return Err(AuthError::NoAdministrator);
        }
        let written = administration::change(&mut transaction, asked.version, &administered(&new)).await;
        match written {
            Ok(true) => {}
            Ok(false) => return Err(AuthError::Conflict),
            Err(error) if is_taken(&error) => {
                transaction.rollback().await?;
                return Err(AuthError::AlreadyExists { field: self.taken_field(&new).await? });
            }
            Err(error) => return Err(error.into()),
        }
        let loses = new.role != old.role || (new.blocked_at_ms.is_some() && old.blocked_at_ms.is_none());
        if old.role == ADMINISTRATOR && loses && !administration::has_administrator(&mut transaction).await? {
            return Err(AuthError::Broken { broken: vec![last_administrator("role")] });
        }
        if asked.reset_second_factor && old.second_factor {
            second_factors::delete(&mut transaction, &old.id).await?;
            // Also the old one, where its owner is: the new one may be a thief's.
            for account in [Some(&new), Some(&old).filter(|old| old.email != new.email)].into_iter().flatten() {
                self.0.outbox.put(&mut transaction, &email::to(account), &Letter::SecondFactorReset).await?;
            }
        }
        if new.email != old.email {
            self.tell_of_new_address(&mut transaction, &old, &new).await?;
        }
        // A token tells the role that it was made with, and a block must hold at once.
        let ends = asked.end_sessions || new.role != old.role || new.blocked_at_ms.is_some();
        let ended = match ends {
            true => sessions::end_all(&mut transaction, &old.id, "", now.0).await?,
            false => Vec::new(),
        };
        let (told_old, told_new) = self.audited(&mut transaction, &old.id, &changes).await?;
        let entry = Entry {
            actor: &asked.administrator_id,
            action: "account.changed",
            target: &old.id,
            old: &told_old,
            new: &told_new,
        };
        audit::append(&mut transaction, &self.0.key, entry).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        self.0.ended.add(ended);
        let account = self.account(&old.id).await?.ok_or(AuthError::NotFound)?;
        Ok(Change { account: Some(shown(account)), changes, asks_password })
    }

    /// Which of the two that no other account has is another account's.
    async fn taken_field(&self, new: &Account) -> Result<&'static str, AuthError> {
        let username = match &new.username {
            Some(username) => self.account_by_login(&key(username)).await?,
            None => None,
        };
        Ok(if username.is_some_and(|owner| owner.id != new.id) { "username" } else { "email" })
    }

    /// Both addresses are told; links that went to the old one are worth nothing any more.
    async fn tell_of_new_address(
        &self,
        transaction: &mut Transaction<'static, Any>,
        old: &Account,
        new: &Account,
    ) -> Result<(), AuthError> {
        links::delete_all(transaction, &old.id).await?;
        let letter = Letter::EmailCorrected { old: &old.email, new: &new.email };
        for account in [old, new] {
            self.0.outbox.put(transaction, &email::to(account), &letter).await?;
        }
        if new.confirmed_at_ms.is_none() {
            let link = self.make_link(transaction, &new.id, Purpose::Confirm, None).await?;
            let confirm = Letter::Confirm { link: &link, username_taken: false };
            self.0.outbox.put(transaction, &email::to(new), &confirm).await?;
        }
        Ok(())
    }

    pub(super) async fn list_mails(&self, asked: ListMails) -> Result<Mails, AuthError> {
        let mails = self.0.outbox.list(asked.waiting, asked.limit.clamp(1, LONGEST_PAGE)).await?;
        let mail = |mail: crate::mail::Listed| Mail {
            id: mail.id,
            recipient: mail.recipient,
            created_at_ms: mail.created_at_ms,
            attempts: u32::try_from(mail.attempts).unwrap_or(0),
            sent_at_ms: mail.sent_at_ms.unwrap_or(0),
            next_at_ms: mail.next_at_ms.unwrap_or(0),
            last_error: mail.last_error.unwrap_or_default(),
        };
        Ok(Mails { mails: mails.into_iter().map(mail).collect() })
    }

    /// # Errors
    /// [`AuthError::NotFound`] when there is no such mail or it is sent.
    pub(super) async fn retry_mail(&self, asked: RetryMail) -> Result<(), AuthError> {
        let mut transaction = self.0.database.begin().await?;
        administration::one_after_another(&mut transaction).await?;
        if !self.0.outbox.retry(&mut transaction, &asked.mail_id).await? {
            return Err(AuthError::NotFound);
        }
        let entry = Entry {
            actor: &asked.administrator_id,
            action: "mail.retried",
            target: &asked.mail_id,
            old: "{}",
            new: "{}",
        };
        audit::append(&mut transaction, &self.0.key, entry).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        Ok(())
    }

    /// Makes an administrator's account, confirmed by whoever sits at the machine.
    ///
    /// # Errors
    /// Everything that is wrong; [`AuthError::AlreadyExists`].
    pub async fn create_administrator(&self, new: NewAdministrator) -> Result<(), AuthError> {
        let mut missing = Missing::default();
        let first_name = missing.text(&new.first_name, "first_name");
        let last_name = missing.text(&new.last_name, "last_name");
        let email = missing.text(&new.email, "email");
        missing.none()?;
        let mut all = Vec::new();
        check_name(first_name, "first_name", &mut all);
        check_name(last_name, "last_name", &mut all);
        check_email(email, &mut all);
        let rules = self.0.live.now().await?.password_rules();
        policy::check(&rules, &new.password, &[first_name, last_name, email], &mut all);
        all_kept(all)?;
        self.check_breaches(&new.password).await?;
        let password_hash = self.0.hasher.hash(&self.0.key, &new.password).await?;
        let (id, now) = (Uuid::now_v7().to_string(), Moment::now());
        let account = NewAccount {
            id: &id,
            first_name,
            last_name,
            email,
            email_key: &key(email),
            username: None,
            username_key: None,
            password_hash: &password_hash,
            role: ADMINISTRATOR,
            language: language(""),
            now_ms: now.0,
        };
        let mut transaction = self.0.database.begin().await?;
        administration::one_after_another(&mut transaction).await?;
        if !accounts::insert(&mut transaction, &account).await? {
            return Err(AuthError::AlreadyExists { field: "email" });
        }
        accounts::confirm(&mut transaction, &id, now.0).await?;
        let entry = Entry { actor: TERMINAL, action: "administrator.created", target: &id, old: "{}", new: "{}" };
        audit::append(&mut transaction, &self.0.key, entry).await?;
        Ok(transaction.commit().await?)
    }
}

/// The account as it shall be.
fn changed(old: &Account, asked: &ChangeAccount) -> Result<Account, AuthError> {
    let now = Moment::now();
    let mut new = old.clone();
    let (mut missing, mut all) = (Missing::default(), Vec::new());
    if let Some(name) = &asked.first_name {
        new.first_name = missing.text(name, "first_name").into();
        check_name(&new.first_name, "first_name", &mut all);
    }
    if let Some(name) = &asked.last_name {
        new.last_name = missing.text(name, "last_name").into();
        check_name(&new.last_name, "last_name", &mut all);
    }
    if let Some(email) = &asked.email {
        new.email = missing.text(email, "email").into();
        check_email(&new.email, &mut all);
    }
    if let Some(username) = &asked.username {
        new.username = Some(username.trim().to_owned()).filter(|name| !name.is_empty());
        if let Some(username) = &new.username {
            check_username(username, &mut all);
        }
    }
    if let Some(role) = asked.role {
        new.role = if role == i32::from(Role::Administrator) { ADMINISTRATOR } else { USER }.into();
    }
    match asked.blocked {
        Some(true) if new.blocked_at_ms.is_none() => new.blocked_at_ms = Some(now.0),
        Some(false) => new.blocked_at_ms = None,
        _ => {}
    }
    if asked.confirm && new.confirmed_at_ms.is_none() {
        new.confirmed_at_ms = Some(now.0);
    }
    missing.none()?;
    // There is always one administrator left: the one who asks.
    let loses = new.role != old.role || new.blocked_at_ms.is_some();
    if asked.administrator_id == old.id && loses {
        all.push(error::broken("role", "own", "nobody takes their own rights; ask another administrator"));
    }
    all_kept(all)?;
    Ok(new)
}

fn differences(old: &Account, new: &Account) -> Vec<FieldChange> {
    let yes = |is: bool| if is { "yes" } else { "no" };
    let username = |account: &Account| account.username.clone().unwrap_or_default();
    let fields = [
        ("first_name", old.first_name.clone(), new.first_name.clone()),
        ("last_name", old.last_name.clone(), new.last_name.clone()),
        ("email", old.email.clone(), new.email.clone()),
        ("username", username(old), username(new)),
        ("role", old.role.clone(), new.role.clone()),
        ("blocked", yes(old.blocked_at_ms.is_some()).into(), yes(new.blocked_at_ms.is_some()).into()),
        ("confirmed", yes(old.confirmed_at_ms.is_some()).into(), yes(new.confirmed_at_ms.is_some()).into()),
    ];
    let differs = fields.into_iter().filter(|(_, old, new)| old != new);
    differs.map(|(field, old, new)| FieldChange { field: field.into(), old, new }).collect()
}

fn administered(account: &Account) -> Administered<'_> {
    Administered {
        id: &account.id,
        first_name: &account.first_name,
        last_name: &account.last_name,
        email: &account.email,
        email_key: key(&account.email),
        username: account.username.as_deref(),
        username_key: account.username.as_deref().map(key),
        role: &account.role,
        blocked_at_ms: account.blocked_at_ms,
        confirmed_at_ms: account.confirmed_at_ms,
    }
}
