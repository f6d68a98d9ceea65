//! `iia analyze` as a person or a script uses it: the real executable, real models, the pictures of `golden/`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden").join(name)
}

fn iia() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iia"));
    command.env_remove("NO_COLOR");
    command
}

fn analyze(arguments: &[&str]) -> Output {
    iia().arg("analyze").args(arguments).output().expect("the executable starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e} in {}", text(&output.stdout)))
}

/// A folder with two pictures, a broken one and a text.
fn mixed_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::copy(golden("shapes.png"), folder.path().join("a shapes.png")).expect("copied");
    fs::create_dir(folder.path().join("deeper")).expect("created");
    fs::copy(golden("cat_chelsea.jpg"), folder.path().join("deeper/cat.jpg")).expect("copied");
    fs::write(folder.path().join("b.jpg"), b"\xff\xd8\xff\xe0 this is no picture").expect("written");
    fs::write(folder.path().join("notes.txt"), b"text").expect("written");
    folder
}

#[test]
fn a_person_reads_the_sentence_and_a_table() {
    let cat = golden("cat_chelsea.jpg");
    let output = analyze(&[&cat.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(!shown.contains('\x1b'), "a pipe gets no colours and no progress: {shown:?}");
    assert_eq!(text(&output.stderr), "", "a pipe gets no progress");
    let report = json(&analyze(&["--json", &cat.to_string_lossy()]));
    let sentence = report["description"]["text"].as_str().expect("a sentence");
    assert!(sentence.to_lowercase().contains("cat"), "{sentence}");
    let unwrapped = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains(sentence), "{shown}");
    for label in ["tags ", "objects ", "colours ", "quality ", "picture ", "read by "] {
        assert!(shown.lines().any(|l| l.starts_with(label)), "{label} in {shown}");
    }
}

#[test]
fn one_picture_is_an_object_and_several_are_an_array() {
    let shapes = golden("shapes.png").to_string_lossy().into_owned();
    let one = json(&analyze(&["--json", &shapes]));
    assert_eq!(one["file"], shapes.as_str());
    assert_eq!(one["schema_version"], 1);
    let two = json(&analyze(&["--json", &shapes, &shapes]));
    assert_eq!(two.as_array().map(Vec::len), Some(2));
    assert_eq!(two[1]["description"], one["description"]);
}

#[test]
fn a_bad_file_does_not_stop_the_rest() {
    let folder = mixed_folder();
    let output = analyze(&["--jsonl", &folder.path().to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|l| serde_json::from_str(l).expect("a line is JSON")).collect();
    let names: Vec<String> = lines
        .iter()
        .map(|l| Path::new(l["file"].as_str().expect("a name")).file_name().expect("a name").to_string_lossy().into())
        .collect();
    assert_eq!(names, ["a shapes.png", "b.jpg", "cat.jpg"]);
    assert!(lines[0]["description"]["text"].is_string() && lines[2]["description"]["text"].is_string());
    let code = lines[1]["error"]["code"].as_str().expect("a code");
    assert!(lines[1]["error"]["message"].is_string());
    let told = text(&output.stderr);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("b.jpg") && told.contains(code), "{told}");
}

#[test]
fn what_is_not_there_is_told_with_its_code() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for argument in ["missing.png", "*.png", ""] {
        let output = analyze(&["--json", &folder.path().join(argument).to_string_lossy()]);
        assert_eq!(output.status.code(), Some(2), "{argument}");
        let entry = json(&output);
        let entry = if entry.is_array() { entry[0].clone() } else { entry };
        assert_eq!(entry["error"]["code"], "not_found", "{argument}");
    }
}

#[test]
fn csv_has_a_row_for_each_picture() {
    let folder = mixed_folder();
    let output = analyze(&["--csv", &folder.path().to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2));
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let headings = reader.headers().expect("headings").clone();
    let column = |name: &str| headings.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(&rows[0][column("kind")], "drawing");
    assert_eq!(&rows[0][column("width")], "640");
    assert!(!rows[1][column("error")].is_empty() && rows[1][column("description")].is_empty());
    assert!(rows[2][column("description")].to_lowercase().contains("cat"));
}

