//! The strings of the pages about people.

use vision_core::stage::Task;

use crate::api::people::{PasswordRules, Per, Scope, UserOrder};

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

// Forms.
pub const OPTIONAL: &str = "may be left out";
/// In the order of zxcvbn's scores.
pub const STRENGTHS: &str = "Too easy to guess|Easy to guess|Could be better|Good|Strong";
pub const FILL_IN: &str = "Fill this in.";
pub fn is_missing(label: &str) -> String {
    format!("{label} is missing.")
}
/// What a field is called, by its name in the form.
pub fn label(field: &str) -> Option<&'static str> {
    Some(match field {
        "first_name" => FIRST_NAME,
        "last_name" => LAST_NAME,
        "email" => EMAIL,
        "login" => LOGIN,
        "password" => PASSWORD,
        "password_confirmation" => "The password, typed again,",
        "old_password" => OLD_PASSWORD,
        "name" => KEY_NAME,
        "code" => CODE,
        _ => return None,
    })
}
pub fn errors_title(count: usize) -> String {
    match count {
        0 => "That did not work".into(),
        1 => "One thing needs another look".into(),
        n => format!("{n} things need another look"),
    }
}
pub fn wait(secs: u64) -> String {
    match secs {
        0 | 1 => "Try again in a second.".into(),
        2..=90 => format!("Try again in {secs} seconds."),
        _ => format!("Try again in {} minutes.", secs.div_ceil(60)),
    }
}
pub fn password_hint(rules: PasswordRules) -> String {
    let PasswordRules { shortest, longest, lower, upper, digit, special } = rules;
    let mut parts = Vec::new();
    for (wanted, word) in
        [(lower, "a small letter"), (upper, "a capital letter"), (digit, "a digit"), (special, "another character")]
    {
        if wanted {
            parts.push(word);
        }
    }
    let length = format!("{shortest} to {longest} characters");
    match parts.split_last() {
        None => format!("{length}."),
        Some((last, [])) => format!("{length}, among them {last}."),
        Some((last, others)) => format!("{length}, among them {} and {last}.", others.join(", ")),
    }
}

/// What is said after something was done, by the word that stands in the address.
pub fn said(word: &str) -> Option<&'static str> {
    Some(match word {
        "confirmed" => "Your address is confirmed. You can log in now.",
        "password-changed" => "Your password is changed. The other sessions have ended.",
        "logged-out" => "You are logged out.",
        "profile-saved" => "Saved.",
        "email-mailed" => "A link is on its way to the new address. It counts once the link is opened.",
        "account-goes" => "Your account will be deleted. Until then you can keep it after all.",
        "avatar-set" => "Your picture is set.",
        "avatar-removed" => "Your picture is gone.",
        "account-stays" => "Your account stays.",
        "session-ended" => "Ended.",
        "key-revoked" => "The key is revoked. It does not work any more.",
        "deleted" => "Deleted.",
        "none-chosen" => "Nothing was chosen, so nothing was deleted.",
        "taken-over" => "They are in your history now.",
        "renamed" => "Renamed.",
        "factor-removed" => "The second factor is gone. The password is enough now.",
        "user-changed" => "Changed.",
        "quota-reset" => "The hour of this account begins anew.",
        "limit-set" => "Set. It counts from now on.",
        "settings-saved" => "Saved. It counts from now on.",
        "job-started" => "It has begun.",
        "mail-retried" => "It is tried again now.",
        "network-reset" => "The counts of this network begin anew.",
        "unshared" => "No link to it works any more.",
        _ => return None,
    })
}

// Refusals of a whole page.
pub const LOG_IN_FIRST: &str = "Log in to see this page.";
pub const NOTHING_HERE: &str = "There is nothing here by this address, or it belongs to someone else.";
pub const NO_SUCH_FORM: &str = "This form is not known here. Reload the page and try again.";
pub const REFUSED_TITLE: &str = "That cannot be shown";
pub const TO_START: &str = "To the start page";

// Register.
pub const REGISTER_TITLE: &str = "Register";
pub const REGISTER_LEAD: &str =
    "With an account the server reads as many pictures as you like, and keeps what it found for you.";
pub const FIRST_NAME: &str = "First name";
pub const LAST_NAME: &str = "Last name";
pub const EMAIL: &str = "E-mail address";
pub const USERNAME: &str = "User name";
pub const USERNAME_HINT: &str = "To log in with something shorter than your address.";
pub const PASSWORD: &str = "Password";
pub const PASSWORD_AGAIN: &str = "The same password again";
pub const REGISTER: &str = "Register";
pub const HAVE_ACCOUNT: &str = "You have an account already?";
pub const REGISTERED_TITLE: &str = "Look into your mail";
pub const REGISTERED: &str = "We have sent you a link. Open it within 24 hours, and your account is ready. If you had an account already, the mail says so.";
pub const NO_MAIL: &str = "No mail after a few minutes? Look among the spam, or";
pub const SEND_AGAIN_LINK: &str = "have it sent again";

