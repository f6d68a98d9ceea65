//! The strings of the pages about people.

mod account;
mod administration;
mod entrance;
mod forms;
mod history;

pub use account::*;
pub use administration::*;
pub use entrance::*;
pub use forms::*;
pub use history::*;

/// A page's title in the browser.
pub fn title(of: &str) -> String {
    format!("{of} · {}", super::PRODUCT)
}
/// Of a page that came back because something is wrong: read out first.
pub fn title_wrong(of: &str) -> String {
    format!("Not yet: {}", title(of))
}

/// A sentence of the server, as a sentence.
pub fn sentence(message: &str) -> String {
    let mut sentence = super::sentence_case(message);
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

// The menu of whoever is logged in.
pub const ACCOUNT: &str = "Account";
pub const NAV_LOGIN: &str = "Log in";
pub const NAV_REGISTER: &str = "Register";
pub const NAV_HISTORY: &str = "History";
pub const NAV_PROFILE: &str = "Profile";
pub const NAV_SESSIONS: &str = "Sessions";
pub const NAV_KEYS: &str = "API keys";
pub const NAV_STATS: &str = "Statistics";
pub const NAV_FACTOR: &str = "Second factor";
pub const NAV_ADMIN: &str = "Administration";
pub const LOG_OUT: &str = "Log out";
pub fn account_of(name: &str) -> String {
    format!("Account of {name}")
}
