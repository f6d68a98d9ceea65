//! One's own account: profile, sessions, keys, the second factor.

use vision_core::stage::Task;

use crate::api::people::Scope;

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
pub const EXPORT_SECTION: &str = "Your data";
pub const EXPORT_LEAD: &str = "Your profile, sessions, keys without their secrets, every result, the pictures and files that are kept: one ZIP file with a list of what is in it.";
pub const EXPORT_ALL: &str = "Save everything";
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
