//! The empty page: the drop zone, which is a form where there is no JavaScript, and our examples beneath it.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::actions::{self, CHOOSE_ID, How};
use crate::browser::files;
use crate::erased::Erase as _;
use crate::state::Session;
use crate::text;

/// The media types and endings that the chooser offers; what it is in truth is told from the bytes.
const ACCEPT: &str = "image/*,.qoi,.pnm,.ppm,.pgm,.pbm,.tif,.tiff,.heic";

/// Takes what an input has.
pub fn take_chosen(session: Session, event: &ev::Event, how: How) {
    let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
    if let Some(input) = input {
        actions::take(session, files::from_input(&input), how);
    }
}

#[component]
pub fn DropZone() -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <section class="drop" class:over=move || session.dragging.get()>
            <h1>{text::DROP_TITLE}</h1>
            <p class="with-script">{text::DROP_PROMISE}</p>
            <p class="without-script">{text::DROP_PLAIN}</p>
            <form class="or" method="post" action="/" enctype="multipart/form-data">
                <label class="button">
                    {text::CHOOSE}
                    <input
                        id=CHOOSE_ID
                        class="unseen"
                        type="file"
                        name="picture"
                        accept=ACCEPT
                        multiple
                        on:change=move |event| take_chosen(session, &event, How::Replace)
                    />
                </label>
                <label class="button quiet camera">
                    {text::TAKE_PHOTO}
                    <input
                        class="unseen"
                        type="file"
                        name="picture"
                        accept="image/*"
                        capture="environment"
                        on:change=move |event| take_chosen(session, &event, How::Replace)
                    />
                </label>
                <button class="quiet with-script" type="button" on:click=move |_| actions::paste(session)>
                    {text::PASTE}
                </button>
                <button class="without-script" type="submit">
                    {text::SEND_PLAIN}
                </button>
            </form>
            <p class="formats">{text::FORMATS}</p>
            <p class="notice">
                <span role="status">{move || session.notice.get()}</span>
                <span class="models-line">{move || models_line(session)}</span>
            </p>
        </section>
        <Examples />
    }
    .erased()
}

/// How far the models are, while there is nothing else to tell.
fn models_line(session: Session) -> Option<String> {
    if session.notice.with(Option::is_some) {
        return None;
    }
    session.models.with(|models| {
        let (here, all) = models.bytes();
        match (models.settled, models.downloading()) {
            (true, _) if models.problem.is_none() && all > 0 && here == all => Some(text::MODELS_HERE.into()),
            (false, true) => Some(text::models_coming(here, all, true)),
            _ => None,
        }
    })
}

#[component]
fn Examples() -> impl IntoView {
    let session = expect_context::<Session>();
    let pictures = text::EXAMPLE_PICTURES
        .into_iter()
        .map(|(name, what)| {
            let address = format!("/examples/{name}-small.webp");
            view! {
                <li>
                    <button type="button" class="example" on:click=move |_| actions::example(session, name)>
                        <img src=address alt=what width="112" height="78" />
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="examples with-script" aria-label=text::EXAMPLES>
            <p>{text::EXAMPLES}</p>
            <ul>{pictures}</ul>
        </section>
    }
    .erased()
}
