//! A change of an account before it is made.

use leptos::prelude::*;

use super::{framed, table};
use crate::api::Refused;
use crate::api::people::{Difference, Differences};
use crate::components::form::{Form, Input, InputKind, hidden};
use crate::pages::people::title;
use crate::people::{Fields, Page};
use crate::text::people as text;

/// What would change, old and new, and the button that does it. The form carries what was typed and the version seen.
pub fn preview(id: &str, typed: &Fields, differences: Differences, refused: Option<&Refused>) -> Page {
    let (action, typed) = (format!("/admin/users/{id}"), typed.clone());
    let (of, refused) = (title(text::PREVIEW_TITLE, refused), refused.cloned());
    Page::new(of, move || {
        let Differences { all, asks_password } = &differences;
        let rows = all
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
        let form = Form { id: "change", typed: &typed, refused: refused.as_ref() };
        let password = (*asks_password && !nothing).then(|| {
            form.input(Input {
                name: "password",
                label: text::YOUR_PASSWORD,
                kind: InputKind::Password,
                autocomplete: "current-password",
                hint: text::PASSWORD_ONCE_MORE.into(),
                ..Input::default()
            })
        });
        let confirm = (!nothing).then(|| view! { <button>{text::DO_CHANGE}</button> });
        let body = view! {
            {form.summary()}
            {shown}
            <form class="turn" method="post" action=action.clone() novalidate>
                {hidden("do", "change")} {carried} {password} {confirm}
                <a class="button quiet" href=action.clone()>
                    {text::BACK_TO_USER}
                </a>
            </form>
        }
        .into_any();
        framed(text::PREVIEW_TITLE.into(), "/admin/users", body)
    })
}
