//! Every string of the pages, in one place per language. English is here; another language is another module with the same names.

mod en;

pub use en::*;
