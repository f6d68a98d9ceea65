//! People: who a request comes from, and everything that they ask of the auth service.

use proto::auth_v1::auth_reply::Reply;
use proto::auth_v1::auth_request::Request;
use proto::auth_v1::identify::Credential;
use proto::auth_v1::{
    Account, ApiKeys, BeginSecondFactor, ChangeEmail, ChangePassword, CodeAsked, Confirm, ConfirmSecondFactor,
    Confirmed, CreateApiKey, DeleteAccount, EndSession, EndSessions, FindDueAccounts, FinishLogIn, ForgetAccount,
    ForgotPassword, GetAccount, GivePassword, Identify, KeepAccount, ListApiKeys, ListSessions, LogIn, LogOut,
    LoggedIn, NewApiKey, Origin, Principal, RecoveryCodes, Refresh, Register, RemoveSecondFactor, ResendConfirmation,
    ResetPassword, RevokeApiKey, Role, Scope, SecondFactor, Sessions, UpdateAccount,
};
use uuid::Uuid;

use super::{Moment, Service, ServiceError};

/// Somebody who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub account: Uuid,
    /// None for an API key.
    pub session: Option<Uuid>,
    pub role: Role,
    pub scopes: Vec<Scope>,
    /// When the login ends, if nothing is done.
    pub expires_at: Option<Moment>,
    /// Whether the second factor was given.
    pub second_factor: bool,
}

impl Person {
    /// # Errors
    /// [`ServiceError::Forbidden`] when an API key was not made for that.
    pub fn may(&self, scope: Scope) -> Result<(), ServiceError> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        let detail = match scope {
            Scope::Analyses => "this API key lacks the scope `analyses`",
            Scope::Files => "this API key lacks the scope `files`",
            Scope::Profile => "this API key lacks the scope `profile`",
            Scope::Unspecified => "this API key may not do that",
        };
        Err(ServiceError::Forbidden { detail })
    }

    /// The session of somebody who has logged in themselves.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for an API key: it manages neither the account nor other keys.
    pub fn session(&self) -> Result<Uuid, ServiceError> {
        self.session.ok_or(ServiceError::Forbidden { detail: "an API key cannot do that; log in with the password" })
    }
}

/// How far a login has come.
pub enum LogInStep {
    LoggedIn(LoggedIn),
    /// The password was right.
    CodeAsked(CodeAsked),
}

/// Takes the reply that a request has; another one is a fault of the service.
macro_rules! reply {
    ($service:expr, $origin:expr, $request:expr, $kind:ident) => {
        match $service.auth.ask($origin, $request).await? {
            Reply::$kind(reply) => Ok(reply),
            _ => Err(ServiceError::internal("the auth service replied to another question")),
        }
    };
}
pub(super) use reply;

impl Service {
    /// # Errors
    /// `unauthenticated` for a credential that is not valid now.
    pub async fn identify(&self, origin: &Origin, credential: Credential) -> Result<Person, ServiceError> {
        let asked = Request::Identify(Identify { credential: Some(credential) });
        person(reply!(self, origin, asked, Principal)?)
    }

    /// # Errors
    /// `missing_field`, `bad_input` with every broken rule, `user_already_exists` where the settings say so.
    pub async fn register(&self, origin: &Origin, asked: Register) -> Result<(), ServiceError> {
        reply!(self, origin, Request::Register(asked), Registered).map(|_| ())
    }

    /// Confirms an account, or a new address of one.
    ///
    /// # Errors
    /// `bad_input` for a link that was used or is too old.
    pub async fn confirm(&self, origin: &Origin, token: String) -> Result<Confirmed, ServiceError> {
        reply!(self, origin, Request::Confirm(Confirm { token }), Confirmed)
    }

    /// # Errors
    /// `too_many_attempts`.
    pub async fn resend_confirmation(&self, origin: &Origin, email: String) -> Result<(), ServiceError> {
        reply!(self, origin, Request::ResendConfirmation(ResendConfirmation { email }), Done).map(|_| ())
    }

