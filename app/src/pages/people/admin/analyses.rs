//! Analyses of everybody, or of one account: whose they are, not what they show.

use leptos::prelude::*;

use super::{framed, row_button, table};
use crate::api::people::OwnedAnalysis;
use crate::clock::Clock;
use crate::components::form::{Form, said};
use crate::pages::people::moment;
use crate::people::{Fields, PAGE, Page, address};
use crate::text::people as text;

pub fn analyses(found: Vec<OwnedAnalysis>, typed: &Fields, clock: Clock, done: Option<&'static str>) -> Page {
    let typed = typed.clone();
    Page::new(text::title(text::ADMIN_ANALYSES), move || {
        let rows = found
            .iter()
            .map(|analysis| {
                let OwnedAnalysis { id, owner, created_at, picture_kept } = analysis.clone();
                let label = text::of_row(text::DELETE, &id);
                view! {
                    <tr>
                        <th scope="row">{moment(&clock, created_at)}</th>
                        <td>
                            <a class="link" href=format!("/admin/analyses?owner={owner}")>
                                <code>{owner.clone()}</code>
                            </a>
                        </td>
                        <td>{if picture_kept { text::YES } else { text::NO }}</td>
                        <td>
                            <details class="danger">
                                <summary>{text::DELETE_ONE}</summary>
                                <p>{text::DELETE_ONE_SURE}</p>
                                {row_button("/admin/analyses", ("id", &id), text::DELETE, label, "bad")}
                            </details>
                        </td>
                    </tr>
                }
                .into_any()
            })
            .collect();
        let full = u32::try_from(found.len()).is_ok_and(|count| count >= PAGE);
        let older = found.last().filter(|_| full).map(|last| {
            let owner = typed.given("owner");
            let pairs = [("owner", owner.as_deref()), ("before", Some(last.id.as_str()))];
            view! {
                <a class="button quiet" href=address("/admin/analyses", &pairs)>
                    {text::OLDER}
                </a>
            }
        });
        let form = Form { id: "analyses", typed: &typed, refused: None };
        let search = view! {
            <form class="search" role="search" action="/admin/analyses">
                <div class="field">
                    <label for=form.field_id("owner")>{text::ANALYSES_OWNER}</label>
                    <input
                        id=form.field_id("owner")
                        name="owner"
                        type="search"
                        value=typed.text("owner")
                        autocomplete="off"
                    />
                </div>
                <button class="quiet">{text::SEARCH}</button>
            </form>
        };
        let everybody = typed.given("owner").map(|_| {
            view! {
                <p>
                    <a class="link" href="/admin/analyses">
                        {text::ALL_ANALYSES}
                    </a>
                </p>
            }
        });
        let columns = [text::WHEN, text::OWNER, text::KEPT, text::DELETE];
        let body = view! {
            {said(done)}
            {search}
            {everybody}
            {table(text::ADMIN_ANALYSES, &columns, rows)}
            <p class="turn">{older}</p>
        }
        .into_any();
        framed(text::ADMIN_ANALYSES.into(), "/admin/analyses", body)
    })
}
