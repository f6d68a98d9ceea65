//! An account in numbers.

use app::api::Asked;
use app::api::people::{Frequency, Numbers, Per, Period, Statistics};

use super::PagePeople;
use crate::service::statistics;

impl Statistics for PagePeople {
    fn statistics(&self, per: Per) -> Asked<Numbers> {
        let per = match per {
            Per::Day => statistics::Per::Day,
            Per::Week => statistics::Per::Week,
            Per::Month => statistics::Per::Month,
        };
        self.ask(async move |here, service| {
            Ok(numbers(service.statistics(&here.caller.origin, here.person()?, per).await?))
        })
    }
}

fn numbers(numbers: statistics::Statistics) -> Numbers {
    let statistics::Statistics {
        periods,
        analyses,
        failures,
        bytes,
        mean_ms,
        median_ms,
        p95_ms,
        tags,
        objects,
        formats,
        errors,
    } = numbers;
    Numbers {
        periods: periods.into_iter().map(period).collect(),
        analyses,
        failures,
        bytes,
        mean_ms,
        median_ms,
        p95_ms,
        tags: frequencies(tags),
        objects: frequencies(objects),
        formats: frequencies(formats),
        errors: frequencies(errors),
    }
}

fn period(period: statistics::Period) -> Period {
    let statistics::Period { from, analyses, failures, bytes } = period;
    Period { from, analyses, failures, bytes }
}

fn frequencies(names: Vec<statistics::Frequency>) -> Vec<Frequency> {
    let shown = |statistics::Frequency { name, analyses }| Frequency { name, analyses };
    names.into_iter().map(shown).collect()
}
