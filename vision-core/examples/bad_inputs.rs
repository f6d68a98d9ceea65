//! Writes every bad input and `expected.json` (name to error code or `ok`) to a folder, for tests that are not in Rust.
//!
//! `cargo run -p vision-core --features bad-input --example bad_inputs -- FOLDER`

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder to write to")?);
    std::fs::create_dir_all(&folder)?;
    let mut expected = BTreeMap::new();
    for input in vision_core::bad_input::all() {
        std::fs::write(folder.join(&input.name), &input.bytes)?;
        expected.insert(input.name.clone(), input.expected());
    }
    std::fs::write(folder.join("expected.json"), serde_json::to_vec_pretty(&expected)?)?;
    println!("{} inputs in {}", expected.len(), folder.display());
    Ok(())
}
