//! The settings that the auth service follows.

/// Those that stay as the server was started; the others are [`crate::config::live`].
#[derive(Clone, Debug)]
pub struct AuthRules {
    /// What stands before the path of a link in a mail, without a slash at its end; also the issuer of tokens.
    pub public_url: String,
    /// The cost of bcrypt: 2 to the power of it rounds.
    pub password_cost: u32,
    /// Address of a service that knows passwords of breaches; none: none is asked.
    pub breached_passwords: Option<String>,
}

/// What somebody who registers learns of other people's accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reveal {
    /// Nothing: the answer is the same, and the owner of the address is told by mail.
    #[default]
    Nothing,
    /// That an address or a user name is taken (`user_already_exists`).
    Taken,
}
