//! One's own account: profile, password, address, sessions, API keys, the end of it.

use std::collections::BTreeSet;

use vision_core::stage::Task;

use super::{Moment, NewPassword};
use crate::api::Asked;

/// What somebody who is logged in asks about their account. Everything here is refused with `unauthenticated` for a visitor.
pub trait OwnAccount: Send + Sync + 'static {
    fn profile(&self) -> Asked<Profile>;
    /// Refused with `conflict` when the account was changed since that version.
    fn change_profile(&self, change: ProfileChange) -> Asked<()>;
    /// Ends all other sessions; refused with `invalid_credentials` for a wrong old password.
    fn change_password(&self, old_password: String, new: NewPassword) -> Asked<()>;
    /// The new address counts once the link that is sent there is opened.
    fn change_email(&self, password: String, email: String) -> Asked<()>;
    /// Everything goes after a time of grace; until then the account can be kept.
    fn delete_account(&self, password: String) -> Asked<()>;
    fn keep_account(&self) -> Asked<()>;
    fn remove_avatar(&self) -> Asked<()>;

    /// The password once more, for what is refused with `password_required` otherwise.
    fn give_password(&self, password: String) -> Asked<()>;

    /// Makes a secret for an authenticator; it counts once a code of it has been given.
    fn begin_second_factor(&self, password: String) -> Asked<FactorSecret>;
    /// The recovery codes, told this once.
    fn confirm_second_factor(&self, code: String) -> Asked<Vec<String>>;
    fn remove_second_factor(&self, password: String) -> Asked<()>;

    /// The last used first.
    fn sessions(&self) -> Asked<Vec<Session>>;
    fn end_session(&self, id: String) -> Asked<()>;
    fn end_other_sessions(&self) -> Asked<()>;

    fn api_keys(&self) -> Asked<Vec<ApiKey>>;
    fn create_api_key(&self, wish: KeyWish) -> Asked<MadeKey>;
    fn revoke_api_key(&self, id: String) -> Asked<()>;
}

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Empty: none.
    pub username: String,
    /// Of mails: `en` or `uk`.
    pub language: String,
    pub time_zone: String,
    /// What an analysis looks for, if the request does not say; empty: everything.
    pub default_tasks: BTreeSet<Task>,
    /// Whether pictures are kept with their analyses, if the request does not say.
    pub keep_pictures: bool,
    pub created_at: Moment,
    /// When everything goes, if the owner asked for it.
    pub delete_at: Option<Moment>,
    /// One more with every change.
    pub version: i64,
    /// Whether logging in asks for a code too.
    pub second_factor: bool,
    /// Whether there is a picture of its owner, at `/v1/profile/avatar`.
    pub avatar: bool,
}

/// The secret of an authenticator (RFC 6238). Not `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct FactorSecret {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://`, for a QR code.
    pub uri: String,
}

/// The profile's form, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChange {
    pub first_name: String,
    pub last_name: String,
    pub username: String,
    pub language: String,
    pub time_zone: String,
    pub default_tasks: BTreeSet<Task>,
    pub keep_pictures: bool,
    /// The version that the form was made from.
    pub version: i64,
}

/// Where somebody is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What the browser or program calls itself.
    pub device: String,
    /// The prefix of the address that it began at.
    pub place: String,
    /// A browser's, not a program's.
    pub browser: bool,
    pub created_at: Moment,
    pub last_used_at: Moment,
    pub expires_at: Moment,
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Have pictures read, see and delete analyses.
    Analyses,
    /// Upload files, see and delete them.
    Files,
    /// See the profile.
    Profile,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Analyses, Self::Files, Self::Profile];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Analyses => "analyses",
            Self::Files => "files",
            Self::Profile => "profile",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    /// Its first letters, by which its owner knows it.
    pub hint: String,
    pub scopes: BTreeSet<Scope>,
    pub created_at: Moment,
    pub last_used_at: Option<Moment>,
    pub expires_at: Option<Moment>,
}

/// A key that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyWish {
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    /// None: until it is revoked.
    pub expires_in_days: Option<u32>,
}

/// A key that was made, with its secret, shown this once. Not `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeKey {
    pub name: String,
    pub secret: String,
}
