//! Settings that are changed while the server runs: one form for all of them.

use vision_core::ErrorCode;

use super::{Fields, Own, Reply};
use crate::api::people::{ServerSetting, SettingValue, SettingsChange};
use crate::api::{FieldError, Refused};
use crate::pages::people::admin as pages;
use crate::text::people as text;

/// How a switch is sent.
pub(crate) const ON: &str = "on";
pub(crate) const OFF: &str = "off";

pub(super) async fn settings(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    let all = people.settings().await?;
    let Some(posted) = &visit.posted else {
        return Ok(Reply::Page(pages::settings(all, text::said(&visit.query.text("said")), None)));
    };
    let outcome = match change(&all.settings, posted) {
        Ok(change) => people.change_settings(change).await,
        Err(refused) => Err(refused),
    };
    match outcome {
        Ok(()) => Ok(Reply::SeeOther("/admin/settings?said=settings-saved".into())),
        Err(refused) if refused.code == ErrorCode::Conflict => {
            let refused = Refused::new(refused.code, text::SETTINGS_CONFLICT);
            let page = pages::settings(people.settings().await?, None, Some((None, refused.clone())));
            Ok(Reply::Page(page.refused(Some(&refused))))
        }
        Err(refused) if refused.code == ErrorCode::BadInput => {
            let page = pages::settings(all, None, Some((Some(posted.clone()), refused.clone())));
            Ok(Reply::Page(page.refused(Some(&refused))))
        }
        Err(refused) => Err(refused),
    }
}

/// What is empty is as the server was started.
fn change(settings: &[ServerSetting], posted: &Fields) -> Result<SettingsChange, Refused> {
    let (mut values, mut wrong) = (Vec::new(), Vec::new());
    for setting in settings {
        let value = match (posted.given(setting.name), setting.range) {
            (None, _) => Ok(None),
            (Some(typed), None) => Ok(Some(SettingValue::Switch(typed == ON))),
            (Some(typed), Some(_)) => typed.parse().map(|count| Some(SettingValue::Count(count))),
        };
        match value {
            Ok(value) => values.push((setting.name.to_owned(), value)),
            Err(_) => wrong.push(FieldError {
                field: setting.name.to_owned(),
                rule: "not_a_number".into(),
                message: text::NOT_A_NUMBER.into(),
            }),
        }
    }
    if wrong.is_empty() {
        return Ok(SettingsChange { version: posted.text("version").parse().unwrap_or(0), values });
    }
    Err(Refused { fields: wrong, ..Refused::new(ErrorCode::BadInput, text::NOT_A_NUMBER) })
}
