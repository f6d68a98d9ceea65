//! The address of the worker's script, with what the page's own address may ask of it.

/// The script that loads what Trunk builds from `app/worker`.
const SCRIPT: &str = "/worker.js";

/// On what models run, and in how many workers.
const MAY_BE_ASKED: [&str; 5] = ["device=cpu", "device=gpu", "workers=1", "workers=2", "workers=3"];

/// Hands on what is known in the page's address from its question mark on.
pub fn address_of(search: &str) -> String {
    let parts = search.trim_start_matches('?').split('&');
    let asked: Vec<&str> = parts.filter(|part| MAY_BE_ASKED.contains(part)).collect();
    match asked.as_slice() {
        [] => SCRIPT.into(),
        asked => format!("{SCRIPT}?{}", asked.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_handed_on() {
        let cases = [
            ("", "/worker.js"),
            ("?device=gpu", "/worker.js?device=gpu"),
            ("?workers=2&device=cpu", "/worker.js?workers=2&device=cpu"),
            ("?workers=2&utm_source=x&device=tpu", "/worker.js?workers=2"),
            ("?workers=99", "/worker.js"),
        ];
        for (search, address) in cases {
            assert_eq!(address_of(search), address, "{search}");
        }
    }
}
