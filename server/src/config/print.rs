//! The effective settings as a table of `iia.toml`, every key with what it means and its other names.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

/// Prints `settings` with the texts of the options `O` that they came from.
pub fn printed<O: clap::Args, S: Serialize>(table: &str, settings: &S) -> String {
    let values = serde_json::to_value(settings).unwrap_or_default();
    let options = O::augment_args(clap::Command::new("iia"));
    let mut text = format!("[{table}]\n");
    for option in options.get_arguments() {
        let key = option.get_id().as_str();
        let Some(value) = values.get(key) else { continue };
        let help = option.get_long_help().or(option.get_help()).map(ToString::to_string).unwrap_or_default();
        text.push('\n');
        for line in help.lines() {
            let _ = writeln!(text, "# {line}");
        }
        let flag = option.get_long().unwrap_or(key);
        let variable = option.get_env().unwrap_or_default().to_string_lossy();
        let _ = writeln!(text, "# --{flag}, {variable}");
        let _ = match value {
            Value::Null => writeln!(text, "# {key} ="),
            // A JSON string, number or truth value is written the same way in TOML.
            value => writeln!(text, "{key} = {value}"),
        };
    }
    text
}
