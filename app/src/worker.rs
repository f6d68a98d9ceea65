//! The page's side of the vision worker: one worker, one job at a time, the queue out here.

mod address;
mod client;
mod queue;

pub use client::{cancel, drop_all, enqueue, first, start};
pub use vision_worker::protocol;
