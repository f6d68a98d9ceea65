//! Decides which outside tools the project needs, at which versions, and where they are kept.

pub mod apt;
pub mod cargo_tools;
pub mod chromium;
pub mod distribution;
pub mod node;
pub mod peers;
pub mod postgres;
pub mod rustup;
pub mod vulkan;
pub mod wasm;

/// The command line's version must be that of the `wasm-bindgen` crate in Cargo.toml; a test compares the two.
pub const WASM_BINDGEN: &str = "0.2.126";
/// Builds the page's five wasm programs.
pub const TRUNK: &str = "0.21.14";
/// The target of both programs.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What `doctor` says of one tool.
#[derive(Debug)]
pub struct Finding {
    /// Name of the tool.
    pub name: &'static str,
    /// What it is needed for.
    pub why: &'static str,
    /// Where it is and which version, or what to do about its absence.
    pub state: State,
}

/// Whether a tool is there.
#[derive(Debug)]
pub enum State {
    /// Found: place and version.
    Found(String),
    /// Not there; the command that needs it installs it.
    Installable(String),
    /// Not there, and a person must act.
    Missing(String),
}