    /// # Errors
    /// `too_many_attempts`.
    pub async fn forgot_password(&self, origin: &Origin, email: String) -> Result<(), ServiceError> {
        reply!(self, origin, Request::ForgotPassword(ForgotPassword { email }), Done).map(|_| ())
    }

    /// # Errors
    /// `bad_input` for a link that was used or is too old, or with every rule that the password breaks.
    pub async fn reset_password(&self, origin: &Origin, asked: ResetPassword) -> Result<(), ServiceError> {
        reply!(self, origin, Request::ResetPassword(asked), Done).map(|_| ())
    }

    /// # Errors
    /// `invalid_credentials` for a wrong old password, `bad_input` with every rule that the new one breaks.
    pub async fn change_password(
        &self,
        origin: &Origin,
        person: &Person,
        old_password: String,
        (password, password_confirmation): (String, String),
    ) -> Result<(), ServiceError> {
        let (account_id, session_id) = (person.account.to_string(), person.session()?.to_string());
        let asked = ChangePassword { account_id, session_id, old_password, password, password_confirmation };
        reply!(self, origin, Request::ChangePassword(asked), Done).map(|_| ())
    }

    /// # Errors
    /// `invalid_credentials` for a wrong password, `bad_input` for what is no address.
    pub async fn change_email(
        &self,
        origin: &Origin,
        person: &Person,
        password: String,
        email: String,
    ) -> Result<(), ServiceError> {
        let (account_id, session_id) = (person.account.to_string(), person.session()?.to_string());
        let asked = ChangeEmail { account_id, session_id, password, email };
        reply!(self, origin, Request::ChangeEmail(asked), Done).map(|_| ())
    }

    /// # Errors
    /// `invalid_credentials`, `too_many_attempts`; after the right password `not_confirmed`, `forbidden`.
    pub async fn log_in(&self, origin: &Origin, asked: LogIn) -> Result<LoggedIn, ServiceError> {
        reply!(self, origin, Request::LogIn(asked), LoggedIn)
    }

    /// As [`Service::log_in`], but where only the code is missing, the login goes on with [`Service::finish_log_in`].
    ///
    /// # Errors
    /// As [`Service::log_in`], without `second_factor_required`.
    pub async fn begin_log_in(&self, origin: &Origin, asked: LogIn) -> Result<LogInStep, ServiceError> {
        let asked = LogIn { in_two_steps: true, ..asked };
        match self.auth.ask(origin, Request::LogIn(asked)).await? {
            Reply::LoggedIn(logged_in) => Ok(LogInStep::LoggedIn(logged_in)),
            Reply::CodeAsked(code_asked) => Ok(LogInStep::CodeAsked(code_asked)),
            _ => Err(ServiceError::internal("the auth service replied to another question")),
        }
    }

    /// # Errors
    /// `invalid_credentials` for a wrong code, `unauthenticated` for a ticket that is unknown, too old or was used,
    /// `too_many_attempts`, `forbidden` for an account that was blocked in between.
    pub async fn finish_log_in(&self, origin: &Origin, ticket: String, code: String) -> Result<LoggedIn, ServiceError> {
        reply!(self, origin, Request::FinishLogIn(FinishLogIn { ticket, code }), LoggedIn)
    }

    /// # Errors
    /// `unauthenticated` for a token that is unknown, too old or was used before.
    pub async fn refresh(&self, origin: &Origin, refresh_token: String) -> Result<LoggedIn, ServiceError> {
        reply!(self, origin, Request::Refresh(Refresh { refresh_token }), LoggedIn)
    }

    /// # Errors
    /// `forbidden` for an API key.
    pub async fn log_out(&self, origin: &Origin, person: &Person) -> Result<(), ServiceError> {
        let asked = LogOut { account_id: person.account.to_string(), session_id: person.session()?.to_string() };
        reply!(self, origin, Request::LogOut(asked), Done).map(|_| ())
    }