// Confirm.
pub const CONFIRM_TITLE: &str = "Confirm your address";
pub const CONFIRM_LEAD: &str = "One more press of a button, and it is done.";
pub const CONFIRM: &str = "Confirm the address";
pub const LINK_FAILED_TITLE: &str = "This link does not work";
pub const LINK_FAILED_ADVICE: &str = "Each link works once, and not for long.";
pub const NEW_LINK: &str = "Ask for a new one";
pub const NO_TOKEN: &str = "The address is not whole: copy all of the link in the mail.";

// Mails sent again.
pub const RESEND_TITLE: &str = "Send the link again";
pub const RESEND_LEAD: &str = "For an account whose address is not confirmed yet.";
pub const SEND_LINK: &str = "Send the link";
pub const MAIL_ON_ITS_WAY_TITLE: &str = "Look into your mail";
pub const RESENT: &str = "If an account waits for its address to be confirmed, a new link is on its way.";
pub const FORGOTTEN: &str =
    "If there is an account with this address, a link to choose a new password is on its way. It works for an hour.";

// Log in.
pub const LOGIN_TITLE: &str = "Log in";
pub const LOGIN: &str = "E-mail address or user name";
pub const REMEMBER: &str = "Stay logged in for 30 days";
pub const LOG_IN: &str = "Log in";
pub const FORGOT_LINK: &str = "Forgot the password?";
pub const NO_ACCOUNT: &str = "No account yet?";
pub const CONFIRM_FIRST: &str = "Your address is not confirmed yet: open the link in the mail, or";

pub const CODE: &str = "Code";
pub const CODE_HINT: &str = "The six digits that your authenticator shows, or one of your recovery codes.";
pub const CODE_TITLE: &str = "Your code";
pub const CODE_LEAD: &str = "The password is right. Now the second factor, within five minutes.";
pub const LOG_IN_AS_ANOTHER: &str = "Begin again, as somebody else";

// Log out.
pub const LOGOUT_TITLE: &str = "Log out";
pub const LOGOUT_LEAD: &str = "This browser forgets who you are. Your history stays in your account.";

// A forgotten password.
pub const FORGOT_TITLE: &str = "A new password";
pub const FORGOT_LEAD: &str = "Tell us the address of your account, and we send you a link to choose another password.";
pub const RESET_TITLE: &str = "Choose a new password";
pub const RESET_LEAD: &str = "All your sessions end when it is changed.";
pub const NEW_PASSWORD: &str = "New password";
pub const NEW_PASSWORD_AGAIN: &str = "The new password again";
pub const CHANGE_PASSWORD: &str = "Change the password";

// Profile.
pub const PROFILE_TITLE: &str = "Profile";
pub const SINCE: &str = "Your account since";
pub const YOU: &str = "You";
pub const AVATAR_SECTION: &str = "Your picture";
pub const AVATAR_LEAD: &str = "The middle of it is kept, small and encrypted; where and when it was taken is not.";
pub const AVATAR: &str = "A picture";
pub const SET_AVATAR: &str = "Set the picture";
pub const REMOVE_AVATAR: &str = "Remove the picture";
pub const LANGUAGE: &str = "Language of our mails";
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("uk", "Українська")];
pub const TIME_ZONE: &str = "Time zone";
pub const UTC: (&str, &str) = ("UTC", "UTC, no zone");
pub const TASKS: &str = "What the server looks for";
pub const NO_TASK: &str = "Choose at least one thing that the server shall look for.";
pub fn task(task: Task) -> &'static str {
    match task {
        Task::Tags => "What it may be",
        Task::Objects => "Objects",
        Task::Faces => "Faces",
        Task::Colors => "Colours",
        Task::Quality => "Light and quality",
        Task::Description => "The sentence",
    }
}
pub const KEEP_PICTURES: &str = "Keep my pictures with their analyses";
pub const KEEP_PICTURES_HINT: &str =
    "Without it the server forgets each picture once it is read. Kept ones are encrypted, and go with the analysis.";
pub const SAVE: &str = "Save";
pub const PASSWORD_SECTION: &str = "Password";
pub const OLD_PASSWORD: &str = "Password until now";
pub const WRONG_PASSWORD: &str = "This is not your password.";
pub const EMAIL_SECTION: &str = "E-mail address";
pub const EMAIL_NOW: &str = "Now it is";
pub const NEW_EMAIL: &str = "New address";
pub const YOUR_PASSWORD: &str = "Your password";
pub const CHANGE_EMAIL: &str = "Change the address";
pub const EMAIL_LEAD: &str =
    "We send a link to the new address and a note to the old one. When the link is opened, all sessions end.";
