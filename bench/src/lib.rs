//! What both measuring programs share: records, the models at hand, and COCO's rules.

pub mod average_precision;
pub mod calibration;
pub mod clock;
pub mod http;
pub mod models;
pub mod picture;
pub mod record;
pub mod sets;
