//! An account: what it is, a form to change it, and its limit.

use leptos::prelude::*;

use super::{CameBack, framed};
use crate::api::people::{User, UserDetail};
use crate::clock::Clock;
use crate::components::form::{Form, Input, InputKind, hidden, said};
use crate::pages::people::{moment, title};
use crate::people::{Fields, Page};
use crate::text::people as text;

pub fn user(detail: UserDetail, clock: Clock, done: Option<&'static str>, back: CameBack) -> Page {
    let UserDetail { user, analyses_per_hour, analyses_this_hour } = detail;
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
                {edit(&user, form)} {limiting(&user, analyses_this_hour, limit_form)}
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
            // What is wrong with the role is told here.
            <label class="tick">
                <input
                    id=form.field_id("role")
                    type="checkbox"
                    name="administrator"
                    checked=form.typed.is_ticked("administrator")
                    aria-invalid=form.invalid("role")
                    aria-describedby=form.described_by("role", false)
                />
                {text::ROLE_ADMINISTRATOR}
            </label>
            {form.errors("role")}
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

fn limiting(user: &User, this_hour: u32, form: Form<'_>) -> AnyView {
    let reset = (this_hour > 0).then(|| {
        view! {
            <form method="post" action=format!("/admin/users/{}", user.id)>
                {hidden("do", "reset-quota")} <button class="quiet small">{text::RESET}</button>
            </form>
        }
    });
    view! {
        <section>
            <h2>{text::LIMIT_SECTION}</h2>
            <p>{text::had_this_hour(this_hour)}</p>
            {reset}
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

pub(super) fn full_name(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

pub(super) fn states(user: &User) -> AnyView {
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
