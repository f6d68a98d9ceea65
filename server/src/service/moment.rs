//! A moment: milliseconds since 1970 in the database, RFC 3339 in UTC for everyone else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

const DAY_MS: i64 = 86_400_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// The beginning of a day in UTC, written `2026-11-26`.
    pub fn of_day(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<u16>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let days = days_since_1970(year.into(), month.into(), day.into());
        // The 31st of a month that has none is no day.
        (civil(days) == (year.into(), month.into(), day.into())).then(|| Self(days * 86_400_000))
    }

    /// A moment of RFC 3339, with whatever offset.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|moment| Self(moment.as_millisecond()))
    }

    /// The day on which it is that moment in a zone of the IANA's database, counted from 1970 on; of UTC where the zone is not
    /// known.
    pub fn day_in(self, zone: &str) -> i64 {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let offset_ms = i64::from(zone.to_offset(moment).seconds()) * 1000;
        self.0.saturating_add(offset_ms).div_euclid(DAY_MS)
    }

    /// So much earlier.
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// So much later.
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The day in UTC: `2026-11-26`.
    pub fn day(self) -> String {
        let (year, month, day) = civil(self.0.div_euclid(86_400_000));
        format!("{year:04}-{month:02}-{day:02}")
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (days, ms) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Of a day counted from 1970 on, the first day of its month.
pub(super) fn first_of_month(day: i64) -> i64 {
    let (_, _, of_month) = civil(day);
    day - (of_month - 1)
}

/// Year, month and day of the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days_since_1970: i64) -> (i64, i64, i64) {
    let days = days_since_1970 + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The other way (the same source).
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_are_written_as_rfc_3339_says() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ];
        for (ms, expected) in cases {
            assert_eq!(Moment(ms).to_string(), expected);
        }
    }

    #[test]
    fn a_day_begins_where_one_lives() {
        let evening = Moment::parse("2026-07-31T22:30:00Z").expect("a moment");
        assert_eq!(Moment::parse("2026-08-01T00:30:00+02:00"), Some(evening));
        assert_eq!((Moment::parse("2026-07-31"), Moment::parse("soon")), (None, None));
        let day = |zone: &str| Moment(evening.day_in(zone) * DAY_MS).day();
        assert_eq!(day("UTC"), "2026-07-31");
        assert_eq!(day("Europe/Kyiv"), "2026-08-01");
        assert_eq!(day("America/New_York"), "2026-07-31");
        assert_eq!(day("Nowhere/Land"), "2026-07-31");
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for day in ["1970-01-01", "2000-02-29", "2026-11-26", "2099-12-31"] {
            assert_eq!(Moment::of_day(day).map(Moment::day).as_deref(), Some(day));
        }
        for bad in ["", "2026", "2026-13-01", "2026-02-30", "2025-02-29", "26-11-2026x", "2026-11-26T00:00"] {
            assert_eq!(Moment::of_day(bad), None, "{bad}");
        }
    }
}
