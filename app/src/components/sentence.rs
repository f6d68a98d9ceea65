//! The sentence: the largest text on the page. Each clause has a colour and lights its evidence.

use leptos::prelude::*;

use crate::erased::{Erase as _, Erased};
use crate::state::{Chip, ClauseMark, Focus, Hue, Run, Sentence, Session, change_told};
use crate::text;

#[component]
pub fn SentenceView() -> impl IntoView {
    let session = expect_context::<Session>();
    let sentence = Memo::new(move |_| session.shown.with(|s| s.sentence.clone()));
    let reading = Memo::new(move |_| session.picture.with(|p| p.as_ref().is_some_and(|p| p.is_reading())));
    let failed = Memo::new(move |_| session.picture.with(|p| p.as_ref().is_some_and(|p| p.has_failed())));
    view! {
        <div class="said">
            {move || match sentence.get() {
                Some(sentence) => written(session, sentence).erased_late(),
                None if failed.get() => ().erased_late(),
                None if reading.get() => view! { <Ghost /> }.erased_late(),
                None => view! { <p class="sentence none">{text::NO_SENTENCE}</p> }.erased_late(),
            }}
        </div>
    }
    .erased_late()
}

/// The room that the sentence will take, and what can be told already.
#[component]
fn Ghost() -> impl IntoView {
    let session = expect_context::<Session>();
    let so_far = Memo::new(move |_| {
        session.shown.with(|s| {
            let light = s.quality.as_ref().map(|q| q.light.as_str()).unwrap_or_default();
            let names: Vec<&str> = s.palette.iter().flatten().take(2).map(|c| c.name.as_str()).collect();
            s.palette.is_some().then(|| text::remarks_so_far(light, &names))
        })
    });
    view! {
        <p class="sentence">
            <span class="ghost" aria-hidden="true">
                {text::GHOST_MAIN}
            </span>
            <small>
                {move || match so_far.get() {
                    Some(words) => words.erased_late(),
                    None => {
                        view! {
                            <span class="ghost" aria-hidden="true">
                                {text::GHOST_REMARKS}
                            </span>
                        }
                            .erased_late()
                    }
                }}
            </small>
        </p>
    }
    .erased_late()
}

fn written(session: Session, sentence: Sentence) -> impl IntoView {
    let Sentence { main, remarks, .. } = sentence;
    let has_remarks = !remarks.is_empty();
    let runs = move |runs: Vec<Run>| runs.into_iter().map(|run| run_view(session, run)).collect_view();
    view! {
        <p class="sentence read">
            {runs(main)} {has_remarks.then(|| view! { <small>{runs(remarks)}</small> })}
        </p>
    }
    .erased_late()
}

fn run_view(session: Session, run: Run) -> Erased {
    let Some(mark) = run.clause else { return run.text.erased_late() };
    let ClauseMark { id, hue, chip, .. } = mark;
    let lit = {
        let id = id.clone();
        move || session.lit.with(|l| l.clauses.contains(&id))
    };
    let pressed = lit.clone();
    let plain = hue == Hue::Neutral;
    let element = format!("clause-{id}");
    let focus = move || session.focus.set(Focus::Clause(id.clone()));
    let (entered, focused) = (focus.clone(), focus.clone());
    let let_go = move || session.focus.set(Focus::Nothing);
    view! {
        <span
            id=element
            class="clause"
            class:lit=lit
            class:plain=plain
            role="button"
            tabindex="0"
            aria-pressed=move || pressed().to_string()
            style=format!("--c:{}", hue.css())
            on:mouseenter=move |_| entered()
            on:mouseleave=move |_| let_go()
            on:focus=move |_| focused()
            on:blur=move |_| let_go()
            on:click=move |_| focus()
        >
            {run.text}
        </span>
        {chip.map(|chip| view! { <ChipView chip /> })}
    }
    .erased_late()
}

/// How the readings differ here.
#[component]
pub fn ChipView(chip: Chip) -> impl IntoView {
    match chip {
        Chip::Change { from, to } => view! { <span class="was">{change_told(from, to)}</span> }.erased_late(),
        Chip::New => view! { <span class="was new">{text::CHIP_NEW}</span> }.erased_late(),
        Chip::DeviceOnly => view! { <span class="was">{text::CHIP_DEVICE_ONLY}</span> }.erased_late(),
        Chip::Was { word, from } => {
            let score = from.map(|s| format!(" {}", crate::state::percent(s)));
            view! {
                <span class="was">
                    <s>{word}</s>
                    {score}
                </span>
            }
            .erased_late()
        }
    }
    .erased_late()
}
