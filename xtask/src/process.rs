//! Decides how other programs are called: loudly, quietly, with a time limit, or with their lines read on the way.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(50);

/// A line for the reader: what happens now, and why.
pub fn say(line: impl AsRef<str>) {
    println!("xtask: {}", line.as_ref());
}

/// A command with its first arguments.
pub fn command<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// Runs with the terminal's own output; an unsuccessful end is an error that names the command.
pub fn loud(mut command: Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(&command)))?;
    ended(&command, status, "")
}

/// Runs without output; what it said is part of the error.
pub fn quiet(mut command: Command) -> Result<()> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", shown(&command)))?;
    ended(&command, output.status, &String::from_utf8_lossy(&output.stderr))
}

/// Standard output of a command that succeeds, without the white space around it.
pub fn output(mut command: Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", shown(&command)))?;
    ended(&command, output.status, &String::from_utf8_lossy(&output.stderr))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Standard error of a command that succeeds.
pub fn complaints(mut command: Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", shown(&command)))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ended(&command, output.status, &said)?;
    Ok(said)
}

/// Runs without output for at most `limit`, then stops it.
pub fn within(limit: Duration, mut command: Command) -> Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(&command)))?;
    let stderr = child.stderr.take();
    let reader = thread::spawn(move || {
        let mut said = String::new();
        if let Some(mut stream) = stderr {
            let _ = stream.read_to_string(&mut said);
        }
        said
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("`{}` did not end within {} s", shown(&command), limit.as_secs());
        }
        thread::sleep(POLL);
    };
    ended(&command, status, &reader.join().unwrap_or_default())
}

/// Runs, shows every line of standard output and hands it to `see` too. The end is for the caller to judge.
pub fn lines(mut command: Command, mut see: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{}`", shown(&command)))?;
    if let Some(stream) = child.stdout.take() {
        for line in BufReader::new(stream).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            see(&line);
        }
    }
    Ok(child.wait()?)
}

/// Asks a child to end, as a person at the terminal would, and waits; after `patience` it is killed.
pub fn stop(child: &mut Child, patience: Duration) -> Result<ExitStatus> {
    if let Some(status) = child.try_wait()? {
        return Ok(status);
    }
    let asked = cfg!(unix) && quiet(command("kill", ["-TERM", &child.id().to_string()])).is_ok();
    let started = Instant::now();
    while asked && started.elapsed() < patience {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(POLL);
    }
    child.kill()?;
    Ok(child.wait()?)
}

/// The first program of this name on the search path.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file() || file.with_extension("exe").is_file()
}

fn ended(command: &Command, status: ExitStatus, said: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let tail: Vec<&str> = said.lines().rev().take(12).collect();
    let tail: String = tail.into_iter().rev().map(|line| format!("\n    {line}")).collect();
    bail!("`{}` ended with {status}{tail}", shown(command))
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
