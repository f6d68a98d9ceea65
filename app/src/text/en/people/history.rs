//! What somebody has had read, and their numbers.

use crate::api::people::Per;

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
