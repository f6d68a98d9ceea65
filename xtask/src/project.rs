//! Decides where things lie: the checkout, what is built, what is kept between checkouts.

use std::path::{Path, PathBuf};

/// The checkout's root.
pub fn root() -> PathBuf {
    // Cargo tells where the manifest lies, so this holds from whichever folder the command was called. What the compiler was
    // told comes second: checkouts that share a target folder share this program too.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().unwrap_or(&here).to_path_buf()
}

/// Native artifacts: `CARGO_TARGET_DIR` where it is set, `target` otherwise.
pub fn native_target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Artifacts of the wasm programs, apart from the native ones: another compiler may have made them, and features must not mix.
pub fn wasm_target() -> PathBuf {
    native_target().join("wasm")
}

/// The folder that the server shows under `/pkg/`.
pub fn page_dist(profile: PageProfile) -> PathBuf {
    match profile {
        PageProfile::Release => native_target().join("page"),
        PageProfile::Dev => native_target().join("page-dev"),
    }
}

/// Static files that the server shows as they are.
pub fn public() -> PathBuf {
    root().join("public")
}

/// What the server keeps between starts of `run` and `dev`.
pub fn data() -> PathBuf {
    match std::env::var_os("IIA_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("data"),
    }
}

/// Tools and compilers, kept for every checkout of this user.
pub fn cache() -> PathBuf {
    if let Some(folder) = std::env::var_os("IIA_CACHE") {
        return PathBuf::from(folder);
    }
    if let Some(folder) = std::env::var_os("XDG_CACHE_HOME") {
        return Path::new(&folder).join("iia");
    }
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).unwrap_or_default();
    Path::new(&home).join(".cache").join("iia")
}

/// Which of the two builds of the page is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageProfile {
    /// What people get: small and minified.
    Release,
    /// What `dev` shows: built as fast as can be.
    Dev,
}
