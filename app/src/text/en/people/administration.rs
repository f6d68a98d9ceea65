//! Administration.

use crate::api::people::UserOrder;

pub const ADMIN: &str = "Administration";
pub const ADMIN_USERS: &str = "Users";
pub const ADMIN_ANALYSES: &str = "Analyses";
pub const ADMIN_QUOTAS: &str = "Quotas";
pub const ADMIN_MAIL: &str = "Mail";
pub const ADMIN_AUDIT: &str = "Audit log";
pub const ADMIN_JOBS: &str = "Jobs";
pub const JOBS_LEAD: &str = "What the server does by itself, once an hour. Mails have a page of their own.";
pub const JOB: &str = "Job";
pub fn job(name: &str) -> &'static str {
    match name {
        "search" => "Make results of an earlier version findable",
        "accounts" => "Delete accounts after their time of grace",
        "results" => "Delete results, pictures and links past their keeping",
        "counts" => "Delete counts that mean nothing any more",
        "encryption" => "Encrypt files anew after a key was replaced",
        _ => "A job of a later version",
    }
}
pub const JOB_DONE: &str = "Done";
pub const JOB_WAITS: &str = "not done yet";
pub const JOB_RUNS: &str = "runs";
pub const JOB_ENDED: &str = "went well";
pub const JOB_FAILED: &str = "failed";
pub const RUN: &str = "Run now";
pub const ADMIN_SETTINGS: &str = "Settings";
pub const SETTINGS_LEAD: &str = "They count at once, for everybody. What is left empty is as the server was started.";
pub const SETTINGS_CONFLICT: &str =
    "Somebody else has changed the settings since you opened them. Below is how they are now; make your change again.";
pub fn setting(name: &str) -> &'static str {
    match name {
        "anonymous_analyses" => "Analyses of a visitor without an account",
        "network_analyses" => "Analyses of all visitors of a network, a day",
        "account_analyses" => "Analyses of an account, an hour",
        "account_storage_mb" => "Room for the files and kept pictures of an account, in megabytes",
        "keep_days" => "Days that results and kept pictures stay",
        "password_length" => "Characters of a password, at least",
        "password_lower" => "A password needs a small letter",
        "password_upper" => "A password needs a capital letter",
        "password_digit" => "A password needs a digit",
        "password_special" => "A password needs a character that is neither letter nor digit",
        "reveal_accounts" => "Who registers is told that an address is taken",
        "admin_second_factor" => "Administrators need a second factor",
        _ => "A setting of a later version",
    }
}
pub fn setting_hint(started: u64, least: u64, most: u64) -> String {
    format!("{least} to {most}. Empty: {started}.")
}
pub fn as_started(on: bool) -> String {
    format!("as the server was started: {}", if on { SWITCHED_ON } else { SWITCHED_OFF })
}
pub const SWITCHED_ON: &str = "yes";
pub const SWITCHED_OFF: &str = "no";
pub const USERS_WORDS: &str = "Name, user name or address";
pub const USERS_ORDER: &str = "Order";
pub fn user_order(order: UserOrder) -> &'static str {
    match order {
        UserOrder::Newest => "newest first",
        UserOrder::Name => "by name",
        UserOrder::Email => "by address",
    }
}
pub fn users_found(total: u64) -> String {
    if total == 1 { "1 account".into() } else { format!("{total} accounts") }
}
pub const PREVIOUS: &str = "Previous";
pub const NEXT: &str = "Next";
pub const USER_NAME: &str = "Name";
pub const USER_STATE: &str = "State";
pub const USER_SINCE: &str = "Since";
pub const IS_ADMINISTRATOR: &str = "administrator";
pub const IS_BLOCKED: &str = "blocked";
pub const IS_UNCONFIRMED: &str = "not confirmed";
pub const HAS_FACTOR: &str = "second factor";
pub const IS_GOING: &str = "will be deleted";
pub const ROLE_ADMINISTRATOR: &str = "Administrator";
pub const BLOCKED: &str = "Blocked: cannot log in";
pub const CONFIRM_WITHOUT: &str = "Confirm the address without its link";
pub const END_ALL: &str = "End all sessions";
pub const RESET_FACTOR: &str = "Take the second factor away";
pub const PREVIEW: &str = "See what would change";
pub const PREVIEW_TITLE: &str = "This would change";
pub const NO_CHANGE: &str = "Nothing would change.";
pub const FIELD: &str = "What";
pub const OLD: &str = "Now";
pub const NEW: &str = "Then";
pub const PASSWORD_ONCE_MORE: &str =
    "This gives rights, or the account, to somebody: you have not given your password for a while.";
pub const DO_CHANGE: &str = "Change it";
pub const BACK_TO_USER: &str = "Back without a change";
pub const CONFLICT: &str =
    "Somebody else has changed this account since you opened it. Below is how it is now; make your change again.";
pub const LIMIT_SECTION: &str = "Analyses an hour";
pub const LIMIT: &str = "At most";
pub fn had_this_hour(analyses: u32) -> String {
    match analyses {
        1 => "1 analysis within the running hour.".into(),
        _ => format!("{analyses} analyses within the running hour."),
    }
}
pub const LIMIT_HINT: &str = "Empty: as many as the setting says.";
pub const NOT_A_NUMBER: &str = "This is not a whole number.";
pub const SET: &str = "Set";
pub const THEIR_ANALYSES: &str = "Analyses of this account";
pub const ANALYSES_OWNER: &str = "Whose: an address, a user name or an id";
pub const ALL_ANALYSES: &str = "Those of everybody";
pub const OWNER: &str = "Whose";
pub const WHEN: &str = "When";
pub const KEPT: &str = "Picture";
pub const YES: &str = "kept";
pub const NO: &str = "not kept";
pub const NOTHING_FOUND: &str = "There is none.";
pub const NETWORK: &str = "Network";
pub const NETWORKS_LEAD: &str =
    "What visitors without an account have used. A network is known by a keyed hash of its address.";
pub const USED: &str = "Most by one visitor";
pub const TOTAL: &str = "By all";
pub const RESET: &str = "Begin anew";
pub const RECIPIENT: &str = "To";
pub const ATTEMPTS: &str = "Attempts";
pub const STATE: &str = "State";
pub const MAIL_SENT_STATE: &str = "sent";
pub const MAIL_WAITS: &str = "waits";
pub const MAIL_GIVEN_UP: &str = "given up";
pub const RETRY: &str = "Try again";
pub const AUDIT_NUMBER: &str = "No.";
pub const ACTOR: &str = "Who";
pub const TERMINAL: &str = "terminal";
pub const AUDIT_GONE: &str = "gone with the account";
pub const AUDIT_UNREADABLE: &str = "cannot be read: it is not what was written, or the server's key is another";
pub const ACTION: &str = "Did what";
pub const TARGET: &str = "To what";
pub fn of_row(action: &str, row: &str) -> String {
    format!("{action}: {row}")
}
