//! Between the core's types and the messages. Every conversion takes its source apart field by field, so that a new
//! field of the report breaks the build here instead of being lost on the way.

mod findings;
mod image;
pub mod models;
mod options;
mod report;
mod stage;

/// Why a message from the other side cannot be taken for what it claims to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("the message lacks its field `{field}`")]
    Missing { field: &'static str },
    #[error("{value} is not a value of `{field}`")]
    UnknownValue { field: &'static str, value: i32 },
    #[error("the field `{field}` has {found} entries; {wanted} are needed")]
    WrongCount { field: &'static str, found: usize, wanted: usize },
    #[error("{value} is too large for the field `{field}`")]
    TooLarge { field: &'static str, value: u64 },
    #[error("the field `{field}` is longer than {most} bytes")]
    TooLong { field: &'static str, most: usize },
    #[error("the field `{field}` holds a zero byte, which no text has")]
    NotText { field: &'static str },
    #[error("the field `{field}` holds no identifier")]
    NotAnId { field: &'static str },
}

/// Takes a message that the contract requires.
fn required<T>(message: Option<T>, field: &'static str) -> Result<T, WireError> {
    message.ok_or(WireError::Missing { field })
}

/// Converts a whole list to the wire.
fn to_wire<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}

/// Converts a whole list from the wire; the first entry that is wrong fails it.
fn from_wire<T, U: TryFrom<T, Error = WireError>>(items: Vec<T>) -> Result<Vec<U>, WireError> {
    items.into_iter().map(U::try_from).collect()
}
