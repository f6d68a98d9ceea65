//! The JSON Schema in `docs/`: the one that the types give, and one that real reports satisfy.

use std::fs;

use serde_json::Value;
use vision_core::Report;

fn of_the_types() -> Value {
    serde_json::to_value(schemars::schema_for!(Report)).expect("a schema is JSON")
}

#[test]
fn the_schema_is_that_of_the_types() {
    let path = super::workspace().join("docs/report.schema.json");
    let text = serde_json::to_string_pretty(&of_the_types()).expect("a schema is JSON") + "\n";
    if super::blessing() {
        fs::write(&path, &text).expect("docs can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/report.schema.json is not that of the types; `cargo xtask goldens` rewrites it");
}

#[test]
fn real_reports_satisfy_the_schema() {
    let validator = jsonschema::validator_for(&of_the_types()).expect("a schema");
    let pictures = super::pictures(&super::golden());
    for (picture, report) in pictures.iter().zip(super::terminal::reports(&pictures, "authority")) {
        let wrong: Vec<String> = validator.iter_errors(&report).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", picture.display());
    }
    let mut broken = super::terminal::reports(&pictures[..1], "preview").remove(0);
    broken["objects"] = "none".into();
    assert!(!validator.is_valid(&broken));
}
