//! A bar chart as SVG: the analyses of each period, failures on top; the table beside it says the same in numbers.

use std::fmt::Write as _;

use crate::service::statistics::Period;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
/// Room for the words below and the numbers on the left.
const BELOW: f64 = 24.0;
const LEFT: f64 = 44.0;
const ABOVE: f64 = 8.0;
/// The part of its place that a bar fills.
const FILLED: f64 = 0.72;

pub fn drawn(periods: &[Period]) -> String {
    let most = periods.iter().map(|period| period.analyses + period.failures).max().unwrap_or(0);
    let top = rounded_up(most);
    let sum: u64 = periods.iter().map(|period| period.analyses).sum();
    let (first, last) = (from(periods.first()), from(periods.last()));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"system-ui,sans-serif\" font-size=\"11\" fill=\"#6b675f\">\
         <title>{sum} analyses from {first} to {last}</title>"
    );
    let (plot, base) = (HEIGHT - BELOW - ABOVE, HEIGHT - BELOW);
    for step in 0..=2 {
        let value = top * step / 2;
        let y = base - plot * share(value, top);
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#d8d4cc\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            LEFT - 6.0,
            y + 4.0
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a number of periods")]
    let place = (WIDTH - LEFT) / periods.len().max(1) as f64;
    let mut x = LEFT + place * (1.0 - FILLED) / 2.0;
    for period in periods {
        let done = plot * share(period.analyses, top);
        let failed = plot * share(period.failures, top);
        let width = place * FILLED;
        let Period { from, analyses, failures, .. } = period;
        let _ = write!(
            svg,
            "<g><title>{from}: {analyses} analyses, {failures} failed</title>\
             <rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{done:.1}\" fill=\"#1d4ed8\"/>\
             <rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{failed:.1}\" fill=\"#b45309\"/></g>",
            base - done,
            base - done - failed
        );
        x += place;
    }
    let _ = write!(
        svg,
        "<text x=\"{LEFT}\" y=\"{0:.1}\">{first}</text><text x=\"{WIDTH}\" y=\"{0:.1}\" text-anchor=\"end\">{last}</text></svg>",
        HEIGHT - 8.0
    );
    svg
}

fn from(period: Option<&Period>) -> &str {
    period.map_or("", |period| period.from.as_str())
}

#[expect(clippy::cast_precision_loss, reason = "a height in pixels")]
fn share(value: u64, top: u64) -> f64 {
    value as f64 / top.max(1) as f64
}

/// The next even number of one digit and zeros, so that the line in the middle is a whole number.
fn rounded_up(most: u64) -> u64 {
    let mut step = 2;
    while step * 10 <= most {
        step *= 10;
    }
    most.div_ceil(step).max(1) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (most, top) in [(0, 2), (1, 2), (2, 2), (3, 4), (19, 20), (20, 20), (21, 40), (199, 200), (1234, 1400)] {
            assert_eq!(rounded_up(most), top, "{most}");
        }
    }

    #[test]
    fn the_chart_says_in_words_what_it_shows() {
        let period = |from: &str, analyses, failures| Period { from: from.into(), analyses, failures, bytes: 0 };
        let svg = drawn(&[period("2026-11-25", 3, 0), period("2026-11-26", 5, 1)]);
        assert!(svg.contains("<title>8 analyses from 2026-11-25 to 2026-11-26</title>"), "{svg}");
        assert!(svg.contains("2026-11-26: 5 analyses, 1 failed"), "{svg}");
        assert!(!svg.contains("NaN") && !drawn(&[]).contains("NaN"));
    }
}
