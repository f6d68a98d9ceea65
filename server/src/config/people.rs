//! Settings about people: accounts, passwords, mails.

use super::{ConfigError, within};

/// What stands before the path of every link in a mail: no query, no slash at the end.
pub(super) fn valid_public_url(url: String) -> Result<String, ConfigError> {
    let url = url.trim_end_matches('/').to_owned();
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !url.contains(['?', '#', ' ', '"', '<']) => Ok(url),
        _ => Err(invalid("public_url", format!("`{url}` is not of the form https://HOST"))),
    }
}

pub(super) fn valid_database(url: String) -> Result<String, ConfigError> {
    let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme));
    // The address may hold a password, so it is not repeated.
    if known { Ok(url) } else { Err(invalid("database", "it begins with none of sqlite:, postgres:".into())) }
}

pub(super) fn valid_smtp(url: String) -> Result<String, ConfigError> {
    match crate::mail::Smtp::new(&url) {
        Ok(_) => Ok(url),
        Err(_) => Err(invalid("smtp", "it is not of the form smtps://USER:PASSWORD@HOST".into())),
    }
}

pub(super) fn valid_mail_from(address: String) -> Result<String, ConfigError> {
    match address.parse::<lettre::message::Mailbox>() {
        Ok(_) => Ok(address),
        Err(error) => Err(invalid("mail_from", error.to_string())),
    }
}

/// What stands before the beginning of a hash: it ends with a slash.
pub(super) fn valid_range_service(url: String) -> Result<String, ConfigError> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && url.parse::<http::Uri>().is_ok() && !url.contains(['?', '#']) => {
            Ok(if url.ends_with('/') { url } else { url + "/" })
        }
        _ => Err(invalid("breached_passwords", format!("`{url}` is not of the form https://HOST/range/"))),
    }
}

/// Fewer than 4 bcrypt does not take; more than 16 would take minutes.
pub(super) fn valid_cost(cost: u32) -> Result<u32, ConfigError> {
    within("password_cost", cost, 4..=16)
}

pub(super) fn valid_shortest(length: usize) -> Result<usize, ConfigError> {
    within("password_length", length, 8..=64)
}

fn invalid(setting: &'static str, detail: String) -> ConfigError {
    ConfigError::Value { setting, detail }
}
