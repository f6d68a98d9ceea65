//! Administration: lists of accounts, analyses, counts, mails and the log, and an account to change.

use leptos::prelude::*;

use super::{moment, title};
use crate::api::Refused;
use crate::api::people::{AuditEntry, Difference, Mail, Network, OwnedAnalysis, User, UserDetail, UserList, UserOrder};
use crate::clock::Clock;
use crate::components::form::{Form, Input, InputKind, hidden, said};
use crate::people::{Fields, PAGE, Page, address};
use crate::text::people as text;

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
pub(super) fn framed(heading: String, here: &'static str, body: AnyView) -> AnyView {
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
pub(super) fn table(label: &'static str, columns: &[&'static str], rows: Vec<AnyView>) -> AnyView {
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

pub fn users(found: UserList, typed: &Fields, offset: u32, clock: Clock) -> Page {
    let typed = typed.clone();
    Page::new(text::title(text::ADMIN_USERS), move || {
        let form = Form { id: "users", typed: &typed, refused: None };
        let orders =
            UserOrder::ALL.map(|order| (order.as_str().to_owned(), text::user_order(order).to_owned())).to_vec();
        let rows = found.users.iter().map(|user| user_row(user, &clock)).collect();
        let columns = [text::USER_NAME, text::EMAIL, text::USERNAME, text::USER_STATE, text::USER_SINCE];
        let turn = |to: u32, words: &'static str| {
            let (q, order, to) = (typed.given("q"), typed.given("order"), to.to_string());
            let pairs = [("q", q.as_deref()), ("order", order.as_deref()), ("offset", Some(to.as_str()))];
            view! {
                <a class="button quiet" href=address("/admin/users", &pairs)>
                    {words}
                </a>
            }
        };
        let previous = (offset > 0).then(|| turn(offset.saturating_sub(PAGE), text::PREVIOUS));
        let next = (u64::from(offset) + u64::from(PAGE) < found.total).then(|| turn(offset + PAGE, text::NEXT));
        let body = view! {
            <form class="search" role="search" action="/admin/users">
                <div class="field">
                    <label for=form.field_id("q")>{text::USERS_WORDS}</label>
                    <input id=form.field_id("q") name="q" type="search" value=typed.text("q") autocomplete="off" />
                </div>
                {form.select("order", text::USERS_ORDER, orders)}
                <button class="quiet">{text::SEARCH}</button>
            </form>
            <p class="soft">{text::users_found(found.total)}</p>
            {table(text::ADMIN_USERS, &columns, rows)}
            <p class="turn">{previous} {next}</p>
        }
        .into_any();
        framed(text::ADMIN_USERS.into(), "/admin/users", body)
    })
}

fn full_name(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

fn states(user: &User) -> AnyView {
    let all = [
        (user.administrator, text::IS_ADMINISTRATOR),
        (user.blocked_at.is_some(), text::IS_BLOCKED),
        (user.confirmed_at.is_none(), text::IS_UNCONFIRMED),
        (user.second_factor, text::HAS_FACTOR),
        (user.delete_at.is_some(), text::IS_GOING),
    ];
    all.into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, words)| view! { <span class="chip">{words}</span> })
        .collect_view()
        .into_any()
}

fn user_row(user: &User, clock: &Clock) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <a class="link" href=format!("/admin/users/{}", user.id)>
                    {full_name(user)}
                </a>
            </th>
            <td>{user.email.clone()}</td>
            <td>{user.username.clone()}</td>
            <td>{states(user)}</td>
            <td>{moment(clock, user.created_at)}</td>
        </tr>
    }
    .into_any()
}

/// A change that was refused: what was typed, if it still counts, and why.
pub type CameBack = Option<(Option<Fields>, Refused)>;

pub fn user(detail: UserDetail, clock: Clock, done: Option<&'static str>, back: CameBack) -> Page {
    let UserDetail { user, analyses_per_hour } = detail;
    let of = title(&full_name(&user), back.as_ref().map(|(_, refused)| refused));
    Page::new(of, move || {
        let saved = as_fields(&user);
        let limit = analyses_per_hour.map(|limit| limit.to_string()).unwrap_or_default();
        let limited = Fields::from([("analyses_per_hour", limit.as_str())]);
        let is_limit =
            back.as_ref().is_some_and(|(typed, _)| typed.as_ref().is_some_and(|typed| typed.text("do") == "limit"));
        let (typed, refused) = match &back {
            Some((typed, refused)) => (typed.as_ref(), Some(refused)),
            None => (None, None),
        };
        let form = if is_limit {
            Form { id: "user", typed: &saved, refused: None }
        } else {
            Form { id: "user", typed: typed.unwrap_or(&saved), refused }
        };
        let limit_form = if is_limit {
            Form { id: "limit", typed: typed.unwrap_or(&limited), refused }
        } else {
            Form { id: "limit", typed: &limited, refused: None }
        };
        let body = view! {
            {said(done)}
            {form.summary()}
            <p class="soft">{states(&user)} " " {text::SINCE} " " {moment(&clock, user.created_at)}</p>
            <div class="narrow">
                {edit(&user, form)} {limiting(&user, limit_form)}
                <p>
                    <a class="link" href=format!("/admin/analyses?owner={}", user.id)>
                        {text::THEIR_ANALYSES}
                    </a>
                </p>
            </div>
        }
        .into_any();
        framed(full_name(&user), "/admin/users", body)
    })
}

