//! The line at the top: the mark, the pages, how many server analyses are left.

use leptos::prelude::*;

use crate::api;
use crate::{root, text};

/// The header; `path` says which page is current.
#[component]
pub fn Header(#[prop(into)] path: Signal<String>) -> impl IntoView {
    let current = move |address: &'static str| move || (path.get() == address).then_some("page");
    view! {
        <a class="skip" href="#content">
            {text::SKIP}
        </a>
        <header class="top">
            <a class="mark" href="/">
                <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
                    <rect x="1.5" y="1.5" width="19" height="19" rx="5" fill="none" stroke="currentColor" stroke-width="2"></rect>
                    <circle cx="11" cy="11" r="4" class="pupil"></circle>
                </svg>
                {text::PRODUCT}
            </a>
            <nav aria-label=text::NAV>
                <a href="/" aria-current=current("/")>{text::NAV_ANALYSE}</a>
                <a href="/about" aria-current=current("/about")>{text::NAV_ABOUT}</a>
                <a href="/api" aria-current=current("/api")>{text::NAV_API}</a>
            </nav>
            <div class="end">
                <QuotaLeft />
            </div>
        </header>
    }
}

/// The allowance, rendered by the server and brought up to date by the home page's program.
#[component]
fn QuotaLeft() -> impl IntoView {
    let quota = Resource::new_blocking(|| (), |()| async { api::quota().await.ok() });
    view! {
        <Suspense fallback=|| ()>
            {move || {
                let left = quota.get().flatten().map(|quota| text::quota_left(quota.remaining));
                view! {
                    <span class="quota" id=root::QUOTA_ID>
                        {left}
                    </span>
                }
            }}
        </Suspense>
    }
}
