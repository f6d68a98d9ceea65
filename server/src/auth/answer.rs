//! Which function answers which request.

use proto::auth::check_request;
use proto::auth_v1::auth_reply::Reply;
use proto::auth_v1::auth_request::Request;
use proto::auth_v1::{AuthReply, AuthRequest, Done, Origin};

use super::events::Event;
use super::{AuthError, LocalAuth};

impl LocalAuth {
    pub(super) async fn answer(&self, message: AuthRequest) -> AuthReply {
        let reply = match check_request(&message) {
            Err(error) => Err(AuthError::Malformed(error)),
            Ok(_) => match (message.origin, message.request) {
                (Some(origin), Some(request)) => return self.logged(&origin, request).await,
                _ => Err(AuthError::internal("a request that was checked is not whole")),
            },
        };
        AuthReply { reply: Some(reply.unwrap_or_else(|error| Reply::Failure(error.failure()))) }
    }

    async fn logged(&self, origin: &Origin, request: Request) -> AuthReply {
        let event = Event::of(&request);
        let reply = match request {
            // Of every request with a token: it does not pay for the room that the others need.
            Request::Identify(asked) => self.identify(asked).await.map(Reply::Principal),
            request => Box::pin(self.fulfil(origin, request)).await,
        };
        let reply = reply.unwrap_or_else(|error| Reply::Failure(error.failure()));
        if let Some(event) = event {
            event.log(origin, &reply);
        }
        AuthReply { reply: Some(reply) }
    }

    async fn fulfil(&self, origin: &Origin, request: Request) -> Result<Reply, AuthError> {
        match request {
            Request::Register(asked) => self.register(origin, asked).await.map(Reply::Registered),
            Request::Confirm(asked) => self.confirm(origin, asked).await.map(Reply::Confirmed),
            Request::ResendConfirmation(asked) => done(self.resend_confirmation(origin, asked).await),
            Request::ForgotPassword(asked) => done(self.forgot_password(origin, asked).await),
            Request::ResetPassword(asked) => done(self.reset_password(asked).await),
            Request::ChangePassword(asked) => done(self.change_password(asked).await),
            Request::ChangeEmail(asked) => done(self.change_email(asked).await),
            Request::LogIn(asked) => self.log_in(origin, asked).await,
            Request::FinishLogIn(asked) => self.finish_log_in(origin, asked).await.map(Reply::LoggedIn),
            Request::Refresh(asked) => self.refresh(asked).await.map(Reply::LoggedIn),
            Request::LogOut(asked) => done(self.end_session(&asked.account_id, &asked.session_id).await),
            Request::Identify(asked) => self.identify(asked).await.map(Reply::Principal),
            Request::ListSessions(asked) => self.list_sessions(&asked.account_id).await.map(Reply::Sessions),
            Request::EndSession(asked) => done(self.end_session(&asked.account_id, &asked.session_id).await),
            Request::EndSessions(asked) => done(self.end_sessions(&asked.account_id, &asked.but_session_id).await),
            Request::GivePassword(asked) => done(self.give_password(asked).await),
            Request::CreateApiKey(asked) => self.create_api_key(asked).await.map(Reply::NewApiKey),
            Request::ListApiKeys(asked) => self.list_api_keys(&asked.account_id).await.map(Reply::ApiKeys),
            Request::RevokeApiKey(asked) => done(self.revoke_api_key(&asked.account_id, &asked.key_id).await),
            Request::GetAccount(asked) => self.get_account(&asked.account_id).await.map(Reply::Account),
            Request::UpdateAccount(asked) => self.update_account(asked).await.map(Reply::Account),
            Request::DeleteAccount(asked) => self.delete_account(asked).await.map(Reply::Account),
            Request::KeepAccount(asked) => self.keep_account(&asked.account_id).await.map(Reply::Account),
            Request::FindDueAccounts(_) => self.find_due_accounts().await.map(Reply::AccountIds),
            Request::ForgetAccount(asked) => done(self.forget_account(&asked.account_id).await),
            Request::BeginSecondFactor(asked) => self.begin_second_factor(asked).await.map(Reply::SecondFactor),
            Request::ConfirmSecondFactor(asked) => self.confirm_second_factor(asked).await.map(Reply::RecoveryCodes),
            Request::RemoveSecondFactor(asked) => done(self.remove_second_factor(asked).await),
            Request::FindAccounts(asked) => self.find_accounts(asked).await.map(Reply::Accounts),
            Request::ChangeAccount(asked) => self.change_account(asked).await.map(Reply::Change),
            Request::ListMails(asked) => self.list_mails(asked).await.map(Reply::Mails),
            Request::RetryMail(asked) => done(self.retry_mail(asked).await),
            Request::ListAudit(asked) => self.list_audit(asked).await.map(Reply::Audit),
            Request::RecordAudit(asked) => done(self.record_audit(asked).await),
        }
    }
}

fn done(outcome: Result<(), AuthError>) -> Result<Reply, AuthError> {
    outcome.map(|()| Reply::Done(Done {}))
}
