//! API keys: what there is, a new one, and the one moment in which it is shown.

use leptos::prelude::*;

use super::{moment, title};
use crate::api::Refused;
use crate::api::people::{ApiKey, MadeKey, Moment, Scope};
use crate::clock::Clock;
use crate::components::form::{Form, Input, hidden, said};
use crate::people::{Fields, Page};
use crate::text::people as text;

pub fn keys(
    keys: Vec<ApiKey>,
    clock: Clock,
    typed: &Fields,
    done: Option<&'static str>,
    refused: Option<&Refused>,
) -> Page {
    let (of, typed, refused) = (title(text::KEYS_TITLE, refused), typed.clone(), refused.cloned());
    Page::new(of, move || {
        let form = Form { id: "key", typed: &typed, refused: refused.as_ref() };
        let list = if keys.is_empty() {
            view! { <p class="soft">{text::NO_KEYS}</p> }.into_any()
        } else {
            view! { <ul class="things">{keys.iter().map(|key| one(key, &clock)).collect_view()}</ul> }.into_any()
        };
        view! {
            <main id="content" class="narrow">
                <h1>{text::KEYS_TITLE}</h1>
                <p class="lead">{text::KEYS_LEAD}</p>
                {said(done)}
                {list}
                <section>
                    <h2>{text::NEW_KEY}</h2>
                    {form.summary()}
                    {new_key(&form)}
                </section>
            </main>
        }
        .into_any()
    })
}

fn new_key(form: &Form<'_>) -> AnyView {
    let scopes = Scope::ALL
        .into_iter()
        .map(|scope| {
            let ticked = form.typed.all("scope").iter().any(|name| name == scope.as_str());
            view! {
                <label class="tick">
                    <input type="checkbox" name="scope" value=scope.as_str() checked=ticked />
                    {text::scope(scope)}
                </label>
            }
        })
        .collect_view();
    let days = text::KEY_DAYS.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec();
    view! {
        <form method="post" action="/keys" novalidate>
            {hidden("do", "create")}
            {form.input(Input {
                name: "name",
                label: text::KEY_NAME,
                autocomplete: "off",
                hint: text::KEY_NAME_HINT.into(),
                ..Input::default()
            })}
            <fieldset
                id=form.field_id("scope")
                tabindex="-1"
                aria-describedby=form.described_by("scope", false)
            >
                <legend>{text::KEY_SCOPES}</legend>
                {scopes}
                {form.errors("scope")}
            </fieldset>
            {form.select("expires_in_days", text::KEY_ENDS, days)}
            <button>{text::MAKE_KEY}</button>
        </form>
    }
    .into_any()
}

fn one(key: &ApiKey, clock: &Clock) -> AnyView {
    let ApiKey { id, name, hint, scopes, created_at, last_used_at, expires_at } = key.clone();
    let may = scopes.into_iter().map(text::scope).collect::<Vec<_>>().join("; ");
    let when = |at: Option<Moment>| match at {
        Some(at) => moment(clock, at),
        None => text::NEVER.into_any(),
    };
    view! {
        <li>
            <div>
                <b>{name.clone()}</b>
                <dl class="facts">
                    <dt>{text::KEY_STARTS}</dt>
                    <dd>
                        <code>{hint}</code>
                    </dd>
                    <dt>{text::KEY_MAY}</dt>
                    <dd>{may}</dd>
                    <dt>{text::MADE}</dt>
                    <dd>{moment(clock, created_at)}</dd>
                    <dt>{text::LAST_USED}</dt>
                    <dd>{when(last_used_at)}</dd>
                    <dt>{text::ENDS}</dt>
                    <dd>{when(expires_at)}</dd>
                </dl>
            </div>
            <form method="post" action="/keys">
                {hidden("do", "revoke")} {hidden("id", id)}
                <button class="quiet small" aria-label=text::revoke(&name)>
                    {text::REVOKE}
                </button>
            </form>
        </li>
    }
    .into_any()
}

/// The key itself, this once.
pub fn made(key: &MadeKey) -> Page {
    let MadeKey { name, secret } = key.clone();
    Page::new(text::title(text::KEY_MADE_TITLE), move || {
        let example = format!("curl -H 'Authorization: Bearer {secret}' …/v1/token/validation");
        view! {
            <main id="content" class="narrow">
                <h1>{text::KEY_MADE_TITLE}</h1>
                <p class="lead" role="status">
                    {text::key_made(&name)}
                </p>
                <div class="field">
                    <label for="key-value">{text::KEY_VALUE}</label>
                    <input id="key-value" class="code" type="text" value=secret.clone() readonly autocomplete="off" />
                </div>
                <p class="soft">{text::KEY_EXAMPLE}</p>
                <pre tabindex="0" aria-label=text::KEY_EXAMPLE>
                    <code>{example}</code>
                </pre>
                <p>
                    <a class="button" href="/keys">
                        {text::BACK_TO_KEYS}
                    </a>
                </p>
            </main>
        }
        .into_any()
    })
}
