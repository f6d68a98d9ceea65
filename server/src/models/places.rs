//! Which folders weights are looked for in, and in which order.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// Why a folder is looked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// Named by the variable `IIA_MODELS`.
    Named,
    /// The user's cache, which `iia models fetch` fills.
    Cache,
    /// `../shared/models` beside the checkout.
    Checkout,
}

impl PlaceKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Named => "IIA_MODELS",
            Self::Cache => "cache",
            Self::Checkout => "checkout",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub kind: PlaceKind,
    pub folder: PathBuf,
}

/// What the places are worked out from: this process's surroundings, or a test's.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    pub iia_models: Option<OsString>,
    pub iia_cache: Option<OsString>,
    pub xdg_cache_home: Option<OsString>,
    pub home: Option<OsString>,
    pub current_dir: Option<PathBuf>,
    pub executable: Option<PathBuf>,
}

impl Surroundings {
    pub fn of_process() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            iia_models: variable("IIA_MODELS"),
            iia_cache: variable("IIA_CACHE"),
            xdg_cache_home: variable("XDG_CACHE_HOME"),
            home: variable("HOME").or_else(|| variable("USERPROFILE")),
            current_dir: std::env::current_dir().ok(),
            executable: std::env::current_exe().ok(),
        }
    }

    /// The folders in the order in which they are looked in. The cache is among them even before it exists.
    pub fn places(&self) -> Vec<Place> {
        let named = self.iia_models.clone().map(PathBuf::from).map(|folder| Place { kind: PlaceKind::Named, folder });
        let cache = self.cache().map(|folder| Place { kind: PlaceKind::Cache, folder });
        let checkout = self.checkout().map(|folder| Place { kind: PlaceKind::Checkout, folder });
        named.into_iter().chain(cache).chain(checkout).collect()
    }

    /// The file that keeps how fast models ran on which device.
    pub fn races(&self) -> Option<PathBuf> {
        Some(self.cache()?.parent()?.join("races.json"))
    }

    fn cache(&self) -> Option<PathBuf> {
        let own = self.iia_cache.as_ref().map(PathBuf::from);
        let xdg = || self.xdg_cache_home.as_ref().map(PathBuf::from).filter(|p| p.is_absolute()).map(|p| p.join("iia"));
        let home = || self.home.as_ref().map(|home| Path::new(home).join(".cache").join("iia"));
        Some(own.or_else(xdg).or_else(home)?.join("models"))
    }

    /// `shared/models` beside the current folder or the executable, or beside one of the folders above them.
    fn checkout(&self) -> Option<PathBuf> {
        let executable = self.executable.as_deref().and_then(Path::parent);
        let starts = [self.current_dir.as_deref(), executable];
        let folders = starts.into_iter().flatten().flat_map(Path::ancestors);
        folders.map(|folder| folder.join("shared").join("models")).find(|models| models.is_dir())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(places: &[Place]) -> Vec<PlaceKind> {
        places.iter().map(|p| p.kind).collect()
    }

    #[test]
    fn the_named_folder_comes_first_then_the_cache_then_the_checkout() {
        let root = tempfile::tempdir().expect("a folder");
        let shared = root.path().join("shared/models");
        let deep = root.path().join("project/server/src");
        std::fs::create_dir_all(&shared).expect("a folder");
        std::fs::create_dir_all(&deep).expect("a folder");
        let surroundings = Surroundings {
            iia_models: Some("/weights".into()),
            home: Some("/home/ada".into()),
            current_dir: Some(deep),
            ..Surroundings::default()
        };
        let places = surroundings.places();
        assert_eq!(kinds(&places), [PlaceKind::Named, PlaceKind::Cache, PlaceKind::Checkout]);
        assert_eq!(places[1].folder, Path::new("/home/ada/.cache/iia/models"));
        assert_eq!(places[2].folder, shared);
    }

    #[test]
    fn the_cache_follows_its_variables() {
        let cases: [(Option<&str>, Option<&str>, &str); 4] = [
            (None, None, "/home/ada/.cache/iia/models"),
            (None, Some("/var/xdg"), "/var/xdg/iia/models"),
            (None, Some("relative"), "/home/ada/.cache/iia/models"),
            (Some("/var/iia"), Some("/var/xdg"), "/var/iia/models"),
        ];
        for (iia_cache, xdg, expected) in cases {
            let surroundings = Surroundings {
                iia_cache: iia_cache.map(Into::into),
                xdg_cache_home: xdg.map(Into::into),
                home: Some("/home/ada".into()),
                ..Surroundings::default()
            };
            assert_eq!(surroundings.places()[0].folder, Path::new(expected));
        }
    }

    #[test]
    fn without_any_surroundings_there_is_no_place() {
        assert_eq!(Surroundings::default().places(), []);
    }
}
