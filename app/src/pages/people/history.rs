//! What somebody has had read: the gallery with its search, one analysis, what a link shows.

use leptos::prelude::*;

use super::{moment, title};
use crate::api::Refused;
use crate::api::people::{HistoryEntry, HistoryList, KeptAnalysis, Moment, Share};
use crate::clock::Clock;
use crate::components::form::{Form, hidden, said};
use crate::components::{Findings, PictureFigure, ReceiptDetails, SentenceView};
use crate::pages::result::{self, Shown};
use crate::people::{Fields, Page, export_address, search_address};
use crate::text::people as text;

/// Formats that every browser shows.
const SHOWN_BY_BROWSERS: [&str; 6] = ["jpeg", "png", "webp", "gif", "bmp", "avif"];

pub fn list(
    list: HistoryList,
    objects: Vec<String>,
    typed: &Fields,
    clock: Clock,
    left_behind: u64,
    done: Option<&'static str>,
    refused: Option<&Refused>,
) -> Page {
    let (of, typed, refused) = (title(text::HISTORY_TITLE, refused), typed.clone(), refused.cloned());
    Page::new(of, move || {
        view! {
            <main id="content" class="pages">
                <h1>{text::HISTORY_TITLE}</h1>
                {said(done)}
                {keep_these(left_behind)}
                {searching(Form { id: "search", typed: &typed, refused: refused.as_ref() }, &objects)}
                {refused.is_none().then(|| found(&list, &typed, &clock))}
            </main>
        }
        .into_any()
    })
}

/// What was read before logging in, to be kept or not.
fn keep_these(count: u64) -> AnyView {
    if count == 0 {
        return ().into_any();
    }
    view! {
        <form class="note" method="post" action="/history">
            {hidden("do", "take-over")}
            <p>{text::left_behind(count)}</p>
            <button class="quiet">{text::take_over(count)}</button>
        </form>
    }
    .into_any()
}

fn searching(form: Form<'_>, objects: &[String]) -> AnyView {
    let day = |name: &'static str, label: &'static str| {
        view! {
            <div class="field">
                <label for=form.field_id(name)>{label}</label>
                <input
                    id=form.field_id(name)
                    name=name
                    type="date"
                    value=form.typed.text(name)
                    aria-invalid=form.invalid(name)
                    aria-describedby=form.described_by(name, false)
                />
                {form.errors(name)}
            </div>
        }
    };
    let all = is_narrow(form.typed).then(|| {
        view! {
            <a class="link" href="/history">
                {text::SHOW_ALL}
            </a>
        }
    });
    view! {
        {form.summary()}
        <form class="search" role="search" action="/history">
            <div class="field">
                <label for=form.field_id("q")>{text::SEARCH_WORDS}</label>
                <input id=form.field_id("q") name="q" type="search" value=form.typed.text("q") autocomplete="off" />
            </div>
            <div class="field">
                <label for=form.field_id("object")>{text::SEARCH_OBJECT}</label>
                <input
                    id=form.field_id("object")
                    name="object"
                    type="text"
                    list="search-objects"
                    value=form.typed.text("object")
                    autocomplete="off"
                />
                <datalist id="search-objects">
                    {objects.iter().map(|name| view! { <option value=name.clone()></option> }).collect_view()}
                </datalist>
            </div>
            {day("from", text::SEARCH_FROM)}
            {day("to", text::SEARCH_TO)}
            <button class="quiet">{text::SEARCH}</button>
            {all}
        </form>
    }
    .into_any()
}

/// Whether anything narrows the search down.
fn is_narrow(typed: &Fields) -> bool {
    ["q", "object", "from", "to"].into_iter().any(|name| typed.given(name).is_some())
}

