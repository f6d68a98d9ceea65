//! What an administrator can do: look after accounts, analyses, counts and mails; everything is written down.

use proto::auth_v1::auth_reply::Reply;
use proto::auth_v1::auth_request::Request;
use proto::auth_v1::{
    Account, Accounts, Audit, AuditEntry, Change, ChangeAccount, FindAccounts, GetAccount, ListAudit, ListMails, Mail,
    Origin, RecordAudit, RetryMail, Role,
};
use serde::Serialize;
use uuid::Uuid;

use super::people::reply;
use super::{Moment, Person, Service, ServiceError};

/// An analysis as an administrator finds it: whose it is and what it is called, not what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FoundAnalysis {
    pub id: Uuid,
    /// An account's id, or a visitor's.
    pub owner: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Moment,
    pub picture_kept: bool,
}

/// What a network has used within its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NetworkCount {
    /// Keyed hash of the address prefix.
    pub network: String,
    /// The most that any one visitor has used.
    pub used: u64,
    /// All analyses of the network.
    pub total: u64,
    #[schema(value_type = String, format = DateTime)]
    pub since: Moment,
}

/// How many analyses an account may have, and has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountQuota {
    /// None: as many as the setting says.
    pub analyses_per_hour: Option<u32>,
    /// Of the hour that began with the first of them.
    pub analyses_this_hour: u32,
}

/// Whether administrators must have given a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactorAsked {
    #[default]
    No,
    Yes,
}

/// Somebody who has been found to be an administrator; nothing here can be called without one.
#[derive(Clone, Debug)]
pub struct Administrator {
    account: Uuid,
    session: Uuid,
    second_factor: bool,
    origin: Origin,
}

impl Administrator {
    /// # Errors
    /// [`ServiceError::Forbidden`] for anybody else, and for an administrator without the second factor where it is asked for.
    pub fn of(person: &Person, origin: &Origin, asked: SecondFactorAsked) -> Result<Self, ServiceError> {
        match person.role {
            Role::Administrator if asked == SecondFactorAsked::Yes && !person.second_factor => {
                let detail =
                    "administrators log in with a second factor here: add one to your profile and log in again";
                Err(ServiceError::Forbidden { detail })
            }
            Role::Administrator => {
                let (account, session) = (person.account, person.session()?);
                Ok(Self { account, session, second_factor: person.second_factor, origin: origin.clone() })
            }
            Role::User | Role::Unspecified => {
                Err(ServiceError::Forbidden { detail: "only an administrator may do that" })
            }
        }
    }

    pub fn account(&self) -> Uuid {
        self.account
    }

    /// Whether they have logged in with one.
    pub fn has_second_factor(&self) -> bool {
        self.second_factor
    }
}

impl Service {
    /// # Errors
    /// When the auth service does not answer.
    pub async fn find_accounts(&self, by: &Administrator, asked: FindAccounts) -> Result<Accounts, ServiceError> {
        reply!(self, &by.origin, Request::FindAccounts(asked), Accounts)
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id.
    pub async fn find_account(&self, by: &Administrator, id: Uuid) -> Result<proto::auth_v1::Account, ServiceError> {
        let asked = GetAccount { account_id: id.to_string() };
        reply!(self, &by.origin, Request::GetAccount(asked), Account)
    }

    /// Changes an account, or only shows what would change.
    ///
    /// # Errors
    /// `conflict` when somebody has changed it since that version, `bad_input`, `user_already_exists`; `password_required` where
    /// the administrator must give their password once more.
    pub async fn change_account(
        &self,
        by: &Administrator,
        id: Uuid,
        asked: ChangeAccount,
    ) -> Result<Change, ServiceError> {
        let (administrator_id, session_id) = (by.account.to_string(), by.session.to_string());
        let asked = ChangeAccount { administrator_id, session_id, account_id: id.to_string(), ..asked };
        reply!(self, &by.origin, Request::ChangeAccount(asked), Change)
    }

    /// # Errors
    /// When the database fails.
    pub async fn account_quota(&self, _by: &Administrator, account: Uuid) -> Result<AccountQuota, ServiceError> {
        let analyses_per_hour = self.store.account_limit(account).await?;
        let analyses_this_hour = self.store.taken_fairly(account, Moment::now().0).await?;
        Ok(AccountQuota { analyses_per_hour, analyses_this_hour })
    }

    /// Has an account's hour begin anew.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such account.
    pub async fn reset_account_quota(&self, by: &Administrator, account: Uuid) -> Result<(), ServiceError> {
        self.find_account(by, account).await?;
        let used = self.store.taken_fairly(account, Moment::now().0).await?;
        self.store.delete_fair_use_of(account).await?;
        let old = serde_json::json!({ "analyses_this_hour": used }).to_string();
        self.record(by, "quota.reset", &account.to_string(), (&old, "{}")).await
    }

    /// Sets that number for one account, or has the setting count again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such account.
    pub async fn set_account_limit(
        &self,
        by: &Administrator,
        account: Uuid,
        limit: Option<u32>,
    ) -> Result<(), ServiceError> {
        self.find_account(by, account).await?;
        let old = self.store.account_limit(account).await?;
        self.store.set_account_limit(account, limit).await?;
        let shown = |limit: Option<u32>| serde_json::json!({ "analyses_per_hour": limit }).to_string();
        self.record(by, "quota.set", &account.to_string(), (&shown(old), &shown(limit))).await
    }

    /// What anonymous visitors have used, the busiest networks first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn network_counts(&self, _by: &Administrator, limit: u32) -> Result<Vec<NetworkCount>, ServiceError> {
        let rows = self.store.network_counts(limit.clamp(1, super::history::LONGEST_PAGE)).await?;
        let count = |value: i64| u64::try_from(value).unwrap_or(0);
        let shown = rows.into_iter().map(|row| NetworkCount {
            network: row.hash,
            used: count(row.used),
            total: count(row.total),
            since: Moment(row.window_started_ms),
        });
        Ok(shown.collect())
    }

