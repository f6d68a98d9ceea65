//! Writes every bad input and `expected.json` (name to error code or `ok`) to a folder, for tests that are not in Rust.
//!
//! `cargo run -p vision-core --features bad-input --example bad_inputs -- FOLDER [--small]`
//!
//! With `--small` it writes the short ones and a sound picture of each kind instead: seeds for the fuzzer.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use vision_core::bad_input::{self, sound};

/// The fuzzer learns more from short seeds.
const SMALL_BYTES: usize = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder to write to")?);
    let is_small = arguments.next().is_some_and(|argument| argument == "--small");
    std::fs::create_dir_all(&folder)?;
    let mut expected = BTreeMap::new();
    for input in bad_input::all() {
        if !is_small || input.bytes.len() < SMALL_BYTES {
            std::fs::write(folder.join(&input.name), &input.bytes)?;
            expected.insert(input.name.clone(), input.expected());
        }
    }
    if is_small {
        for (name, bytes) in sound::all() {
            std::fs::write(folder.join(name), bytes)?;
        }
    } else {
        std::fs::write(folder.join("expected.json"), serde_json::to_vec_pretty(&expected)?)?;
    }
    println!("{} inputs in {}", expected.len(), folder.display());
    Ok(())
}
