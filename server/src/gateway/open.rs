//! The gateway put together from its settings: data folder, use cases, routes.

use std::sync::Arc;
use std::time::Duration;

use super::pages::PageFolders;
use super::visitor::Cookies;
use super::{Door, DoorRules, router};
use crate::auth::client::AuthClient;
use crate::auth::{AuthRules, LocalAuth};
use crate::config::ServeSettings;
use crate::config::live::Live;
use crate::mail::{self, Outbox, Post, Smtp};
use crate::models::ModelStore;
use crate::models::plans::Plans;
use crate::service::{Rules, Service};
use crate::store::key::ServerKey;
use crate::store::key_ring::{KeyFile, KeyRing};
use crate::store::{Store, StoreError};
use crate::vision::{Intake, Vision};
use axum::Router;
use lettre::Address;
use lettre::message::Mailbox;

pub struct Opened {
    pub router: Router,
    pub service: Service,
    pub house: House,
}

/// What has to go on beside the requests.
pub struct House {
    service: Service,
    auth: LocalAuth,
    mails: mail::Worker,
}

impl House {
    /// Works until the future is dropped.
    pub async fn keep(self) {
        tokio::join!(self.service.keep_house(), self.auth.keep_house(), self.mails.run());
    }
}

/// # Errors
/// When the data folder or the database cannot be used.
pub async fn open(settings: &ServeSettings, vision: Arc<dyn Vision>) -> Result<Opened, StoreError> {
    let store = Store::open(&settings.data, settings.database.as_deref()).await?;
    let key = ServerKey::load(&settings.data)?;
    let outbox = Outbox::new(store.database.clone());
    let mails = mail::Worker::new(outbox.clone(), post(settings), mail_from(settings));
    let auth = local_auth(settings, &store, &key, outbox)?;
    auth.learn_of_ended().await.map_err(|source| StoreError::Database { source })?;
    let intake = Intake::new(settings.upload_memory_mb * 1_000_000);
    let client = AuthClient::new(Arc::new(auth.clone()));
    let live = Live::new(store.database.clone(), settings);
    let rules = Rules { analysis_timeout: settings.analysis_timeout() };
    let service = Service::new(vision, client, (store, key), intake, (rules, live));
    let door = Door {
        service: service.clone(),
        models: ModelStore::open(),
        plans: Plans::default(),
        rules: door_rules(settings),
        pages: PageFolders::find(settings),
    };
    let house = House { service: service.clone(), auth, mails };
    Ok(Opened { router: router(door), service, house })
}

/// The auth service alone, beside a server that may be running on the same data.
///
/// # Errors
/// When the data folder or the database cannot be used.
pub async fn auth(settings: &ServeSettings) -> Result<LocalAuth, StoreError> {
    let store = Store::open(&settings.data, settings.database.as_deref()).await?;
    let key = ServerKey::load(&settings.data)?;
    let outbox = Outbox::new(store.database.clone());
    local_auth(settings, &store, &key, outbox)
}

fn local_auth(
    settings: &ServeSettings,
    store: &Store,
    key: &ServerKey,
    outbox: Outbox,
) -> Result<LocalAuth, StoreError> {
    let keys = KeyRing::load(&settings.data, KeyFile::Tokens)?;
    let live = Live::new(store.database.clone(), settings);
    Ok(LocalAuth::new(store.database.clone(), key.clone(), keys, outbox, (auth_rules(settings), live)))
}

fn post(settings: &ServeSettings) -> Arc<dyn Post> {
    // The setting was read as such an address before.
    match settings.smtp.as_deref().map(Smtp::new) {
        Some(Ok(smtp)) => Arc::new(smtp),
        _ => Arc::new(mail::Folder { path: settings.data.join("mail") }),
    }
}

fn mail_from(settings: &ServeSettings) -> Mailbox {
    // The setting was read as an address before.
    let nobody = || Mailbox::new(None, Address::new("noreply", "localhost").expect("a constant address"));
    settings.mail_from.parse().unwrap_or_else(|_| nobody())
}

fn auth_rules(settings: &ServeSettings) -> AuthRules {
    AuthRules {
        public_url: settings.public_url.clone(),
        password_cost: settings.password_cost,
        breached_passwords: settings.breached_passwords.clone(),
    }
}

fn door_rules(settings: &ServeSettings) -> DoorRules {
    DoorRules {
        upload_timeout: Duration::from_secs(settings.upload_timeout_secs),
        cookies: if settings.secure_cookies { Cookies::Secure } else { Cookies::Plain },
        // The setting was read as a header's name before.
        address_header: settings.address_header.as_deref().and_then(|name| name.parse().ok()),
        public_url: settings.public_url.clone(),
    }
}
