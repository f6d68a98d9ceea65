//! Decides how many compilers run at once: as many as there are cores, however many builds are under way. Two builds that each
//! take all cores get in each other's way: compilers then take a sixth more time of the processor.
//!
//! Cargo speaks the protocol of GNU make's job server, and hands it on to what it starts; the crate `jobserver` is cargo's own.

use crate::process;
use anyhow::Result;
use jobserver::Client;
use std::process::Command;
use std::sync::OnceLock;
use std::thread::available_parallelism;

static SERVER: OnceLock<Option<Client>> = OnceLock::new();

/// None where the system gives no pipe: each build then takes all cores, as without this.
fn server() -> Option<&'static Client> {
    SERVER.get_or_init(|| Client::new(available_parallelism().map_or(1, usize::from)).ok()).as_ref()
}

/// Runs a build within the cores that are free, and waits until there is one.
pub fn build(mut cargo: Command, run: impl FnOnce(Command) -> Result<()>) -> Result<()> {
    let Some(server) = server() else { return run(cargo) };
    // The core that a build has in any case; for others it asks itself.
    let _own = server.acquire()?;
    server.configure(&mut cargo);
    run(cargo)
}

/// [`build`] with the terminal's own output.
pub fn loud(cargo: Command) -> Result<()> {
    build(cargo, process::loud)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_run_hears_of_the_job_server_and_gives_its_core_back() {
        let free = || server().map(|server| server.available().unwrap());
        let before = free();
        for _ in 0..2 * available_parallelism().map_or(1, usize::from) {
            let mut command = process::command("sh", ["-c", "test -n \"$CARGO_MAKEFLAGS\""]);
            command.env_remove("CARGO_MAKEFLAGS");
            build(command, |command| process::within(Duration::from_secs(60), command)).unwrap();
        }
        assert_eq!(free(), before);
    }
}
