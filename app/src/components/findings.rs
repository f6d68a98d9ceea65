//! The evidence in lists: objects, faces, tags with their bars, colours to copy, the picture's facts.

use leptos::prelude::*;
use vision_core::report::{Quality, Standing, Swatch};

use super::sentence::ChipView;
use crate::actions;
use crate::erased::{Erase as _, Erased};
use crate::state::{Focus, Row, Session, percent};
use crate::text;

/// How many lines of a list are shown at once; the others unfold.
const ROWS_AT_ONCE: usize = 5;

#[component]
pub fn Findings() -> impl IntoView {
    let session = expect_context::<Session>();
    let objects = Memo::new(move |_| session.shown.with(|s| s.objects.clone()));
    let faces = Memo::new(move |_| session.shown.with(|s| s.faces.clone()));
    let tags = Memo::new(move |_| session.shown.with(|s| s.tags.clone()));
    let palette = Memo::new(move |_| session.shown.with(|s| s.palette.clone()));
    let failed = Memo::new(move |_| session.picture.with(|p| p.as_ref().is_some_and(|p| p.has_failed())));
    let looked = Memo::new(move |_| session.picture.with(|p| p.as_ref().is_none_or(|p| p.was_looked_at())));
    let empty = move |words: &'static str| if looked.get() { words } else { text::NOT_LOOKED_FOR };
    view! {
        <Show when=move || !failed.get()>
            <div class="list objects">
                <h2>
                    {text::OBJECTS} " "
                    <span>{move || objects.with(|o| o.as_ref().filter(|o| !o.is_empty()).map(Vec::len))}</span>
                </h2>
                {move || list(session, objects.get(), empty(text::NO_OBJECTS))}
            </div>
            {move || {
                faces
                    .get()
                    .filter(|f| !f.is_empty())
                    .map(|faces| {
                        let count = faces.len();
                        view! {
                            <div class="list faces">
                                <h2>{text::FACES} " " <span>{count}</span></h2>
                                {list(session, Some(faces), "")}
                            </div>
                        }
                    })
            }}
            <div class="two">
                <div class="colors">
                    <h2>{text::COLORS}</h2>
                    {move || colors(session, palette.get())}
                </div>
                <div class="quality">
                    <h2>{text::PICTURE}</h2>
                    <Facts />
                </div>
            </div>
            <div class="list tags-list">
                <h2>{text::TAGS}</h2>
                {move || list(session, tags.get(), empty(text::NO_TAGS))}
            </div>
        </Show>
    }
    .erased_late()
}

/// A list, the room for it while it is being read, or the word that there is nothing.
fn list(session: Session, rows: Option<Vec<Row>>, nothing: &'static str) -> Erased {
    let Some(rows) = rows else {
        let ghosts = (0..3).map(|_| view! { <li class="ghost">"…"</li> }).collect_view();
        return view! {
            <ul class="rows waiting" aria-hidden="true">
                {ghosts}
            </ul>
        }
        .erased_late();
    };
    if rows.is_empty() {
        return view! { <p class="nothing">{nothing}</p> }.erased_late();
    }
    let count = rows.len();
    let mut first = rows;
    let rest = first.split_off(count.min(ROWS_AT_ONCE));
    let some_lit = move || session.lit.with(|l| !l.findings.is_empty());
    let views = move |rows: Vec<Row>| rows.into_iter().map(|row| view! { <RowView row /> }).collect_view();
    view! {
        <ul class="rows" class:one=some_lit>
            {views(first)}
        </ul>
        {(!rest.is_empty())
            .then(|| {
                view! {
                    <details class="rest">
                        <summary>{text::show_all(count)}</summary>
                        <ul class="rows" class:one=some_lit>
                            {views(rest)}
                        </ul>
                    </details>
                }
            })}
    }
    .erased_late()
}

