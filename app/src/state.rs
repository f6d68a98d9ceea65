//! What the page knows and decides, as plain data: tested natively, rendered by the components.

mod export;
mod focus;
mod format;
mod merge;
mod picture;
mod session;
mod shown;

pub use export::{csv, file_stem};
pub use focus::{Focus, Lit, step};
pub use format::{bytes, change_told, percent, pixels, seconds};
pub use merge::merge;
pub use picture::{Asking, Draft, Picture, Problem, Reading, ServerStep, StageName};
pub use session::{Session, View, WorkerState};
pub use shown::{BoxMark, Chip, ClauseMark, Hue, Row, Run, Said, Sentence, Shown, show};
