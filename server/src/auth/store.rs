//! The auth service's statements, table by table.

pub mod accounts;
pub mod administration;
pub mod api_keys;
pub mod links;
pub mod second_factors;
pub mod sessions;
pub mod throttles;

pub use accounts::{Account, AccountChange};
pub use sessions::Session;