#[component]
fn RowView(row: Row) -> impl IntoView {
    let session = expect_context::<Session>();
    let Row { id, label, more, hue, score, chip, standing, reason } = row;
    let lit = {
        let id = id.clone();
        move || session.lit.with(|l| l.findings.contains(&id))
    };
    let standing_word = match standing {
        Standing::Accepted => None,
        Standing::Unsure => Some(text::UNSURE),
        Standing::Doubted => Some(text::DOUBTED),
    };
    let struck = matches!(chip, Some(crate::state::Chip::DeviceOnly));
    let title = reason.clone();
    let more = (!more.is_empty()).then(|| format!(", {more}"));
    view! {
        <li
            class:lit=lit
            class:doubted={standing == Standing::Doubted}
            style=format!("--c:{}", hue.css())
            title=title
            on:mouseenter=move |_| session.focus.set(Focus::Finding(id.clone()))
            on:mouseleave=move |_| session.focus.set(Focus::Nothing)
        >
            <i></i>
            <span class="what">
                {if struck { view! { <s>{label}</s> }.erased_late() } else { label.erased_late() }}
                <span class="more-words">{more}</span>
                {chip.map(|chip| view! { <ChipView chip /> })}
                {standing_word.map(|word| view! { <span class="standing">{word}</span> })}
                {reason.map(|reason| view! { <span class="reason">{reason}</span> })}
            </span>
            <span class="meter" aria-hidden="true">
                <u style=format!("width:{:.1}%", score.clamp(0.0, 1.0) * 100.0)></u>
            </span>
            <span class="value">{percent(score)}</span>
        </li>
    }
    .erased_late()
}

fn colors(session: Session, palette: Option<Vec<Swatch>>) -> Erased {
    let Some(palette) = palette else {
        return view! {
            <div class="swatches ghost" aria-hidden="true"></div>
            <div class="names" aria-hidden="true">
                <span class="ghost">{text::GHOST_REMARKS}</span>
            </div>
        }
        .erased_late();
    };
    let names = palette
        .iter()
        .take(4)
        .map(|swatch| view! { <span>{format!("{} {}", swatch.name, percent(swatch.share))}</span> })
        .collect_view();
    let swatches = palette
        .into_iter()
        .map(|swatch| {
            let Swatch { id, hex, name, share } = swatch;
            let lit = {
                let id = id.clone();
                move || session.lit.with(|l| l.findings.contains(&id))
            };
            let words = text::copy_color(&name, &hex);
            let style = format!("flex:{:.2};background:{hex}", share * 100.0);
            let copied = hex.clone();
            view! {
                <button
                    type="button"
                    class:lit=lit
                    title=words.clone()
                    aria-label=words
                    style=style
                    on:click=move |_| actions::copy_color(session, copied.clone())
                    on:mouseenter=move |_| session.focus.set(Focus::Finding(id.clone()))
                    on:mouseleave=move |_| session.focus.set(Focus::Nothing)
                ></button>
            }
        })
        .collect_view();
    view! {
        <div class="swatches">{swatches}</div>
        <div class="names">{names}</div>
    }
    .erased_late()
}

/// Quality in words, and what the file tells of the camera.
#[component]
fn Facts() -> impl IntoView {
    let session = expect_context::<Session>();
    let quality = Memo::new(move |_| session.shown.with(|s| s.quality.clone()));
    let file = Memo::new(move |_| session.picture.with(|p| p.as_ref().map(|p| p.file_facts()).unwrap_or_default()));
    let line = |name: &'static str, value: String| view! { <dt>{name}</dt><dd>{value}</dd> };
    view! {
        <dl class="facts">
            {move || match quality.get() {
                Some(Quality { sharpness_word, light, kind, .. }) => {
                    view! {
                        {line(text::SHARPNESS, sharpness_word)}
                        {line(text::LIGHT, light)}
                        {line(text::KIND, text::kind(kind).to_owned())}
                    }
                        .erased_late()
                }
                None => {
                    [text::SHARPNESS, text::LIGHT, text::KIND]
                        .into_iter()
                        .map(|name| view! { <dt>{name}</dt><dd>"…"</dd> })
                        .collect_view()
                        .erased_late()
                }
            }}
            {move || file.get().into_iter().map(|(name, value)| line(name, value)).collect_view()}
        </dl>
    }
    .erased_late()
}
