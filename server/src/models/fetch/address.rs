//! Downloads from the original project's address: goes on where it broke off, gives up soon when nobody answers.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use vision_core::manifest::ModelSpec;

use super::{SourceError, Watch};

/// Soon enough that a machine without this way out goes on to the next source.
const CONNECT: Duration = Duration::from_secs(5);
/// The most time without the head of an answer.
const ANSWER: Duration = Duration::from_secs(20);
/// The most time for a whole file: 40 MB at 50 kB/s.
const WHOLE: Duration = Duration::from_secs(800);

/// Downloads into `part`, continuing what is there, and gives the whole file's bytes. `part` goes when the file is whole.
pub fn download(url: &str, part: &Path, spec: &ModelSpec, watch: &dyn Watch) -> Result<Vec<u8>, SourceError> {
    let failed = |detail: String| SourceError::Address { address: url.into(), detail };
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_resolve(Some(CONNECT))
        .timeout_recv_response(Some(ANSWER))
        .timeout_global(Some(WHOLE))
        .build();
    let have = fs::metadata(part).map_or(0, |m| m.len());
    let have = if have < spec.bytes { have } else { 0 };
    let mut request = ureq::Agent::new_with_config(config).get(url);
    if have > 0 {
        request = request.header("range", format!("bytes={have}-"));
    }
    let response = request.call().map_err(|e| failed(e.to_string()))?;
    let goes_on = response.status().as_u16() == 206;
    let mut so_far = if goes_on { have } else { 0 };
    let mut file = OpenOptions::new().create(true).write(true).append(goes_on).truncate(!goes_on).open(part)?;
    // One byte more than expected is enough to know that it is another file.
    let mut body = response.into_body().into_reader().take(spec.bytes - so_far + 1);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = body.read(&mut buffer).map_err(|e| failed(e.to_string()))?;
        if read == 0 {
            break;
        }
        file.write_all(buffer.get(..read).unwrap_or_default())?;
        so_far += read as u64;
        watch.bytes(so_far, Some(spec.bytes));
    }
    if so_far < spec.bytes {
        return Err(failed(format!("it broke off after {so_far} of {} bytes; the next try goes on there", spec.bytes)));
    }
    drop(file);
    let bytes = fs::read(part)?;
    fs::remove_file(part)?;
    Ok(bytes)
}
