//! What a name, an address or a user name may look like.

use proto::auth_v1::BrokenRule;

use super::AuthError;
use super::error::broken;

const LONGEST_NAME: usize = 100;
const LONGEST_EMAIL: usize = 254;
const LONGEST_USERNAME: usize = 32;
const SHORTEST_USERNAME: usize = 3;

/// Languages that mails are written in.
pub const LANGUAGES: [&str; 2] = ["en", "uk"];

/// Fields that were left out, gathered so that all of them are told at once.
#[derive(Debug, Default)]
pub struct Missing(Vec<&'static str>);

impl Missing {
    /// The value without white space around it; if nothing is left, the field is missing.
    pub fn text<'a>(&mut self, value: &'a str, field: &'static str) -> &'a str {
        let value = value.trim();
        self.note(value.is_empty(), field);
        value
    }

    /// A password, in which white space counts.
    pub fn password(&mut self, value: &str, field: &'static str) {
        self.note(value.is_empty(), field);
    }

    pub fn note(&mut self, is_missing: bool, field: &'static str) {
        if is_missing {
            self.0.push(field);
        }
    }

    /// # Errors
    /// When a field was left out.
    pub fn none(self) -> Result<(), AuthError> {
        if self.0.is_empty() { Ok(()) } else { Err(AuthError::MissingFields { fields: self.0 }) }
    }
}

/// The value of the only field that is asked for, without white space around it.
///
/// # Errors
/// When there is none.
pub fn required<'a>(value: &'a str, field: &'static str) -> Result<&'a str, AuthError> {
    let mut missing = Missing::default();
    let value = missing.text(value, field);
    missing.none().map(|()| value)
}

pub fn check_name(name: &str, field: &str, all: &mut Vec<BrokenRule>) {
    if name.chars().count() > LONGEST_NAME {
        all.push(broken(field, "too_long", format!("the {} has more than {LONGEST_NAME} letters", words(field))));
    }
    // Also keeps line breaks out of mails.
    if name.chars().any(|c| c.is_control() || turns_what_follows(c)) {
        all.push(broken(field, "not_text", format!("the {} holds characters that no name has", words(field))));
    }
}

/// What is not seen and has what stands beside it shown in another order, wherever the name stands (Unicode Standard Annex 9, 2.1 to
/// 2.6); the marks turn no letters, but the digits and signs after a name. Names of every direction do without: their letters have
/// one of their own.
fn turns_what_follows(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

pub fn check_email(email: &str, all: &mut Vec<BrokenRule>) {
    let well_formed = email.parse::<lettre::Address>().is_ok_and(|address| address.domain().contains('.'));
    if email.len() > LONGEST_EMAIL || !well_formed {
        all.push(broken("email", "not_an_address", "this is not an e-mail address such as name@example.org"));
    }
}

pub fn check_username(username: &str, all: &mut Vec<BrokenRule>) {
    let length = username.chars().count();
    if !(SHORTEST_USERNAME..=LONGEST_USERNAME).contains(&length) {
        all.push(broken(
            "username",
            "length",
            format!("a user name has {SHORTEST_USERNAME} to {LONGEST_USERNAME} characters"),
        ));
    }
    // Without `@` it can never be taken for somebody's address.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if !username.bytes().all(plain) || !username.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric()) {
        all.push(broken(
            "username",
            "characters",
            "a user name is made of the letters a to z, digits, dots, hyphens and underscores, and begins with a letter or a digit",
        ));
    }
}

pub fn check_language(language: &str, all: &mut Vec<BrokenRule>) {
    if !LANGUAGES.contains(&language) {
        all.push(broken("language", "unknown", format!("the languages are {}", LANGUAGES.join(" and "))));
    }
}

/// A name of the IANA's database, such as `Europe/Kyiv`; returns it as it is written there, for it is also found in small letters.
pub fn check_time_zone(name: &str, all: &mut Vec<BrokenRule>) -> String {
    // `Etc/Unknown` is found too, and is none (CLDR).
    let zone = jiff::tz::TimeZone::get(name).ok().filter(|zone| !zone.is_unknown());
    match zone.as_ref().and_then(jiff::tz::TimeZone::iana_name) {
        Some(name) => name.to_owned(),
        None => {
            all.push(broken("time_zone", "unknown", "a time zone is named as in Europe/Kyiv"));
            name.to_owned()
        }
    }
}

/// What makes two addresses or user names the same.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The language of `tag` that mails are written in; English where it is none of ours.
pub fn language(tag: &str) -> &'static str {
    let main = tag.split(['-', ',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    LANGUAGES.into_iter().find(|known| *known == main).unwrap_or("en")
}

/// Nothing broken, or all of it at once.
///
/// # Errors
/// When anything is broken.
pub fn all_kept(all: Vec<BrokenRule>) -> Result<(), AuthError> {
    if all.is_empty() { Ok(()) } else { Err(AuthError::Broken { broken: all }) }
}

fn words(field: &str) -> String {
    field.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(check: impl Fn(&mut Vec<BrokenRule>)) -> Vec<String> {
        let mut all = Vec::new();
        check(&mut all);
        all.into_iter().map(|broken| broken.rule).collect()
    }

    #[test]
    fn addresses_and_user_names_are_told_apart_from_what_is_none() {
        for good in ["olena@example.org", "o.koval+x@sub.example.org", "ОЛЕНА@приклад.укр"] {
            assert!(rules(|all| check_email(good, all)).is_empty(), "{good}");
        }
        for bad in ["olena", "olena@", "@example.org", "a b@example.org", "a@b\r\nBcc: c@d.org", "a@localhost"] {
            assert_eq!(rules(|all| check_email(bad, all)), ["not_an_address"], "{bad:?}");
        }
        for good in ["olena1", "o.koval", "7_up"] {
            assert!(rules(|all| check_username(good, all)).is_empty(), "{good}");
        }
        for (bad, expected) in
            [("ab", "length"), ("a@b.org", "characters"), ("олена", "characters"), ("-ab", "characters")]
        {
            assert_eq!(rules(|all| check_username(bad, all)), [expected], "{bad}");
        }
    }

    #[test]
    fn a_name_of_every_script_is_a_name() {
        for good in ["Olena", "Олена", "Anne-Marie d'Été", "李", "أولينا", "אולנה"] {
            assert!(rules(|all| check_name(good, "first_name", all)).is_empty(), "{good}");
        }
        for bad in ["a\r\nb", "\u{202e}anelO", "a\u{2067}b", "Olena\u{200e}", "Olena\u{200f}", "Olena\u{61c}"] {
            assert_eq!(rules(|all| check_name(bad, "first_name", all)), ["not_text"], "{bad:?}");
        }
        assert_eq!(rules(|all| check_name(&"a".repeat(101), "first_name", all)), ["too_long"]);
    }

    #[test]
    fn all_fields_that_are_missing_are_told_at_once() {
        let mut missing = Missing::default();
        assert_eq!(missing.text(" Olena ", "first_name"), "Olena");
        missing.text(" ", "last_name");
        missing.password("  ", "password");
        missing.password("", "password_confirmation");
        let told = missing.none().expect_err("two are missing").to_string();
        assert_eq!(told, "the fields `last_name` and `password_confirmation` are missing");
        assert_eq!(required("", "token").expect_err("missing").to_string(), "the field `token` is missing");
        assert!(Missing::default().none().is_ok());
    }

    #[test]
    fn the_language_of_a_caller_is_one_of_ours() {
        for (tag, expected) in [("uk-UA,uk;q=0.9", "uk"), ("UK", "uk"), ("de", "en"), ("", "en")] {
            assert_eq!(language(tag), expected, "{tag}");
        }
    }
}
