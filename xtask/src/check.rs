//! Decides what the fast check holds: what a person wants to know before every commit.

use crate::test::{self, Step};
use std::process::ExitCode;

/// The command `check`.
pub fn check() -> ExitCode {
    test::run(&[Step::Format, Step::Clippy, Step::Units])
}
