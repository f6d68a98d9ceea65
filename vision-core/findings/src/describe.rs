//! Findings to sentences that a person would write.
//!
//! [`plan`] decides what is said and in which order, without words; [`english`] puts a plan into words; [`text`] keeps which
//! words rest on which findings. Another language is another module beside `english`.

use crate::reconcile::Findings;
use crate::report::Description;

mod activities;
pub mod classes;
mod english;
mod groups;
mod people;
mod plan;
mod relations;
mod remarks;
pub mod settings;
mod tags;
#[cfg(test)]
mod tests;
mod text;

/// Describes reconciled findings. `language` is a BCP 47 tag; what is not at hand falls back to English.
pub fn describe(findings: &Findings, _language: &str) -> Description {
    let mut text = text::Text::new();
    let plan = plan::plan(findings);
    remarks::open(findings, &plan, &mut text);
    english::write(&plan, &mut text);
    remarks::close(findings, &mut text);
    text.finish("en")
}