pub const DELETE_SECTION: &str = "Delete the account";
pub const DELETE_LEAD: &str =
    "Everything goes for good after seven days: your analyses, pictures, files, keys. Until then you can take it back.";
pub const DELETE_ACCOUNT: &str = "Delete my account";
pub fn goes_on(day: &str) -> String {
    format!("This account and everything in it will be deleted on {day}.")
}
pub const KEEP_ACCOUNT: &str = "Keep it after all";

// Sessions.
pub const SESSIONS_TITLE: &str = "Sessions";
pub const SESSIONS_LEAD: &str = "Where you are logged in. End what you do not know, and change your password then.";
pub const THIS_ONE: &str = "this one";
pub const UNKNOWN_DEVICE: &str = "A device that does not say what it is";
pub const PROGRAM: &str = "program";
pub const PLACE: &str = "From";
pub const BEGAN: &str = "Began";
pub const LAST_USED: &str = "Last used";
pub const ENDS: &str = "Ends";
pub const END: &str = "End";
pub fn end_session(device: &str) -> String {
    format!("End the session on {device}")
}
pub const END_OTHERS: &str = "End all others";

// Keys.
pub const KEYS_TITLE: &str = "API keys";
pub const KEYS_LEAD: &str = "For your programs: they send the key with each request, as Authorization: Bearer. Whoever has it can use your account for what it may do.";
pub const NO_KEYS: &str = "You have no keys yet.";
pub const KEY_MAY: &str = "May";
pub const KEY_STARTS: &str = "Begins with";
pub const MADE: &str = "Made";
pub const NEVER: &str = "never";
pub const REVOKE: &str = "Revoke";
pub fn revoke(name: &str) -> String {
    format!("Revoke the key {name}")
}
pub const NEW_KEY: &str = "A new key";
pub const KEY_NAME: &str = "Name";
pub const KEY_NAME_HINT: &str = "So that you know later what uses it.";
pub const KEY_SCOPES: &str = "What it may do";
pub const NO_SCOPE: &str = "Choose at least one thing that the key may do.";
pub fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Analyses => "Have pictures read, see and delete analyses",
        Scope::Files => "Upload files, see and delete them",
        Scope::Profile => "See your profile",
    }
}
pub const KEY_ENDS: &str = "It works";
pub const KEY_DAYS: [(&str, &str); 5] = [
    ("30", "for 30 days"),
    ("90", "for 90 days"),
    ("365", "for a year"),
    ("730", "for two years"),
    ("0", "until you revoke it"),
];
pub const MAKE_KEY: &str = "Make the key";
pub const KEY_MADE_TITLE: &str = "Your new key";
pub fn key_made(name: &str) -> String {
    format!("This is the key “{name}”. Copy it now: it is shown this once, and only its beginning is kept.")
}
pub const KEY_VALUE: &str = "The key";
pub const KEY_EXAMPLE: &str = "For example";
pub const BACK_TO_KEYS: &str = "I have copied it";

// History.
pub const HISTORY_TITLE: &str = "History";
pub const SEARCH: &str = "Search";
pub const SEARCH_WORDS: &str = "Words";
pub const SEARCH_OBJECT: &str = "Object";
pub const SEARCH_FROM: &str = "From";
pub const SEARCH_TO: &str = "To";
pub const NOT_A_DAY: &str = "This is not a day. Days are written as in 2026-11-26.";
pub const SHOW_ALL: &str = "Show all";
pub const HISTORY_EMPTY: &str =
    "The server has read nothing for you yet. Ask it about a picture, and what it found stays here.";
pub const HISTORY_NONE: &str = "Nothing of yours is like that.";
pub const FIRST_PICTURE: &str = "Read a picture";
pub const ANALYSES: &str = "Analyses";
pub const CHOOSE_ONE: &str = "Choose";
pub fn choose(what: &str) -> String {
    format!("Choose: {what}")
}
pub const NO_PICTURE: &str = "picture not kept";
pub const OLDER: &str = "Older ones";
pub const NEWEST: &str = "To the newest";
pub const EXPORT: &str = "Save the whole history as";
pub const EXPORT_FOUND: &str = "Save what was found as";
pub const EXPORT_CSV: &str = "CSV";
pub const EXPORT_JSONL: &str = "JSON lines";
pub const EXPORT_OR: &str = " or ";
pub const EXPORT_ZIP: &str = "ZIP with the pictures, what was found drawn on them";
pub const DELETE_CHOSEN: &str = "Delete the chosen ones …";
pub const DELETE_CHOSEN_SURE: &str = "They are gone for good, with their pictures.";
pub const DELETE: &str = "Delete";
pub fn left_behind(count: u64) -> String {
    match count {
        1 => "Before you logged in, the server read one picture for you on this browser.".into(),
        n => format!("Before you logged in, the server read {n} pictures for you on this browser."),
    }
}
pub fn take_over(count: u64) -> String {
    if count == 1 { "Keep it in your history".into() } else { format!("Keep these {count} analyses") }
}
pub const WITHOUT_SENTENCE: &str = "No sentence was asked for";

