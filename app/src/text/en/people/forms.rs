//! Forms, and what is said after one was sent.

use super::{CODE, EMAIL, FIRST_NAME, KEY_NAME, LAST_NAME, LOGIN, OLD_PASSWORD, PASSWORD};
use crate::api::people::PasswordRules;

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
