//! An analysis on a line: as a row of a sheet, or as JSON.

use super::{Analysis, ServiceError};

/// As what a history is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFormat {
    Csv,
    Json,
}

const HEAD: [&str; 11] =
    ["id", "created_at", "title", "description", "tags", "objects", "faces", "format", "width", "height", "bytes"];

/// What stands before the first line.
///
/// # Errors
/// When it cannot be written.
pub fn head(format: LineFormat) -> Result<Vec<u8>, ServiceError> {
    match format {
        LineFormat::Csv => row(HEAD.map(str::to_owned)),
        LineFormat::Json => Ok(Vec::new()),
    }
}

/// # Errors
/// When it cannot be written.
pub fn line(analysis: &Analysis, format: LineFormat) -> Result<Vec<u8>, ServiceError> {
    let report = &analysis.report;
    match format {
        LineFormat::Json => {
            let mut line = serde_json::to_vec(analysis).map_err(ServiceError::internal)?;
            line.push(b'\n');
            Ok(line)
        }
        LineFormat::Csv => row([
            analysis.id.to_string(),
            analysis.created_at.to_string(),
            plain(analysis.title.as_deref().unwrap_or_default()),
            plain(&report.description.text),
            report.tags.iter().map(|tag| tag.label.as_str()).collect::<Vec<_>>().join("; "),
            report.objects.iter().map(|object| object.label.as_str()).collect::<Vec<_>>().join("; "),
            report.faces.len().to_string(),
            report.image.format.clone(),
            report.image.width.to_string(),
            report.image.height.to_string(),
            report.image.bytes.to_string(),
        ]),
    }
}

/// Spreadsheets take a cell that begins so for a formula (OWASP, CSV injection).
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn row<const N: usize>(cells: [String; N]) -> Result<Vec<u8>, ServiceError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&cells).map_err(ServiceError::internal)?;
    writer.into_inner().map_err(|error| ServiceError::internal(error.to_string()))
}
