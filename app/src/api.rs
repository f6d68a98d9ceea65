//! What the pages get from the server: through [`Backend`] while the server renders, over HTTP once the page runs in a browser.

mod answer;
#[cfg(feature = "ssr")]
mod backend;
#[cfg(feature = "ssr")]
mod endpoints;
mod events;
#[cfg(feature = "ssr")]
pub mod people;
mod quota;
#[cfg(feature = "ssr")]
mod refused;
mod source;

pub use answer::{Answered, AppError};
#[cfg(feature = "ssr")]
pub use backend::{Answer, Backend};
#[cfg(feature = "ssr")]
pub use endpoints::{ApiDoc, Endpoint, Example, Parameter, Reply};
pub use events::{EventReader, ServerEvent};
#[cfg(feature = "ssr")]
pub use people::People;
pub use quota::Quota;
#[cfg(feature = "ssr")]
pub use refused::{Asked, FieldError, Refused};
pub use source::quota;
#[cfg(feature = "ssr")]
pub use source::{api_doc, signed_in};
