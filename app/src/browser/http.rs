//! Small GET requests to our own server.

use vision_core::ErrorCode;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::api::AppError;

/// The text at an address of ours; a status other than 2xx becomes an error with its code.
pub async fn get_text(path: &str) -> Result<String, AppError> {
    let response = fetch(path).await?;
    let body = match response.text() {
        Ok(promise) => JsFuture::from(promise).await.ok().and_then(|t| t.as_string()).unwrap_or_default(),
        Err(_) => String::new(),
    };
    if response.ok() { Ok(body) } else { Err(AppError::from_problem(response.status(), &body)) }
}

/// The bytes at an address of ours as a blob.
pub async fn get_blob(path: &str) -> Result<web_sys::Blob, AppError> {
    let response = fetch(path).await?;
    let promise = response.blob().map_err(|_| unreachable_server())?;
    let blob = JsFuture::from(promise).await.map_err(|_| unreachable_server())?;
    if !response.ok() {
        return Err(AppError::from_problem(response.status(), ""));
    }
    blob.dyn_into().map_err(|_| unreachable_server())
}

async fn fetch(path: &str) -> Result<web_sys::Response, AppError> {
    let window = web_sys::window().ok_or_else(unreachable_server)?;
    let response = JsFuture::from(window.fetch_with_str(path)).await.map_err(|_| unreachable_server())?;
    response.dyn_into().map_err(|_| unreachable_server())
}

fn unreachable_server() -> AppError {
    AppError::new(ErrorCode::Unavailable, "the server cannot be reached")
}
