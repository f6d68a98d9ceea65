//! Files that only their owner may read: keys.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use rand::TryRng as _;

/// Makes the file; an error of the kind `AlreadyExists` where there is one.
///
/// # Errors
/// When it is there, or cannot be written.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Puts a new content in the place of the old one, whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let arriving = path.with_extension("part");
    match std::fs::remove_file(&arriving) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create(&arriving, content)?;
    std::fs::rename(&arriving, path)
}

/// Bytes that nobody can guess.
///
/// # Errors
/// When the system has none.
pub fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
