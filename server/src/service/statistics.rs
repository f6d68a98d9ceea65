//! What an account has had read, in numbers: by day, week or month, how long it took, what was found most often.
//!
//! Everything is counted as it happens, so a year of a busy account costs no more than a quiet one. Deleting an analysis does
//! not change what was counted. Days are those of the account's time zone when they were counted: who moves keeps the days they
//! had.

use std::collections::{BTreeMap, BTreeSet};

use proto::auth_v1::{Origin, Scope};
use serde::Serialize;
use vision_core::Report;
use vision_core::report::Standing;

use super::moment::first_of_month;
use super::{Moment, Person, Service, ServiceError};
use crate::store::statistics::{Counted, Day};

/// Names of each kind that are told.
const MOST: u32 = 20;

/// Names that a search offers.
const MOST_OFFERED: u32 = 80;

const DAY_MS: i64 = 86_400_000;

/// What one bar of the chart stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    #[default]
    Day,
    /// From Monday on.
    Week,
    Month,
}

impl Per {
    /// How far back the chart looks.
    fn days(self) -> i64 {
        match self {
            Self::Day => 30,
            Self::Week => 26 * 7,
            Self::Month => 365,
        }
    }

    /// The first day of the period that a day is in.
    fn first(self, day: i64) -> i64 {
        match self {
            Self::Day => day,
            // 1 January 1970 was a Thursday.
            Self::Week => day - (day + 3).rem_euclid(7),
            Self::Month => first_of_month(day),
        }
    }
}

/// The sums of a day, a week or a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Period {
    /// Its first day.
    #[schema(example = "2026-11-26")]
    pub from: String,
    pub analyses: u64,
    pub failures: u64,
    pub bytes: u64,
}

/// How often something was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Frequency {
    pub name: String,
    pub analyses: u64,
}

/// An account in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Statistics {
    /// Every period, also those without an analysis, the oldest first.
    pub periods: Vec<Period>,
    /// Sums over all time.
    pub analyses: u64,
    pub failures: u64,
    pub bytes: u64,
    /// Milliseconds of an analysis; absent without one. Percentiles are right to a tenth.
    pub mean_ms: Option<f64>,
    pub median_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub tags: Vec<Frequency>,
    pub objects: Vec<Frequency>,
    pub formats: Vec<Frequency>,
    /// Codes of analyses that failed.
    pub errors: Vec<Frequency>,
}

impl Service {
    /// # Errors
    /// `forbidden` for an API key without the scope.
    pub async fn statistics(&self, origin: &Origin, person: &Person, per: Per) -> Result<Statistics, ServiceError> {
        person.may(Scope::Profile)?;
        let account = person.account;
        let today = self.day_of(origin, person, Moment::now()).await?;
        let days = self.store.stats_days(account, i64::MIN).await?;
        let times = self.store.stats_times(account).await?;
        let names = self.store.frequent_names(account, MOST).await?;
        let of_kind = |kind: &str| {
            let names = names.iter().filter(|(of, _, _)| of == kind);
            names.map(|(_, name, analyses)| Frequency { name: name.clone(), analyses: count(*analyses) }).collect()
        };
        let total = |of: fn(&Day) -> i64| days.iter().map(of).sum::<i64>();
        let analyses = total(|day| day.analyses);
        #[expect(clippy::cast_precision_loss, reason = "a mean of milliseconds")]
        let mean_ms = (analyses > 0).then(|| total(|day| day.ms) as f64 / analyses as f64);
        Ok(Statistics {
            periods: periods(per, &days, today),
            analyses: count(analyses),
            failures: count(total(|day| day.failures)),
            bytes: count(total(|day| day.bytes)),
            mean_ms,
            median_ms: percentile(&times, 0.5),
            p95_ms: percentile(&times, 0.95),
            tags: of_kind("tag"),
            objects: of_kind("object"),
            formats: of_kind("format"),
            errors: of_kind("error"),
        })
    }

    /// The objects that were found most often, for who looks for one of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn frequent_objects(&self, person: &Person) -> Result<Vec<String>, ServiceError> {
        let names = self.store.stats_names(person.account, "object", MOST_OFFERED).await?;
        Ok(names.into_iter().map(|(name, _)| name).collect())
    }

    /// The day that it is where the account's owner lives.
    pub(super) async fn day_of(&self, origin: &Origin, person: &Person, at: Moment) -> Result<i64, ServiceError> {
        Ok(at.day_in(&self.account(origin, person).await?.time_zone))
    }
}