fn found(list: &HistoryList, typed: &Fields, clock: &Clock) -> AnyView {
    if list.entries.is_empty() {
        return nothing(typed);
    }
    let entries = list.entries.iter().map(|entry| one_of_many(entry, clock)).collect_view();
    let export = |words: &'static str, format: &str| {
        view! {
            <a class="link" href=export_address(typed, clock, format) download>
                {words}
            </a>
        }
    };
    let whole = if is_narrow(typed) { text::EXPORT_FOUND } else { text::EXPORT };
    let older = list.next.as_deref().map(|next| {
        view! {
            <a class="button quiet" rel="next" href=search_address(typed, &[("before", Some(next))])>
                {text::OLDER}
            </a>
        }
    });
    let newest = typed.given("before").map(|_| {
        view! {
            <a class="button quiet" href=search_address(typed, &[])>
                {text::NEWEST}
            </a>
        }
    });
    view! {
        <form method="post" action="/history">
            {hidden("do", "delete")}
            <ul class="gallery" aria-label=text::ANALYSES>
                {entries}
            </ul>
            <details class="danger">
                <summary>{text::DELETE_CHOSEN}</summary>
                <p>{text::DELETE_CHOSEN_SURE}</p>
                <button class="quiet bad">{text::DELETE}</button>
            </details>
        </form>
        <p class="turn">{newest} {older}</p>
        <p class="soft">
            {whole} " " {export(text::EXPORT_CSV, "csv")} ", " {export(text::EXPORT_JSONL, "jsonl")} {text::EXPORT_OR}
            {export(text::EXPORT_ZIP, "zip")}
        </p>
    }
    .into_any()
}

fn nothing(typed: &Fields) -> AnyView {
    if is_narrow(typed) || typed.given("before").is_some() {
        return view! { <p class="lead">{text::HISTORY_NONE}</p> }.into_any();
    }
    view! {
        <p class="lead">{text::HISTORY_EMPTY}</p>
        <p>
            <a class="button" href="/">
                {text::FIRST_PICTURE}
            </a>
        </p>
    }
    .into_any()
}

fn name_of(title: Option<&String>, main: &str) -> String {
    match (title, main) {
        (Some(title), _) => title.clone(),
        (None, "") => text::WITHOUT_SENTENCE.into(),
        (None, main) => main.to_owned(),
    }
}

fn one_of_many(entry: &HistoryEntry, clock: &Clock) -> AnyView {
    let HistoryEntry { id, created_at, title, main, format, width, height, picture_kept } = entry.clone();
    let name = name_of(title.as_ref(), &main);
    let address = format!("/history/{id}");
    let picture = if picture_kept {
        view! { <img src=format!("{address}/thumbnail") alt="" loading="lazy" width="240" height="160" /> }.into_any()
    } else {
        view! { <span class="no-show">{text::NO_PICTURE}</span> }.into_any()
    };
    let sentence = title.is_some().then(|| view! { <span class="soft">{main}</span> });
    view! {
        <li>
            <a href=address>
                {picture} <b>{name.clone()}</b> {sentence}
                <span class="soft">{moment(clock, created_at)} {format!(" · {format} {width} × {height}")}</span>
            </a>
            <label class="tick">
                <input type="checkbox" name="id" value=id aria-label=text::choose(&name) />
                {text::CHOOSE_ONE}
            </label>
        </li>
    }
    .into_any()
}

/// A name that was refused, and why.
pub type WrongName = Option<(String, String)>;

pub fn one(
    kept: KeptAnalysis,
    clock: Clock,
    done: Option<&'static str>,
    share: Option<Share>,
    wrong_name: WrongName,
) -> Page {
    let name = name_of(kept.title.as_ref(), &kept.report.description.main);
    let of = if wrong_name.is_some() { text::title_wrong(&name) } else { text::title(&name) };
    Page::new(of, move || {
        let address = format!("/history/{}", kept.id);
        let aside = view! {
            {said(done)}
            {naming(&kept, &address, wrong_name.as_ref())}
            {sharing(&address, share.as_ref(), &clock)}
            <section>
                <details class="danger">
                    <summary>{text::DELETE_ONE}</summary>
                    <p>{text::DELETE_ONE_SURE}</p>
                    <form method="post" action=address.clone()>
                        {hidden("do", "delete")}
                        <button class="quiet bad">{text::DELETE}</button>
                    </form>
                </details>
            </section>
            <p>
                <a class="link" href="/history">
                    {text::TO_HISTORY}
                </a>
            </p>
        }
        .into_any();
        let picture_url = kept.picture_kept.then(|| format!("/v1/analyses/{}/picture", kept.id));
        analysis(&kept, &name, picture_url, &clock, aside)
    })
}

