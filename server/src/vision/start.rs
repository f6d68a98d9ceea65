//! What reads the pictures in this process: the models that can be had, on threads of their own.

use std::sync::Arc;

use vision_core::engine::tract::TractEngine;
use vision_core::pipeline::Analyzer;

use super::current::Current;
use super::engine::{Engine, EngineLimits};
use super::local::Local;
use crate::models::manifest;

/// Loads the models and starts the threads.
///
/// # Errors
/// When the system gives no thread.
pub fn local(limits: EngineLimits) -> std::io::Result<Local> {
    let current = Arc::new(Current::new(Analyzer::new(manifest::built_in(), Box::new(TractEngine))));
    Ok(Local::new(Engine::start(current, limits)?))
}
