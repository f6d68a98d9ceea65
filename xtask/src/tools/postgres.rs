//! Decides which PostgreSQL the tests run on: a cluster of their own, made for one run and thrown away.

use super::apt;
use crate::process::{command, output, quiet, say, which};
use crate::server::free_address;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const WHY: &str = "the tests run on PostgreSQL too";
/// Where Debian and its relatives keep every version; its programs are not on the search path.
const DEBIAN: &str = "/usr/lib/postgresql";
/// PostgreSQL does not run as root; its package brings this user.
const USER: &str = "postgres";

/// A cluster that runs; stopped and removed when it is let go.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    /// The address of its database, without a password.
    pub url: String,
}

/// Starts a cluster on a free port, and installs PostgreSQL first where there is none.
pub fn start() -> Result<Cluster> {
    let programs = match found() {
        Some(programs) => programs,
        None => {
            apt::install(&["postgresql"], WHY)?;
            found().context("PostgreSQL is not here: install it")?
        }
    };
    let folder = std::env::temp_dir().join(format!("iia-postgres-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    if is_root() {
        quiet(command("chown", [USER.as_ref(), folder.as_os_str()]))?;
    }
    let address = free_address()?;
    let url = format!("postgres://iia@{address}/postgres");
    let cluster = Cluster { programs, folder, url };
    say(format!("starting PostgreSQL on {address} for this run"));
    cluster.run("initdb", &["--username=iia", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])?;
    // What is thrown away need not survive a power cut.
    let options = format!(
        "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=400",
        address.port()
    );
    let log = cluster.folder.join("log");
    cluster.run("pg_ctl", &["start", "-w", "-l", &log.to_string_lossy(), "-o", &options])?;
    Ok(cluster)
}

/// The folder of its programs: on the search path, or the newest of Debian's.
pub fn found() -> Option<PathBuf> {
    if let Some(program) = which("initdb") {
        return program.parent().map(Path::to_owned);
    }
    let versions = std::fs::read_dir(DEBIAN).ok()?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.filter(|path| path.join("bin/initdb").is_file()).max_by_key(number)?;
    Some(newest.join("bin"))
}

impl Cluster {
    /// The program that sends it statements: beside the server's, on the search path, or with the package that has it alone.
    pub fn psql(&self, why: &str) -> Result<PathBuf> {
        let beside = self.programs.join("psql");
        if beside.is_file() { Ok(beside) } else { apt::program("psql", "postgresql-client", why) }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let program = self.programs.join(program);
        let mut run = if is_root() {
            command("runuser", ["-u".as_ref(), USER.as_ref(), "--".as_ref(), program.as_os_str()])
        } else {
            Command::new(program)
        };
        run.args(arguments).arg("-D").arg(self.folder.join("data")).current_dir(&self.folder);
        // A server keeps the pipes of who started it, so its output must not be waited for.
        quiet_to_file(run, &self.folder.join("said"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = self.run("pg_ctl", &["stop", "-w", "-m", "immediate"]);
        if let Err(error) = stopped.and_then(|()| Ok(std::fs::remove_dir_all(&self.folder)?)) {
            eprintln!("xtask: the PostgreSQL of the tests is left in {}: {error:#}", self.folder.display());
        }
    }
}

fn quiet_to_file(mut run: Command, file: &Path) -> Result<()> {
    let said = std::fs::File::create(file)?;
    run.stdin(std::process::Stdio::null()).stdout(said.try_clone()?).stderr(said);
    let status = run.status().with_context(|| format!("cannot start {}", run.get_program().to_string_lossy()))?;
    anyhow::ensure!(status.success(), "PostgreSQL: {}", std::fs::read_to_string(file)?.trim());
    Ok(())
}

fn is_root() -> bool {
    output(command("id", ["-u"])).is_ok_and(|id| id == "0")
}
