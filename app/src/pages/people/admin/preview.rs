//! A change of an account before it is made.

use leptos::prelude::*;

use super::{framed, table};
use crate::api::people::Difference;
use crate::components::form::hidden;
use crate::people::{Fields, Page};
use crate::text::people as text;

/// What would change, old and new, and the button that does it. The form carries what was typed and the version seen.
pub fn preview(id: &str, typed: &Fields, differences: Vec<Difference>) -> Page {
    let (action, typed) = (format!("/admin/users/{id}"), typed.clone());
    Page::new(text::title(text::PREVIEW_TITLE), move || {
        let rows = differences
            .iter()
            .map(|difference| {
                let Difference { field, old, new } = difference.clone();
                view! {
                    <tr>
                        <th scope="row">{field.replace('_', " ")}</th>
                        <td>{old}</td>
                        <td>{new}</td>
                    </tr>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        let names = ["version", "first_name", "last_name", "email", "username"];
        let ticks = ["administrator", "blocked", "confirm", "end_sessions", "reset_second_factor"];
        let ticked = ticks.into_iter().filter(|name| typed.is_ticked(name)).map(|name| hidden(name, "on"));
        let carried: Vec<AnyView> =
            names.into_iter().map(|name| hidden(name, typed.text(name))).chain(ticked).collect();
        let nothing = rows.is_empty();
        let shown = if nothing {
            view! { <p class="lead">{text::NO_CHANGE}</p> }.into_any()
        } else {
            table(text::PREVIEW_TITLE, &[text::FIELD, text::OLD, text::NEW], rows)
        };
        let confirm = (!nothing).then(|| view! { <button>{text::DO_CHANGE}</button> });
        let body = view! {
            {shown}
            <form class="turn" method="post" action=action.clone()>
                {hidden("do", "change")} {carried} {confirm}
                <a class="button quiet" href=action.clone()>
                    {text::BACK_TO_USER}
                </a>
            </form>
        }
        .into_any();
        framed(text::PREVIEW_TITLE.into(), "/admin/users", body)
    })
}
