//! Decides which time of change a file of a fresh clone has: the one it had when it last held the same content. Cargo compares
//! times, and git gives every file of a clone the present one, so that all would be compiled again.

use crate::fresh;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Names the file that keeps contents and times from one clone to the next. Only for a target folder that nothing else builds
/// into: what was compiled of other content in between would pass for fresh.
pub const VARIABLE: &str = "IIA_KEEP_TIMES";

/// What stands in the first line: the format, and the checkout, because artifacts hold its path.
const HEAD: &str = "times 1 of ";

/// What was kept of a file or folder.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    digest: String,
    changed: Duration,
}

/// Gives every file and folder under `root` whose content is what `record` tells the time that it tells, and writes a new record.
pub fn keep(root: &Path, record: &Path) -> Result<()> {
    let before = fs::read_to_string(record).map(|text| read(&text, root)).unwrap_or_default();
    let mut now = BTreeMap::new();
    for (path, digest) in contents(root)? {
        let changed = match before.get(&path).filter(|kept| kept.digest == digest) {
            Some(kept) => kept.changed,
            // A file may be older than the artifacts that were made of another in its place.
            None => SystemTime::now().duration_since(UNIX_EPOCH)?,
        };
        set(&root.join(&path), changed)?;
        now.insert(path, Kept { digest, changed });
    }
    if let Some(folder) = record.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(record, written(&now, root)).with_context(|| format!("cannot write {}", record.display()))
}

/// The digest of each file's content, and of each folder's names: build scripts watch folders too.
fn contents(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut files = BTreeSet::new();
    fresh::collect(root, &mut files)?;
    let mut folders: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    let mut contents = BTreeMap::new();
    for file in files {
        let path = file.strip_prefix(root)?.to_path_buf();
        for part in path.ancestors().filter(|part| !part.as_os_str().is_empty()) {
            let folder = part.parent().map(Path::to_path_buf).unwrap_or_default();
            folders.entry(folder).or_default().push(part.to_string_lossy().into_owned());
        }
        let name = path.to_string_lossy().into_owned();
        contents.insert(path, fresh::digest(root, &[&name], &[])?);
    }
    for (folder, mut names) in folders.into_iter().filter(|(folder, _)| !folder.as_os_str().is_empty()) {
        names.sort();
        names.dedup();
        contents.insert(folder, fresh::digest(root, &[], &names)?);
    }
    Ok(contents)
}

fn set(path: &Path, changed: Duration) -> Result<()> {
    let file = File::open(path).and_then(|file| file.set_modified(UNIX_EPOCH + changed));
    file.with_context(|| format!("cannot set the time of {}", path.display()))
}

/// Nothing, if the record is of another checkout or another format.
fn read(text: &str, root: &Path) -> BTreeMap<PathBuf, Kept> {
    let mut lines = text.lines();
    if lines.next().and_then(|line| line.strip_prefix(HEAD)) != Some(&*root.to_string_lossy()) {
        return BTreeMap::new();
    }
    let line = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let (digest, changed, path) = (parts.next()?, parts.next()?, parts.next()?);
        let changed = Duration::from_nanos(changed.parse().ok()?);
        Some((PathBuf::from(path), Kept { digest: digest.to_owned(), changed }))
    };
    lines.filter_map(line).collect()
}

fn written(kept: &BTreeMap<PathBuf, Kept>, root: &Path) -> String {
    let mut text = format!("{HEAD}{}\n", root.display());
    for (path, Kept { digest, changed }) in kept {
        text.push_str(&format!("{digest} {} {}\n", changed.as_nanos(), path.display()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_time_while_it_keeps_its_content() {
        let base = std::env::temp_dir().join(format!("iia-times-{}", std::process::id()));
        let (root, record) = (base.join("checkout"), base.join("kept/times"));
        let clone = |texts: &[(&str, &str)]| {
            let _ = fs::remove_dir_all(&root);
            for (name, text) in texts {
                let file = root.join(name);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, text).unwrap();
            }
            keep(&root, &record).unwrap();
        };
        let time = |name: &str| fs::metadata(root.join(name)).unwrap().modified().unwrap();

        clone(&[("src/a.rs", "a"), ("src/b b.rs", "b")]);
        let (a, b, folder) = (time("src/a.rs"), time("src/b b.rs"), time("src"));
        clone(&[("src/a.rs", "a"), ("src/b b.rs", "c")]);
        let changed = time("src/b b.rs");
        assert_eq!((time("src/a.rs"), time("src")), (a, folder));
        assert!(changed > b);
        // What it held once before is a change as well.
        clone(&[("src/a.rs", "a"), ("src/b b.rs", "b"), ("src/new.rs", "")]);
        assert_eq!(time("src/a.rs"), a);
        assert!(time("src/b b.rs") > changed);
        assert!(time("src") > folder);

        // A record of another checkout tells nothing.
        let text = fs::read_to_string(&record).unwrap();
        assert_eq!(read(&text, &root).len(), 4);
        assert!(read(&text, &base).is_empty());
        fs::remove_dir_all(&base).unwrap();
    }
}
