//! Where the built page is: in the folders that the settings name, beside the executable, or in the checkout.

use std::path::{Path, PathBuf};

use crate::config::ServeSettings;

/// A file that each folder is known by.
const PROGRAM: &str = "hydrate_body.js";
const STATIC: &str = "page.css";

/// The folders that were found; what is not found is not served, and the API works without.
#[derive(Clone, Debug, Default)]
pub struct PageFolders {
    /// The page's programs, shown under `/pkg/`.
    pub programs: Option<PathBuf>,
    /// Static files, shown at the root.
    pub public: Option<PathBuf>,
}

impl PageFolders {
    pub fn find(settings: &ServeSettings) -> Self {
        let executable = std::env::current_exe().unwrap_or_default();
        let beside = executable.parent().unwrap_or(Path::new("."));
        let places = |name: &str| {
            // Installed beside the executable or under its prefix; built into the checkout's target; run in the checkout.
            let above = beside.ancestors().skip(1).take(3).map(|folder| folder.join(name));
            let installed = [beside.join(name), beside.join("../share/iia").join(name)];
            let here = [PathBuf::from("target").join(name), PathBuf::from(name)];
            installed.into_iter().chain(above).chain(here).collect::<Vec<_>>()
        };
        let folders = Self {
            programs: settings.page.clone().or_else(|| first_with(places("page"), PROGRAM)),
            public: settings.public.clone().or_else(|| first_with(places("public"), STATIC)),
        };
        for (found, what) in [(&folders.programs, "the page's programs"), (&folders.public, "the page's static files")]
        {
            match found {
                Some(folder) => tracing::info!(folder = %folder.display(), "{what} are served"),
                None => tracing::warn!(
                    "{what} are not found: build them with `cargo xtask build-page`, or name their folder"
                ),
            }
        }
        folders
    }
}

fn first_with(folders: Vec<PathBuf>, file: &str) -> Option<PathBuf> {
    folders.into_iter().find(|folder| folder.join(file).is_file())
}
