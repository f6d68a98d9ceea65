//! Decides how the engine's kernels are run under the address sanitizer: their crate alone, which has no dependencies, into a
//! target folder of its own.

use super::rust::counted;
use super::tally::Tally;
use crate::process::say;
use crate::{native, project};
use anyhow::Result;

/// The sanitizer comes with rustup's toolchains for these; elsewhere nothing is run, and that is said.
const TARGETS: [(&str, &str, &str); 2] =
    [("linux", "x86_64", "x86_64-unknown-linux-gnu"), ("linux", "aarch64", "aarch64-unknown-linux-gnu")];

/// The kernels' tests with every access to memory checked.
pub fn check(tally: &mut Tally) -> Result<()> {
    let here = (std::env::consts::OS, std::env::consts::ARCH);
    let Some((.., target)) = TARGETS.into_iter().find(|(os, arch, _)| (*os, *arch) == here) else {
        say(format!("no address sanitizer on {} {}: its step is left to other machines", here.0, here.1));
        return Ok(());
    };
    let mut cargo = native::cargo(&["test", "--package", "vision-kernels", "--lib", "--quiet", "--target", target]);
    cargo
        .env("CARGO_TARGET_DIR", project::native_target().join("sanitizer"))
        // Sanitizers are asked for by a flag that is not stable yet.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address");
    counted(cargo, tally)
}
