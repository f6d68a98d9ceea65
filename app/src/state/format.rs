//! Numbers as people read them: `121 kB`, `0.84 s`, `84 %`. A no-break space holds the unit to its number.

/// Bytes with decimal units, as files are told elsewhere on people's machines.
pub fn bytes(count: u64) -> String {
    const UNITS: [(f64, &str); 2] = [(1e6, "MB"), (1e3, "kB")];
    if count == 1 {
        return "1\u{a0}byte".into();
    }
    for (size, unit) in UNITS {
        let value = count as f64 / size;
        if value >= 0.9995 {
            return if value < 9.95 { format!("{value:.1}\u{a0}{unit}") } else { format!("{value:.0}\u{a0}{unit}") };
        }
    }
    format!("{count}\u{a0}bytes")
}

/// Seconds from milliseconds: two decimals below ten seconds.
pub fn seconds(ms: f64) -> String {
    let seconds = ms / 1000.0;
    if seconds < 10.0 { format!("{seconds:.2}\u{a0}s") } else { format!("{seconds:.0}\u{a0}s") }
}

/// A share of one as whole percent; what is not certain is never told as 100 %, what is there never as 0 %.
pub fn percent(share: f32) -> String {
    format!("{}\u{a0}%", whole_percent(share))
}

pub(super) fn whole_percent(share: f32) -> u32 {
    let rounded = (share.clamp(0.0, 1.0) * 100.0).round() as u32;
    match rounded {
        100 if share < 1.0 => 99,
        0 if share > 0.0 => 1,
        other => other,
    }
}

/// `84 → 96 %`
pub fn change_told(from: f32, to: f32) -> String {
    format!("{} → {}", whole_percent(from), percent(to))
}

/// `640 × 424`
pub fn pixels(width: u32, height: u32) -> String {
    format!("{width}\u{a0}×\u{a0}{height}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_as_people_tell_them() {
        let cases = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (1234, "1.2 kB"),
            (121_000, "121 kB"),
            (999_700, "1.0 MB"),
            (15_400_000, "15 MB"),
        ];
        for (count, told) in cases {
            assert_eq!(bytes(count).replace('\u{a0}', " "), told);
        }
    }

    #[test]
    fn certainty_is_never_rounded_to_all_or_nothing() {
        let cases = [(0.0, 0), (0.001, 1), (0.955, 96), (0.999, 99), (1.0, 100), (1.7, 100)];
        for (share, whole) in cases {
            assert_eq!(whole_percent(share), whole, "{share}");
        }
        assert_eq!(seconds(840.0), "0.84\u{a0}s");
    }
}
