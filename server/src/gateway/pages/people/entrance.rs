//! Getting in: register, confirm, log in and out, a forgotten password.

use app::api::Asked;
use app::api::people::{Entrance, LogIn, LogInStep, NewAccount, NewPassword, PasswordRules};
use proto::auth_v1::{self, LogInKind, Register, ResetPassword};

use super::PagePeople;
use crate::auth::policy;
use crate::gateway::visitor::{dismiss, hand_ticket, take_ticket, welcome};
use crate::service::{ServiceError, people};

impl Entrance for PagePeople {
    fn password_rules(&self) -> Asked<PasswordRules> {
        self.ask(async move |_, service| {
            let policy::PasswordRules { shortest, longest, lower, upper, digit, special } =
                service.password_rules().await?;
            Ok(PasswordRules { shortest, longest, lower, upper, digit, special })
        })
    }

    fn register(&self, new: NewAccount) -> Asked<()> {
        let NewAccount { first_name, last_name, email, username, password } = new;
        let NewPassword { password, confirmation: password_confirmation } = password;
        let asked = Register { first_name, last_name, email, username, password, password_confirmation };
        self.ask(async move |here, service| service.register(&here.caller.origin, asked).await)
    }

    fn confirm(&self, token: String) -> Asked<()> {
        self.ask(async move |here, service| service.confirm(&here.caller.origin, token).await.map(|_| ()))
    }

    fn resend_confirmation(&self, email: String) -> Asked<()> {
        self.ask(async move |here, service| service.resend_confirmation(&here.caller.origin, email).await)
    }

    fn forgot_password(&self, email: String) -> Asked<()> {
        self.ask(async move |here, service| service.forgot_password(&here.caller.origin, email).await)
    }

    fn reset_password(&self, token: String, new: NewPassword) -> Asked<()> {
        let NewPassword { password, confirmation: password_confirmation } = new;
        let asked = ResetPassword { token, password, password_confirmation };
        self.ask(async move |here, service| service.reset_password(&here.caller.origin, asked).await)
    }

    fn log_in(&self, asked: LogIn) -> Asked<LogInStep> {
        let LogIn { login, password, remember } = asked;
        let kind = if remember { LogInKind::LastingCookie } else { LogInKind::Cookie };
        let asked = auth_v1::LogIn { login, password, kind: kind.into(), ..auth_v1::LogIn::default() };
        self.ask(async move |here, service| match service.begin_log_in(&here.caller.origin, asked).await? {
            people::LogInStep::LoggedIn(logged_in) => {
                here.with_headers(|door, headers| welcome(door, &logged_in, headers))?;
                Ok(LogInStep::LoggedIn)
            }
            people::LogInStep::CodeAsked(asked) => {
                here.with_headers(|door, headers| hand_ticket(door, &asked, headers))?;
                Ok(LogInStep::CodeAsked)
            }
        })
    }

    fn finish_log_in(&self, code: String) -> Asked<()> {
        self.ask(async move |here, service| {
            let logged_in = service.finish_log_in(&here.caller.origin, here.ticket.clone(), code).await?;
            here.with_headers(|door, headers| {
                take_ticket(door, headers)?;
                welcome(door, &logged_in, headers)
            })
        })
    }

    fn log_out(&self) -> Asked<()> {
        self.ask(async move |here, service| {
            match here.person() {
                Ok(person) => service.log_out(&here.caller.origin, person).await?,
                Err(ServiceError::Unauthenticated) => {}
                Err(error) => return Err(error),
            }
            here.with_headers(dismiss)
        })
    }
}