// One analysis.
pub const ANALYSIS_TITLE: &str = "Analysis";
pub fn read_on(when: &str) -> String {
    format!("Read by the server, {when}")
}
pub const PICTURE_FORGOTTEN: &str = "The picture was not kept.";
pub const RENAME_LABEL: &str = "Name";
pub const RENAME: &str = "Rename";
pub const SHARE_SECTION: &str = "Share";
pub const SHARE_LEAD: &str = "Whoever has the link sees what was found, not the picture.";
pub const SHARE_DAYS: &str = "It works";
pub const SHARE_DAY_CHOICES: [(&str, &str); 4] =
    [("1", "for a day"), ("7", "for a week"), ("30", "for a month"), ("90", "for three months")];
pub const MAKE_LINK: &str = "Make a link";
pub const SHARE_LINK: &str = "The link";
pub fn share_made(until: &str) -> String {
    format!("Copy it now, it is shown this once. It works until {until}.")
}
pub const UNSHARE: &str = "Take back all links to it";
pub const DELETE_ONE: &str = "Delete …";
pub const DELETE_ONE_SURE: &str = "It is gone for good, with its picture.";
pub const SHOW_PICTURE: &str = "The picture as it was sent";
pub const TO_HISTORY: &str = "Back to the history";
pub const SHARED_LEAD: &str =
    "Somebody has shared with you what the server found on a picture. The picture itself is not shown.";

// The second factor.
pub const FACTOR_TITLE: &str = "Second factor";
pub const FACTOR_LEAD: &str =
    "With it, logging in asks for a code of your telephone too, so that a stolen password is not enough.";
pub const FACTOR_ON: &str = "It is on.";
pub const FACTOR_BEGIN: &str = "Set it up";
pub const FACTOR_SCAN: &str =
    "Scan this with an authenticator, or type the secret into it. Then type the code that it shows.";
pub const FACTOR_QR: &str = "QR code for an authenticator";
pub const FACTOR_SECRET: &str = "The secret";
pub const FACTOR_CODE: &str = "Code";
pub const FACTOR_CODE_HINT: &str = "Six digits.";
pub const FACTOR_CONFIRM: &str = "Switch it on";
pub const WRONG_CODE: &str = "This is not the code of now. Look whether the telephone's clock is right.";
pub const FACTOR_REMOVE: &str = "Switch it off";
pub const CODES_TITLE: &str = "Your recovery codes";
pub const CODES_LEAD: &str = "The second factor is on. Keep these where you keep important papers: each lets you in once without the telephone. They are shown this once.";
pub const CODES_KEPT: &str = "I have kept them";

// Statistics.
pub const STATS_TITLE: &str = "Statistics";
pub const STATS_NONE: &str = "The server has read nothing for you yet.";
pub const STATS_PER: &str = "A bar for each";
pub fn per(per: Per) -> &'static str {
    match per {
        Per::Day => "Day",
        Per::Week => "Week",
        Per::Month => "Month",
    }
}
pub const STATS_CHART: &str = "Analyses";
pub fn chart_told(analyses: u64, most: u64) -> String {
    format!("Bar chart: {analyses} analyses in this time, at most {most} at once. The table has the numbers.")
}
pub fn bar_told(from: &str, analyses: u64, failures: u64) -> String {
    match failures {
        0 => format!("{from}: {analyses}"),
        failures => format!("{from}: {analyses}, {failures} failed"),
    }
}
pub const STATS_TABLE: &str = "The same as a table";
pub const STATS_FROM: &str = "From";
pub const STATS_ANALYSES: &str = "Analyses";
pub const STATS_FAILURES: &str = "Failed";
pub const STATS_BYTES: &str = "Sent";
pub const STATS_ALL: &str = "In all";
pub const STATS_MEAN: &str = "Mean time";
pub const STATS_MEDIAN: &str = "Half were done in";
pub const STATS_P95: &str = "19 of 20 were done in";
pub const STATS_TAGS: &str = "Most frequent tags";
pub const STATS_OBJECTS: &str = "Most frequent objects";
pub const STATS_FORMATS: &str = "Formats";
pub const STATS_ERRORS: &str = "Why analyses failed";
pub const STATS_DAYS: &str =
    "Days are those of the time zone in your profile. What is deleted from the history stays counted.";

// Administration.
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
        "account_storage_mb" => "Room for the files of an account, in megabytes",
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
pub const ACTION: &str = "Did what";
pub const TARGET: &str = "To what";
pub fn of_row(action: &str, row: &str) -> String {
    format!("{action}: {row}")
}
