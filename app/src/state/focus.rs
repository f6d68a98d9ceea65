//! What is lit: a clause lights its evidence, a finding lights its clauses, everything else is dimmed.

use std::collections::BTreeSet;

use super::shown::Shown;

/// What the pointer or the keyboard is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Nothing,
    Clause(String),
    Finding(String),
}

/// The clauses and findings that are lit; none means that nothing is dimmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lit {
    pub clauses: BTreeSet<String>,
    pub findings: BTreeSet<String>,
}

impl Lit {
    /// What `focus` lights on the page.
    pub fn of(shown: &Shown, focus: &Focus) -> Self {
        let mut lit = Self::default();
        match focus {
            Focus::Nothing => {}
            Focus::Clause(id) => {
                if let Some(clause) = shown.clauses().find(|c| &c.id == id) {
                    lit.clauses.insert(id.clone());
                    lit.findings.extend(clause.evidence.iter().cloned());
                }
            }
            Focus::Finding(id) => {
                lit.findings.insert(id.clone());
                lit.clauses.extend(shown.clauses().filter(|c| c.evidence.contains(id)).map(|c| c.id.clone()));
            }
        }
        lit
    }

    /// Whether anything is lit at all.
    pub fn any(&self) -> bool {
        !self.clauses.is_empty() || !self.findings.is_empty()
    }
}

/// Walks the clauses and boxes with the arrow keys: the next one after `focus`, round at the ends.
pub fn step(shown: &Shown, focus: &Focus, forwards: bool) -> Focus {
    let mut stops: Vec<Focus> = shown.clauses().map(|c| Focus::Clause(c.id.clone())).collect();
    stops.extend(shown.boxes.iter().map(|b| Focus::Finding(b.id.clone())));
    if stops.is_empty() {
        return Focus::Nothing;
    }
    let last = stops.len() - 1;
    let next = match (stops.iter().position(|s| s == focus), forwards) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        (Some(at), false) => {
            if at == 0 {
                last
            } else {
                at - 1
            }
        }
    };
    stops.swap_remove(next)
}
