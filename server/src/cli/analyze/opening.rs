//! The models that the pictures are read with: those of the tasks that were asked for, and no others.

use std::collections::BTreeSet;
use std::sync::Arc;

use vision_core::manifest::{Manifest, ModelTask};
use vision_core::pipeline::{Analyzer, Options};
use vision_core::stage::Task;

use crate::models::{Executor, ExecutorError, ModelStore, load_analyzer};

/// Loads what there is, and says in one line what is missing and which command mends it.
///
/// # Errors
/// When what shall run the models is not there.
pub fn load(options: &Options, executor: Executor) -> Result<Analyzer, ExecutorError> {
    let engine = executor.open()?;
    let everywhere = ModelStore::open();
    let manifest = asked_for(everywhere.manifest(), &options.tasks);
    let store = ModelStore::with_places(Arc::new(manifest), everywhere.places().to_vec());
    let loaded = load_analyzer(&store, &[options.profile], engine);
    match loaded.missing.as_slice() {
        [] => {}
        [missing] => eprintln!("iia: {missing}"),
        several => {
            let names: Vec<&str> = several.iter().map(|m| m.name.as_str()).collect();
            eprintln!("iia: the models {} are missing; `iia models fetch` brings them", names.join(", "));
        }
    }
    Ok(loaded.analyzer)
}

fn asked_for(manifest: &Manifest, tasks: &BTreeSet<Task>) -> Manifest {
    let mut manifest = manifest.clone();
    manifest.models.retain(|model| needs(tasks, model.task));
    manifest
}

/// A description rests on everything; a face counts by the persons around it.
fn needs(tasks: &BTreeSet<Task>, model: ModelTask) -> bool {
    let asked = |task| tasks.contains(&task);
    asked(Task::Description)
        || match model {
            ModelTask::Tags => asked(Task::Tags),
            ModelTask::Objects => asked(Task::Objects) || asked(Task::Faces),
            ModelTask::Faces => asked(Task::Faces),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_models_of_the_asked_tasks_are_loaded() {
        for (tasks, expected) in [
            (&[Task::Quality, Task::Colors][..], &[][..]),
            (&[Task::Tags], &[ModelTask::Tags]),
            (&[Task::Faces], &[ModelTask::Objects, ModelTask::Faces]),
            (&[Task::Description], &[ModelTask::Tags, ModelTask::Objects, ModelTask::Faces]),
        ] {
            let manifest = asked_for(&crate::models::manifest::built_in(), &tasks.iter().copied().collect());
            for task in [ModelTask::Tags, ModelTask::Objects, ModelTask::Faces] {
                let kept = manifest.models.iter().any(|m| m.task == task);
                assert_eq!(kept, expected.contains(&task), "{tasks:?} {task:?}");
            }
        }
    }
}
