//! Real pictures: every one of the shared folder decodes, whole and without a warning, to what the image crate makes of it.

use std::path::{Path, PathBuf};

use vision_core::decode::decode;

fn shared() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    std::env::var_os("IIA_SHARED").map_or(beside, PathBuf::from)
}

fn pictures(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of pictures").flatten() {
        let path = entry.path();
        if path.is_dir() {
            pictures(&path, found);
        } else if path.extension().is_some_and(|e| ["jpg", "jpeg", "png", "webp", "gif", "bmp"].iter().any(|x| e == *x))
        {
            found.push(path);
        }
    }
}

#[test]
fn shared_pictures_decode_without_a_warning() {
    let mut paths = Vec::new();
    for folder in ["images", "eval"] {
        pictures(&shared().join(folder), &mut paths);
    }
    paths.sort();
    assert!(paths.len() > 500, "only {} pictures were found", paths.len());
    for path in paths {
        let bytes = std::fs::read(&path).expect("a readable file");
        let decoded = decode(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let serious: Vec<_> = decoded.warnings.iter().filter(|w| w.code != "animation_first_frame").collect();
        println!("{} {:?} {:?}", path.display(), decoded.facts, serious);
        assert!(serious.is_empty(), "{}: {serious:?}", path.display());
    }
}
