//! One's own account: a form for what it says, and one each for the password, the address and the end of it.

use leptos::prelude::*;
use vision_core::stage::Task;

use super::{moment, title};
use crate::api::Refused;
use crate::api::people::{PasswordRules, Profile};
use crate::clock::{Clock, zones};
use crate::components::form::{Form, Input, InputKind, hidden, said};
use crate::people::{Fields, Page, ProfileForm};
use crate::text::people as text;

/// A form that came back: which, what was typed, why.
pub type CameBack = Option<(ProfileForm, Fields, Refused)>;

pub fn profile(
    profile: Profile,
    clock: Clock,
    rules: PasswordRules,
    done: Option<&'static str>,
    back: CameBack,
) -> Page {
    let of = title(text::PROFILE_TITLE, back.as_ref().map(|(_, _, refused)| refused));
    Page::new(of, move || {
        let nothing = Fields::default();
        let form = |form: ProfileForm, id: &'static str| match &back {
            Some((posted, typed, refused)) if *posted == form => Form { id, typed, refused: Some(refused) },
            _ => Form { id, typed: &nothing, refused: None },
        };
        view! {
            <main id="content" class="narrow">
                <h1>{text::PROFILE_TITLE}</h1>
                {said(done)}
                {form(ProfileForm::Keep, "keep").summary()}
                {goes(&profile, &clock)}
                {about(&profile, form(ProfileForm::Profile, "profile"))}
                {avatar(&profile, form(ProfileForm::RemoveAvatar, "avatar"))}
                {password(&profile, rules, form(ProfileForm::Password, "password"))}
                {address(&profile, form(ProfileForm::Email, "email"))}
                {export()}
                {delete(&profile, form(ProfileForm::Delete, "delete"))}
                <p class="soft">{text::SINCE} " " {moment(&clock, profile.created_at)} "."</p>
            </main>
        }
        .into_any()
    })
}

fn which(form: ProfileForm) -> AnyView {
    hidden("do", form.as_str())
}

/// What an account says that will be deleted, with the way back.
fn goes(profile: &Profile, clock: &Clock) -> AnyView {
    let Some(at) = profile.delete_at else { return ().into_any() };
    view! {
        <form class="note warn" method="post" action="/profile">
            {which(ProfileForm::Keep)}
            <p>{text::goes_on(&clock.day(at))}</p>
            <button class="quiet">{text::KEEP_ACCOUNT}</button>
        </form>
    }
    .into_any()
}

/// Sent to an address of its own, for a file is no field.
fn avatar(profile: &Profile, form: Form<'_>) -> AnyView {
    let shown = profile.avatar.then(|| {
        view! {
            <img class="avatar" src="/v1/profile/avatar" alt=text::AVATAR_SECTION width="128" height="128" />
            <form method="post" action="/profile">
                {which(ProfileForm::RemoveAvatar)} <button class="link">{text::REMOVE_AVATAR}</button>
            </form>
        }
    });
    view! {
        <section>
            <h2>{text::AVATAR_SECTION}</h2>
            {form.summary()}
            {shown}
            <form class="line" method="post" action="/profile/avatar" enctype="multipart/form-data">
                <div class="field">
                    <label for="avatar-image">{text::AVATAR}</label>
                    <p class="hint" id="avatar-image-hint">
                        {text::AVATAR_LEAD}
                    </p>
                    <input
                        id="avatar-image"
                        name="image"
                        type="file"
                        accept="image/*"
                        required
                        aria-describedby="avatar-image-hint"
                    />
                </div>
                <button class="quiet">{text::SET_AVATAR}</button>
            </form>
        </section>
    }
    .into_any()
}

