//! Settings that administrators change while the server runs: how the server was started gives what each is until then.
//!
//! They are read where they are used, one row by its key, so a change counts at once in every process on the database.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ServeSettings;
use crate::auth::policy::PasswordRules;
use crate::auth::rules::Reveal;
use crate::service::administration::SecondFactorAsked;
use crate::store::quota::QuotaLimits;
use crate::store::{Database, settings};

/// The time after which a network's counts start anew: addresses change hands, so a longer memory would punish others.
pub const NETWORK_WINDOW: Duration = Duration::from_secs(24 * 3600);

/// Characters of the longest password: enough for any sentence, and no work for nothing.
const LONGEST_PASSWORD: usize = 128;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    AnonymousAnalyses,
    NetworkAnalyses,
    AccountAnalyses,
    AccountStorageMb,
    KeepDays,
    PasswordLength,
    PasswordLower,
    PasswordUpper,
    PasswordDigit,
    PasswordSpecial,
    RevealAccounts,
    AdminSecondFactor,
}

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    Count { least: u64, most: u64 },
    Switch,
}

/// What a setting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
#[schema(as = SettingValue)]
pub enum Value {
    Switch(bool),
    Count(u64),
}

impl Setting {
    pub const ALL: [Self; 12] = [
        Self::AnonymousAnalyses,
        Self::NetworkAnalyses,
        Self::AccountAnalyses,
        Self::AccountStorageMb,
        Self::KeepDays,
        Self::PasswordLength,
        Self::PasswordLower,
        Self::PasswordUpper,
        Self::PasswordDigit,
        Self::PasswordSpecial,
        Self::RevealAccounts,
        Self::AdminSecondFactor,
    ];

    /// Stable.
    pub fn name(self) -> &'static str {
        match self {
            Self::AnonymousAnalyses => "anonymous_analyses",
            Self::NetworkAnalyses => "network_analyses",
            Self::AccountAnalyses => "account_analyses",
            Self::AccountStorageMb => "account_storage_mb",
            Self::KeepDays => "keep_days",
            Self::PasswordLength => "password_length",
            Self::PasswordLower => "password_lower",
            Self::PasswordUpper => "password_upper",
            Self::PasswordDigit => "password_digit",
            Self::PasswordSpecial => "password_special",
            Self::RevealAccounts => "reveal_accounts",
            Self::AdminSecondFactor => "admin_second_factor",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    pub fn range(self) -> Range {
        let count = |least, most| Range::Count { least, most };
        match self {
            Self::AnonymousAnalyses | Self::NetworkAnalyses | Self::AccountAnalyses => count(0, 1_000_000),
            Self::AccountStorageMb => count(0, 1_000_000_000),
            Self::KeepDays => count(1, 36_500),
            Self::PasswordLength => count(8, 64),
            Self::PasswordLower
            | Self::PasswordUpper
            | Self::PasswordDigit
            | Self::PasswordSpecial
            | Self::RevealAccounts
            | Self::AdminSecondFactor => Range::Switch,
        }
    }

    pub fn takes(self, value: Value) -> bool {
        match (self.range(), value) {
            (Range::Count { least, most }, Value::Count(count)) => (least..=most).contains(&count),
            (Range::Switch, Value::Switch(_)) => true,
            (Range::Count { .. }, Value::Switch(_)) | (Range::Switch, Value::Count(_)) => false,
        }
    }
}

/// What administrators have chosen; what is not in it is as the server was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen(pub BTreeMap<Setting, Value>);

impl Chosen {
    /// What a later version has stored and this one does not know is passed over.
    fn read(text: &str) -> Self {
        let all: BTreeMap<String, serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        let known = all.into_iter().filter_map(|(name, value)| {
            let (setting, value) = (Setting::named(&name)?, serde_json::from_value(value).ok()?);
            setting.takes(value).then_some((setting, value))
        });
        Self(known.collect())
    }

    pub fn written(&self) -> String {
        let all: BTreeMap<&str, Value> = self.0.iter().map(|(setting, value)| (setting.name(), *value)).collect();
        serde_json::json!(all).to_string()
    }
}

/// The value of every setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Values([u64; Setting::ALL.len()]);

impl Values {
    fn started(settings: &ServeSettings) -> Self {
        let switch = u64::from;
        let of = |setting: Setting| match setting {
            Setting::AnonymousAnalyses => settings.anonymous_analyses.into(),
            Setting::NetworkAnalyses => settings.network_analyses.into(),
            Setting::AccountAnalyses => settings.account_analyses.into(),
            Setting::AccountStorageMb => settings.account_storage_mb,
            Setting::KeepDays => settings.keep_days.into(),
            Setting::PasswordLength => settings.password_length as u64,
            Setting::PasswordLower | Setting::PasswordUpper | Setting::PasswordDigit | Setting::PasswordSpecial => {
                switch(settings.password_classes)
            }
            Setting::RevealAccounts => switch(settings.reveal_accounts),
            Setting::AdminSecondFactor => switch(settings.admin_second_factor),
        };
        Self(Setting::ALL.map(of))
    }

