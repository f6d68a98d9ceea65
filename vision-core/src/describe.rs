//! Findings to sentences that a person would write.

use crate::reconcile::Findings;
use crate::report::Description;

/// Describes reconciled findings. `language` is a BCP 47 tag; what is not at hand falls back to English.
pub fn describe(findings: &Findings, language: &str) -> Description {
    let _ = (findings, language);
    Description::default()
}
