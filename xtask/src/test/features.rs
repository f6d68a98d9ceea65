//! Decides whether the features of server and browser stay apart: `leptos/ssr` in the browser's build would disable every event handler.

use super::tally::Tally;
use crate::native;
use crate::process::output;
use crate::tools::WASM_TARGET;
use anyhow::{Result, ensure};

const RENDERING: [&str; 3] = ["leptos", "leptos_meta", "leptos_router"];

/// Reads the feature trees of the native workspace, of the page's program and of the workers' (the one with relaxed vectors has the
/// packages of the plain one).
pub fn check(tally: &mut Tally) -> Result<()> {
    let server = tree(&["--workspace"])?;
    ensure!(enables(&server, "leptos", "ssr"), "the native build does not render pages: leptos/ssr is missing");
    for package in RENDERING {
        for feature in ["hydrate", "csr"] {
            ensure!(!enables(&server, package, feature), "the native build enables {package}/{feature}");
        }
    }
    tally.pass();

    let hydrate = ["--package", "app", "--no-default-features", "--features", "hydrate", "--target", WASM_TARGET];
    let page = tree(&hydrate)?;
    ensure!(enables(&page, "leptos", "hydrate"), "the page's program does not hydrate: leptos/hydrate is missing");
    let worker = tree(&["--package", "vision-worker", "--target", WASM_TARGET])?;
    for package in RENDERING {
        for tree in [&page, &worker] {
            ensure!(!enables(tree, package, "ssr"), "a wasm build enables {package}/ssr");
        }
    }
    ensure!(!has(&worker, "wgpu"), "the worker without a GPU carries what runs models on one");
    let with_gpu = tree(&["--package", "vision-worker", "--features", "gpu", "--target", WASM_TARGET])?;
    ensure!(has(&with_gpu, "wgpu"), "the worker with a GPU cannot run models on one");
    for tree in [&worker, &with_gpu] {
        ensure!(!has(tree, "tract-onnx") && !has(tree, "prost"), "a worker carries a reader of ONNX");
    }
    for heavy in ["tract-onnx", "image"] {
        ensure!(!has(&page, heavy), "the page's program depends on {heavy}, which belongs to the worker alone");
    }
    tally.pass();
    Ok(())
}

fn tree(args: &[&str]) -> Result<String> {
    // One line a package: `leptos v0.8.23|hydrate,hydration`.
    let mut cargo = native::cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}|{f}"]);
    cargo.args(args);
    output(cargo)
}

fn enables(tree: &str, package: &str, feature: &str) -> bool {
    features(tree, package).any(|enabled| enabled.split(',').any(|name| name == feature))
}

fn has(tree: &str, package: &str) -> bool {
    features(tree, package).next().is_some()
}

/// The features of a package, for each of its versions.
fn features<'a>(tree: &'a str, package: &'a str) -> impl Iterator<Item = &'a str> {
    tree.lines()
        .filter_map(|line| line.split_once('|'))
        .filter(move |(name, _)| name.split(' ').next() == Some(package))
        .map(|(_, features)| features.trim_end_matches(" (*)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_found_by_package_and_name() {
        let tree =
            "app v0.1.0 (/x/app)|ssr\nleptos v0.8.23|base64,ssr\nleptos_meta v0.8.6|hydrate (*)\nimage v0.25.10|\n";
        for (package, feature, expected) in [
            ("leptos", "ssr", true),
            ("leptos", "hydrate", false),
            ("leptos_meta", "hydrate", true),
            ("leptos_meta", "ssr", false),
        ] {
            assert_eq!(enables(tree, package, feature), expected, "{package}/{feature}");
        }
        assert!(has(tree, "image"));
        assert!(!has(tree, "tract-onnx"));
    }
}
