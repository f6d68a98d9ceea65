//! The list of bad inputs through the core: each gets exactly its verdict, and none takes more memory than it may.

use std::collections::BTreeSet;

use vision_core::bad_input::{self, Verdict};
use vision_core::decode::decode;

mod counting;

use counting::peak_during;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

#[test]
fn names_are_unique_and_there_are_enough() {
    let inputs = bad_input::all();
    let names: BTreeSet<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names.len(), inputs.len());
    assert!(inputs.len() >= 90, "only {} inputs", inputs.len());
}

/// What decoding may take beside the pixels: copies of the file (a rebuilt stream, metadata), tables of a profile.
const FIXED_BYTES: usize = 16_000_000;

#[test]
fn every_input_gets_its_verdict_in_bounded_memory() {
    let mut wrong = Vec::new();
    for input in bad_input::all() {
        let (result, peak) = peak_during(|| decode(&input.bytes));
        let (got, pixels) = match &result {
            Ok(decoded) => {
                let warnings: Vec<&str> = decoded.warnings.iter().map(|warning| warning.code.as_str()).collect();
                (format!("ok {warnings:?}"), decoded.pixels.len() / 3)
            }
            Err(error) => (error.code().to_string(), 0),
        };
        let expected = match &input.verdict {
            Verdict::Refused(code) => code.to_string(),
            Verdict::Read { warnings } => format!("ok {warnings:?}"),
        };
        if got != expected {
            let detail = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
            wrong.push(format!("{}: expected {expected}, got {got} {detail}", input.name));
        }
        // Twelve bytes a pixel is the most that any path takes; refused inputs get nothing for pixels.
        let allowed = FIXED_BYTES + 2 * input.bytes.len() + 12 * pixels;
        if peak > allowed {
            wrong.push(format!("{}: {peak} bytes at the peak, {allowed} allowed", input.name));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}
