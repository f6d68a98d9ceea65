//! How strong a password is while it is being chosen: the measure that the server decides by (zxcvbn, Wheeler 2016), as a small
//! program that is loaded when somebody is about to type one.

use wasm_bindgen::prelude::wasm_bindgen;

/// As many characters as the server looks at.
const LOOKED_AT: usize = 128;

/// 0 (guessed at once) to 4 (strong); the server takes 2 and more. `personal` is what its owner is called.
#[wasm_bindgen]
pub fn strength(password: &str, personal: Vec<String>) -> u8 {
    let beginning: String = password.chars().take(LOOKED_AT).collect();
    let personal: Vec<String> = personal.iter().map(|part| part.to_lowercase()).collect();
    let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
    u8::from(zxcvbn::zxcvbn(&beginning, &personal).score())
}

fn main() {}

#[cfg(test)]
mod tests {
    use super::strength;

    #[test]
    fn common_and_personal_ones_are_weak() {
        let personal = || vec!["Olena".to_owned(), "o.koval@example.org".to_owned()];
        assert!(strength("Password1!", personal()) < 2);
        assert!(strength("olena1", personal()) < 2);
        assert!(strength("Kyiv-Chornobryvtsi-7!", personal()) >= 3);
        assert_eq!(strength("", personal()), 0);
        assert!(strength(&"kyiv-".repeat(10_000), personal()) <= 4, "however long it is");
    }
}
