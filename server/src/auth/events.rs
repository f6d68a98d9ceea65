//! What is logged of logins and of everything by which somebody logs in: what, whose, how it ended; never what was typed.

use proto::auth_v1::auth_reply::Reply;
use proto::auth_v1::auth_request::Request;
use proto::auth_v1::{Failure, Origin};

/// Something that security looks at later.
pub struct Event {
    name: &'static str,
    /// Empty where the request does not say it.
    account: String,
}

impl Event {
    /// None for what changes nothing about how somebody logs in.
    pub fn of(request: &Request) -> Option<Self> {
        let (name, account) = match request {
            Request::Register(_) => ("registration", ""),
            Request::Confirm(_) => ("confirmation", ""),
            Request::ForgotPassword(_) => ("password_forgotten", ""),
            Request::ResetPassword(_) => ("password_reset", ""),
            Request::LogIn(_) => ("login", ""),
            Request::FinishLogIn(_) => ("login_code", ""),
            Request::Refresh(_) => ("refresh", ""),
            Request::ChangePassword(asked) => ("password_change", asked.account_id.as_str()),
            Request::ChangeEmail(asked) => ("email_change", asked.account_id.as_str()),
            Request::LogOut(asked) => ("logout", asked.account_id.as_str()),
            Request::EndSession(asked) => ("session_end", asked.account_id.as_str()),
            Request::EndSessions(asked) => ("session_end", asked.account_id.as_str()),
            Request::GivePassword(asked) => ("password_given", asked.account_id.as_str()),
            Request::CreateApiKey(asked) => ("key_creation", asked.account_id.as_str()),
            Request::RevokeApiKey(asked) => ("key_revocation", asked.account_id.as_str()),
            Request::ConfirmSecondFactor(asked) => ("second_factor_setup", asked.account_id.as_str()),
            Request::RemoveSecondFactor(asked) => ("second_factor_removal", asked.account_id.as_str()),
            Request::DeleteAccount(asked) => ("account_deletion", asked.account_id.as_str()),
            Request::ResendConfirmation(_)
            | Request::Identify(_)
            | Request::ListSessions(_)
            | Request::ListApiKeys(_)
            | Request::GetAccount(_)
            | Request::UpdateAccount(_)
            | Request::KeepAccount(_)
            | Request::FindDueAccounts(_)
            | Request::ForgetAccount(_)
            | Request::BeginSecondFactor(_)
            | Request::FindAccounts(_)
            // These stand in the audit log.
            | Request::ChangeAccount(_)
            | Request::ListMails(_)
            | Request::RetryMail(_)
            | Request::ListAudit(_)
            | Request::RecordAudit(_) => return None,
        };
        Some(Self { name, account: account.to_owned() })
    }

    pub fn log(self, origin: &Origin, reply: &Reply) {
        let outcome = match reply {
            Reply::Failure(Failure { code, .. }) => code.as_str(),
            Reply::CodeAsked(_) => "code_asked",
            _ => "done",
        };
        let account = match reply {
            Reply::LoggedIn(logged_in) => logged_in.account_id.clone(),
            Reply::Confirmed(confirmed) => confirmed.account_id.clone(),
            _ => self.account,
        };
        tracing::info!(
            auth.event = self.name,
            auth.outcome = outcome,
            auth.account = account,
            auth.network = origin.network,
            "an event of the auth service"
        );
    }
}
