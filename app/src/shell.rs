//! The document around every page: its head, its policy of what may load, and the program that hydrates it.

use axum::http::{HeaderValue, header};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::pages::{PeoplePage, PlainPage};
use crate::people::Page;
use crate::plain::PlainAnswer;
use crate::{App, text};

/// Scripts come from here only, besides the few inline ones that carry the data of the page (they have a nonce).
fn set_content_security_policy() {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else { return };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; connect-src 'self' blob:; worker-src 'self'; \
         font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}

/// Whether the address is the home page's, the only one with a part that the browser's program takes over.
fn is_home() -> bool {
    use_context::<axum::http::request::Parts>().is_some_and(|parts| parts.uri.path() == "/")
}

/// The document. Only the home page needs the program; the answer to a form, and the pages of people, need none.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    set_content_security_policy();
    let plain = use_context::<PlainAnswer>();
    let page = use_context::<Page>();
    let hydrated = plain.is_none() && page.is_none() && is_home();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf8" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131518" />
                <link rel="preload" href="/fonts/inter-latin-wght-normal.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="preload" href="/fonts/literata-latin-wght-normal.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href="/page.css" />
                <noscript>
                    <link rel="stylesheet" href="/without-script.css" />
                </noscript>
                <link rel="icon" href="/icon.svg" r#type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                {hydrated
                    .then(|| {
                        view! {
                            <script type="module" src="/start.js"></script>
                        }
                    })}
                {plain.is_some().then(|| view! { <title>{text::TITLE_RESULT}</title> })}
                {page.clone().map(|page| view! { <title>{page.title}</title> })}
                <MetaTags />
            </head>
            <body>
                {match (plain, page) {
                    (Some(answer), _) => view! { <PlainPage answer /> }.into_any(),
                    (None, Some(page)) => view! { <PeoplePage page /> }.into_any(),
                    (None, None) => view! { <App /> }.into_any(),
                }}
            </body>
        </html>
    }
}
