//! `iia.toml`: a table for each service, every key optional, no unknown keys.

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use super::{ConfigError, ServeOptions, VisionOptions};

/// Read from the working folder when no other file is named.
const DEFAULT_FILE: &str = "iia.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub serve: ServeOptions,
    pub vision: VisionOptions,
}

/// # Errors
/// When a named file is not there, or a file is not valid.
pub(super) fn read(path: Option<&Path>) -> Result<File, ConfigError> {
    let named = path.unwrap_or(Path::new(DEFAULT_FILE));
    match std::fs::read_to_string(named) {
        Ok(text) => parse(named, &text),
        Err(error) if error.kind() == ErrorKind::NotFound && path.is_none() => Ok(File::default()),
        Err(source) => Err(ConfigError::Unreadable { path: named.to_owned(), source }),
    }
}

fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    toml::from_str(text).map_err(|error| ConfigError::Invalid { path: path.to_owned(), source: Box::new(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_told() {
        let error =
            parse(Path::new("iia.toml"), "[serve]\nlisten = \"127.0.0.1:1\"\nlissten = 3\n").expect_err("refused");
        let ConfigError::Invalid { source, .. } = error else { panic!("{error}") };
        assert!(source.to_string().contains("lissten"), "{source}");
    }

    #[test]
    fn a_named_file_must_be_there() {
        assert!(read(Some(Path::new("no/such/file.toml"))).is_err());
    }
}
