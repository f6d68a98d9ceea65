//! When two reports count as equal: scores within 1e-3, boxes within one pixel, words to the letter.

use serde_json::Value;

/// What differs from run to run and from place to place; the last three are the gateway's own.
const APART: [&str; 6] = ["receipt", "timings", "file", "id", "created_at", "picture_kept"];
/// Fields whose numbers are pixels.
const IN_PIXELS: [&str; 2] = ["box", "landmarks"];
const SCORE: f64 = 1e-3;
const PIXELS: f64 = 1.0;

/// The report without what differs from run to run.
pub fn lasting(report: &Value) -> Value {
    let mut report = report.clone();
    if let Some(fields) = report.as_object_mut() {
        fields.retain(|name, _| !APART.contains(&name.as_str()));
    }
    report
}

/// Where two reports differ by more than the tolerances, each with its path.
pub fn differences(golden: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(golden, actual, "", SCORE, &mut found);
    found
}

fn walk(golden: &Value, actual: &Value, path: &str, tolerance: f64, found: &mut Vec<String>) {
    match (golden, actual) {
        (Value::Object(a), Value::Object(b)) => {
            let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let tolerance = if IN_PIXELS.contains(&name.as_str()) { PIXELS } else { tolerance };
                let of = |fields: &'_ serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                walk(&of(a), &of(b), &format!("{path}/{name}"), tolerance, found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                walk(a, b, &format!("{path}/{i}"), tolerance, found);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            found.push(format!("{path}: {} entries against {}", a.len(), b.len()));
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            let allowed = if tolerance < PIXELS { tolerance * a.abs().max(1.0) } else { tolerance };
            // A NaN is near nothing.
            let near = (a - b).abs() <= allowed;
            if !near {
                found.push(format!("{path}: {a} against {b}"));
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{path}: {a} against {b}")),
    }
}

#[test]
fn tolerances_are_as_promised() {
    let report = |score: f64, x: f64, text: &str| serde_json::json!({ "objects": [{ "score": score, "box": { "x": x } }], "description": { "text": text }, "timings": [score] });
    let golden = report(0.5, 100.0, "A cat.");
    for (other, count) in [
        (report(0.5009, 100.9, "A cat."), 0),
        (report(0.5011, 100.0, "A cat."), 1),
        (report(0.5, 101.1, "A cat."), 1),
        (report(0.5, 100.0, "A dog."), 1),
        (report(0.6, 102.0, "A dog."), 3),
    ] {
        assert_eq!(differences(&lasting(&golden), &lasting(&other)).len(), count, "{other}");
    }
    let fewer = serde_json::json!({ "objects": [], "description": { "text": "A cat." } });
    assert_eq!(differences(&lasting(&golden), &fewer).len(), 1);
}
