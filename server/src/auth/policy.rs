//! Which passwords are good enough.

use proto::auth_v1::BrokenRule;
use zxcvbn::Score;

use super::error::broken;

/// What is asked of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    pub shortest: usize,
    pub longest: usize,
    pub lower: bool,
    pub upper: bool,
    pub digit: bool,
    pub special: bool,
}

/// Fewer guesses than that (10^6) find it: a common password, plain or decorated (zxcvbn's scale, Wheeler 2016). The crate (MIT)
/// brings 30,000 of them, ranked: zxcvbn's own list, made of those that Mark Burnett gave to the public domain in 2015. So the
/// 10,000 commonest are refused, and as many guesses lie between them and the least that is taken.
const WEAKEST: Score = Score::Two;

/// A part of a name that short is in many a good password.
const SHORTEST_PART: usize = 3;

/// The same of one of several words: `van` and `der` are in more names than somebody's own.
const SHORTEST_WORD: usize = 4;

/// Puts every rule that the password breaks on the list. `personal` is what its owner is called.
pub fn check(rules: &PasswordRules, password: &str, personal: &[&str], all: &mut Vec<BrokenRule>) {
    let PasswordRules { shortest, longest, lower, upper, digit, special } = *rules;
    let mut add = |rule: &str, detail: String| all.push(broken("password", rule, detail));
    let length = password.chars().count();
    if length < shortest {
        add("too_short", format!("the password has fewer than {shortest} characters"));
    }
    if length > longest {
        add("too_long", format!("the password has more than {longest} characters"));
    }
    if lower && !password.chars().any(char::is_lowercase) {
        add("no_lower", "the password has no small letter".into());
    }
    if upper && !password.chars().any(char::is_uppercase) {
        add("no_upper", "the password has no capital letter".into());
    }
    if digit && !password.chars().any(char::is_numeric) {
        add("no_digit", "the password has no digit".into());
    }
    if special && password.chars().all(char::is_alphanumeric) {
        add("no_special", "the password has only letters and digits".into());
    }
    let parts = parts(personal);
    let small = password.to_lowercase();
    if parts.iter().any(|part| small.contains(part)) {
        add("personal", "the password contains your name or your e-mail address".into());
    }
    let inputs: Vec<&str> = parts.iter().map(String::as_str).collect();
    // The estimate's time grows with the square of the length, and what is long is judged by its beginning as well.
    let beginning: String = password.chars().take(longest.min(128)).collect();
    if zxcvbn::zxcvbn(&beginning, &inputs).score() < WEAKEST {
        add("common", "the password is one of the common ones, or close to one".into());
    }
}

fn parts(personal: &[&str]) -> Vec<String> {
    let whole = personal.iter().map(|part| part.to_lowercase());
    let before_at = personal.iter().filter_map(|part| part.split_once('@')).map(|(name, _)| name.to_lowercase());
    // Of a name of several words each one, but not the words of an address: `info` and `mail` are nobody's name.
    let names = personal.iter().filter(|part| !part.contains('@'));
    let words = names.flat_map(|part| part.split([' ', '-'])).map(str::to_lowercase);
    let words = words.filter(|word| word.chars().count() >= SHORTEST_WORD);
    whole.chain(before_at).filter(|part| part.chars().count() >= SHORTEST_PART).chain(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: PasswordRules =
        PasswordRules { shortest: 10, longest: 128, lower: true, upper: true, digit: true, special: true };

    fn broken(password: &str) -> Vec<String> {
        let mut all = Vec::new();
        check(&RULES, password, &["Olena Anna-Maria", "Koval", "o.koval@example.org"], &mut all);
        all.into_iter().map(|broken| broken.rule).collect()
    }

    #[test]
    fn all_broken_rules_are_told_at_once() {
        let cases: [(&str, &[&str]); 10] = [
            ("Kyiv-Chornobryvtsi-7!", &[]),
            ("Чорнобривці-й-мальви-7", &[]),
            ("short", &["too_short", "no_upper", "no_digit", "no_special", "common"]),
            ("password", &["too_short", "no_upper", "no_digit", "no_special", "common"]),
            ("Password1!", &["common"]),
            ("Xolena-4711-gR!", &["personal"]),
            ("O.Koval-4711-gR!x", &["personal"]),
            ("Xmaria-4711-gR!", &["personal"]),
            ("correcthorsebatterystaple", &["no_upper", "no_digit", "no_special"]),
            ("CORRECT-HORSE-7", &["no_lower"]),
        ];
        for (password, expected) in cases {
            assert_eq!(broken(password), expected, "{password}");
        }
        assert_eq!(broken(&format!("Ab1!{}", "kyiv-".repeat(30))), ["too_long"]);
    }

    /// From the list's own order: the first, some between, and the ten thousandth.
    #[test]
    fn the_ten_thousand_commonest_are_refused() {
        let rules = PasswordRules { shortest: 1, lower: false, upper: false, digit: false, special: false, ..RULES };
        let ranked = [
            "123456",
            "dragon",
            "mickey",
            "qwe123",
            "1qaz2wsx3edc",
            "undertaker",
            "12345qwer",
            "tippy",
            "lizaveta",
            "qqqqqq1",
        ];
        for password in ranked {
            let mut all = Vec::new();
            check(&rules, password, &[], &mut all);
            assert!(all.iter().any(|broken| broken.rule == "common"), "{password}: {all:?}");
        }
    }

    #[test]
    fn the_classes_are_settings() {
        let loose = PasswordRules { shortest: 8, lower: false, upper: false, digit: false, special: false, ..RULES };
        let mut all = Vec::new();
        check(&loose, "вишневий-садок", &[], &mut all);
        assert!(all.is_empty(), "{all:?}");
    }
}
