//! What the tests with real models share: the manifest, the weights, the pictures beside the checkout.

use std::path::{Path, PathBuf};

use vision_core::manifest::Manifest;

pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of pictures and weights: `IIA_SHARED`, or `../shared` beside the checkout.
pub fn shared() -> PathBuf {
    std::env::var_os("IIA_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from)
}

pub fn manifest() -> Manifest {
    let path = workspace().join("models/manifest.toml");
    let text = std::fs::read_to_string(&path).expect("the manifest is part of the checkout");
    toml::from_str(&text).expect("the manifest is valid")
}

pub fn model_bytes(file: &str) -> Vec<u8> {
    let path = shared().join("models").join(file);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; `iia models fetch` brings the models", path.display()))
}

pub fn picture(name: &str) -> Vec<u8> {
    let path = shared().join("images").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
