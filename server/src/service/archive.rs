//! A ZIP file that is put together on disk, with a manifest of what is in it.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Moment, ServiceError};

/// An archive that is being written, and the list of what is in it.
pub(super) struct Archive {
    zip: ZipWriter<File>,
    entries: Vec<Value>,
}

impl Archive {
    pub(super) fn new() -> Result<Self, ServiceError> {
        let file = tempfile::tempfile().map_err(ServiceError::internal)?;
        Ok(Self { zip: ZipWriter::new(file), entries: Vec::new() })
    }

    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> Result<(), ServiceError> {
        let mut file = self.grow(name)?;
        file.add(content)?;
        file.finish();
        Ok(())
    }

    /// A file whose content comes in parts, so that a long one takes no more memory than a short one.
    pub(super) fn grow(&mut self, name: &str) -> Result<Growing<'_>, ServiceError> {
        // What is left of the file before is compressed now.
        let zip = &mut self.zip;
        let started = tokio::task::block_in_place(|| zip.start_file(name, SimpleFileOptions::default()));
        started.map_err(ServiceError::internal)?;
        Ok(Growing { archive: self, name: name.to_owned(), bytes: 0, hash: Sha256::new() })
    }

    pub(super) fn add_json(&mut self, name: &str, value: &Value) -> Result<(), ServiceError> {
        self.add(name, &serde_json::to_vec_pretty(value).map_err(ServiceError::internal)?)
    }

    pub(super) fn finish(mut self) -> Result<File, ServiceError> {
        let manifest = json!({ "schema_version": 1, "made_at": Moment::now(), "files": self.entries });
        // Not finished, for it is not on its own list.
        self.grow("manifest.json")?.add(&serde_json::to_vec_pretty(&manifest).map_err(ServiceError::internal)?)?;
        let mut file = self.zip.finish().map_err(ServiceError::internal)?;
        file.seek(SeekFrom::Start(0)).map_err(ServiceError::internal)?;
        Ok(file)
    }
}

/// A file of the archive that is not whole yet.
pub(super) struct Growing<'a> {
    archive: &'a mut Archive,
    name: String,
    bytes: u64,
    hash: Sha256,
}

impl Growing<'_> {
    /// Compressing takes the thread for a while; the runtime is told.
    pub(super) fn add(&mut self, content: &[u8]) -> Result<(), ServiceError> {
        self.bytes += content.len() as u64;
        self.hash.update(content);
        let zip = &mut self.archive.zip;
        tokio::task::block_in_place(|| zip.write_all(content)).map_err(ServiceError::internal)
    }

    /// Puts it on the list.
    pub(super) fn finish(self) {
        let Self { archive, name, bytes, hash } = self;
        archive.entries.push(json!({ "name": name, "bytes": bytes, "sha256": hex::encode(hash.finalize()) }));
    }
}
