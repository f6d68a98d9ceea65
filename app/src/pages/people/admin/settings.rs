//! The form of the settings that are changed while the server runs.

use leptos::prelude::*;

use super::{CameBack, framed};
use crate::api::people::{ServerSetting, ServerSettings, SettingValue};
use crate::components::form::{Form, Input, hidden, said};
use crate::pages::people::title;
use crate::people::{Fields, OFF, ON, Page};
use crate::text::people as text;

pub fn settings(all: ServerSettings, done: Option<&'static str>, back: CameBack) -> Page {
    let of = title(text::ADMIN_SETTINGS, back.as_ref().map(|(_, refused)| refused));
    Page::new(of, move || {
        let saved = as_fields(&all);
        let (typed, refused) = match &back {
            Some((typed, refused)) => (typed.as_ref().unwrap_or(&saved), Some(refused)),
            None => (&saved, None),
        };
        let form = Form { id: "settings", typed, refused };
        let fields = all.settings.iter().map(|setting| field(form, setting)).collect_view();
        let body = view! {
            <p class="lead">{text::SETTINGS_LEAD}</p>
            {said(done)}
            {form.summary()}
            <form class="narrow" method="post" action="/admin/settings" novalidate>
                {hidden("version", typed.text("version"))} {fields} <button>{text::SAVE}</button>
            </form>
        }
        .into_any();
        framed(text::ADMIN_SETTINGS.into(), "/admin/settings", body)
    })
}

fn field(form: Form<'_>, setting: &ServerSetting) -> AnyView {
    let ServerSetting { name, started, range, .. } = *setting;
    let label = text::setting(name);
    match (range, started) {
        (Some((least, most)), SettingValue::Count(started)) => form.input(Input {
            name,
            label,
            autocomplete: "off",
            hint: text::setting_hint(started, least, most),
            optional: true,
            ..Input::default()
        }),
        (_, started) => {
            let choices = [
                ("", text::as_started(started == SettingValue::Switch(true))),
                (ON, text::SWITCHED_ON.to_owned()),
                (OFF, text::SWITCHED_OFF.to_owned()),
            ];
            form.select(name, label, choices.map(|(value, words)| (value.to_owned(), words)).to_vec())
        }
    }
}

/// The settings as the form would have sent them.
fn as_fields(all: &ServerSettings) -> Fields {
    let version = all.version.to_string();
    let mut fields = Fields::from([("version", version.as_str())]);
    for setting in all.settings.iter().filter(|setting| setting.is_chosen) {
        match setting.value {
            SettingValue::Switch(on) => fields.push(setting.name, if on { ON } else { OFF }),
            SettingValue::Count(count) => fields.push(setting.name, &count.to_string()),
        }
    }
    fields
}
