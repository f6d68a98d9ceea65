//! The pages, one module each.

mod about;
mod analyse;
mod api;
mod not_found;
pub mod people;
mod plain;
mod result;

pub use about::AboutPage;
pub use analyse::AnalysePage;
pub use api::ApiPage;
pub use not_found::NotFoundPage;
pub use people::PeoplePage;
pub use plain::PlainPage;
