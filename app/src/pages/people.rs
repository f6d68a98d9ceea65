//! The pages of people, rendered from data that is at hand.

pub mod admin;
pub mod entrance;
pub mod factor;
pub mod history;
pub mod keys;
pub mod profile;
pub mod sessions;
pub mod statistics;

use leptos::prelude::*;
use vision_core::ErrorCode;

use crate::api::Refused;
use crate::components::{Footer, Header};
use crate::people::Page;
use crate::text::people as text;

/// A page in the frame that all pages have.
#[component]
pub fn PeoplePage(page: Page) -> impl IntoView {
    let path = page.path.clone();
    view! {
        <Header path=Signal::stored(path) />
        {page.view()}
        <Footer />
    }
}

/// What cannot be shown, and why.
pub fn refused(refused: &Refused) -> Page {
    let Refused { code, message, retry_after_secs, .. } = refused.clone();
    Page::new(text::title(text::REFUSED_TITLE), move || {
        let sentence = text::sentence(&message);
        let wait = retry_after_secs.map(text::wait);
        // What is not there is told in words; a code helps where something went wrong.
        let detail = (code != ErrorCode::NotFound).then(|| view! { <p class="soft"><code>{code.as_str()}</code></p> });
        view! {
            <main id="content" class="prose">
                <h1>{text::REFUSED_TITLE}</h1>
                <p class="lead">{sentence} " " {wait}</p>
                {detail}
                <p>
                    <a class="button" href="/">
                        {text::TO_START}
                    </a>
                </p>
            </main>
        }
        .into_any()
    })
}

/// The title of a page with a form.
fn title(of: &str, refused: Option<&Refused>) -> String {
    if refused.is_some() { text::title_wrong(of) } else { text::title(of) }
}

/// A moment, for people and for programs.
fn moment(clock: &crate::clock::Clock, at: crate::api::people::Moment) -> AnyView {
    view! { <time datetime=crate::clock::machine(at)>{clock.moment(at)}</time> }.into_any()
}
