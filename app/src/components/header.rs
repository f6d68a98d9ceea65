//! The line at the top: the mark, the pages, how many server analyses are left, and who is logged in.

use leptos::prelude::*;

use crate::api;
use crate::api::people::SignedIn;
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
                <Account path />
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
                let left = quota.get().flatten().map(text::quota_left);
                view! {
                    <span class="quota" id=root::QUOTA_ID>
                        {left}
                    </span>
                }
            }}
        </Suspense>
    }
}

/// The way in, or the menu of whoever is logged in; it opens without a script.
#[component]
fn Account(path: Signal<String>) -> impl IntoView {
    let path = path.get_untracked();
    // No resource: its value would be written into the page once more, for a program that is not there.
    let shown = Suspend::new(async move {
        let who = api::signed_in().await;
        who.map_or_else(|| way_in(&path), |who| menu(&who, &path))
    });
    view! { <Suspense fallback=|| ()>{shown}</Suspense> }
}

fn way_in(path: &str) -> AnyView {
    let current = |address: &str| (path == address).then_some("page");
    view! {
        <nav class="account" aria-label=text::people::ACCOUNT>
            <a href="/login" aria-current=current("/login")>
                {text::people::NAV_LOGIN}
            </a>
            <a class="wide" href="/register" aria-current=current("/register")>
                {text::people::NAV_REGISTER}
            </a>
        </nav>
    }
    .into_any()
}

const MENU: [(&str, &str); 6] = [
    ("/history", text::people::NAV_HISTORY),
    ("/stats", text::people::NAV_STATS),
    ("/profile", text::people::NAV_PROFILE),
    ("/sessions", text::people::NAV_SESSIONS),
    ("/second-factor", text::people::NAV_FACTOR),
    ("/keys", text::people::NAV_KEYS),
];

fn menu(who: &SignedIn, path: &str) -> AnyView {
    let line = |(address, words): (&'static str, &'static str)| {
        view! {
            <li>
                <a href=address aria-current=(path == address).then_some("page")>
                    {words}
                </a>
            </li>
        }
    };
    let administration = who.administrator.then(|| line(("/admin/users", text::people::NAV_ADMIN)));
    view! {
        <details class="account menu">
            <summary aria-label=text::people::account_of(&who.name)>{who.name.clone()}</summary>
            <nav aria-label=text::people::ACCOUNT>
                <p class="soft">{who.email.clone()}</p>
                <ul>{MENU.map(line).collect_view()} {administration}</ul>
                <form method="post" action="/logout">
                    <button class="quiet small">{text::people::LOG_OUT}</button>
                </form>
            </nav>
        </details>
    }
    .into_any()
}
