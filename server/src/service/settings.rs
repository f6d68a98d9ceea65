//! Settings that administrators see and change; what was changed counts at once and is written down with it.

use std::collections::BTreeMap;

use serde_json::json;
use vision_core::ErrorCode;

use super::administration::Administrator;
use super::error::Broken;
use super::{Service, ServiceError};
use crate::auth::audit::{self, Entry};
use crate::config::live::{Chosen, Range, Setting, Value};

/// A setting with all that is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingFacts {
    pub setting: Setting,
    pub value: Value,
    /// What it was when the server was started, and is where no administrator has chosen.
    pub started: Value,
    pub is_chosen: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllSettings {
    pub version: i64,
    pub settings: Vec<SettingFacts>,
}

/// What shall be, by name, from the version that was seen; no value: as the server was started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingsChange {
    pub version: i64,
    pub values: BTreeMap<String, Option<serde_json::Value>>,
}

impl Service {
    /// # Errors
    /// When the database fails.
    pub async fn settings(&self, _by: &Administrator) -> Result<AllSettings, ServiceError> {
        let (version, chosen) = self.live.chosen().await?;
        let started = self.live.started();
        let now = started.with(&chosen);
        let facts = |setting| SettingFacts {
            setting,
            value: now.value(setting),
            started: started.value(setting),
            is_chosen: chosen.0.contains_key(&setting),
        };
        Ok(AllSettings { version, settings: Setting::ALL.map(facts).to_vec() })
    }

    /// # Errors
    /// Everything that is wrong at once; `conflict` when somebody has changed them since that version.
    pub async fn change_settings(
        &self,
        by: &Administrator,
        asked: SettingsChange,
    ) -> Result<AllSettings, ServiceError> {
        let (version, old) = self.live.chosen().await?;
        if version != asked.version {
            return Err(conflict());
        }
        let new = chosen(&old, asked.values, by)?;
        if new != old {
            self.store_settings(by, version, (&old, &new)).await?;
        }
        self.settings(by).await
    }

    async fn store_settings(
        &self,
        by: &Administrator,
        version: i64,
        (old, new): (&Chosen, &Chosen),
    ) -> Result<(), ServiceError> {
        let mut transaction = self.store.database.begin().await?;
        if !crate::store::settings::write(&mut transaction, version, &new.written()).await? {
            return Err(conflict());
        }
        let started = self.live.started();
        let (was, is) = (started.with(old), started.with(new));
        let differ = |setting: &Setting| old.0.get(setting) != new.0.get(setting);
        let told = |of: &dyn Fn(Setting) -> Value| {
            let fields =
                Setting::ALL.into_iter().filter(differ).map(|setting| (setting.name().to_owned(), json!(of(setting))));
            serde_json::Value::Object(fields.collect()).to_string()
        };
        let actor = by.account().to_string();
        let (old, new) = (told(&|setting| was.value(setting)), told(&|setting| is.value(setting)));
        let entry = Entry { actor: &actor, action: "settings.changed", target: "settings", old: &old, new: &new };
        audit::append(&mut transaction, &self.key, entry).await?;
        Ok(transaction.commit().await?)
    }
}

/// The choice as it shall be.
fn chosen(
    old: &Chosen,
    values: BTreeMap<String, Option<serde_json::Value>>,
    by: &Administrator,
) -> Result<Chosen, ServiceError> {
    let (mut new, mut broken) = (old.clone(), Vec::new());
    let mut add = |field: &str, rule: &str, detail: String| {
        broken.push(Broken { field: field.into(), rule: rule.into(), detail });
    };
    for (name, value) in values {
        let Some(setting) = Setting::named(&name) else {
            add(&name, "unknown", format!("there is no setting `{name}` that can be changed while the server runs"));
            continue;
        };
        let Some(value) = value else {
            new.0.remove(&setting);
            continue;
        };
        match serde_json::from_value(value).ok().filter(|value| setting.takes(*value)) {
            Some(Value::Switch(true)) if setting == Setting::AdminSecondFactor && !by.has_second_factor() => {
                add(&name, "own", "log in with a second factor yourself first, or you would be locked out".into());
            }
            Some(value) => drop(new.0.insert(setting, value)),
            None => add(&name, "out_of_range", expected(setting)),
        }
    }
    if broken.is_empty() {
        return Ok(new);
    }
    let detail = broken.iter().map(|broken| broken.detail.as_str()).collect::<Vec<_>>().join("; ");
    Err(ServiceError::Refused { code: ErrorCode::BadInput, detail, broken, retry_after: None })
}

fn expected(setting: Setting) -> String {
    match setting.range() {
        Range::Count { least, most } => format!("`{}` is a whole number from {least} to {most}", setting.name()),
        Range::Switch => format!("`{}` is true or false", setting.name()),
    }
}

fn conflict() -> ServiceError {
    let detail = "somebody has changed this in between; look at it again".into();
    ServiceError::Refused { code: ErrorCode::Conflict, detail, broken: Vec::new(), retry_after: None }
}
