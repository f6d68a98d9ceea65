//! The audit log, the newest entry first.

use leptos::prelude::*;

use super::{framed, table};
use crate::api::people::{Actor, AuditEntry, Audited, AuditedValue};
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
                        <td>{who(actor)}</td>
                        <td class="whole">{action}</td>
                        <td>
                            <code>{target}</code>
                        </td>
                        <td>{audited(old)}</td>
                        <td>{audited(new)}</td>
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
fn who(actor: Actor) -> AnyView {
    match actor {
        Actor::Terminal => view! { {text::TERMINAL} }.into_any(),
        Actor::Account(id) => view! {
            <a class="link" href=format!("/admin/users/{id}")>
                <code>{id.clone()}</code>
            </a>
        }
        .into_any(),
    }
}

fn audited(fields: Vec<Audited>) -> AnyView {
    let line = |Audited { field, value }| {
        let value = match value {
            AuditedValue::Text(text) => view! { <code>{text}</code> }.into_any(),
            AuditedValue::Gone => text::AUDIT_GONE.into_any(),
            AuditedValue::Unreadable => text::AUDIT_UNREADABLE.into_any(),
        };
        view! {
            <div>
                <code>{field}</code>
                ": "
                {value}
            </div>
        }
    };
    fields.into_iter().map(line).collect_view().into_any()
}
