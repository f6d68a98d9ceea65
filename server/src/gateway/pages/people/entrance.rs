//! Getting in: register, confirm, log in and out, a forgotten password.

use app::api::Asked;
use app::api::people::{Entrance, LogIn, NewAccount, NewPassword, PasswordRules};
use proto::auth_v1::{self, LogInKind, Register, ResetPassword};

use super::PagePeople;
use crate::auth::policy;
use crate::gateway::visitor::{dismiss, welcome};
use crate::service::ServiceError;

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

    fn log_in(&self, asked: LogIn) -> Asked<()> {
        let LogIn { login, password, code, remember } = asked;
        let kind = if remember { LogInKind::LastingCookie } else { LogInKind::Cookie };
        let asked = auth_v1::LogIn { login, password, code, kind: kind.into() };
        self.ask(async move |here, service| {
            let logged_in = service.log_in(&here.caller.origin, asked).await?;
            here.with_headers(|door, headers| welcome(door, &logged_in, headers))
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
