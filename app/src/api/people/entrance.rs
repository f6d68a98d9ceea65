//! Getting in: register, confirm, log in and out, a forgotten password.

use crate::api::Asked;

/// What visitors ask who have no account, are not logged in, or cannot get in.
pub trait Entrance: Send + Sync + 'static {
    /// What is asked of a password.
    fn password_rules(&self) -> Asked<PasswordRules>;

    /// The reply is the same whether or not the address has an account: what to do next stands in a mail.
    fn register(&self, new: NewAccount) -> Asked<()>;

    /// Confirms an account, or a new address of one, with the token of the link in a mail.
    fn confirm(&self, token: String) -> Asked<()>;

    /// The same reply whether or not there is such an account.
    fn resend_confirmation(&self, email: String) -> Asked<()>;

    /// The same reply whether or not there is such an account.
    fn forgot_password(&self, email: String) -> Asked<()>;

    fn reset_password(&self, token: String, new: NewPassword) -> Asked<()>;

    fn log_in(&self, asked: LogIn) -> Asked<LogInStep>;

    /// Goes on after [`LogInStep::CodeAsked`], in the same browser: with the code of an authenticator, or a recovery code.
    fn finish_log_in(&self, code: String) -> Asked<()>;

    /// Fulfilled also for whoever is not logged in (any more).
    fn log_out(&self) -> Asked<()>;
}

/// What somebody who registers tells. Not `Debug`: it holds a password.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// May be empty.
    pub username: String,
    pub password: NewPassword,
}

/// A password, typed twice. Not `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword {
    pub password: String,
    pub confirmation: String,
}

/// Who logs in. Not `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct LogIn {
    /// E-mail address or user name.
    pub login: String,
    pub password: String,
    /// Stay logged in for 30 days, instead of until the browser is closed.
    pub remember: bool,
}

/// How far a login has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogInStep {
    LoggedIn,
    /// The password was right; a code is awaited.
    CodeAsked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    /// Characters.
    pub shortest: usize,
    pub longest: usize,
    pub lower: bool,
    pub upper: bool,
    pub digit: bool,
    pub special: bool,
}
