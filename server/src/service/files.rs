//! Files that people upload: found by their bytes, kept encrypted, shown to their owner, to others only when published.

use bytes::Bytes;
use proto::auth_v1::Scope;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use vision_core::AnalyzeError;

use super::{Moment, Person, Service, ServiceError};
use crate::store::files::StoredFile;
use crate::vision::Picture;

/// What is told of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FileFacts {
    /// Its name here: a UUID and the extension of its format.
    #[schema(example = "0197f3f2-6a53-7e6c-9f7a-2d7f0a7f4a51.jpg")]
    pub filename: String,
    pub format: String,
    pub bytes: u64,
    pub sha256: String,
    /// Whether everyone who knows the name may see it.
    pub public: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Moment,
}

/// A file with its content.
#[derive(Clone, Debug)]
pub struct FileContent {
    pub facts: FileFacts,
    pub content: Bytes,
}

impl Service {
    /// # Errors
    /// The core's verdict on bytes that are no picture; [`ServiceError::StorageLimit`] when the account has no room.
    pub async fn upload(&self, person: &Person, picture: &Picture) -> Result<FileFacts, ServiceError> {
        person.may(Scope::Files)?;
        let content = picture.bytes();
        let (format, extension) = format_of(content)?;
        let file = StoredFile {
            name: format!("{}.{extension}", Uuid::new_v4()),
            account: person.account,
            format: format.into(),
            bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
            sha256: hex::encode(Sha256::digest(content)),
            published: false,
            created_at_ms: Moment::now().0,
        };
        let limit_bytes = self.live.now().await?.account_storage_bytes();
        // The row first: a file without one could never be found and deleted.
        if !self.store.insert_file(&file, i64::try_from(limit_bytes).unwrap_or(i64::MAX)).await? {
            return Err(ServiceError::StorageLimit { limit_bytes });
        }
        if let Err(error) = self.store.files.write(&file.name, content).await {
            self.store.delete_file(&file.name, file.account).await?;
            return Err(ServiceError::internal(error));
        }
        Ok(facts(file))
    }

    /// The newest first, from before `before` on.
    ///
    /// # Errors
    /// `forbidden` for an API key without the scope.
    pub async fn files(
        &self,
        person: &Person,
        before: Option<Moment>,
        limit: u32,
    ) -> Result<Vec<FileFacts>, ServiceError> {
        person.may(Scope::Files)?;
        let before_ms = before.map_or(i64::MAX, |moment| moment.0);
        let files =
            self.store.files_of(person.account, before_ms, limit.clamp(1, super::history::LONGEST_PAGE)).await?;
        Ok(files.into_iter().map(facts).collect())
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this name or it is another account's.
    pub async fn own_file(&self, person: &Person, name: &str) -> Result<FileContent, ServiceError> {
        person.may(Scope::Files)?;
        let file = self.named(name).await?.filter(|file| file.account == person.account);
        self.with_content(file).await
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this name or its owner has not published it.
    pub async fn published_file(&self, name: &str) -> Result<FileContent, ServiceError> {
        let file = self.named(name).await?.filter(|file| file.published);
        self.with_content(file).await
    }

    /// Shows a file to everyone, or to its owner alone.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this name or it is another account's.
    pub async fn publish_file(&self, person: &Person, name: &str, public: bool) -> Result<FileFacts, ServiceError> {
        person.may(Scope::Files)?;
        let own = self.named(name).await?.is_some_and(|file| file.account == person.account);
        if !own || !self.store.publish_file(name, person.account, public).await? {
            return Err(ServiceError::NotFound);
        }
        self.named(name).await?.map(facts).ok_or(ServiceError::NotFound)
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this name or it is another account's.
    pub async fn delete_file(&self, person: &Person, name: &str) -> Result<(), ServiceError> {
        person.may(Scope::Files)?;
        let file = self.named(name).await?.filter(|file| file.account == person.account);
        let file = file.ok_or(ServiceError::NotFound)?;
        // The bytes first: if that fails, the owner can try again.
        self.store.files.remove(&file.name).await.map_err(ServiceError::internal)?;
        self.store.delete_file(&file.name, person.account).await?;
        Ok(())
    }

    /// What is no name of ours is not looked up.
    async fn named(&self, name: &str) -> Result<Option<StoredFile>, ServiceError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        if !name.bytes().all(plain) {
            return Ok(None);
        }
        Ok(self.store.file(name).await?)
    }

    async fn with_content(&self, file: Option<StoredFile>) -> Result<FileContent, ServiceError> {
        let file = file.ok_or(ServiceError::NotFound)?;
        // None while its upload has not ended.
        let content = self.store.files.read(&file.name).await.map_err(ServiceError::internal)?;
        Ok(FileContent { facts: facts(file), content: content.ok_or(ServiceError::NotFound)? })
    }
}

fn facts(file: StoredFile) -> FileFacts {
    let StoredFile { name, account: _, format, bytes, sha256, published, created_at_ms } = file;
    FileFacts {
        filename: name,
        format,
        bytes: u64::try_from(bytes).unwrap_or(0),
        sha256,
        public: published,
        created_at: Moment(created_at_ms),
    }
}

/// The format and its extension. AVIF is not read here, but browsers show it, so it may be kept.
fn format_of(content: &[u8]) -> Result<(&'static str, &'static str), ServiceError> {
    let format = match vision_core::decode::format_of(content) {
        Err(AnalyzeError::RefusedFormat { name: "AVIF", .. }) => "avif",
        other => other?,
    };
    let extension = match format {
        "jpeg" => "jpg",
        "tiff" => "tif",
        other => other,
    };
    Ok((format, extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_found_from_the_bytes() {
        assert_eq!(format_of(b"\0\0\0\x1cftypavif\0\0\0\0").expect("kept"), ("avif", "avif"));
        for bad in [&b"<html>"[..], b"", b"\0\0\0\x1cftypheic", b"MZ\x90\0"] {
            assert!(format_of(bad).is_err(), "{bad:?}");
        }
    }
}
