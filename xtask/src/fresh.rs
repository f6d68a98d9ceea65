//! Decides whether something must be built again: a digest of all that it is made of, kept beside the result.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// Names that are never an input: what builds and tests leave behind.
const NOT_SOURCES: [&str; 4] = ["target", "node_modules", ".git", "data"];

/// A digest over the contents of files and folders under `base`, and over words such as a compiler's version.
/// Contents and not times: a clone or a switch between branches changes the times of files that stay the same.
pub fn digest(base: &Path, inputs: &[&str], words: &[String]) -> Result<String> {
    let mut files = BTreeSet::new();
    for input in inputs {
        collect(&base.join(input), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for word in words {
        hasher.write(word.as_bytes());
        hasher.write_u8(0);
    }
    for file in files {
        hasher.write(file.strip_prefix(base).unwrap_or(&file).to_string_lossy().as_bytes());
        hasher.write_u8(0);
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Whether `stamp` holds this digest already.
pub fn is_stamped(stamp: &Path, digest: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|kept| kept.trim() == digest)
}

/// Writes the digest down; called after the thing itself is complete.
pub fn stamp(stamp: &Path, digest: &str) -> Result<()> {
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))
}

/// All files under a path, in a fixed order; a path that does not exist adds nothing.
pub fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    let Ok(facts) = fs::metadata(path) else { return Ok(()) };
    if facts.is_file() {
        files.insert(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))? {
        let entry = entry?;
        if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_follows_names_contents_and_words() {
        let folder = std::env::temp_dir().join(format!("iia-fresh-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src/a.rs"), "fn a() {}").unwrap();
        let words = ["1.0".to_owned()];
        let now = || digest(&folder, &["src", "target"], &words).unwrap();
        let first = now();
        assert_eq!(first, now());
        assert_ne!(first, digest(&folder, &["src", "target"], &["1.1".to_owned()]).unwrap());

        fs::write(folder.join("src/a.rs"), "fn b() {}").unwrap();
        let changed = now();
        assert_ne!(first, changed);

        fs::rename(folder.join("src/a.rs"), folder.join("src/b.rs")).unwrap();
        assert_ne!(changed, now());

        let before = now();
        fs::create_dir_all(folder.join("src/target")).unwrap();
        fs::write(folder.join("src/target/x"), "built").unwrap();
        assert_eq!(before, now());
        fs::remove_dir_all(&folder).unwrap();
    }
}
