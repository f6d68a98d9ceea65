//! What the pages ask while they are rendered, answered by the same use cases as the API, for the visitor of the request.

use std::time::Duration;

use app::api::{Answer, AppError, Backend, Quota};
use bytes::Bytes;
use vision_core::{ErrorCode, Report};

use crate::gateway::{Door, document};
use crate::service::preferred::Wanted;
use crate::service::{Asked, Caller, Keep, ServiceError};
use crate::vision::Picture;

/// Why a form was refused before there was a picture.
#[derive(Clone, Debug)]
pub struct Refused {
    code: ErrorCode,
    message: String,
}

impl Refused {
    pub fn of(error: &ServiceError) -> Self {
        Self { code: error.code(), message: error.sentence() }
    }
}

pub struct PageBackend {
    door: Door,
    caller: Caller,
    refused: Option<Refused>,
}

impl PageBackend {
    pub fn new(door: Door, caller: Caller) -> Self {
        Self { door, caller, refused: None }
    }

    pub fn refusing(door: Door, caller: Caller, refused: Refused) -> Self {
        Self { door, caller, refused: Some(refused) }
    }
}

impl Backend for PageBackend {
    fn quota(&self) -> Answer<Quota> {
        let (service, caller) = (self.door.service.clone(), self.caller.clone());
        Box::pin(async move {
            let quota = service.quota(&caller).await.map_err(|error| told(&error))?;
            Ok(Quota { limit: quota.limit, remaining: quota.remaining, unlimited: quota.unlimited })
        })
    }

    fn analyze(&self, _name: String, picture: Vec<u8>) -> Answer<Report> {
        let (service, caller, refused) = (self.door.service.clone(), self.caller.clone(), self.refused.clone());
        Box::pin(async move {
            if let Some(Refused { code, message }) = refused {
                return Err(AppError::new(code, message));
            }
            let picture = Picture::from(Bytes::from(picture));
            let preferred = service.preferred(&caller, Wanted::default(), Some(Keep::Report)).await;
            let (options, keep) = preferred.map_err(|error| told(&error))?;
            let admission = service.admit(&caller, Duration::ZERO).await.map_err(|error| told(&error))?;
            let asked = Asked { admission, picture, options, keep };
            let begun = service.analyze(asked).await.map_err(|error| told(&error))?;
            Ok(begun.finish().await.map_err(|error| told(&error))?.report)
        })
    }

    fn openapi(&self) -> Answer<String> {
        Box::pin(async { Ok(document().to_string()) })
    }
}

fn told(error: &ServiceError) -> AppError {
    if error.is_ours() {
        tracing::error!(error.cause = error.causes(), "a page's question failed for a reason of ours");
    }
    AppError::new(error.code(), error.sentence())
}
