//! Administration: the frame of its pages, and what their tables have in common.

mod analyses;
mod audit;
mod jobs;
mod mail;
mod preview;
mod quotas;
mod settings;
mod user;
mod users;

use leptos::prelude::*;

use crate::api::Refused;
use crate::components::form::hidden;
use crate::people::Fields;
use crate::text::people as text;

pub use analyses::analyses;
pub use audit::audit;
pub use jobs::jobs;
pub use mail::mail;
pub use preview::preview;
pub use quotas::quotas;
pub use settings::settings;
pub use user::user;
pub use users::users;

/// A change that was refused: what was typed, if it still counts, and why.
pub type CameBack = Option<(Option<Fields>, Refused)>;

const PLACES: [(&str, &str); 7] = [
    ("/admin/users", text::ADMIN_USERS),
    ("/admin/analyses", text::ADMIN_ANALYSES),
    ("/admin/quotas", text::ADMIN_QUOTAS),
    ("/admin/mail", text::ADMIN_MAIL),
    ("/admin/jobs", text::ADMIN_JOBS),
    ("/admin/audit", text::ADMIN_AUDIT),
    ("/admin/settings", text::ADMIN_SETTINGS),
];

/// The frame of all of them.
fn framed(heading: String, here: &'static str, body: AnyView) -> AnyView {
    let place = |(address, words): (&'static str, &'static str)| {
        view! {
            <a class="quiet small button" href=address aria-current=(address == here).then_some("page")>
                {words}
            </a>
        }
    };
    view! {
        <main id="content" class="pages">
            <nav class="turn" aria-label=text::ADMIN>
                {PLACES.map(place).collect_view()}
            </nav>
            <h1>{heading}</h1>
            {body}
        </main>
    }
    .into_any()
}

/// A table that is moved sideways where the screen is narrow.
fn table(label: &'static str, columns: &[&'static str], rows: Vec<AnyView>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="soft">{text::NOTHING_FOUND}</p> }.into_any();
    }
    let heads = columns.iter().map(|column| view! { <th scope="col">{*column}</th> }).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=label>
            <table>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A button in a row of a table.
fn row_button(
    action: &'static str,
    (name, value): (&'static str, &str),
    words: &'static str,
    label: String,
    more: &'static str,
) -> AnyView {
    view! {
        <form method="post" action=action>
            {hidden(name, value)}
            <button class=format!("quiet small {more}") aria-label=label>
                {words}
            </button>
        </form>
    }
    .into_any()
}
