//! Which pictures are meant by the arguments: files, folders and what is in them, globs, standard input.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use vision_core::limits::MAX_IMAGE_BYTES;
use vision_core::{AnalyzeError, ErrorCode};

use super::Failure;

/// Endings by which a file in a folder is taken for a picture; what is inside decides what it is.
const ENDINGS: [&str; 21] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "bmp", "dib", "tif", "tiff", "ico", "cur", "qoi",
    "pnm", "pbm", "pgm", "ppm", "pam", "heic",
];

/// One picture to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    File(PathBuf),
    Stdin,
    /// An argument under which there is nothing.
    Nothing {
        argument: String,
        message: String,
    },
}

/// What the arguments stand for, in their order.
pub struct Found {
    pub inputs: Vec<Input>,
    /// One picture was named by itself: its report is not put in an array.
    pub single: bool,
}

/// Finds the pictures. A folder's are sorted by name; hidden files and folders are passed over.
pub fn find(arguments: &[PathBuf]) -> Found {
    let single = matches!(arguments, [one] if one.as_os_str() == "-" || !(one.is_dir() || is_pattern(one)));
    let inputs = arguments.iter().flat_map(|argument| meant_by(argument)).collect();
    Found { inputs, single }
}

fn meant_by(argument: &Path) -> Vec<Input> {
    let nothing =
        |message: &str| vec![Input::Nothing { argument: argument.display().to_string(), message: message.into() }];
    if argument.as_os_str() == "-" {
        return vec![Input::Stdin];
    }
    if argument.is_dir() {
        let mut files = Vec::new();
        collect(argument, &mut files);
        files.retain(|file| looks_like_picture(file));
        return if files.is_empty() { nothing("there is no picture in this folder") } else { as_inputs(files) };
    }
    if is_pattern(argument) {
        let files = matching(argument);
        return if files.is_empty() { nothing("no file matches this pattern") } else { as_inputs(files) };
    }
    vec![Input::File(argument.to_path_buf())]
}

fn as_inputs(files: Vec<PathBuf>) -> Vec<Input> {
    files.into_iter().map(Input::File).collect()
}

/// A shell that expands patterns has done so; what still has their signs and names no file is a pattern.
fn is_pattern(argument: &Path) -> bool {
    !argument.exists() && argument.to_string_lossy().contains(['*', '?', '[', '{'])
}

fn matching(pattern: &Path) -> Vec<PathBuf> {
    let text = pattern.to_string_lossy();
    let Ok(glob) = GlobBuilder::new(&text).literal_separator(true).build() else { return Vec::new() };
    let matcher = glob.compile_matcher();
    let plain = pattern.components().take_while(|c| !c.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']));
    let root: PathBuf = plain.collect();
    let mut files = Vec::new();
    collect(if root.as_os_str().is_empty() { Path::new(".") } else { &root }, &mut files);
    let named = |file: PathBuf| file.strip_prefix("./").map(Path::to_path_buf).unwrap_or(file);
    files
        .into_iter()
        .map(|file| if text.starts_with("./") { file } else { named(file) })
        .filter(|f| matcher.is_match(f))
        .collect()
}

/// All files under a folder, sorted by name, folder by folder. Links to folders are not followed: they may lead in circles.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<fs::DirEntry> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let path = entry.path();
        match entry.file_type() {
            _ if hidden => {}
            Ok(kind) if kind.is_dir() => collect(&path, files),
            Ok(_) if path.is_file() => files.push(path),
            _ => {}
        }
    }
}

/// By its ending or by its first bytes.
fn looks_like_picture(file: &Path) -> bool {
    let ending = file.extension().map(|e| e.to_string_lossy().to_lowercase());
    if ending.is_some_and(|e| ENDINGS.contains(&e.as_str())) {
        return true;
    }
    let mut start = Vec::new();
    let read = fs::File::open(file).and_then(|f| f.take(32).read_to_end(&mut start));
    read.is_ok() && image::guess_format(&start).is_ok()
}

impl Input {
    /// The name under which the picture is told of.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".into(),
            Self::Nothing { argument, .. } => argument.clone(),
        }
    }

    /// The picture's bytes; never more than are accepted.
    pub fn read(&self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::File(path) if path.is_dir() => {
                Err(Failure { code: ErrorCode::BadInput, message: "this is a folder, not a picture".into() })
            }
            Self::File(path) => bounded(fs::File::open(path).map_err(|e| unreadable(&e))?),
            Self::Stdin => bounded(std::io::stdin().lock()),
            Self::Nothing { message, .. } => Err(Failure { code: ErrorCode::NotFound, message: message.clone() }),
        }
    }
}

fn bounded(reader: impl Read) -> Result<Vec<u8>, Failure> {
    let limit = MAX_IMAGE_BYTES as u64;
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
    if bytes.len() as u64 > limit {
        return Err(AnalyzeError::TooLarge { bytes: bytes.len() as u64, limit }.into());
    }
    Ok(bytes)
}

fn unreadable(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::NotFound => Failure { code: ErrorCode::NotFound, message: "there is no such file".into() },
        _ => Failure { code: ErrorCode::Unavailable, message: format!("the file cannot be read: {error}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (name, bytes) in [
            ("b.jpg", &b"not a picture"[..]),
            ("a.png", png),
            ("notes.txt", b"text"),
            ("unnamed", png),
            (".hidden.png", png),
            ("deep/er/c.webp", b""),
            ("deep/readme.md", b"text"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(path, bytes).expect("written");
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, arguments: &[&str]) -> Vec<String> {
        let arguments: Vec<PathBuf> = arguments.iter().map(|a| folder.path().join(a)).collect();
        let shown = |input: &Input| {
            let name = PathBuf::from(input.name());
            name.strip_prefix(folder.path()).unwrap_or(&name).display().to_string()
        };
        find(&arguments).inputs.iter().map(shown).collect()
    }

    #[test]
    fn arguments_stand_for_pictures() {
        let folder = tree();
        for (arguments, expected) in [
            (&[""][..], &["a.png", "b.jpg", "deep/er/c.webp", "unnamed"][..]),
            (&["deep"], &["deep/er/c.webp"]),
            (&["*.png"], &["a.png"]),
            (&["*.{png,jpg}"], &["a.png", "b.jpg"]),
            (&["**/*.webp"], &["deep/er/c.webp"]),
            (&["notes.txt", "a.png"], &["notes.txt", "a.png"]),
            (&["*.bmp"], &["*.bmp"]),
        ] {
            assert_eq!(names(&folder, arguments), expected, "{arguments:?}");
        }
    }

    #[test]
    fn only_a_picture_named_by_itself_is_single() {
        let folder = tree();
        let path = |name: &str| folder.path().join(name);
        assert!(find(&[path("a.png")]).single);
        assert!(find(&[path("missing.png")]).single);
        assert!(find(&[PathBuf::from("-")]).single);
        assert!(!find(&[path("*.png")]).single);
        assert!(!find(&[path("deep")]).single);
        assert!(!find(&[path("a.png"), path("b.jpg")]).single);
    }
}