/// What a report adds to the counts of its account.
pub(super) fn counted(report: &Report, day: i64) -> Counted {
    let total = report.timings.iter().find(|timing| timing.stage == "total");
    let ms = total.map_or(0.0, |timing| f64::from(timing.ms));
    let mut names = BTreeSet::new();
    let stands = |standing: Standing| standing == Standing::Accepted;
    names.extend(report.tags.iter().filter(|tag| stands(tag.standing)).map(|tag| ("tag", tag.label.clone())));
    let objects = report.objects.iter().filter(|object| stands(object.standing));
    names.extend(objects.map(|object| ("object", object.label.clone())));
    names.insert(("format", report.image.format.clone()));
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    let whole_ms = ms as i64;
    Counted {
        day,
        bytes: i64::try_from(report.image.bytes).unwrap_or(i64::MAX),
        ms: whole_ms,
        bucket: bucket(ms),
        names: names.into_iter().collect(),
    }
}

/// Eight buckets for every doubling: the upper end of one is 9 % above its lower end.
fn bucket(ms: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a time is small")]
    let bucket = (ms.max(1.0).log2() * 8.0).floor() as i64;
    bucket
}

/// The middle of the bucket in which that part of all analyses is reached.
fn percentile(times: &[(i64, i64)], part: f64) -> Option<f64> {
    let all: i64 = times.iter().map(|(_, analyses)| analyses).sum();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a count of analyses")]
    let wanted = ((all as f64 * part).ceil() as i64).max(1);
    let mut seen = 0;
    let reached = times.iter().find(|(_, analyses)| {
        seen += analyses;
        seen >= wanted
    });
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    reached.map(|(bucket, _)| ((*bucket as f64 + 0.5) / 8.0).exp2())
}

fn periods(per: Per, days: &[Day], today: i64) -> Vec<Period> {
    let first = per.first(today - per.days() + 1);
    let mut sums: BTreeMap<i64, Period> = BTreeMap::new();
    for day in first..=today {
        let from = per.first(day);
        sums.entry(from).or_insert_with(|| Period { from: Moment(from * DAY_MS).day(), ..Period::default() });
    }
    for day in days.iter().filter(|day| day.day >= first) {
        if let Some(period) = sums.get_mut(&per.first(day.day)) {
            period.analyses += count(day.analyses);
            period.failures += count(day.failures);
            period.bytes += count(day.bytes);
        }
    }
    sums.into_values().collect()
}

fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_a_tenth() {
        let mut times: BTreeMap<i64, i64> = BTreeMap::new();
        for ms in 1..=1000 {
            *times.entry(bucket(f64::from(ms))).or_default() += 1;
        }
        let times: Vec<(i64, i64)> = times.into_iter().collect();
        for (part, expected) in [(0.5, 500.0), (0.95, 950.0)] {
            let found = percentile(&times, part).expect("there are times");
            assert!((found / expected - 1.0_f64).abs() < 0.1, "{found} for {expected}");
        }
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn every_day_is_in_one_period() {
        let day = |text: &str| Moment::of_day(text).expect("a day").0 / DAY_MS;
        for (per, of, expected) in [
            (Per::Day, "2026-11-26", "2026-11-26"),
            (Per::Week, "2026-11-26", "2026-11-23"),
            (Per::Week, "2026-11-23", "2026-11-23"),
            (Per::Week, "2026-11-29", "2026-11-23"),
            (Per::Month, "2026-11-26", "2026-11-01"),
            (Per::Month, "2024-02-29", "2024-02-01"),
        ] {
            assert_eq!(Moment(per.first(day(of)) * DAY_MS).day(), expected, "{per:?} of {of}");
        }
        let today = day("2026-11-26");
        let days = [
            Day { day: today, analyses: 3, failures: 1, bytes: 10, ms: 5 },
            Day { day: today - 40, analyses: 2, ..Day::default() },
        ];
        let daily = periods(Per::Day, &days, today);
        assert_eq!((daily.len(), daily.last().map(|last| last.analyses)), (30, Some(3)));
        assert_eq!(daily.iter().map(|period| period.analyses).sum::<u64>(), 3);
        let monthly = periods(Per::Month, &days, today);
        assert_eq!(monthly.iter().map(|period| period.analyses).sum::<u64>(), 5);
        assert_eq!(monthly.first().map(|first| first.from.as_str()), Some("2025-11-01"));
    }
}
