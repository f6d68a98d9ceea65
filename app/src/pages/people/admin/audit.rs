//! The audit log, the newest entry first.

use leptos::prelude::*;

use super::{framed, table};
use crate::api::people::AuditEntry;
use crate::clock::Clock;
use crate::pages::people::moment;
use crate::people::{PAGE, Page};
use crate::text::people as text;

pub fn audit(entries: Vec<AuditEntry>, clock: Clock) -> Page {
    Page::new(text::title(text::ADMIN_AUDIT), move || {
        let rows = entries
            .iter()
            .map(|entry| {
                let AuditEntry { number, at, actor, action, target, old, new } = entry.clone();
                view! {
                    <tr>
                        <th scope="row" class="whole">
                            {number}
                        </th>
                        <td>{moment(&clock, at)}</td>
                        <td>{who(&actor)}</td>
                        <td class="whole">{action}</td>
                        <td>
                            <code>{target}</code>
                        </td>
                        <td>
                            <code>{old}</code>
                        </td>
                        <td>
                            <code>{new}</code>
                        </td>
                    </tr>
                }
                .into_any()
            })
            .collect();
        let full = u32::try_from(entries.len()).is_ok_and(|count| count >= PAGE);
        let older = entries.last().filter(|_| full).map(|last| {
            view! {
                <a class="button quiet" href=format!("/admin/audit?before={}", last.number)>
                    {text::OLDER}
                </a>
            }
        });
        let columns = [text::AUDIT_NUMBER, text::WHEN, text::ACTOR, text::ACTION, text::TARGET, text::OLD, text::NEW];
        let body = view! {
            {table(text::ADMIN_AUDIT, &columns, rows)}
            <p class="turn">{older}</p>
        }
        .into_any();
        framed(text::ADMIN_AUDIT.into(), "/admin/audit", body)
    })
}

/// An account leads to its page; what is done on the machine itself has none.
fn who(actor: &str) -> AnyView {
    if actor == text::TERMINAL {
        return view! { <code>{text::TERMINAL}</code> }.into_any();
    }
    view! {
        <a class="link" href=format!("/admin/users/{actor}")>
            <code>{actor.to_owned()}</code>
        </a>
    }
    .into_any()
}
