//! The auth service's messages: what makes a request or a reply well formed, checked by whoever sends and by whoever receives it.
//!
//! What is checked here is the form: something is asked, identifiers are identifiers, enumerations have a value, nothing is
//! longer than it may be or holds a zero byte. Whether a password is good is the service's to judge.

use prost::Message as _;
use uuid::Uuid;

use crate::WireError;
use crate::auth_v1::auth_reply::Reply;
use crate::auth_v1::auth_request::Request;
use crate::auth_v1::identify::Credential;
use crate::auth_v1::{
    Account, ApiKey, AuthReply, AuthRequest, ChangeAccount, CreateApiKey, Identify, LogIn, LogInKind, Origin,
    Principal, Role, Scope, UpdateAccount,
};

/// Bytes of the longest message.
pub const LONGEST_MESSAGE: usize = 1 << 20;

/// Bytes of the longest word that a person types or a program sends.
const LONGEST_TEXT: usize = 1024;

/// # Errors
/// Why the request cannot be taken for one.
pub fn check_request(message: &AuthRequest) -> Result<&Request, WireError> {
    let AuthRequest { origin, request } = message;
    let request = request.as_ref().ok_or(WireError::Missing { field: "request" })?;
    length(message.encoded_len(), LONGEST_MESSAGE, "request")?;
    check_origin(origin.as_ref().ok_or(WireError::Missing { field: "origin" })?)?;
    check_asked(request)?;
    Ok(request)
}

/// # Errors
/// Why the reply cannot be taken for one.
pub fn check_reply(message: AuthReply) -> Result<Reply, WireError> {
    length(message.encoded_len(), LONGEST_MESSAGE, "reply")?;
    let reply = message.reply.ok_or(WireError::Missing { field: "reply" })?;
    match &reply {
        Reply::Failure(failure) if failure.code.is_empty() => Err(WireError::Missing { field: "code" }),
        Reply::LoggedIn(logged_in) => id(&logged_in.account_id, "account_id"),
        Reply::Principal(Principal { account_id, role, scopes, .. }) => {
            id(account_id, "account_id")?;
            known::<Role>(*role, "role")?;
            known_scopes(scopes)
        }
        Reply::Account(account) => check_account(account),
        Reply::ApiKeys(all) => all.keys.iter().try_for_each(check_key),
        Reply::NewApiKey(new) => check_key(new.key.as_ref().ok_or(WireError::Missing { field: "key" })?),
        Reply::Accounts(found) => found.accounts.iter().try_for_each(check_account),
        Reply::Change(change) => check_account(change.account.as_ref().ok_or(WireError::Missing { field: "account" })?),
        Reply::Mails(all) => all.mails.iter().try_for_each(|mail| id(&mail.id, "id")),
        Reply::AccountIds(all) => all.ids.iter().try_for_each(|account| id(account, "ids")),
        Reply::Sessions(all) => all.sessions.iter().try_for_each(|session| id(&session.id, "id")),
        Reply::Failure(_)
        | Reply::Done(_)
        | Reply::Registered(_)
        | Reply::Confirmed(_)
        | Reply::CodeAsked(_)
        | Reply::SecondFactor(_)
        | Reply::RecoveryCodes(_)
        | Reply::Audit(_) => Ok(()),
    }?;
    Ok(reply)
}

fn check_origin(origin: &Origin) -> Result<(), WireError> {
    let Origin { network, place, device, device_cookie, language, request_id } = origin;
    let texts = [
        (network, "network"),
        (place, "place"),
        (device, "device"),
        (device_cookie, "device_cookie"),
        (language, "language"),
        (request_id, "request_id"),
    ];
    check_texts(&texts)
}

