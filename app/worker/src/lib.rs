//! What the page and its vision worker say to each other. The page takes this crate for its protocol alone.

pub mod protocol;
