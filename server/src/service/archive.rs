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
        let entry = json!({ "name": name, "bytes": content.len(), "sha256": hex::encode(Sha256::digest(content)) });
        self.entries.push(entry);
        self.write(name, content)
    }

    pub(super) fn add_json(&mut self, name: &str, value: &Value) -> Result<(), ServiceError> {
        self.add(name, &serde_json::to_vec_pretty(value).map_err(ServiceError::internal)?)
    }

    pub(super) fn finish(mut self) -> Result<File, ServiceError> {
        let manifest = json!({ "schema_version": 1, "made_at": Moment::now(), "files": self.entries });
        self.write("manifest.json", &serde_json::to_vec_pretty(&manifest).map_err(ServiceError::internal)?)?;
        let mut file = self.zip.finish().map_err(ServiceError::internal)?;
        file.seek(SeekFrom::Start(0)).map_err(ServiceError::internal)?;
        Ok(file)
    }

    /// Compressing takes the thread for a while; the runtime is told.
    fn write(&mut self, name: &str, content: &[u8]) -> Result<(), ServiceError> {
        let zip = &mut self.zip;
        tokio::task::block_in_place(|| {
            zip.start_file(name, SimpleFileOptions::default()).map_err(ServiceError::internal)?;
            zip.write_all(content).map_err(ServiceError::internal)
        })
    }
}
