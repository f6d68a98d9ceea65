//! The gateway put together from its settings: data folder, use cases, routes.

use std::sync::Arc;
use std::time::Duration;

use super::pages::PageFolders;
use super::visitor::Cookies;
use super::{Door, DoorRules, router};
use crate::config::ServeSettings;
use crate::models::ModelStore;
use crate::models::plans::Plans;
use crate::service::{Rules, Service};
use crate::store::key::ServerKey;
use crate::store::quota::QuotaLimits;
use crate::store::{Store, StoreError};
use crate::vision::{Intake, Vision};
use axum::Router;

/// The time after which a network's counts start anew: addresses change hands, so a longer memory would punish others.
const NETWORK_WINDOW: Duration = Duration::from_secs(24 * 3600);

const DAY: Duration = Duration::from_secs(24 * 3600);

pub struct Opened {
    pub router: Router,
    pub service: Service,
}

/// # Errors
/// When the data folder cannot be used.
pub async fn open(settings: &ServeSettings, vision: Arc<dyn Vision>) -> Result<Opened, StoreError> {
    let store = Store::open(&settings.data).await?;
    let key = ServerKey::load(&settings.data)?;
    let intake = Intake::new(settings.upload_memory_mb * 1_000_000);
    let service = Service::new(vision, store, key, intake, rules(settings));
    let door = Door {
        service: service.clone(),
        models: ModelStore::open(),
        plans: Plans::default(),
        rules: door_rules(settings),
        pages: PageFolders::find(settings),
    };
    Ok(Opened { router: router(door), service })
}

fn rules(settings: &ServeSettings) -> Rules {
    Rules {
        quota: QuotaLimits {
            per_visitor: settings.anonymous_analyses,
            per_network: settings.network_analyses.max(settings.anonymous_analyses),
            window_ms: i64::try_from(NETWORK_WINDOW.as_millis()).unwrap_or(i64::MAX),
        },
        analysis_timeout: settings.analysis_timeout(),
        keep_results: DAY * settings.keep_days,
    }
}

fn door_rules(settings: &ServeSettings) -> DoorRules {
    DoorRules {
        upload_timeout: Duration::from_secs(settings.upload_timeout_secs),
        cookies: if settings.secure_cookies { Cookies::Secure } else { Cookies::Plain },
        // The setting was read as a header's name before.
        address_header: settings.address_header.as_deref().and_then(|name| name.parse().ok()),
    }
}
