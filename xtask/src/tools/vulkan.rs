//! Decides which Vulkan driver the tests of the GPU's engine find: any will do, Mesa's needs no GPU.

use super::apt;
use anyhow::Result;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

const PACKAGES: [&str; 2] = ["mesa-vulkan-drivers", "libvulkan1"];
const WHY: &str = "the tests of the GPU's kernels run on its software driver where there is no GPU";

/// Where drivers are registered.
const REGISTERED: [&str; 3] = ["/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/usr/share/vulkan/icd.d"];
/// Variables by which a person names drivers of their own.
const NAMED: [&str; 2] = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];
/// The folders that hold, themselves or one level deeper, the library through which drivers are found.
const LIBRARIES: [&str; 3] = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];

/// Finds a driver, or installs one.
pub fn ensure() -> Result<()> {
    if is_needed() && found().is_none() { apt::install(&PACKAGES, WHY) } else { Ok(()) }
}

/// Other systems have a way to the GPU of their own.
pub fn is_needed() -> bool {
    cfg!(target_os = "linux")
}

/// The file that registers a driver, if there is also the library that reads it.
pub fn found() -> Option<PathBuf> {
    let has_library = LIBRARIES.iter().any(|folder| {
        let deeper = entries(Path::new(folder)).filter(|entry| entry.is_dir());
        deeper.chain([PathBuf::from(folder)]).any(|folder| folder.join("libvulkan.so.1").exists())
    });
    let named = NAMED.iter().filter_map(std::env::var_os).map(PathBuf::from);
    let registered = REGISTERED.iter().flat_map(|folder| entries(Path::new(folder)));
    let is_driver = |file: &PathBuf| file.extension() == Some(OsStr::new("json"));
    has_library.then(|| named.chain(registered.filter(is_driver)).next()).flatten()
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}
