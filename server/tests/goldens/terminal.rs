//! What `iia analyze` says.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// The reports of the pictures, in their order.
pub fn reports(pictures: &[PathBuf], profile: &str) -> Vec<Value> {
    reports_by(&[], pictures, profile)
}

/// The same, with what runs the models as arguments.
pub fn reports_by(how: &[&str], pictures: &[PathBuf], profile: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_iia"))
        .args(["analyze", "--jsonl", "--profile", profile])
        .args(how)
        .env("IIA_GPU_PRECISION", "full")
        .args(pictures)
        .output()
        .expect("the executable starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = output.stdout.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let reports: Vec<Value> = lines.map(|line| serde_json::from_slice(line).expect("a line is JSON")).collect();
    assert_eq!(reports.len(), pictures.len());
    reports
}
