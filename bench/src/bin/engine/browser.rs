//! Both in one page of Chromium, taking turns: our engine in WebAssembly, and onnxruntime-web (SIMD, one thread).

use std::process::Command;

use anyhow::{Context, Result, ensure};
use bench::browser::Place;
use bench::models::checkout;
use bench::record::Ratio;
use serde::Deserialize;
use serde_json::json;

use super::cases::Case;
use super::print_ratio;

/// What `end2end/engine.mjs` writes for each model.
#[derive(Deserialize)]
struct Measured {
    name: String,
    peer: String,
    #[serde(default)]
    ours: Vec<f64>,
    #[serde(default)]
    theirs: Vec<f64>,
    /// How long our engine took to read and load the plan, in milliseconds.
    #[serde(default)]
    load_ms: f64,
    error: Option<String>,
}

pub fn times(place: Place, cases: &[Case], runs: usize) -> Result<Vec<Ratio>> {
    let place = place.name();
    for setting in ["IIA_CHROMIUM", "IIA_PEER_WEB"] {
        ensure!(std::env::var_os(setting).is_some(), "{setting} is not set; `cargo xtask bench engine` sets it");
    }
    let folder = std::env::temp_dir().join(format!("iia-engine-{place}-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(place, cases, runs, &folder);
    std::fs::remove_dir_all(&folder)?;
    println!("\n{place}: milliseconds, ours (quartiles) / peer's wasm (quartiles) = ratio; ours loads a plan in");
    let mut records = Vec::new();
    for model in measured? {
        if let Some(error) = model.error {
            println!("  {:<30} not measured: {error}", model.name);
            continue;
        }
        let record = Ratio::of(&model.name, place, &model.peer, &model.ours, &model.theirs);
        print_ratio(&record);
        println!("  {:<30} {:>8.2}", "", model.load_ms);
        records.push(record);
    }
    Ok(records)
}

fn measure(place: &str, cases: &[Case], runs: usize, folder: &std::path::Path) -> Result<Vec<Measured>> {
    let mut listed = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let plan = folder.join(format!("{at}.plan"));
        std::fs::write(&plan, &case.plan)?;
        listed.push(json!({ "name": case.name, "plan": plan, "onnx": case.onnx, "shape": case.shape }));
    }
    let (asked, written) = (folder.join("asked.json"), folder.join("measured.json"));
    std::fs::write(&asked, json!({ "place": place, "runs": runs, "models": listed }).to_string())?;
    let script = checkout().join("end2end/engine.mjs");
    let status = Command::new("node").arg(script).arg(&asked).arg(&written).current_dir(checkout()).status()?;
    ensure!(status.success(), "end2end/engine.mjs failed");
    serde_json::from_slice(&std::fs::read(&written)?).context("end2end/engine.mjs wrote something else")
}
