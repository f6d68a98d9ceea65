//! Decides what counts as passed and failed, over all runners.

/// The sum over everything that ran.
#[derive(Debug, Default)]
pub struct Tally {
    passed: u64,
    failures: Vec<String>,
}

/// What one line of a runner's output says.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// `12 passed, 0 failed` in a runner's own form; ignored tests are counted too.
    Summary { passed: u64, failed: u64, ignored: u64 },
    /// The name of a test that failed.
    Failure(String),
}

impl Tally {
    /// One check went well.
    pub fn pass(&mut self) {
        self.add(1);
    }

    /// Several tests went well.
    pub fn add(&mut self, passed: u64) {
        self.passed += passed;
    }

    /// One check or test failed; the words name it.
    pub fn fail(&mut self, what: impl Into<String>) {
        let what = what.into();
        eprintln!("FAILED {what}");
        self.failures.push(what);
    }

    /// How many failed so far.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// The failures by name, then the summary alone on the last line.
    pub fn print(&self) {
        for failure in &self.failures {
            let headline = failure.lines().next().unwrap_or_default();
            println!("failed: {headline}");
        }
        println!("{} passed, {} failed", self.passed, self.failures.len());
    }
}

/// Reads a line of `cargo test`.
pub fn of_cargo(line: &str) -> Option<Line> {
    if let Some(counts) = line.strip_prefix("test result: ") {
        let (_, counts) = counts.split_once(". ")?;
        let count = |word: &str| {
            let part = counts.split(';').map(str::trim).find(|part| part.ends_with(word))?;
            part.split_whitespace().next()?.parse().ok()
        };
        return Some(Line::Summary {
            passed: count("passed")?,
            failed: count("failed")?,
            ignored: count("ignored").unwrap_or(0),
        });
    }
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(Line::Failure(name.to_owned()))
}

/// Reads a line of the browser tests: `not ok NAME` for a failure, `N passed, N failed` at the end.
pub fn of_browser(line: &str) -> Option<Line> {
    if let Some(name) = line.trim_start().strip_prefix("not ok ") {
        return Some(Line::Failure(name.to_owned()));
    }
    let (passed, failed) = line.trim().strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Line::Summary { passed: passed.parse().ok()?, failed: failed.parse().ok()?, ignored: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_are_read() {
        let summary = |passed, failed, ignored| Some(Line::Summary { passed, failed, ignored });
        for (line, expected) in [
            (
                "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
                summary(12, 0, 0),
            ),
            (
                "test result: FAILED. 1 passed; 2 failed; 3 ignored; 0 measured; 0 filtered out; finished in 9.87s",
                summary(1, 2, 3),
            ),
            (
                "test decode::tests::a_bomb_is_refused ... FAILED",
                Some(Line::Failure("decode::tests::a_bomb_is_refused".into())),
            ),
            ("test decode::tests::a_bomb_is_refused ... ok", None),
            ("running 3 tests", None),
            ("", None),
        ] {
            assert_eq!(of_cargo(line), expected, "{line}");
        }
    }

    #[test]
    fn the_browser_tests_lines_are_read() {
        for (line, expected) in [
            ("14 passed, 1 failed", Some(Line::Summary { passed: 14, failed: 1, ignored: 0 })),
            ("not ok drop to description (phone)", Some(Line::Failure("drop to description (phone)".into()))),
            ("ok drop to description (phone)", None),
            ("all passed, none failed", None),
        ] {
            assert_eq!(of_browser(line), expected, "{line}");
        }
    }
}
