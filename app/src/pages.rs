//! The pages, one module each.

mod about;
mod analyse;
mod api;
mod not_found;
mod plain;

pub use about::AboutPage;
pub use analyse::AnalysePage;
pub use api::ApiPage;
pub use not_found::NotFoundPage;
pub use plain::PlainPage;
