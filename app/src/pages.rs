//! The pages, one module each.

mod about;
mod analyse;
mod api;
mod not_found;
#[cfg(feature = "ssr")]
mod plain;

pub use about::AboutPage;
pub use analyse::AnalysePage;
pub use api::ApiPage;
pub use not_found::NotFoundPage;
#[cfg(feature = "ssr")]
pub use plain::PlainPage;
