//! An account in numbers.

use crate::api::Asked;

/// What somebody who is logged in asks about what they have had read.
pub trait Statistics: Send + Sync + 'static {
    fn statistics(&self, per: Per) -> Asked<Numbers>;
}

/// What one bar of the chart stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    #[default]
    Day,
    Week,
    Month,
}

impl Per {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// Every period, also those without an analysis, the oldest first.
    pub periods: Vec<Period>,
    /// Sums over all time.
    pub analyses: u64,
    pub failures: u64,
    pub bytes: u64,
    /// Milliseconds of an analysis; none without one.
    pub mean_ms: Option<f64>,
    pub median_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    /// The most frequent first.
    pub tags: Vec<Frequency>,
    pub objects: Vec<Frequency>,
    pub formats: Vec<Frequency>,
    /// Codes of analyses that failed.
    pub errors: Vec<Frequency>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Its first day, `2026-11-26`.
    pub from: String,
    pub analyses: u64,
    pub failures: u64,
    pub bytes: u64,
}

/// In how many analyses something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frequency {
    pub name: String,
    pub analyses: u64,
}
