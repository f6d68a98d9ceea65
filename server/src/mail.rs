//! Mails: written in the transaction that is the reason for them, sent by a worker beside, tried again when that fails.

mod letter;
mod outbox;
mod page;
mod post;
mod worker;

pub use letter::Letter;
pub use outbox::{Listed, Outbox};
pub use post::{Folder, Post, PostError, Smtp};
pub use worker::Worker;

/// Who a mail goes to.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// The account that it is about.
    pub account_id: &'a str,
    pub email: &'a str,
    /// The first name, for the greeting.
    pub name: &'a str,
    /// A language that mails are written in.
    pub language: &'a str,
}
