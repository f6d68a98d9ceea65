//! Pictures with their findings drawn on, saved under names of their own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use vision_core::ErrorCode;
use vision_core::decode::decode;
use vision_core::report::Report;

use super::Failure;
use crate::drawing::draw;

/// Draws and saves, one picture at a time, from any thread.
pub struct Annotator {
    folder: PathBuf,
    taken: Mutex<BTreeSet<String>>,
}

impl Annotator {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), taken: Mutex::default() }
    }

    /// Saves `NAME.png`; a name that was taken by an earlier picture gets a number.
    pub fn save(&self, file: &str, bytes: &[u8], report: &Report) -> Result<(), Failure> {
        let mut pixels = decode(bytes)?.pixels;
        draw(&mut pixels, report);
        let path = self.folder.join(self.name(file));
        // The whole file or none: an interrupted run leaves no half of a picture.
        let unfinished =
            tempfile::Builder::new().suffix(".png").tempfile_in(&self.folder).map_err(|e| unwritable(&e))?;
        pixels.save(unfinished.path())?;
        unfinished.persist(path).map_err(|e| unwritable(&e.error))?;
        Ok(())
    }

    fn name(&self, file: &str) -> String {
        let stem = Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned());
        let stem = stem.filter(|s| s != "-").unwrap_or_else(|| "picture".into());
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let numbered = (2_u32..).map(|n| format!("{stem}-{n}.png"));
        let free = std::iter::once(format!("{stem}.png")).chain(numbered).find(|name| !taken.contains(name));
        let name = free.unwrap_or_default();
        taken.insert(name.clone());
        name
    }
}

fn unwritable(error: &std::io::Error) -> Failure {
    Failure { code: ErrorCode::Unavailable, message: format!("the annotated picture cannot be saved: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_used_once() {
        let annotator = Annotator::new(Path::new("out"));
        let names = ["a/cat.jpg", "b/cat.png", "-", "c/cat.gif"].map(|file| annotator.name(file));
        assert_eq!(names, ["cat.png", "cat-2.png", "picture.png", "cat-3.png"]);
    }
}