fn check_asked(request: &Request) -> Result<(), WireError> {
    match request {
        Request::Register(asked) => check_texts(&[
            (&asked.first_name, "first_name"),
            (&asked.last_name, "last_name"),
            (&asked.email, "email"),
            (&asked.username, "username"),
            (&asked.password, "password"),
            (&asked.password_confirmation, "password_confirmation"),
        ]),
        Request::Confirm(asked) => text(&asked.token, "token"),
        Request::ResendConfirmation(asked) => text(&asked.email, "email"),
        Request::ForgotPassword(asked) => text(&asked.email, "email"),
        Request::ResetPassword(asked) => check_texts(&[
            (&asked.token, "token"),
            (&asked.password, "password"),
            (&asked.password_confirmation, "password_confirmation"),
        ]),
        Request::ChangePassword(asked) => {
            id(&asked.account_id, "account_id")?;
            id(&asked.session_id, "session_id")?;
            check_texts(&[
                (&asked.old_password, "old_password"),
                (&asked.password, "password"),
                (&asked.password_confirmation, "password_confirmation"),
            ])
        }
        Request::ChangeEmail(asked) => {
            id(&asked.account_id, "account_id")?;
            id(&asked.session_id, "session_id")?;
            check_texts(&[(&asked.password, "password"), (&asked.email, "email")])
        }
        Request::LogIn(LogIn { login, password, code, kind, in_two_steps: _ }) => {
            known::<LogInKind>(*kind, "kind")?;
            check_texts(&[(login, "login"), (password, "password"), (code, "code")])
        }
        Request::FinishLogIn(asked) => check_texts(&[(&asked.ticket, "ticket"), (&asked.code, "code")]),
        Request::Refresh(asked) => text(&asked.refresh_token, "refresh_token"),
        Request::Identify(Identify { credential }) => match credential {
            Some(Credential::Bearer(token)) => text(token, "bearer"),
            Some(Credential::Cookie(cookie)) => text(cookie, "cookie"),
            None => Err(WireError::Missing { field: "credential" }),
        },
        Request::LogOut(asked) => id(&asked.account_id, "account_id").and(id(&asked.session_id, "session_id")),
        Request::GivePassword(asked) => {
            id(&asked.account_id, "account_id")?;
            id(&asked.session_id, "session_id")?;
            text(&asked.password, "password")
        }
        Request::ListSessions(asked) => id(&asked.account_id, "account_id"),
        Request::EndSession(asked) => id(&asked.account_id, "account_id").and(id(&asked.session_id, "session_id")),
        Request::EndSessions(asked) => id(&asked.account_id, "account_id"),
        Request::CreateApiKey(CreateApiKey { account_id, name, scopes, expires_in_days: _ }) => {
            id(account_id, "account_id")?;
            known_scopes(scopes)?;
            text(name, "name")
        }
        Request::ListApiKeys(asked) => id(&asked.account_id, "account_id"),
        Request::RevokeApiKey(asked) => id(&asked.account_id, "account_id").and(id(&asked.key_id, "key_id")),
        Request::GetAccount(asked) => id(&asked.account_id, "account_id"),
        Request::UpdateAccount(asked) => check_update(asked),
        Request::DeleteAccount(asked) => id(&asked.account_id, "account_id").and(text(&asked.password, "password")),
        Request::KeepAccount(asked) => id(&asked.account_id, "account_id"),
        Request::FindDueAccounts(_) => Ok(()),
        Request::ForgetAccount(asked) => id(&asked.account_id, "account_id"),
        Request::BeginSecondFactor(asked) => id(&asked.account_id, "account_id").and(text(&asked.password, "password")),
        Request::ConfirmSecondFactor(asked) => id(&asked.account_id, "account_id").and(text(&asked.code, "code")),
        Request::RemoveSecondFactor(asked) => {
            id(&asked.account_id, "account_id").and(text(&asked.password, "password"))
        }
        Request::FindAccounts(asked) => text(&asked.words, "words"),
        Request::ChangeAccount(asked) => check_change(asked),
        Request::ListMails(_) | Request::ListAudit(_) => Ok(()),
        Request::RetryMail(asked) => id(&asked.administrator_id, "administrator_id").and(id(&asked.mail_id, "mail_id")),
        Request::RecordAudit(asked) => check_texts(&[
            (&asked.actor, "actor"),
            (&asked.action, "action"),
            (&asked.target, "target"),
            (&asked.old, "old"),
            (&asked.new, "new"),
        ]),
    }
}

fn check_update(asked: &UpdateAccount) -> Result<(), WireError> {
    let UpdateAccount {
        account_id,
        first_name,
        last_name,
        username,
        language,
        time_zone,
        default_tasks,
        keep_pictures: _,
        version: _,
    } = asked;
    id(account_id, "account_id")?;
    let texts = [
        (first_name, "first_name"),
        (last_name, "last_name"),
        (username, "username"),
        (language, "language"),
        (time_zone, "time_zone"),
        (default_tasks, "default_tasks"),
    ];
    texts.iter().try_for_each(|(value, field)| text(value.as_deref().unwrap_or_default(), field))
}

fn check_change(asked: &ChangeAccount) -> Result<(), WireError> {
    let ChangeAccount {
        administrator_id,
        account_id,
        version: _,
        preview: _,
        first_name,
        last_name,
        email,
        username,
        role,
        blocked: _,
        confirm: _,
        end_sessions: _,
        reset_second_factor: _,
        session_id,
    } = asked;
    id(administrator_id, "administrator_id")?;
    id(session_id, "session_id")?;
    id(account_id, "account_id")?;
    if let Some(role) = role {
        known::<Role>(*role, "role")?;
    }
    let texts = [(first_name, "first_name"), (last_name, "last_name"), (email, "email"), (username, "username")];
    texts.iter().try_for_each(|(value, field)| text(value.as_deref().unwrap_or_default(), field))
}