    /// With what was chosen in its place.
    pub fn with(mut self, chosen: &Chosen) -> Self {
        for (setting, value) in &chosen.0 {
            self.0[*setting as usize] = match value {
                Value::Count(count) => *count,
                Value::Switch(on) => u64::from(*on),
            };
        }
        self
    }

    pub fn value(&self, setting: Setting) -> Value {
        match setting.range() {
            Range::Count { .. } => Value::Count(self.count(setting)),
            Range::Switch => Value::Switch(self.is_on(setting)),
        }
    }

    fn count(&self, setting: Setting) -> u64 {
        self.0[setting as usize]
    }

    fn small(&self, setting: Setting) -> u32 {
        u32::try_from(self.count(setting)).unwrap_or(u32::MAX)
    }

    fn is_on(&self, setting: Setting) -> bool {
        self.count(setting) != 0
    }

    pub fn quota(&self) -> QuotaLimits {
        let per_visitor = self.small(Setting::AnonymousAnalyses);
        QuotaLimits {
            per_visitor,
            per_network: self.small(Setting::NetworkAnalyses).max(per_visitor),
            window_ms: i64::try_from(NETWORK_WINDOW.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// How long results are kept.
    pub fn keep_results(&self) -> Duration {
        DAY * self.small(Setting::KeepDays)
    }

    /// Analyses that an account may have an hour.
    pub fn account_analyses_per_hour(&self) -> u32 {
        self.small(Setting::AccountAnalyses)
    }

    /// What the files of an account may take together.
    pub fn account_storage_bytes(&self) -> u64 {
        self.count(Setting::AccountStorageMb).saturating_mul(1_000_000)
    }

    pub fn password_rules(&self) -> PasswordRules {
        PasswordRules {
            shortest: self.small(Setting::PasswordLength) as usize,
            longest: LONGEST_PASSWORD,
            lower: self.is_on(Setting::PasswordLower),
            upper: self.is_on(Setting::PasswordUpper),
            digit: self.is_on(Setting::PasswordDigit),
            special: self.is_on(Setting::PasswordSpecial),
        }
    }

    pub fn reveal(&self) -> Reveal {
        if self.is_on(Setting::RevealAccounts) { Reveal::Taken } else { Reveal::Nothing }
    }

    pub fn administrators(&self) -> SecondFactorAsked {
        if self.is_on(Setting::AdminSecondFactor) { SecondFactorAsked::Yes } else { SecondFactorAsked::No }
    }
}

/// The settings as they are now.
#[derive(Clone, Debug)]
pub struct Live {
    database: Database,
    started: Values,
}

impl Live {
    pub fn new(database: Database, settings: &ServeSettings) -> Self {
        Self { database, started: Values::started(settings) }
    }

    /// What each was when the server was started.
    pub fn started(&self) -> Values {
        self.started
    }

    /// # Errors
    /// When the database fails.
    pub async fn now(&self) -> Result<Values, sqlx::Error> {
        let (_, chosen) = self.chosen().await?;
        Ok(self.started.with(&chosen))
    }

    /// What administrators have chosen, and the version of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chosen(&self) -> Result<(i64, Chosen), sqlx::Error> {
        let (version, text) = settings::read(&self.database).await?;
        Ok((version, Chosen::read(&text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ServeOptions;

    #[test]
    fn what_is_chosen_counts_and_the_rest_is_as_the_server_was_started() {
        let options = ServeOptions { anonymous_analyses: Some(3), ..ServeOptions::default() };
        let started = Values::started(&ServeSettings::resolve(options).expect("valid"));
        assert_eq!((started.quota().per_visitor, started.quota().per_network), (3, 300));
        let chosen = Chosen::read(
            r#"{"anonymous_analyses": 400, "password_digit": false, "keep_days": 0, "later": 1, "reveal_accounts": 7}"#,
        );
        let now = started.with(&chosen);
        assert_eq!(
            (now.quota().per_visitor, now.quota().per_network),
            (400, 400),
            "a network is not less than one visitor"
        );
        assert!(!now.password_rules().digit && now.password_rules().lower);
        assert_eq!(now.keep_results(), DAY * 30, "what is out of its range does not count");
        assert_eq!(now.reveal(), Reveal::Nothing);
        assert_eq!(Chosen::read(&chosen.written()), chosen);
        assert_eq!(started.with(&Chosen::read("no JSON")), started);
    }

    #[test]
    fn every_setting_has_a_name_of_its_own_and_takes_what_it_is_at_the_start() {
        let started = Values::started(&ServeSettings::resolve(ServeOptions::default()).expect("valid"));
        for (place, setting) in Setting::ALL.into_iter().enumerate() {
            assert_eq!(setting as usize, place, "{setting:?}");
            assert_eq!(Setting::named(setting.name()), Some(setting));
            assert!(setting.takes(started.value(setting)), "{setting:?}");
        }
    }
}