pub fn shared(kept: KeptAnalysis, clock: Clock) -> Page {
    let name = name_of(kept.title.as_ref(), &kept.report.description.main);
    Page::new(text::title(&name), move || {
        let aside = view! { <p class="note">{text::SHARED_LEAD}</p> }.into_any();
        analysis(&kept, &name, None, &clock, aside)
    })
}

/// What was found, beside the picture where there is one.
fn analysis(kept: &KeptAnalysis, name: &str, picture_url: Option<String>, clock: &Clock, aside: AnyView) -> AnyView {
    let shown_url = picture_url.clone().filter(|_| SHOWN_BY_BROWSERS.contains(&kept.report.image.format.as_str()));
    result::provide(Shown { name: name.to_owned(), picture_url: shown_url, report: &kept.report });
    let picture = picture_url.map(|address| {
        view! {
            <section class="stage">
                <PictureFigure />
                <p>
                    <a class="link" href=address>
                        {text::SHOW_PICTURE}
                    </a>
                </p>
            </section>
        }
    });
    let when: Moment = kept.created_at;
    let (frame, heading) =
        (if picture.is_some() { "kept" } else { "kept pages" }, if kept.title.is_some() { "name" } else { "unseen" });
    view! {
        <main id="content" class=frame>
            {picture}
            <section class="reading">
                <h1 class=heading>{kept.title.clone().unwrap_or_else(|| text::ANALYSIS_TITLE.into())}</h1>
                <p class="where">
                    <span>
                        <span class="dot accent"></span>
                        <b>{text::read_on(&clock.moment(when))}</b>
                    </span>
                </p>
                <SentenceView />
                <Findings />
                <ReceiptDetails />
                {aside}
            </section>
        </main>
    }
    .into_any()
}

fn naming(kept: &KeptAnalysis, address: &str, wrong: Option<&(String, String)>) -> AnyView {
    let value = wrong.map_or_else(|| kept.title.clone().unwrap_or_default(), |(typed, _)| typed.clone());
    let error = wrong.map(|(_, message)| {
        view! {
            <p class="error" id="title-error" role="alert">
                {text::sentence(message)}
            </p>
        }
    });
    view! {
        <section>
            <form class="line" method="post" action=address.to_owned()>
                {hidden("do", "rename")}
                <div class="field">
                    <label for="title">{text::RENAME_LABEL}</label>
                    <input
                        id="title"
                        name="title"
                        type="text"
                        value=value
                        autocomplete="off"
                        autofocus=wrong.is_some()
                        aria-invalid=wrong.map(|_| "true")
                        aria-describedby=wrong.map(|_| "title-error")
                    />
                    {error}
                </div>
                <button class="quiet">{text::RENAME}</button>
            </form>
        </section>
    }
    .into_any()
}

fn sharing(address: &str, share: Option<&Share>, clock: &Clock) -> AnyView {
    let made = share.map(|share| {
        view! {
            <p class="note good" role="status">
                {text::share_made(&clock.moment(share.expires_at))}
            </p>
            <div class="field">
                <label for="share">{text::SHARE_LINK}</label>
                <input id="share" class="code" type="text" readonly value=share.address.clone() autocomplete="off" autofocus />
            </div>
        }
    });
    let days = text::SHARE_DAY_CHOICES
        .map(|(days, words)| view! { <option value=days selected=days == "7">{words}</option> })
        .collect_view();
    view! {
        <section>
            <h2>{text::SHARE_SECTION}</h2>
            {made}
            <p class="hint">{text::SHARE_LEAD}</p>
            <form class="line" method="post" action=address.to_owned()>
                {hidden("do", "share")}
                <div class="field">
                    <label for="days">{text::SHARE_DAYS}</label>
                    <select id="days" name="days">
                        {days}
                    </select>
                </div>
                <button class="quiet">{text::MAKE_LINK}</button>
            </form>
            <form method="post" action=address.to_owned()>
                {hidden("do", "unshare")}
                <button class="link">{text::UNSHARE}</button>
            </form>
        </section>
    }
    .into_any()
}
