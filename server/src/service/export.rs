//! Everything that is known of an account as one archive: what the law calls a copy of one's data (GDPR, article 15).

use std::fs::File;

use proto::auth_v1::Origin;
use serde_json::{Value, json};
use uuid::Uuid;

use super::archive::Archive;
use super::history::LONGEST_PAGE;
use super::statistics::Per;
use super::{Moment, Person, Service, ServiceError};
use crate::store::search::Wanted;

/// What each part of the archive is.
const README: &str = "manifest.json names every file of this archive with its size and SHA-256.\n\
     profile.json: your account. sessions.json: where you are logged in. api_keys.json: your keys, without their secrets.\n\
     statistics.json: what was counted. analyses.jsonl: every report, one a line. pictures/: pictures kept with an analysis,\n\
     under its id. files/: what you have uploaded. avatar.jpg: your own picture, if you have one. Your password and the secret of a second factor are not in it: they are\n\
     known here only as a hash, and encrypted.\n";

impl Service {
    /// An archive, at its beginning, in a file that goes when it is let go.
    ///
    /// # Errors
    /// `forbidden` for an API key; when a part cannot be read.
    pub async fn export_account(&self, origin: &Origin, person: &Person) -> Result<File, ServiceError> {
        person.session()?;
        let mut archive = Archive::new()?;
        archive.add("README.txt", README.as_bytes())?;
        archive.add_json("profile.json", &profile(self.account(origin, person).await?))?;
        let sessions = self.sessions(origin, person).await?.sessions;
        let sessions: Vec<Value> = sessions.into_iter().map(session).collect();
        archive.add_json("sessions.json", &json!(sessions))?;
        let keys = self.api_keys(origin, person).await?.keys;
        let keys: Vec<Value> = keys.into_iter().map(key).collect();
        archive.add_json("api_keys.json", &json!(keys))?;
        let statistics = self.statistics(origin, person, Per::Month).await?;
        archive.add_json("statistics.json", &serde_json::to_value(statistics).map_err(ServiceError::internal)?)?;
        self.add_analyses(&mut archive, person.account).await?;
        self.add_files(&mut archive, person).await?;
        if let Some(avatar) =
            self.store.avatars.read(&person.account.to_string()).await.map_err(ServiceError::internal)?
        {
            archive.add("avatar.jpg", &avatar)?;
        }
        archive.finish()
    }

    async fn add_analyses(&self, archive: &mut Archive, account: Uuid) -> Result<(), ServiceError> {
        let mut kept = Vec::new();
        let mut all = archive.grow("analyses.jsonl")?;
        let mut before = None;
        loop {
            let wanted = Wanted { before, limit: LONGEST_PAGE, ..Wanted::default() };
            let page = self.store.analyses(account, &wanted).await?;
            let Some(last) = page.last() else { break };
            before = Some(last.id);
            let mut lines = Vec::new();
            for stored in page {
                // The report as it was stored, whatever version wrote it.
                let report: Value = serde_json::from_str(&stored.report).map_err(ServiceError::internal)?;
                let line = json!({
                    "id": stored.id, "created_at": Moment(stored.created_at_ms), "title": stored.title, "report": report,
                });
                lines.extend(line.to_string().into_bytes());
                lines.push(b'\n');
                kept.extend(stored.picture_kept().then_some(stored.id));
            }
            all.add(&lines)?;
        }
        all.finish();
        for id in kept {
            if let Some(picture) = self.store.pictures.read(&id.to_string()).await.map_err(ServiceError::internal)? {
                archive.add(&format!("pictures/{id}"), &picture)?;
            }
        }
        Ok(())
    }

    async fn add_files(&self, archive: &mut Archive, person: &Person) -> Result<(), ServiceError> {
        let mut before = None;
        loop {
            let page = self.files(person, before, LONGEST_PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            before = Some(last.created_at);
            for facts in &page {
                let content = self.store.files.read(&facts.filename).await.map_err(ServiceError::internal)?;
                if let Some(content) = content {
                    archive.add(&format!("files/{}", facts.filename), &content)?;
                }
            }
        }
    }
}

fn profile(account: proto::auth_v1::Account) -> Value {
    json!({
        "id": account.id, "first_name": account.first_name, "last_name": account.last_name, "email": account.email,
        "username": account.username, "language": account.language, "time_zone": account.time_zone,
        "default_tasks": account.default_tasks, "keep_pictures": account.keep_pictures,
        "created_at": Moment(account.created_at_ms), "confirmed_at": Moment(account.confirmed_at_ms),
        "second_factor": account.second_factor,
    })
}

fn session(session: proto::auth_v1::Session) -> Value {
    json!({
        "id": session.id, "device": session.device, "place": session.place,
        "created_at": Moment(session.created_at_ms), "last_used_at": Moment(session.last_used_ms),
    })
}

fn key(key: proto::auth_v1::ApiKey) -> Value {
    json!({ "id": key.id, "name": key.name, "hint": key.hint, "created_at": Moment(key.created_at_ms) })
}
