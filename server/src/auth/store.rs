//! The auth service's statements, table by table.

pub mod accounts;
pub mod api_keys;
pub mod links;
pub mod sessions;
pub mod throttles;

pub use accounts::{Account, AccountChange};
pub use sessions::Session;
