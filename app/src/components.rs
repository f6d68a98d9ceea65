//! What pages are made of. Components render what `state` decided and pass events on; none of them decides.

mod analyzing;
mod ask;
mod drop_zone;
mod figure;
mod findings;
mod footer;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
mod header;
mod keys;
mod note;
mod receipt;
mod sentence;
mod strip;
mod toolbar;
mod where_line;

pub use analyzing::Analyzing;
pub use ask::AskServer;
pub use drop_zone::DropZone;
pub use figure::PictureFigure;
pub use findings::Findings;
pub use footer::Footer;
#[cfg(feature = "ssr")]
pub use header::Header;
pub use keys::KeysDialog;
pub use note::{Note, Notes};
pub use receipt::ReceiptDetails;
pub use sentence::SentenceView;
pub use strip::Strip;
pub use toolbar::Toolbar;
pub use where_line::WhereLine;
