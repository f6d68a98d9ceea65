//! Malformed and hostile inputs, made here rather than collected, each with the verdict that every door must give.
//!
//! Only tests and the example `bad_inputs` build this module (feature `bad-input`).

use crate::error::ErrorCode;

mod bitmaps;
mod gif;
pub mod jpeg;
mod metadata;
mod not_pictures;
pub mod png;
mod profiles;
pub mod sound;
pub mod tiff;
mod webp;

/// What the analysis must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An error with this code.
    Refused(ErrorCode),
    /// A report, with warnings of exactly these codes.
    Read { warnings: &'static [&'static str] },
}

/// One input.
#[derive(Clone)]
pub struct BadInput {
    /// A file name; its ending often lies.
    pub name: String,
    pub bytes: Vec<u8>,
    pub verdict: Verdict,
}

impl BadInput {
    fn refused(name: &str, code: ErrorCode, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), verdict: Verdict::Refused(code) }
    }

    fn read(name: &str, warnings: &'static [&'static str], bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), verdict: Verdict::Read { warnings } }
    }

    /// The verdict in one word: the error's code, or `ok`.
    pub fn expected(&self) -> &'static str {
        match self.verdict {
            Verdict::Refused(code) => code.as_str(),
            Verdict::Read { .. } => "ok",
        }
    }
}

/// The whole list.
pub fn all() -> Vec<BadInput> {
    [
        not_pictures::cases(),
        jpeg::cases(),
        png::cases(),
        gif::cases(),
        webp::cases(),
        tiff::cases(),
        bitmaps::cases(),
        metadata::cases(),
    ]
    .concat()
}

/// The first bytes of `whole`, at each of the given places, as truncated inputs.
fn truncated(stem: &str, ending: &str, whole: &[u8], places: &[(&str, usize)]) -> Vec<BadInput> {
    places
        .iter()
        .map(|&(place, end)| {
            let start = whole.get(..end).unwrap_or(whole);
            BadInput::refused(&format!("{stem}_cut_{place}.{ending}"), ErrorCode::TruncatedImage, start)
        })
        .collect()
}

/// Where `needle` begins in `haystack`; the generator knows that it is there.
fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).unwrap_or(haystack.len())
}

/// Bytes without a pattern, the same every time.
fn noise(count: usize, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        Some(state.to_le_bytes())
    };
    std::iter::from_fn(next).flatten().take(count).collect()
}