fn check_account(account: &Account) -> Result<(), WireError> {
    id(&account.id, "id")?;
    known::<Role>(account.role, "role")
}

fn check_key(key: &ApiKey) -> Result<(), WireError> {
    id(&key.id, "id")?;
    known_scopes(&key.scopes)
}

fn known_scopes(scopes: &[i32]) -> Result<(), WireError> {
    scopes.iter().try_for_each(|scope| known::<Scope>(*scope, "scopes"))
}

/// A value of the enumeration, and not the one that stands for none.
fn known<T: TryFrom<i32>>(value: i32, field: &'static str) -> Result<(), WireError> {
    match T::try_from(value) {
        Ok(_) if value != 0 => Ok(()),
        _ => Err(WireError::UnknownValue { field, value }),
    }
}

fn id(value: &str, field: &'static str) -> Result<(), WireError> {
    Uuid::parse_str(value).map(|_| ()).map_err(|_| WireError::NotAnId { field })
}

fn check_texts(texts: &[(&String, &'static str)]) -> Result<(), WireError> {
    texts.iter().try_for_each(|(value, field)| text(value, field))
}

/// A zero byte is no part of any name or password, and PostgreSQL's texts cannot hold one.
fn text(value: &str, field: &'static str) -> Result<(), WireError> {
    length(value.len(), LONGEST_TEXT, field)?;
    if value.contains('\0') { Err(WireError::NotText { field }) } else { Ok(()) }
}

fn length(found: usize, most: usize, field: &'static str) -> Result<(), WireError> {
    if found <= most { Ok(()) } else { Err(WireError::TooLong { field, most }) }
}

/// Messages that hold passwords, tokens or codes say of themselves only what they are.
macro_rules! says_only_its_name {
    ($($message:ident),* $(,)?) => {$(
        impl std::fmt::Debug for crate::auth_v1::$message {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($message), "(..)"))
            }
        }
    )*};
}

says_only_its_name!(
    Origin,
    Register,
    Confirm,
    ResetPassword,
    ChangePassword,
    ChangeEmail,
    LogIn,
    CodeAsked,
    FinishLogIn,
    LoggedIn,
    Refresh,
    Identify,
    GivePassword,
    NewApiKey,
    DeleteAccount,
    BeginSecondFactor,
    SecondFactor,
    ConfirmSecondFactor,
    RecoveryCodes,
    RemoveSecondFactor,
);

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth_v1::{Done, Failure, GetAccount};

    fn asked(request: Request) -> AuthRequest {
        AuthRequest { origin: Some(Origin::default()), request: Some(request) }
    }

    #[test]
    fn what_is_not_well_formed_is_refused_on_both_sides() {
        let id = Uuid::nil().to_string();
        let of = |account_id: &str| asked(Request::GetAccount(GetAccount { account_id: account_id.into() }));
        assert!(check_request(&of(&id)).is_ok());
        assert_eq!(check_request(&of("7")), Err(WireError::NotAnId { field: "account_id" }));
        assert_eq!(check_request(&AuthRequest::default()), Err(WireError::Missing { field: "request" }));
        let nameless = AuthRequest { origin: None, ..of(&id) };
        assert_eq!(check_request(&nameless), Err(WireError::Missing { field: "origin" }));
        let long = asked(Request::LogIn(LogIn { login: "a".repeat(2000), kind: 1, ..LogIn::default() }));
        assert_eq!(check_request(&long), Err(WireError::TooLong { field: "login", most: LONGEST_TEXT }));
        let zero = asked(Request::LogIn(LogIn { password: "a\0b".into(), kind: 1, ..LogIn::default() }));
        assert_eq!(check_request(&zero), Err(WireError::NotText { field: "password" }));
        let neither = asked(Request::LogIn(LogIn::default()));
        assert_eq!(check_request(&neither), Err(WireError::UnknownValue { field: "kind", value: 0 }));

        let reply = |reply| AuthReply { reply: Some(reply) };
        assert!(check_reply(reply(Reply::Done(Done {}))).is_ok());
        assert_eq!(check_reply(reply(Reply::Failure(Failure::default()))), Err(WireError::Missing { field: "code" }));
        let account = Account { id, role: 9, ..Account::default() };
        assert_eq!(
            check_reply(reply(Reply::Account(account))),
            Err(WireError::UnknownValue { field: "role", value: 9 })
        );
    }

    #[test]
    fn no_message_shows_its_secrets() {
        let password = "Kyiv-Chornobryvtsi-7!";
        let messages = [
            asked(Request::LogIn(LogIn { password: password.into(), kind: 1, ..LogIn::default() })),
            asked(Request::Identify(Identify { credential: Some(Credential::Bearer(password.into())) })),
        ];
        for message in messages {
            assert!(!format!("{message:?}").contains("Kyiv"), "{message:?}");
        }
    }
}
