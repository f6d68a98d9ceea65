//! Decides whether every dependency may be used: its licence expression must be satisfied by deny.toml's list.
//! cargo-deny reads the same list and more of it; building it takes longer than all our tests, so it runs where it is prebuilt.

use super::tally::Tally;
use crate::process::output;
use crate::tools::WASM_TARGET;
use crate::{native, project};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// Reads the packages of both targets and judges each.
pub fn check(tally: &mut Tally) -> Result<()> {
    let deny = fs::read_to_string(project::root().join("deny.toml")).context("cannot read deny.toml")?;
    let allowed = allowed(&deny);
    ensure!(!allowed.is_empty(), "deny.toml allows no licence at all");
    let host = output(native_host())?;
    let mut refused = BTreeSet::new();
    for platform in [host.as_str(), WASM_TARGET] {
        let mut cargo = native::cargo(&["metadata", "--format-version", "1", "--filter-platform"]);
        cargo.arg(platform);
        let metadata: Value = serde_json::from_str(&output(cargo)?)?;
        for package in metadata["packages"].as_array().context("cargo metadata names no packages")? {
            let licence = package["license"].as_str().unwrap_or_default();
            if !is_satisfied(licence, &allowed) {
                refused.insert(format!("{} {}: `{licence}`", package["name"], package["version"]));
            }
        }
    }
    ensure!(refused.is_empty(), "not in deny.toml's list: {}", refused.into_iter().collect::<Vec<_>>().join("; "));
    tally.pass();
    Ok(())
}

fn native_host() -> std::process::Command {
    crate::process::command("rustc", ["--print", "host-tuple"])
}

/// The strings of `allow = [..]` in the table `[licenses]`.
fn allowed(deny: &str) -> BTreeSet<String> {
    let table = deny.split("[licenses]").nth(1).unwrap_or_default();
    let list = table.split("allow = [").nth(1).unwrap_or_default();
    let list = list.split(']').next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether an SPDX expression can be satisfied with these licences.
fn is_satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    // Older packages write `MIT/Apache-2.0` for a choice.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "_WITH_");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, at: 0, allowed };
    parser.choice() == Some(true) && parser.at == words.len()
}

/// `choice = all { OR all }`, `all = one { AND one }`, `one = licence | ( choice )`; nothing for what is not an expression.
struct Parser<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a BTreeSet<String>,
}

impl Parser<'_> {
    fn choice(&mut self) -> Option<bool> {
        let mut value = self.all()?;
        while self.take("OR") {
            value |= self.all()?;
        }
        Some(value)
    }

    fn all(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.take("AND") {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let value = self.choice()?;
            return self.take(")").then_some(value);
        }
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(self.allowed.contains(&word.replace("_WITH_", " WITH ")))
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_judged_by_the_list() {
        let deny = "[licenses]\nallow = [\n  \"MIT\", # most\n  \"Unicode-3.0\",\n  \"Apache-2.0 WITH LLVM-exception\",\n]\n[bans]\n";
        let allowed = allowed(deny);
        assert_eq!(allowed.len(), 3);
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR Apache-2.0", true),
            ("Apache-2.0/MIT", true),
            ("Apache-2.0", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND NCSA", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0-only", true),
            ("MIT AND", false),
            ("(MIT", false),
            ("", false),
        ] {
            assert_eq!(is_satisfied(expression, &allowed), expected, "{expression}");
        }
    }
}
