//! What a visitor has had read: listed, shown again, deleted; never shown to anyone else.

use bytes::Bytes;
use serde::Serialize;
use uuid::Uuid;
use vision_core::Report;

use super::{Analysis, Caller, Moment, Service, ServiceError};
use crate::store::analyses::StoredAnalysis;

/// The most that one page of the list holds.
pub const LONGEST_PAGE: u32 = 100;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Summary {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Moment,
    pub picture_kept: bool,
    /// The main sentence.
    pub main: String,
    pub format: String,
    pub width: u32,
    pub height: u32,
}

impl Service {
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id or it is another visitor's.
    pub async fn analysis(&self, caller: &Caller, id: Uuid) -> Result<Analysis, ServiceError> {
        let stored = self.store.analysis(id, caller.identity.visitor()).await?;
        opened(stored.ok_or(ServiceError::NotFound)?)
    }

    /// The newest first; the next page begins before the last id of this one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses(
        &self,
        caller: &Caller,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Summary>, ServiceError> {
        let limit = limit.clamp(1, LONGEST_PAGE);
        let stored = self.store.analyses(caller.identity.visitor(), before, limit).await?;
        stored.into_iter().map(|stored| opened(stored).map(summary)).collect()
    }

    /// Deletes the report and the picture, where one was kept.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id or it is another visitor's.
    pub async fn delete_analysis(&self, caller: &Caller, id: Uuid) -> Result<(), ServiceError> {
        if !self.store.delete_analysis(id, caller.identity.visitor()).await? {
            return Err(ServiceError::NotFound);
        }
        self.store.pictures.remove(id).await.map_err(ServiceError::internal)
    }

    /// The picture as it was sent, with its format's name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it was not kept or is another visitor's.
    pub async fn picture(&self, caller: &Caller, id: Uuid) -> Result<(Bytes, String), ServiceError> {
        let analysis = self.analysis(caller, id).await?;
        if !analysis.picture_kept {
            return Err(ServiceError::NotFound);
        }
        let picture = self.store.pictures.get(id).await.map_err(ServiceError::internal)?;
        Ok((picture.ok_or(ServiceError::NotFound)?, analysis.report.image.format))
    }
}

fn opened(stored: StoredAnalysis) -> Result<Analysis, ServiceError> {
    let StoredAnalysis { id, created_at_ms, report, picture_kept } = stored;
    let report: Report = serde_json::from_str(&report).map_err(ServiceError::internal)?;
    Ok(Analysis { id, created_at: Moment(created_at_ms), picture_kept, report })
}

fn summary(analysis: Analysis) -> Summary {
    let Analysis { id, created_at, picture_kept, report } = analysis;
    Summary {
        id,
        created_at,
        picture_kept,
        main: report.description.main,
        format: report.image.format,
        width: report.image.width,
        height: report.image.height,
    }
}
