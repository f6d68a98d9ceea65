//! An account in numbers: a chart drawn here, the same as a table, and what was found most often.

use leptos::prelude::*;

use crate::api::people::{Frequency, Numbers, Per, Period};
use crate::people::Page;
use crate::state::{bytes, seconds};
use crate::text::people as text;

/// Units of the chart's own coordinates, which are stretched to the page.
const HEIGHT: f64 = 100.0;
const STEP: f64 = 10.0;
const BAR: f64 = 8.0;

pub fn statistics(numbers: Numbers, per: Per) -> Page {
    Page::new(text::title(text::STATS_TITLE), move || {
        let choice = |one: Per| {
            view! {
                <a class="quiet small button" href=format!("/stats?per={}", one.as_str()) aria-current=(one == per).then_some("true")>
                    {text::per(one)}
                </a>
            }
        };
        let body = if numbers.analyses + numbers.failures == 0 {
            view! { <p class="lead">{text::STATS_NONE}</p> }.into_any()
        } else {
            view! {
                <nav class="turn" aria-label=text::STATS_PER>
                    {Per::ALL.map(choice).collect_view()}
                </nav>
                {chart(&numbers.periods)}
                {table(&numbers.periods)}
                {sums(&numbers)}
                <div class="two">
                    {most(text::STATS_OBJECTS, &numbers.objects)} {most(text::STATS_TAGS, &numbers.tags)}
                    {most(text::STATS_FORMATS, &numbers.formats)} {most(text::STATS_ERRORS, &numbers.errors)}
                </div>
                <p class="soft">{text::STATS_DAYS}</p>
            }
            .into_any()
        };
        view! {
            <main id="content" class="pages">
                <h1>{text::STATS_TITLE}</h1>
                {body}
            </main>
        }
        .into_any()
    })
}

#[expect(clippy::cast_precision_loss, reason = "a picture of counts")]
fn chart(periods: &[Period]) -> AnyView {
    let most = periods.iter().map(|period| period.analyses + period.failures).max().unwrap_or(0);
    let all: u64 = periods.iter().map(|period| period.analyses).sum();
    let tall = |count: u64| count as f64 / most.max(1) as f64 * HEIGHT;
    let bars = periods
        .iter()
        .enumerate()
        .map(|(at, period)| {
            let x = at as f64 * STEP;
            let (done, failed) = (tall(period.analyses), tall(period.failures));
            view! {
                <g>
                    <title>{text::bar_told(&period.from, period.analyses, period.failures)}</title>
                    <rect class="room" x=x y=0 width=STEP height=HEIGHT></rect>
                    <rect class="done" x=x y=HEIGHT - done width=BAR height=done></rect>
                    <rect class="failed" x=x y=HEIGHT - done - failed width=BAR height=failed></rect>
                </g>
            }
        })
        .collect_view();
    let end = |period: Option<&Period>| period.map(|period| period.from.clone());
    let wide = periods.len() as f64 * STEP;
    view! {
        <div class="chart">
            <p class="soft">{text::STATS_CHART} " · " {most}</p>
            <svg viewBox=format!("0 0 {wide} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=text::chart_told(all, most)>
                {bars}
            </svg>
            <p class="ends soft">
                <span>{end(periods.first())}</span>
                <span>{end(periods.last())}</span>
            </p>
        </div>
    }
    .into_any()
}

fn table(periods: &[Period]) -> AnyView {
    let rows = periods
        .iter()
        .rev()
        .map(|period| {
            view! {
                <tr>
                    <th scope="row">{period.from.clone()}</th>
                    <td>{period.analyses}</td>
                    <td>{period.failures}</td>
                    <td>{bytes(period.bytes)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>{text::STATS_TABLE}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=text::STATS_TABLE>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{text::STATS_FROM}</th>
                            <th scope="col">{text::STATS_ANALYSES}</th>
                            <th scope="col">{text::STATS_FAILURES}</th>
                            <th scope="col">{text::STATS_BYTES}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn sums(numbers: &Numbers) -> AnyView {
    let time = |label: &'static str, ms: Option<f64>| {
        ms.map(|ms| {
            view! {
                <dt>{label}</dt>
                <dd>{seconds(ms)}</dd>
            }
        })
    };
    view! {
        <section>
            <h2>{text::STATS_ALL}</h2>
            <dl class="facts">
                <dt>{text::STATS_ANALYSES}</dt>
                <dd>{numbers.analyses}</dd>
                <dt>{text::STATS_FAILURES}</dt>
                <dd>{numbers.failures}</dd>
                <dt>{text::STATS_BYTES}</dt>
                <dd>{bytes(numbers.bytes)}</dd>
                {time(text::STATS_MEAN, numbers.mean_ms)}
                {time(text::STATS_MEDIAN, numbers.median_ms)}
                {time(text::STATS_P95, numbers.p95_ms)}
            </dl>
        </section>
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
fn most(heading: &'static str, names: &[Frequency]) -> AnyView {
    let Some(first) = names.first() else { return ().into_any() };
    let whole = first.analyses.max(1) as f64;
    let rows = names
        .iter()
        .map(|name| {
            view! {
                <li>
                    <i></i>
                    <span class="what">{name.name.clone()}</span>
                    <span class="meter" aria-hidden="true">
                        <u style=format!("width:{:.1}%", name.analyses as f64 / whole * 100.0)></u>
                    </span>
                    <span class="value">{name.analyses}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>{heading}</h2>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}