    /// Has a network's counts begin anew.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it has none.
    pub async fn reset_network(&self, by: &Administrator, network: &str) -> Result<(), ServiceError> {
        let is_hash = network.bytes().all(|byte| byte.is_ascii_hexdigit());
        let counts = if is_hash { self.store.reset_network(network).await? } else { None };
        let (used, total) = counts.ok_or(ServiceError::NotFound)?;
        let old = serde_json::json!({ "used": used, "total": total }).to_string();
        self.record(by, "quota.reset", network, (&old, "{}")).await
    }

    /// Whose analyses are meant: an id as it is, or the account of that address or user name; none where there is no such
    /// account.
    ///
    /// # Errors
    /// When the auth service does not answer.
    async fn owner_named(&self, by: &Administrator, text: &str) -> Result<Option<Uuid>, ServiceError> {
        let text = text.trim().to_lowercase();
        if let Ok(id) = Uuid::parse_str(&text) {
            return Ok(Some(id));
        }
        let asked =
            FindAccounts { words: text.clone(), limit: super::history::LONGEST_PAGE, ..FindAccounts::default() };
        let found = self.find_accounts(by, asked).await?.accounts;
        let is_meant =
            |account: &&Account| [&account.email, &account.username].iter().any(|name| name.to_lowercase() == text);
        found
            .iter()
            .find(is_meant)
            .map(|account| Uuid::parse_str(&account.id).map_err(ServiceError::internal))
            .transpose()
    }

    /// Analyses of everybody, the newest first; of one alone if `owner` names them, by an id or an account's address or user name.
    ///
    /// # Errors
    /// When the database fails, or the auth service does not answer.
    pub async fn find_analyses(
        &self,
        by: &Administrator,
        owner: Option<&str>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<FoundAnalysis>, ServiceError> {
        let owner = match owner {
            None => None,
            Some(owner) => match self.owner_named(by, owner).await? {
                Some(id) => Some(id),
                None => return Ok(Vec::new()),
            },
        };
        let limit = limit.clamp(1, super::history::LONGEST_PAGE);
        let found = self.store.find_analyses(owner, before, limit).await?;
        let shown = found.into_iter().map(|row| FoundAnalysis {
            id: row.id,
            owner: row.owner,
            created_at: Moment(row.created_at_ms),
            picture_kept: row.picture_kept,
        });
        Ok(shown.collect())
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id.
    pub async fn delete_any_analysis(&self, by: &Administrator, id: Uuid) -> Result<(), ServiceError> {
        let owner = self.store.delete_any_analysis(id).await?.ok_or(ServiceError::NotFound)?;
        self.store.pictures.remove(&id.to_string()).await.map_err(ServiceError::internal)?;
        let old = serde_json::json!({ "owner": owner }).to_string();
        self.record(by, "analysis.deleted", &id.to_string(), (&old, "{}")).await
    }

    /// # Errors
    /// When the auth service does not answer.
    pub async fn mails(&self, by: &Administrator, asked: ListMails) -> Result<Vec<Mail>, ServiceError> {
        Ok(reply!(self, &by.origin, Request::ListMails(asked), Mails)?.mails)
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such mail or it is sent.
    pub async fn retry_mail(&self, by: &Administrator, id: Uuid) -> Result<(), ServiceError> {
        let asked = RetryMail { administrator_id: by.account.to_string(), mail_id: id.to_string() };
        reply!(self, &by.origin, Request::RetryMail(asked), Done).map(|_| ())
    }

    /// # Errors
    /// When the auth service does not answer.
    pub async fn audit_log(&self, by: &Administrator, asked: ListAudit) -> Result<Vec<AuditEntry>, ServiceError> {
        let Audit { entries } = reply!(self, &by.origin, Request::ListAudit(asked), Audit)?;
        Ok(entries)
    }

    pub(super) async fn record(
        &self,
        by: &Administrator,
        action: &str,
        target: &str,
        (old, new): (&str, &str),
    ) -> Result<(), ServiceError> {
        let asked = RecordAudit {
            actor: by.account.to_string(),
            action: action.into(),
            target: target.into(),
            old: old.into(),
            new: new.into(),
        };
        reply!(self, &by.origin, Request::RecordAudit(asked), Done).map(|_| ())
    }
}
