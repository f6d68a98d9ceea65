//! Which stages run for what was asked, and what of their findings the report then holds.

use std::collections::BTreeSet;

use super::run::Run;
use super::{Stage, Task};
use crate::error::AnalyzeError;
use crate::reconcile::Findings;
use crate::report::Description;

/// The tasks that were asked for.
pub(super) struct Asked<'a> {
    tasks: &'a BTreeSet<Task>,
}

impl<'a> Asked<'a> {
    pub fn of(tasks: &'a BTreeSet<Task>) -> Self {
        Self { tasks }
    }

    pub fn asked(&self, task: Task) -> bool {
        self.tasks.contains(&task)
    }

    /// A description rests on every finding; whether a face counts depends on the persons and animals around it.
    pub fn needs(&self, task: Task) -> bool {
        self.asked(task) || self.asked(Task::Description) || (task == Task::Objects && self.asked(Task::Faces))
    }

    pub fn needs_measures(&self) -> bool {
        self.needs(Task::Colors) || self.needs(Task::Quality)
    }

    /// Tells the host of a stage that was asked for.
    pub fn tell(&self, run: &mut Run<'_>, task: Task, stage: impl FnOnce() -> Stage) -> Result<(), AnalyzeError> {
        if self.asked(task) { run.finished(&stage()) } else { run.go_on() }
    }

    pub fn tell_measures(&self, run: &mut Run<'_>, findings: &Findings) -> Result<(), AnalyzeError> {
        let palette = if self.asked(Task::Colors) { findings.palette.clone() } else { Vec::new() };
        let quality = findings.quality.clone().filter(|_| self.asked(Task::Quality));
        if self.asked(Task::Colors) || self.asked(Task::Quality) {
            run.finished(&Stage::Measures { palette, quality })
        } else {
            run.go_on()
        }
    }

    /// Drops what was not asked for, except for the evidence that the description names.
    pub fn keep(&self, findings: &mut Findings, description: &Description) {
        let cited: BTreeSet<&str> = description.clauses.iter().flat_map(|c| &c.findings).map(String::as_str).collect();
        let kept = |task: Task, id: &str| self.asked(task) || cited.contains(id);
        findings.tags.retain(|t| kept(Task::Tags, &t.id));
        findings.objects.retain(|o| kept(Task::Objects, &o.id));
        findings.faces.retain(|f| kept(Task::Faces, &f.id));
        findings.palette.retain(|c| kept(Task::Colors, &c.id));
        if !kept(Task::Quality, "quality") {
            findings.quality = None;
        }
    }
}
