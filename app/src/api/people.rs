//! The seam for everything that has to do with people: what the pages ask, in plain types of the field's terms.
//!
//! The server provides an object per request, bound to whoever the request comes from. The pages know nothing of HTTP, of
//! cookies or tokens, or of what stores anything: logging in, for them, is a question that is answered with yes or why not.

mod account;
mod administration;
mod entrance;
mod history;
mod statistics;

pub use account::{ApiKey, FactorSecret, KeyWish, MadeKey, OwnAccount, Profile, ProfileChange, Scope, Session};
pub use administration::{
    Actor, Administration, AnalysisSearch, AuditEntry, Audited, AuditedValue, Difference, Differences, How, Job, Mail,
    Network, OwnedAnalysis, ServerSetting, ServerSettings, SettingValue, SettingsChange, User, UserChange, UserDetail,
    UserList, UserOrder, UserSearch,
};
pub use entrance::{Entrance, LogIn, LogInStep, NewAccount, NewPassword, PasswordRules};
pub use history::{History, HistoryEntry, HistoryList, HistorySearch, KeptAnalysis, Share};
pub use statistics::{Frequency, Numbers, Per, Period, Statistics};

use super::Asked;

/// Everything that the pages of people ask of the server, for the visitor of one request.
pub trait People: Entrance + OwnAccount + History + Statistics + Administration {
    /// Who is logged in; none for a visitor.
    fn signed_in(&self) -> Asked<Option<SignedIn>>;
}

/// Somebody who is logged in, as every page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// First and last name.
    pub name: String,
    pub email: String,
    /// A name of the IANA's database, such as `Europe/Kyiv`.
    pub time_zone: String,
    pub administrator: bool,
}

/// A moment: milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);
