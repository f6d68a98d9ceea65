//! What the measuring programs share: records, the models at hand, the engine in a browser, and COCO's rules.

pub mod average_precision;
pub mod browser;
pub mod calibration;
pub mod clock;
pub mod http;
pub mod models;
pub mod picture;
pub mod record;
pub mod sets;
