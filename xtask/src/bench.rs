//! Decides how the measuring programs are called: `eval` for accuracy, `bench` for time.

use crate::project::PageProfile;
use crate::tools::{chromium, node};
use crate::{native, page, process, project, run};
use anyhow::Result;

/// Runs one of the two programs of the crate `bench`, in the release profile, with the arguments handed on.
pub fn measure(program: &str, args: &[String]) -> Result<()> {
    run::fetch_models(&native::build()?);
    let mut cargo = native::cargo(&["run", "--release", "--package", "bench", "--bin", program, "--"]);
    if program == "bench" {
        // Times through HTTP and in Chromium are half of it.
        let executable = native::build_release()?;
        node::ensure()?;
        cargo
            .env("IIA_CHROMIUM", chromium::ensure()?)
            .env("IIA_PAGE", page::ensure(PageProfile::Release)?)
            .env("IIA_PUBLIC", project::public())
            .env("IIA_BIN", executable);
    }
    cargo.args(args);
    process::loud(cargo)
}