fn edit(user: &User, form: Form<'_>) -> AnyView {
    let name = |name: &'static str, label: &'static str, optional: bool| {
        form.input(Input { name, label, optional, autocomplete: "off", ..Input::default() })
    };
    let tick = |name: &'static str, words: &'static str| {
        view! {
            <label class="tick">
                <input type="checkbox" name=name checked=form.typed.is_ticked(name) />
                {words}
            </label>
        }
    };
    view! {
        <form method="post" action=format!("/admin/users/{}", user.id) novalidate>
            {hidden("do", "preview")} {hidden("version", form.typed.text("version"))}
            <div class="pair">
                {name("first_name", text::FIRST_NAME, false)} {name("last_name", text::LAST_NAME, false)}
            </div>
            {form.input(Input {
                name: "email", label: text::EMAIL, kind: InputKind::Email, autocomplete: "off", ..Input::default()
            })}
            {name("username", text::USERNAME, true)}
            {tick("administrator", text::ROLE_ADMINISTRATOR)}
            {tick("blocked", text::BLOCKED)}
            {user.confirmed_at.is_none().then(|| tick("confirm", text::CONFIRM_WITHOUT))}
            {tick("end_sessions", text::END_ALL)}
            {user.second_factor.then(|| tick("reset_second_factor", text::RESET_FACTOR))}
            <button>{text::PREVIEW}</button>
        </form>
    }
    .into_any()
}

/// The account as the form would have sent it.
fn as_fields(user: &User) -> Fields {
    let version = user.version.to_string();
    let mut fields = Fields::from([
        ("version", version.as_str()),
        ("first_name", &user.first_name),
        ("last_name", &user.last_name),
        ("email", &user.email),
        ("username", &user.username),
    ]);
    for (is, name) in [(user.administrator, "administrator"), (user.blocked_at.is_some(), "blocked")] {
        if is {
            fields.push(name, "on");
        }
    }
    fields
}

fn limiting(user: &User, form: Form<'_>) -> AnyView {
    view! {
        <section>
            <h2>{text::LIMIT_SECTION}</h2>
            {form.summary()}
            <form class="line" method="post" action=format!("/admin/users/{}", user.id) novalidate>
                {hidden("do", "limit")}
                {form.input(Input {
                    name: "analyses_per_hour",
                    label: text::LIMIT,
                    autocomplete: "off",
                    hint: text::LIMIT_HINT.into(),
                    optional: true,
                    ..Input::default()
                })}
                <button class="quiet">{text::SET}</button>
            </form>
        </section>
    }
    .into_any()
}

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

/// A button in a row of a table.
pub(super) fn row_button(
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

pub fn quotas(networks: Vec<Network>, clock: Clock, done: Option<&'static str>) -> Page {
    Page::new(text::title(text::ADMIN_QUOTAS), move || {
        let rows = networks
            .iter()
            .map(|network| {
                let label = text::of_row(text::RESET, &network.network);
                view! {
                    <tr>
                        <th scope="row">
                            <code>{network.network.clone()}</code>
                        </th>
                        <td>{network.used}</td>
                        <td>{network.total}</td>
                        <td>{moment(&clock, network.since)}</td>
                        <td>{row_button("/admin/quotas", ("network", &network.network), text::RESET, label, "")}</td>
                    </tr>
                }
                .into_any()
            })
            .collect();
        let columns = [text::NETWORK, text::USED, text::TOTAL, text::USER_SINCE, text::RESET];
        let body = view! {
            <p class="lead">{text::NETWORKS_LEAD}</p>
            {said(done)}
            {table(text::ADMIN_QUOTAS, &columns, rows)}
        }
        .into_any();
        framed(text::ADMIN_QUOTAS.into(), "/admin/quotas", body)
    })
}

pub fn mail(mails: Vec<Mail>, clock: Clock, done: Option<&'static str>) -> Page {
    Page::new(text::title(text::ADMIN_MAIL), move || {
        let rows = mails.iter().map(|mail| mail_row(mail, &clock)).collect();
        let columns = [text::RECIPIENT, text::MADE, text::ATTEMPTS, text::STATE, text::RETRY];
        let body = view! {
            {said(done)}
            {table(text::ADMIN_MAIL, &columns, rows)}
        }
        .into_any();
        framed(text::ADMIN_MAIL.into(), "/admin/mail", body)
    })
}

fn mail_row(mail: &Mail, clock: &Clock) -> AnyView {
    let Mail { id, recipient, created_at, attempts, sent_at, next_at, last_error } = mail.clone();
    let (state, at) = match (sent_at, next_at) {
        (Some(at), _) => (text::MAIL_SENT_STATE, Some(at)),
        (None, Some(at)) => (text::MAIL_WAITS, Some(at)),
        (None, None) => (text::MAIL_GIVEN_UP, None),
    };
    let again = sent_at
        .is_none()
        .then(|| row_button("/admin/mail", ("id", &id), text::RETRY, text::of_row(text::RETRY, &recipient), ""));
    view! {
        <tr>
            <th scope="row">{recipient.clone()}</th>
            <td>{moment(clock, created_at)}</td>
            <td>{attempts}</td>
            <td>
                {state} " " {at.map(|at| moment(clock, at))}
                {last_error.map(|error| view! { <span class="soft">" " {error}</span> })}
            </td>
            <td>{again}</td>
        </tr>
    }
    .into_any()
}

pub fn audit(entries: Vec<AuditEntry>, clock: Clock) -> Page {
    Page::new(text::title(text::ADMIN_AUDIT), move || {
        let rows = entries
            .iter()
            .map(|entry| {
                let AuditEntry { number, at, actor, action, target, old, new } = entry.clone();
                view! {
                    <tr>
                        <th scope="row">{number}</th>
                        <td>{moment(&clock, at)}</td>
                        <td>
                            <code>{actor}</code>
                        </td>
                        <td>{action}</td>
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
