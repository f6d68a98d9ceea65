//! TIFF: the first page, in the variants that cameras, scanners and drawing programs write (TIFF 6.0).

mod compression;
mod directory;
mod page;

use std::borrow::Cow;

use crate::error::AnalyzeError;

use super::super::header::{Header, Icc, Inspected, frames};
use super::super::raster::{damaged, unsupported};
use super::super::reader::{Reader, index};

use self::directory::{Directory, Endian, tag};
use self::page::Page;

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let endian = if bytes.starts_with(b"II") { Endian::Little } else { Endian::Big };
    let first = endian.u32(&mut Reader::at(bytes, 4)).ok_or(AnalyzeError::Truncated)?;
    let directory = Directory::read(bytes, endian, first)?;
    if directory.has(tag::DNG_VERSION) {
        return Err(AnalyzeError::RefusedFormat {
            name: "camera raw",
            advice: "export it as JPEG from the camera's software or a raw converter and try again",
        });
    }
    let page = Page::read(&directory)?;
    let header = Header {
        width: page.width,
        height: page.height,
        frames: frames(count_pages(bytes, endian, &directory)),
        pixel_format: page.pixel_format(),
        has_alpha: page.has_alpha(),
        peak_bytes_per_px: page.samples().bytes_per_px() as u64 + 4,
        complete: page.chunks_end() <= bytes.len() as u64,
        exif: Some(Cow::Owned(first_page_only(bytes, &directory))),
        xmp: directory.bytes(tag::XMP)?,
        icc: directory.bytes(tag::ICC_PROFILE)?.map(|profile| Icc::Bytes(Cow::Borrowed(profile))),
        animated: false,
    };
    Ok(Inspected { header, pixels: Box::new(move || page.decode(bytes)) })
}

/// The whole file is an EXIF block, the camera's facts beside the picture's; further pages are none of its business.
fn first_page_only(bytes: &[u8], directory: &Directory) -> Vec<u8> {
    let mut block = bytes.to_vec();
    if let Some(next) = block.get_mut(directory.next_at..).and_then(|rest| rest.get_mut(..4)) {
        next.fill(0);
    }
    block
}

/// Follows the chain of directories as far as it is sound; one that leads back into itself ends there.
fn count_pages(bytes: &[u8], endian: Endian, first: &Directory) -> u32 {
    /// More pages than this are told as this many.
    const MOST: usize = 1_000;
    let mut seen = vec![first.offset];
    let mut next = first.next;
    while next != 0 && !seen.contains(&next) && seen.len() < MOST && index(next) < bytes.len() {
        seen.push(next);
        next = directory::next_of(bytes, endian, next).unwrap_or(0);
    }
    u32::try_from(seen.len()).unwrap_or(u32::MAX)
}

fn no_such(what: &str) -> AnalyzeError {
    damaged(format!("its directory names {what} that cannot be"))
}

fn rare(what: &str) -> AnalyzeError {
    unsupported(&format!("it is a TIFF with {what}"))
}
