//! The progress bar: on a terminal and for several pictures only.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    pub fn new(pictures: usize) -> Self {
        let shown = pictures > 1 && stderr().is_terminal();
        Self { bar: shown.then(|| ProgressBar::new(pictures as u64).with_style(style())) }
    }

    /// Prints without the bar in between, and counts one picture.
    pub fn around<T>(&self, print: impl FnOnce() -> T) -> T {
        let Some(bar) = &self.bar else { return print() };
        let printed = bar.suspend(print);
        bar.inc(1);
        printed
    }

    pub fn close(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    let template = "{bar:30} {pos} of {len} pictures, {per_sec}, {eta} left";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
