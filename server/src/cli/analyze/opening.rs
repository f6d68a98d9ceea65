//! The models that the pictures are read with.

use vision_core::pipeline::{Analyzer, Options};

use crate::models::{ModelStore, load_analyzer};

/// Loads what there is for the profile, and says in a line each what is missing and which command mends it.
pub fn load(options: &Options) -> Analyzer {
    let loaded = load_analyzer(&ModelStore::open(), &[options.profile]);
    for missing in &loaded.missing {
        eprintln!("iia: {missing}");
    }
    loaded.analyzer
}
