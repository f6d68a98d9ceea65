//! Moments as people read them, in their own time zone.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, db};

use crate::api::people::Moment;

/// The continents and oceans by which the IANA names places; what else is in its database are old names and offsets.
const REGIONS: [&str; 9] =
    ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// Tells moments in a time zone; in UTC, which it then says, where that is not known.
#[derive(Clone, Debug)]
pub struct Clock(TimeZone);

impl Clock {
    /// `zone` is a name of the IANA's database, such as `Europe/Kyiv`.
    pub fn new(zone: &str) -> Self {
        Self(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
    }

    /// `26 November 2026, 14:05`
    pub fn moment(&self, moment: Moment) -> String {
        let format = if self.0 == TimeZone::UTC { "%-d %B %Y, %H:%M UTC" } else { "%-d %B %Y, %H:%M" };
        self.written(moment, format)
    }

    /// `26 November 2026`
    pub fn day(&self, moment: Moment) -> String {
        self.written(moment, "%-d %B %Y")
    }

    /// Where a day begins, written `2026-11-26`, and where it ends.
    pub fn bounds(&self, day: &str) -> Option<(Moment, Moment)> {
        let day: Date = day.parse().ok()?;
        let begins = |day: Date| day.to_zoned(self.0.clone()).ok().map(|at| Moment(at.timestamp().as_millisecond()));
        Some((begins(day)?, begins(day.tomorrow().ok()?)?))
    }

    fn written(&self, moment: Moment, format: &str) -> String {
        let timestamp = Timestamp::from_millisecond(moment.0).unwrap_or(Timestamp::UNIX_EPOCH);
        timestamp.to_zoned(self.0.clone()).strftime(format).to_string()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

/// For programs: RFC 3339.
pub fn machine(moment: Moment) -> String {
    Timestamp::from_millisecond(moment.0).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// The places that one can choose from, region by region.
pub fn zones() -> Vec<(&'static str, Vec<String>)> {
    let names: Vec<String> = db().available().map(|name| name.as_str().to_owned()).collect();
    let of = |region: &str| -> Vec<String> {
        let inside = |name: &&String| name.strip_prefix(region).is_some_and(|rest| rest.starts_with('/'));
        names.iter().filter(inside).cloned().collect()
    };
    REGIONS.into_iter().map(|region| (region, of(region))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_ones_own_time_zone() {
        let moment = Moment(1_709_210_096_789);
        assert_eq!(Clock::new("Europe/Kyiv").moment(moment), "29 February 2024, 14:34");
        assert_eq!(Clock::new("America/New_York").moment(moment), "29 February 2024, 07:34");
        for unknown in ["UTC", "Nowhere/Land", ""] {
            assert_eq!(Clock::new(unknown).moment(moment), "29 February 2024, 12:34 UTC", "{unknown:?}");
        }
        assert_eq!(machine(moment), "2024-02-29T12:34:56.789Z");
        assert_eq!(Clock::default().day(Moment(i64::MAX)), "1 January 1970", "beyond the calendar");
    }

    #[test]
    fn a_day_has_its_own_bounds_where_one_lives() {
        let hour = 3_600_000;
        let utc = 1_772_236_800_000;
        assert_eq!(Clock::default().bounds("2026-02-28"), Some((Moment(utc), Moment(utc + 24 * hour))));
        assert_eq!(
            Clock::new("Europe/Kyiv").bounds("2026-02-28"),
            Some((Moment(utc - 2 * hour), Moment(utc + 22 * hour)))
        );
        let short = Clock::new("Europe/Kyiv").bounds("2026-03-29").expect("a day");
        assert_eq!(short.1.0 - short.0.0, 23 * hour, "the clocks go forward");
        for bad in ["", "yesterday", "2026-02-30", "28.02.2026"] {
            assert_eq!(Clock::default().bounds(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_zones_of_the_world_are_there() {
        let zones = zones();
        let has = |name: &str| zones.iter().any(|(_, names)| names.iter().any(|known| known == name));
        assert!(has("Europe/Kyiv") && has("America/Argentina/Buenos_Aires") && has("Pacific/Auckland"));
        assert!(zones.iter().all(|(region, names)| !names.is_empty() && names.iter().all(|n| n.starts_with(region))));
    }
}