    /// # Errors
    /// `forbidden` for an API key.
    pub async fn sessions(&self, origin: &Origin, person: &Person) -> Result<Sessions, ServiceError> {
        person.session()?;
        let asked = ListSessions { account_id: person.account.to_string() };
        reply!(self, origin, Request::ListSessions(asked), Sessions)
    }

    /// # Errors
    /// `not_found` when there is no such session.
    pub async fn end_session(&self, origin: &Origin, person: &Person, id: Uuid) -> Result<(), ServiceError> {
        person.session()?;
        let asked = EndSession { account_id: person.account.to_string(), session_id: id.to_string() };
        reply!(self, origin, Request::EndSession(asked), Done).map(|_| ())
    }

    /// Takes the password once more, so that the session may do what asks for one given shortly before.
    ///
    /// # Errors
    /// `invalid_credentials` for a wrong password; `forbidden` for an API key.
    pub async fn give_password(&self, origin: &Origin, person: &Person, password: String) -> Result<(), ServiceError> {
        let (account_id, session_id) = (person.account.to_string(), person.session()?.to_string());
        let asked = GivePassword { account_id, session_id, password };
        reply!(self, origin, Request::GivePassword(asked), Done).map(|_| ())
    }

    /// Ends all sessions but the one that asks.
    ///
    /// # Errors
    /// `forbidden` for an API key.
    pub async fn end_other_sessions(&self, origin: &Origin, person: &Person) -> Result<(), ServiceError> {
        let but_session_id = person.session()?.to_string();
        let asked = EndSessions { account_id: person.account.to_string(), but_session_id };
        reply!(self, origin, Request::EndSessions(asked), Done).map(|_| ())
    }

    /// # Errors
    /// `missing_field`, `bad_input`; `forbidden` for an API key.
    pub async fn create_api_key(
        &self,
        origin: &Origin,
        person: &Person,
        asked: CreateApiKey,
    ) -> Result<NewApiKey, ServiceError> {
        person.session()?;
        let asked = CreateApiKey { account_id: person.account.to_string(), ..asked };
        reply!(self, origin, Request::CreateApiKey(asked), NewApiKey)
    }

    /// # Errors
    /// `forbidden` for an API key.
    pub async fn api_keys(&self, origin: &Origin, person: &Person) -> Result<ApiKeys, ServiceError> {
        person.session()?;
        let asked = ListApiKeys { account_id: person.account.to_string() };
        reply!(self, origin, Request::ListApiKeys(asked), ApiKeys)
    }

    /// # Errors
    /// `not_found` when there is no such key; `forbidden` for an API key.
    pub async fn revoke_api_key(&self, origin: &Origin, person: &Person, id: Uuid) -> Result<(), ServiceError> {
        person.session()?;
        let asked = RevokeApiKey { account_id: person.account.to_string(), key_id: id.to_string() };
        reply!(self, origin, Request::RevokeApiKey(asked), Done).map(|_| ())
    }

    /// # Errors
    /// `forbidden` for an API key without the scope.
    pub async fn profile(&self, origin: &Origin, person: &Person) -> Result<Account, ServiceError> {
        person.may(Scope::Profile)?;
        self.account(origin, person).await
    }

    pub(super) async fn account(&self, origin: &Origin, person: &Person) -> Result<Account, ServiceError> {
        let asked = GetAccount { account_id: person.account.to_string() };
        reply!(self, origin, Request::GetAccount(asked), Account)
    }

    /// # Errors
    /// `bad_input` with every broken rule, `user_already_exists` for a user name that is taken, `conflict` when the account
    /// was changed in between; `forbidden` for an API key.
    pub async fn update_profile(
        &self,
        origin: &Origin,
        person: &Person,
        asked: UpdateAccount,
    ) -> Result<Account, ServiceError> {
        person.session()?;
        let asked = UpdateAccount { account_id: person.account.to_string(), ..asked };
        reply!(self, origin, Request::UpdateAccount(asked), Account)
    }

