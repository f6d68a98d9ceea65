//! Golden reports: what the terminal, gRPC and HTTP say of the same pictures, compared with what lies in `golden/`.
//!
//! `IIA_BLESS=1` rewrites the files and prints what changed. The browser's tests compare against the same files.

mod compare;
mod doors;
mod schema;
mod sentences;
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vision_core::report::Profile;

const PROFILES: [(Profile, &str); 2] = [(Profile::Preview, "preview"), (Profile::Authority, "authority")];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn golden() -> PathBuf {
    workspace().join("golden")
}

fn shared() -> PathBuf {
    std::env::var_os("IIA_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from)
}

fn blessing() -> bool {
    std::env::var_os("IIA_BLESS").is_some_and(|v| v == "1")
}

/// The pictures of a folder, sorted by name.
fn pictures(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let is_picture = |p: &PathBuf| p.extension().is_some_and(|e| e == "jpg" || e == "png");
    let mut found: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(is_picture).collect();
    found.sort();
    assert!(!found.is_empty(), "no pictures in {}", folder.display());
    found
}

fn golden_path(picture: &Path, profile: &str) -> PathBuf {
    picture.with_extension(format!("{profile}.json"))
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Compares with the golden file, or blesses. Returns what differs.
fn check(picture: &Path, profile: &str, place: &str, report: &Value) -> Vec<String> {
    let path = golden_path(picture, profile);
    let expected: Value = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
        Err(_) if blessing() => Value::Null,
        Err(error) => panic!("{}: {error}; `cargo xtask goldens` writes it", path.display()),
    };
    let differences = compare::differences(&expected, &compare::lasting(report));
    let named = differences.into_iter().map(|d| format!("{} {profile} in {place}: {d}", stem(picture)));
    named.collect()
}

fn bless(picture: &Path, profile: &str, report: &Value) {
    let text = serde_json::to_string_pretty(&compare::lasting(report)).expect("a report is JSON") + "\n";
    fs::write(golden_path(picture, profile), text).expect("the golden folder can be written");
}

#[test]
fn every_door_gives_the_golden_reports() {
    let pictures = pictures(&golden());
    let doors = doors::Doors::open();
    let mut differences = Vec::new();
    for (profile, name) in PROFILES {
        let reports = terminal::reports(&pictures, name);
        for (picture, report) in pictures.iter().zip(&reports) {
            let models = report["receipt"]["models"].as_array().map_or(0, Vec::len);
            assert!(models >= 3, "goldens need the models of tags, objects and faces; `iia models fetch` gets them");
            let changed = check(picture, name, "the terminal", report);
            if blessing() && !changed.is_empty() {
                changed.iter().take(20).for_each(|c| println!("blessed: {c}"));
                bless(picture, name, report);
            } else {
                differences.extend(changed);
            }
            let bytes = fs::read(picture).expect("read a moment ago");
            differences.extend(check(picture, name, "HTTP", &doors.http(&bytes, name)));
            differences.extend(check(picture, name, "gRPC", &doors.grpc(&bytes, profile)));
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// What else runs models finds the same: few pictures, since both are slow here.
#[test]
fn the_reference_and_a_gpu_find_what_the_goldens_say() {
    let picture = |stem: &str| golden().join(format!("{stem}.jpg"));
    let few = ["cat_chelsea", "astronaut"].map(picture);
    for (how, engine, why, pictures) in [
        (["--engine", "tract"], Some("tract"), None, &few[..]),
        // Software will do (`apt-get install mesa-vulkan-drivers`).
        (["--device", "gpu"], Some("gpu"), Some("asked for; "), &few[..1]),
        // A card or none: there is a reason in either case, and without one no warning.
        (["--device", "auto"], None, Some(""), &few[..1]),
    ] {
        for (picture, report) in pictures.iter().zip(terminal::reports_by(&how, pictures, "preview")) {
            assert!(engine.is_none_or(|engine| report["receipt"]["engine"] == engine), "{}", report["receipt"]);
            for model in report["receipt"]["models"].as_array().expect("models") {
                let reason = model["engine_reason"].as_str();
                assert_eq!(reason.is_some(), why.is_some(), "{model}");
                assert!(reason.unwrap_or_default().starts_with(why.unwrap_or_default()), "{model}");
            }
            let differences = check(picture, "preview", &how.concat(), &report);
            assert!(differences.is_empty(), "{}", differences.join("\n"));
        }
    }
}

#[test]
fn a_service_on_a_gpu_reads_pictures_together_and_finds_what_the_goldens_say() {
    let service =
        doors::Service::open(&["--device", "gpu", "--threads", "2", "--batch", "8", "--batch-wait-ms", "1000"]);
    let pictures = ["coffee", "rocket"].map(|stem| golden().join(format!("{stem}.jpg")));
    let reports = std::thread::scope(|scope| {
        let ask = |picture: &Path| service.http(&fs::read(picture).expect("a golden picture"), "preview");
        let asking = pictures.each_ref().map(|picture| scope.spawn(move || ask(picture)));
        asking.map(|asked| asked.join().expect("an answer"))
    });
    for (picture, report) in pictures.iter().zip(&reports) {
        assert_eq!(report["receipt"]["engine"], "gpu");
        let differences = check(picture, "preview", "a service on a GPU", report);
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }
    let metered = |start: &str, label: &str| -> f64 {
        let told = service.meters();
        let lines = told.lines().filter(|line| line.starts_with(start) && line.contains(label));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    };
    assert!(metered("iia_batch_size_sum{", "") > metered("iia_batch_size_count{", ""), "{}", service.meters());
    assert!(metered("iia_model_seconds_count{", r#"engine="gpu""#) > 0.0, "{}", service.meters());
    assert!(metered("iia_model_bytes{", r#"place="gpu""#) > 1e6, "{}", service.meters());
}

#[test]
fn every_picture_keeps_its_sentences() {
    let changed = sentences::check();
    assert!(changed.is_empty(), "{}\n`cargo xtask goldens` rewrites them", changed.join("\n"));
}