fn about(profile: &Profile, form: Form<'_>) -> AnyView {
    let saved = as_fields(profile);
    let form = Form { typed: if form.refused.is_some() { form.typed } else { &saved }, ..form };
    let tasks = Task::ALL
        .into_iter()
        .map(|task| {
            let ticked = form.typed.all("task").iter().any(|name| name == task.as_str());
            view! {
                <label class="tick">
                    <input type="checkbox" name="task" value=task.as_str() checked=ticked />
                    {text::task(task)}
                </label>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>{text::YOU}</h2>
            {form.summary()}
            <form method="post" action="/profile" novalidate>
                {which(ProfileForm::Profile)} {hidden("version", form.typed.text("version"))}
                <div class="pair">
                    {form.input(Input {
                        name: "first_name", label: text::FIRST_NAME, autocomplete: "given-name", ..Input::default()
                    })}
                    {form.input(Input {
                        name: "last_name", label: text::LAST_NAME, autocomplete: "family-name", ..Input::default()
                    })}
                </div>
                {form.input(Input {
                    name: "username",
                    label: text::USERNAME,
                    autocomplete: "username",
                    hint: text::USERNAME_HINT.into(),
                    optional: true,
                    ..Input::default()
                })}
                <div class="pair">
                    {form.select("language", text::LANGUAGE, text::LANGUAGES.map(option).to_vec())}
                    {zone(&form)}
                </div>
                <fieldset
                    id=form.field_id("task")
                    tabindex="-1"
                    aria-describedby=form.described_by("task", false)
                >
                    <legend>{text::TASKS}</legend>
                    {tasks}
                    {form.errors("task")}
                </fieldset>
                <label class="tick">
                    <input
                        type="checkbox"
                        name="keep_pictures"
                        checked=form.typed.is_ticked("keep_pictures")
                        aria-describedby="keep-pictures-hint"
                    />
                    {text::KEEP_PICTURES}
                </label>
                <p class="hint" id="keep-pictures-hint">
                    {text::KEEP_PICTURES_HINT}
                </p>
                <button>{text::SAVE}</button>
            </form>
        </section>
    }
    .into_any()
}

fn option((value, words): (&'static str, &'static str)) -> (String, String) {
    (value.to_owned(), words.to_owned())
}

/// The account as the form would have sent it.
fn as_fields(profile: &Profile) -> Fields {
    let version = profile.version.to_string();
    let mut fields = Fields::from([
        ("first_name", profile.first_name.as_str()),
        ("last_name", &profile.last_name),
        ("username", &profile.username),
        ("language", &profile.language),
        ("time_zone", &profile.time_zone),
        ("version", &version),
    ]);
    for task in Task::ALL {
        if profile.default_tasks.is_empty() || profile.default_tasks.contains(&task) {
            fields.push("task", task.as_str());
        }
    }
    if profile.keep_pictures {
        fields.push("keep_pictures", "on");
    }
    fields
}

fn zone(form: &Form<'_>) -> AnyView {
    let (name, chosen) = ("time_zone", form.typed.text("time_zone"));
    let choice = |value: String, words: String| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    };
    let regions = zones();
    // A name that the database of this server does not know stays what it is.
    let known = chosen == text::UTC.0 || regions.iter().any(|(_, zones)| zones.contains(&chosen));
    let other = (!known && !chosen.is_empty()).then(|| choice(chosen.clone(), chosen.clone()));
    let groups = regions
        .into_iter()
        .map(|(region, zones)| {
            let lines = zones
                .into_iter()
                .map(|zone| {
                    let place = zone.strip_prefix(region).unwrap_or(&zone).trim_start_matches('/').replace('_', " ");
                    choice(zone, place)
                })
                .collect_view();
            view! { <optgroup label=region>{lines}</optgroup> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=form.field_id(name)>{text::TIME_ZONE}</label>
            <select
                id=form.field_id(name)
                name=name
                aria-invalid=form.invalid(name)
                aria-describedby=form.described_by(name, false)
            >
                {other}
                {choice(text::UTC.0.into(), text::UTC.1.into())}
                {groups}
            </select>
            {form.errors(name)}
        </div>
    }
    .into_any()
}

/// Tells a password manager whose password it is.
fn owner(profile: &Profile) -> AnyView {
    view! { <input type="email" name="login" value=profile.email.clone() autocomplete="username" readonly hidden /> }
        .into_any()
}

fn current_password(name: &'static str, label: &'static str) -> Input {
    Input { name, label, kind: InputKind::Password, autocomplete: "current-password", ..Input::default() }
}

fn password(profile: &Profile, rules: PasswordRules, form: Form<'_>) -> AnyView {
    view! {
        <section>
            <h2>{text::PASSWORD_SECTION}</h2>
            {form.summary()}
            <form method="post" action="/profile" novalidate>
                {which(ProfileForm::Password)}
                {owner(profile)}
                {form.input(current_password("old_password", text::OLD_PASSWORD))}
                {form.new_password(rules, (text::NEW_PASSWORD, text::NEW_PASSWORD_AGAIN))}
                <button class="quiet">{text::CHANGE_PASSWORD}</button>
            </form>
        </section>
    }
    .into_any()
}

fn address(profile: &Profile, form: Form<'_>) -> AnyView {
    view! {
        <section>
            <h2>{text::EMAIL_SECTION}</h2>
            <p>{text::EMAIL_NOW} " " <b>{profile.email.clone()}</b></p>
            <p class="hint">{text::EMAIL_LEAD}</p>
            {form.summary()}
            <form method="post" action="/profile" novalidate>
                {which(ProfileForm::Email)}
                {form.input(Input {
                    name: "email", label: text::NEW_EMAIL, kind: InputKind::Email, autocomplete: "email", ..Input::default()
                })}
                {form.input(current_password("password", text::YOUR_PASSWORD))}
                <button class="quiet">{text::CHANGE_EMAIL}</button>
            </form>
        </section>
    }
    .into_any()
}

/// Everything that is known of the account.
fn export() -> AnyView {
    view! {
        <section>
            <h2>{text::EXPORT_SECTION}</h2>
            <p class="hint">{text::EXPORT_LEAD}</p>
            <p>
                <a class="button quiet" href="/v1/profile/export" download>
                    {text::EXPORT_ALL}
                </a>
            </p>
        </section>
    }
    .into_any()
}

fn delete(profile: &Profile, form: Form<'_>) -> AnyView {
    if profile.delete_at.is_some() {
        return ().into_any();
    }
    let open = form.refused.is_some();
    view! {
        <section>
            <details open=open>
                <summary>{text::DELETE_SECTION}</summary>
                <p>{text::DELETE_LEAD}</p>
                {form.summary()}
                <form method="post" action="/profile" novalidate>
                    {which(ProfileForm::Delete)}
                    {form.input(current_password("password", text::YOUR_PASSWORD))}
                    <button class="quiet bad">{text::DELETE_ACCOUNT}</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}
