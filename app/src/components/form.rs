//! Forms that need no script: each field with its label, its hint and what is wrong with it; above them a summary of what is
//! wrong, which is focused when the page comes and so read out.

use leptos::prelude::*;

use crate::api::people::PasswordRules;
use crate::api::{FieldError, Refused};
use crate::people::Fields;
use crate::text::people as text;

/// The rule that a field breaks which was left out.
const MISSING: &str = "missing";

/// A form as it is shown: empty, or with what was typed and why it was refused.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// Stands before the ids of the fields, so that two forms of a page can have fields of the same name.
    pub id: &'static str,
    pub typed: &'a Fields,
    pub refused: Option<&'a Refused>,
}

/// One line to type into.
#[derive(Clone, Default)]
pub struct Input {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: InputKind,
    /// What password managers and browsers know the field by (HTML, 4.10.18.7).
    pub autocomplete: &'static str,
    pub hint: String,
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    #[default]
    Text,
    Email,
    /// Never filled in again after it was posted.
    Password,
    /// A password that is being chosen: its strength is shown while it is typed, where a script can.
    NewPassword,
}

impl Form<'_> {
    fn wrong_with<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b FieldError> + 'b {
        self.refused.into_iter().flat_map(|refused| &refused.fields).filter(move |error| error.field == name)
    }

    pub fn field_id(&self, name: &str) -> String {
        format!("{}-{name}", self.id)
    }

    /// What a field is described by: ids of its hint and its errors, where there are any.
    pub fn described_by(&self, name: &str, has_hint: bool) -> Option<String> {
        let id = self.field_id(name);
        let hint = has_hint.then(|| format!("{id}-hint"));
        let error = self.wrong_with(name).next().map(|_| format!("{id}-error"));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub fn invalid(&self, name: &str) -> Option<&'static str> {
        self.wrong_with(name).next().map(|_| "true")
    }

    /// What is wrong with a field, sentence by sentence.
    pub fn errors(&self, name: &str) -> AnyView {
        let sentences: Vec<String> = self.wrong_with(name).map(beside).collect();
        if sentences.is_empty() {
            return ().into_any();
        }
        let lines = sentences.into_iter().map(|sentence| view! { <span>{sentence}</span> }).collect_view();
        view! {
            <p class="error" id=format!("{}-error", self.field_id(name))>
                {lines}
            </p>
        }
        .into_any()
    }

    pub fn input(&self, input: Input) -> AnyView {
        let Input { name, label, kind, autocomplete, hint, optional } = input;
        let id = self.field_id(name);
        let is_password = matches!(kind, InputKind::Password | InputKind::NewPassword);
        let value = (!is_password).then(|| self.typed.text(name));
        let shown_kind = match kind {
            InputKind::Text => "text",
            InputKind::Email => "email",
            InputKind::Password | InputKind::NewPassword => "password",
        };
        // Neither names nor addresses nor passwords are words of a language.
        view! {
            <div class="field">
                <label for=id.clone()>
                    {label}
                    {optional.then(|| view! { <span class="soft">{text::OPTIONAL}</span> })}
                </label>
                {(!hint.is_empty())
                    .then(|| {
                        view! {
                            <p class="hint" id=format!("{id}-hint")>
                                {hint.clone()}
                            </p>
                        }
                    })}
                <input
                    id=id.clone()
                    name=name
                    type=shown_kind
                    value=value
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    required=!optional
                    aria-invalid=self.invalid(name)
                    aria-describedby=self.described_by(name, !hint.is_empty())
                    data-strength=(kind == InputKind::NewPassword).then_some("")
                />
                {(kind == InputKind::NewPassword)
                    .then(|| view! { <p class="strength" role="status" hidden data-words=text::STRENGTHS></p> })}
                {self.errors(name)}
            </div>
        }
        .into_any()
    }

    /// One of a few.
    pub fn select(&self, name: &'static str, label: &'static str, choices: Vec<(String, String)>) -> AnyView {
        let (id, chosen) = (self.field_id(name), self.typed.text(name));
        let options = choices
            .into_iter()
            .map(|(value, words)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected>{words}</option> }
            })
            .collect_view();
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <select
                    id=id
                    name=name
                    aria-invalid=self.invalid(name)
                    aria-describedby=self.described_by(name, false)
                >
                    {options}
                </select>
                {self.errors(name)}
            </div>
        }
        .into_any()
    }

    /// A new password, typed twice, with what is asked of it.
    pub fn new_password(&self, rules: PasswordRules, labels: (&'static str, &'static str)) -> AnyView {
        let (first, again) = labels;
        view! {
            {self
                .input(Input {
                    name: "password",
                    label: first,
                    kind: InputKind::NewPassword,
                    autocomplete: "new-password",
                    hint: text::password_hint(rules),
                    ..Input::default()
                })}
            {self
                .input(Input {
                    name: "password_confirmation",
                    label: again,
                    kind: InputKind::Password,
                    autocomplete: "new-password",
                    ..Input::default()
                })}
            <script type="module" src="/password.js"></script>
        }
        .into_any()
    }

    /// What is wrong, all of it, with a way to each field.
    pub fn summary(&self) -> AnyView {
        let Some(refused) = self.refused else { return ().into_any() };
        let wait = refused.retry_after_secs.map(text::wait);
        let body = if refused.fields.is_empty() {
            view! { <p>{text::sentence(&refused.message)} " " {wait}</p> }.into_any()
        } else {
            let line = |error: &FieldError| {
                view! {
                    <li>
                        <a class="link" href=format!("#{}", self.field_id(&error.field))>
                            {in_summary(error)}
                        </a>
                    </li>
                }
            };
            view! { <ul>{refused.fields.iter().map(line).collect_view()}</ul> }.into_any()
        };
        view! {
            <div class="note bad summary" role="alert" tabindex="-1" autofocus id=format!("{}-summary", self.id)>
                <h2>{text::errors_title(refused.fields.len())}</h2>
                {body}
            </div>
        }
        .into_any()
    }
}

/// What is wrong, as it stands beside its field.
fn beside(error: &FieldError) -> String {
    if error.rule == MISSING { text::FILL_IN.into() } else { text::sentence(&error.message) }
}

/// What is wrong, as it stands where the field is not in sight.
fn in_summary(error: &FieldError) -> String {
    match text::label(&error.field) {
        Some(label) if error.rule == MISSING => text::is_missing(label),
        _ => text::sentence(&error.message),
    }
}

/// A line that says what has just been done.
pub fn said(words: Option<&'static str>) -> AnyView {
    match words {
        Some(words) => view! {
            <p class="note good" role="status">
                {words}
            </p>
        }
        .into_any(),
        None => ().into_any(),
    }
}

/// A field that nobody sees.
pub fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    view! { <input type="hidden" name=name value=value.into() /> }.into_any()
}
