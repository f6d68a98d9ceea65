//! Where the pages' data comes from: the backend in the request's context on the server, HTTP in the browser.

#[cfg(feature = "ssr")]
use super::ApiDoc;
use super::{AppError, Quota};

#[cfg(feature = "ssr")]
mod here {
    use std::sync::Arc;

    use leptos::prelude::use_context;
    use vision_core::ErrorCode;

    use super::{ApiDoc, AppError, Quota};
    use crate::api::people::SignedIn;
    use crate::api::{Backend, People};

    fn backend() -> Result<Arc<dyn Backend>, AppError> {
        use_context::<Arc<dyn Backend>>()
            .ok_or_else(|| AppError::new(ErrorCode::Unavailable, "no backend stands behind this page"))
    }

    pub async fn quota() -> Result<Quota, AppError> {
        backend()?.quota().await
    }

    pub async fn signed_in() -> Option<SignedIn> {
        let people = use_context::<Arc<dyn People>>()?;
        people.signed_in().await.ok().flatten()
    }

    pub async fn api_doc() -> Result<ApiDoc, AppError> {
        Ok(ApiDoc::from_openapi(&backend()?.openapi().await?))
    }
}

#[cfg(not(feature = "ssr"))]
mod here {
    use send_wrapper::SendWrapper;

    use super::{AppError, Quota};
    use crate::browser::http;
    use vision_core::ErrorCode;

    pub async fn quota() -> Result<Quota, AppError> {
        let text = SendWrapper::new(http::get_text("/v1/quota")).await?;
        serde_json::from_str(&text).map_err(|e| AppError::new(ErrorCode::Internal, e.to_string()))
    }
}

/// The visitor's allowance.
pub async fn quota() -> Result<Quota, AppError> {
    here::quota().await
}

/// The API's description, from the OpenAPI document.
#[cfg(feature = "ssr")]
pub async fn api_doc() -> Result<ApiDoc, AppError> {
    here::api_doc().await
}

/// Who is logged in.
#[cfg(feature = "ssr")]
pub async fn signed_in() -> Option<super::people::SignedIn> {
    here::signed_in().await
}
