//! Pictures whose owner asked to keep them: one file each, under the id of its analysis.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Pictures {
    folder: PathBuf,
}

impl Pictures {
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Writes the whole picture or nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn keep(&self, id: Uuid, picture: &Bytes) -> std::io::Result<()> {
        let arriving = self.folder.join(format!("{id}.part"));
        tokio::fs::write(&arriving, picture).await?;
        tokio::fs::rename(&arriving, self.path(id)).await
    }

    /// # Errors
    /// When the file is there and cannot be read.
    pub async fn get(&self, id: Uuid) -> std::io::Result<Option<Bytes>> {
        match tokio::fs::read(self.path(id)).await {
            Ok(picture) => Ok(Some(picture.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// # Errors
    /// When the file is there and cannot be removed.
    pub async fn remove(&self, id: Uuid) -> std::io::Result<()> {
        match tokio::fs::remove_file(self.path(id)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, id: Uuid) -> PathBuf {
        self.folder.join(id.to_string())
    }
}
