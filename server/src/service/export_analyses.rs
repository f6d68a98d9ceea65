//! What a search finds as one archive: a sheet, the whole reports, and the pictures that were kept with what was found drawn on.

use std::fs::File;
use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use vision_core::Report;

use super::archive::Archive;
use super::history::{LONGEST_PAGE, Search};
use super::lines::{LineFormat, head, line};
use super::thumbnail::DECODING;
use super::{Analysis, Caller, Service, ServiceError};
use crate::drawing::draw;

/// Analyses of one archive: some minutes of drawing at most.
const MOST: usize = 1000;

/// Of JPEG, in percent.
const QUALITY: u8 = 90;

const README: &str = "analyses.csv: a line for each analysis. analyses.jsonl: its whole report. pictures/: the pictures that were kept,\n\
     under the ids of their analyses, with what was found drawn on them. manifest.json names every file with its size and SHA-256.\n";

impl Service {
    /// An archive, at its beginning, in a file that goes when it is let go.
    ///
    /// # Errors
    /// [`ServiceError::BadInput`] when more is found than one archive holds.
    pub async fn export_analyses(&self, caller: &Caller, search: &Search) -> Result<File, ServiceError> {
        let found = self.all_found(caller, search).await?;
        let (mut sheet, mut reports) = (head(LineFormat::Csv)?, Vec::new());
        for analysis in &found {
            sheet.extend(line(analysis, LineFormat::Csv)?);
            reports.extend(line(analysis, LineFormat::Json)?);
        }
        let mut archive = Archive::new()?;
        archive.add("README.txt", README.as_bytes())?;
        archive.add("analyses.csv", &sheet)?;
        archive.add("analyses.jsonl", &reports)?;
        for analysis in found.into_iter().filter(|analysis| analysis.picture_kept) {
            let id = analysis.id;
            let picture = self.store.pictures.read(&id.to_string()).await.map_err(ServiceError::internal)?;
            let Some(picture) = picture else { continue };
            match annotated(picture.clone(), analysis.report).await? {
                Ok(drawn) => archive.add(&format!("pictures/{id}.jpg"), &drawn)?,
                // What cannot be read any more is handed out as it was sent.
                Err(error) => {
                    tracing::warn!(error.cause = error.causes(), analysis.id = %id, "a kept picture cannot be drawn on");
                    archive.add(&format!("pictures/{id}"), &picture)?;
                }
            }
        }
        archive.finish()
    }

    async fn all_found(&self, caller: &Caller, search: &Search) -> Result<Vec<Analysis>, ServiceError> {
        let mut found: Vec<Analysis> = Vec::new();
        loop {
            let before = found.last().map(|last| last.id);
            let page = self.full_analyses(caller, &Search { before, limit: LONGEST_PAGE, ..search.clone() }).await?;
            let is_last = page.len() < LONGEST_PAGE as usize;
            found.extend(page);
            if found.len() > MOST {
                let detail =
                    format!("an archive holds at most {MOST} analyses; narrow the search, by days for example");
                return Err(ServiceError::BadInput { detail });
            }
            if is_last {
                return Ok(found);
            }
        }
    }
}

/// Decoding takes a thread for a while, and memory, so it takes its turn.
async fn annotated(picture: Bytes, report: Report) -> Result<Result<Vec<u8>, ServiceError>, ServiceError> {
    let _place = DECODING.acquire().await.map_err(ServiceError::internal)?;
    tokio::task::spawn_blocking(move || drawn_on(&picture, &report)).await.map_err(ServiceError::internal)
}

fn drawn_on(picture: &[u8], report: &Report) -> Result<Vec<u8>, ServiceError> {
    let mut pixels = vision_core::decode::decode(picture)?.pixels;
    draw(&mut pixels, report);
    let mut encoded = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut encoded, QUALITY).encode_image(&pixels).map_err(ServiceError::internal)?;
    Ok(encoded.into_inner())
}