#[test]
fn standard_input_and_globs_are_read() {
    let mut child = iia()
        .args(["analyze", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the executable starts");
    let picture = fs::read(golden("shapes.png")).expect("read");
    child.stdin.take().expect("piped").write_all(&picture).expect("written");
    let report = json(&child.wait_with_output().expect("ends"));
    assert_eq!(report["file"], "-");
    assert_eq!(report["quality"]["kind"], "drawing");

    let folder = mixed_folder();
    let pattern = folder.path().join("**/*.{png,jpg}");
    let output = analyze(&["--jsonl", "--tasks", "quality", &pattern.to_string_lossy()]);
    assert_eq!(text(&output.stdout).lines().count(), 3, "{}", text(&output.stdout));
}

#[test]
fn only_the_asked_tasks_are_done() {
    let cat = golden("cat_chelsea.jpg").to_string_lossy().into_owned();
    let report = json(&analyze(&["--json", "--tasks", "objects,colors", &cat]));
    assert!(report["objects"].as_array().is_some_and(|o| !o.is_empty()));
    assert!(report["palette"].as_array().is_some_and(|p| !p.is_empty()));
    assert_eq!(report["tags"], Value::Array(Vec::new()));
    assert_eq!(report["description"]["text"], "");
    let wrong = analyze(&["--tasks", "weather", &cat]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("weather"));
}

#[test]
fn annotated_pictures_are_saved_in_the_size_of_the_picture() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let out = folder.path().join("drawn");
    let cat = golden("cat_chelsea.jpg").to_string_lossy().into_owned();
    let output = analyze(&["--jsonl", "--annotate", &out.to_string_lossy(), &cat, &cat]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let plain = image::open(&cat).expect("decodes").to_rgb8();
    for name in ["cat_chelsea.png", "cat_chelsea-2.png"] {
        let drawn = image::open(out.join(name)).expect("saved").to_rgb8();
        assert_eq!(drawn.dimensions(), plain.dimensions());
        assert_ne!(drawn, plain, "nothing is drawn");
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let shapes = golden("shapes.png");
    let mut child = iia()
        .args(["analyze", "--jsonl", "--tasks", "quality"])
        .args(std::iter::repeat_n(&shapes, 200))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the executable starts");
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    reader.read_line(&mut line).expect("a line");
    drop(reader);
    let mut told = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut told).expect("read");
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert_eq!(told, "");
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_finished_results_intact() {
    let shapes = golden("shapes.png");
    let mut child = iia()
        .args(["analyze", "--json", "--jobs", "2"])
        .args(std::iter::repeat_n(&shapes, 2000))
        .stdout(Stdio::piped())
        .spawn()
        .expect("the executable starts");
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    let mut written = String::new();
    for _ in 0..3 {
        reader.read_line(&mut written).expect("a line");
    }
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(told.success());
    reader.read_to_string(&mut written).expect("read");
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    let reports: Vec<Value> = serde_json::from_str(&written).expect("the array is closed");
    assert!(!reports.is_empty() && reports.len() < 2000, "{} reports", reports.len());
    assert!(reports.iter().all(|r| r["description"]["text"].is_string()));
}

#[test]
fn shells_and_manuals_get_what_they_want() {
    for (shell, sign) in [("bash", "_iia()"), ("zsh", "#compdef iia"), ("fish", "complete -c iia")] {
        let output = iia().args(["completions", shell]).output().expect("the executable starts");
        assert!(text(&output.stdout).contains(sign), "{shell}");
    }
    let page = text(&iia().arg("man").output().expect("the executable starts").stdout);
    assert!(page.contains(".TH iia 1"), "{page}");
    let folder = tempfile::tempdir().expect("a folder for the test");
    let written = iia().args(["man", "--dir"]).arg(folder.path()).status().expect("the executable starts");
    assert!(written.success() && folder.path().join("iia-analyze.1").exists());
}

fn models(arguments: &[&str]) -> Output {
    iia().arg("models").args(arguments).output().expect("the executable starts")
}

#[test]
fn every_op_of_every_model_is_told_with_its_engines() {
    let output = models(&["ops", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = json(&output);
    let told = told.as_array().expect("a list of models");
    assert!(told.len() >= 5, "the models are here");
    for model in told {
        assert_eq!(model["plan"], true, "{model}");
        let ops = model["ops"].as_array().expect("a list of ops");
        assert!(ops.iter().any(|op| op["op"] == "Conv" && op["count"].as_u64() > Some(3)), "{model}");
        assert!(
            ops.iter().all(|op| ["cpu", "gpu", "tract"].iter().all(|engine| op["engines"][engine] == true)),
            "{model}"
        );
    }
    let table = text(&models(&["ops", "yunet-320"]).stdout);
    assert!(table.starts_with("model") && table.contains("1 of 1 models run as plans"), "{table}");

    let folder = tempfile::tempdir().expect("a folder for the test");
    let bad = folder.path().join("bad.onnx");
    fs::write(&bad, b"\x08\x07 this is no model").expect("written");
    let output = models(&["ops", &folder.path().to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("bad.onnx"), "{}", text(&output.stderr));
}

#[test]
fn a_model_becomes_a_plan_and_a_plan_is_shown_op_by_op() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (plan, picture) = (path("faces.plan"), path("faces.svg"));
    let output = models(&["compile", "yunet-320", "-o", &plan]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("1x3x320x320"), "{}", text(&output.stdout));

    let output = models(&["inspect", &plan, "--json", "--runs", "2", "--svg", &picture]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = json(&output);
    assert_eq!(shown["inputs"], serde_json::json!([[1, 3, 320, 320]]));
    let ops = shown["ops"].as_array().expect("a list of ops");
    let sum = |field: &str| ops.iter().filter_map(|op| op[field].as_f64()).sum::<f64>();
    // YuNet's authors say 149 MFLOP at this size.
    assert!((30e6..150e6).contains(&sum("macs")), "{}", sum("macs"));
    assert_eq!(Some(sum("macs")), shown["macs"].as_f64());
    assert!(sum("ms") > 0.0 && shown["ms"].as_f64() > Some(0.0), "{}", sum("ms"));
    let drawn = fs::read_to_string(&picture).expect("drawn");
    assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
    assert_eq!(drawn.matches("<g><title>").count(), ops.len(), "a box for each op");

    let table = text(&models(&["inspect", "yunet-320", "--runs", "1"]).stdout);
    assert_eq!(table.lines().count(), ops.len() + 3, "a head, the ops, an empty line and the sums: {table}");
}

#[test]
fn what_cannot_become_a_plan_is_told_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let [bad, old] = ["bad.plan", "old.plan"].map(|name| folder.path().join(name));
    fs::write(&bad, b"IIA-plan\x02\0\0\0 and then nothing").expect("written");
    fs::write(&old, b"IIA-plan\x01\0\0\0 as it was once").expect("written");
    let cases: [(&[&str], &str); 5] = [
        (&["inspect", &bad.to_string_lossy()], "damaged"),
        (&["inspect", &old.to_string_lossy()], "of format 1; format 2 is read here"),
        (&["compile", "resnet"], "there is no model `resnet`"),
        (&["compile", "missing.onnx"], "missing.onnx cannot be read"),
        (&["compile", "yunet-320", "--size", "big"], "height x width"),
    ];
    for (arguments, expected) in cases {
        let output = models(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(expected), "{arguments:?}: {}", text(&output.stderr));
    }
}
