//! Where the weights come from: the manifest, the places they are looked for, fetching, checking, converting.

pub mod manifest;