    /// Everything goes after the time of grace; until then the account can be kept.
    ///
    /// # Errors
    /// `invalid_credentials` for a wrong password; `forbidden` for an API key.
    pub async fn delete_account(
        &self,
        origin: &Origin,
        person: &Person,
        password: String,
    ) -> Result<Account, ServiceError> {
        person.session()?;
        let asked = DeleteAccount { account_id: person.account.to_string(), password };
        reply!(self, origin, Request::DeleteAccount(asked), Account)
    }

    /// # Errors
    /// `forbidden` for an API key.
    pub async fn keep_account(&self, origin: &Origin, person: &Person) -> Result<Account, ServiceError> {
        person.session()?;
        let asked = KeepAccount { account_id: person.account.to_string() };
        reply!(self, origin, Request::KeepAccount(asked), Account)
    }
}

/// The second factor.
impl Service {
    /// # Errors
    /// `invalid_credentials` for a wrong password, `conflict` when there is one; `forbidden` for an API key.
    pub async fn begin_second_factor(
        &self,
        origin: &Origin,
        person: &Person,
        password: String,
    ) -> Result<SecondFactor, ServiceError> {
        person.session()?;
        let asked = BeginSecondFactor { account_id: person.account.to_string(), password };
        reply!(self, origin, Request::BeginSecondFactor(asked), SecondFactor)
    }

    /// # Errors
    /// `invalid_credentials` for a wrong code, `not_found` when none was begun; `forbidden` for an API key.
    pub async fn confirm_second_factor(
        &self,
        origin: &Origin,
        person: &Person,
        code: String,
    ) -> Result<RecoveryCodes, ServiceError> {
        person.session()?;
        let asked = ConfirmSecondFactor { account_id: person.account.to_string(), code };
        reply!(self, origin, Request::ConfirmSecondFactor(asked), RecoveryCodes)
    }

    /// # Errors
    /// `invalid_credentials` for a wrong password; `forbidden` for an API key.
    pub async fn remove_second_factor(
        &self,
        origin: &Origin,
        person: &Person,
        password: String,
    ) -> Result<(), ServiceError> {
        person.session()?;
        let asked = RemoveSecondFactor { account_id: person.account.to_string(), password };
        reply!(self, origin, Request::RemoveSecondFactor(asked), Done).map(|_| ())
    }
}

/// What the service does by itself.
impl Service {
    pub(super) async fn due_accounts(&self) -> Result<Vec<Uuid>, ServiceError> {
        let asked = Request::FindDueAccounts(FindDueAccounts {});
        let due = reply!(self, &Origin::default(), asked, AccountIds)?;
        due.ids.iter().map(|id| Uuid::parse_str(id).map_err(ServiceError::internal)).collect()
    }

    pub(super) async fn forget_account(&self, account: Uuid) -> Result<(), ServiceError> {
        let asked = ForgetAccount { account_id: account.to_string() };
        reply!(self, &Origin::default(), Request::ForgetAccount(asked), Done).map(|_| ())
    }
}

fn person(principal: Principal) -> Result<Person, ServiceError> {
    let role = principal.role();
    let scopes = principal.scopes().collect();
    let Principal { account_id, session_id, expires_at_ms, second_factor, .. } = principal;
    let id = |text: &str| Uuid::parse_str(text).map_err(ServiceError::internal);
    let session = if session_id.is_empty() { None } else { Some(id(&session_id)?) };
    Ok(Person {
        account: id(&account_id)?,
        session,
        role,
        scopes,
        expires_at: (expires_at_ms > 0).then_some(Moment(expires_at_ms)),
        second_factor,
    })
}
