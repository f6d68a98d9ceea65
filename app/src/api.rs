//! What the pages get from the server: through [`Backend`] while the server renders, over HTTP once the page runs in a browser.

mod answer;
#[cfg(feature = "ssr")]
mod backend;
mod endpoints;
mod events;
mod quota;
mod source;

pub use answer::{Answered, AppError};
#[cfg(feature = "ssr")]
pub use backend::{Answer, Backend};
pub use endpoints::{ApiDoc, Endpoint, Example, Parameter, Reply};
pub use events::{EventReader, ServerEvent};
pub use quota::Quota;
pub use source::{api_doc, quota};
