//! Gives the compiler of plans a fingerprint, so that plans kept on disk by another state of it are not taken for its own.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// What a plan's bytes follow from, besides the model: the compiler's sources, the format's, and the versions of what they use.
const INPUTS: [&str; 4] = ["src/engine/compile.rs", "src/engine/compile", "src/engine/plan", "../Cargo.lock"];

fn main() -> io::Result<()> {
    let mut files = BTreeSet::new();
    for input in INPUTS {
        println!("cargo:rerun-if-changed={input}");
        collect(Path::new(input), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(&fs::read(file)?);
        hasher.write_u8(0);
    }
    println!("cargo:rustc-env=PLAN_COMPILER={:016x}", hasher.finish());
    Ok(())
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.insert(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}
