//! Where mails go: files in a folder, or an SMTP server.

use std::path::PathBuf;

use futures::future::BoxFuture;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use uuid::Uuid;

use super::outbox::Waiting;

#[derive(Debug, thiserror::Error)]
pub enum PostError {
    #[error("the mail cannot be written")]
    Message { source: Box<dyn std::error::Error + Send + Sync> },
    #[error("the folder of mails cannot be written")]
    Folder { source: std::io::Error },
    #[error("the SMTP server did not take the mail")]
    Smtp { source: lettre::transport::smtp::Error },
}

/// Sends one mail.
pub trait Post: Send + Sync + 'static {
    /// # Errors
    /// When it is not sent; then it is tried again.
    fn send(&self, id: &str, message: Message) -> BoxFuture<'_, Result<(), PostError>>;

    /// Removes what is kept of a mail that was sent.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    fn forget(&self, id: &str) -> BoxFuture<'_, Result<(), PostError>>;
}

/// Files `ID.eml` in a folder: what a machine without a mail server has, and what tests read.
#[derive(Clone, Debug)]
pub struct Folder {
    pub path: PathBuf,
}

impl Post for Folder {
    fn send(&self, id: &str, message: Message) -> BoxFuture<'_, Result<(), PostError>> {
        // Hidden until it is whole.
        let (arriving, whole) = (self.path.join(format!(".{id}.part")), self.path.join(format!("{id}.eml")));
        Box::pin(async move {
            let write = async {
                tokio::fs::create_dir_all(&self.path).await?;
                tokio::fs::write(&arriving, message.formatted()).await?;
                tokio::fs::rename(&arriving, &whole).await
            };
            write.await.map_err(|source| PostError::Folder { source })
        })
    }

    fn forget(&self, id: &str) -> BoxFuture<'_, Result<(), PostError>> {
        let path = self.path.join(format!("{id}.eml"));
        Box::pin(async move {
            match tokio::fs::remove_file(path).await {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(PostError::Folder { source }),
                _ => Ok(()),
            }
        })
    }
}

/// An SMTP server.
#[derive(Clone, Debug)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Smtp {
    /// `smtps://USER:PASSWORD@HOST` for TLS from the first byte, `smtp://HOST:PORT?tls=required` for STARTTLS.
    ///
    /// # Errors
    /// When it is no such address.
    pub fn new(url: &str) -> Result<Self, PostError> {
        let builder =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|source| PostError::Smtp { source })?;
        Ok(Self { transport: builder.build() })
    }
}

impl Post for Smtp {
    fn send(&self, _id: &str, message: Message) -> BoxFuture<'_, Result<(), PostError>> {
        Box::pin(
            async move { self.transport.send(message).await.map(|_| ()).map_err(|source| PostError::Smtp { source }) },
        )
    }

    /// Nothing of it is here.
    fn forget(&self, _id: &str) -> BoxFuture<'_, Result<(), PostError>> {
        Box::pin(async { Ok(()) })
    }
}

/// The mail with both of its forms. Its Message-ID is that of its row, so that one that was sent twice is known as one.
pub(super) fn message(mail: &Waiting, from: &Mailbox) -> Result<Message, PostError> {
    let recipient = mail.recipient.parse().map_err(of_message)?;
    let id = mail.id.parse::<Uuid>().map_err(of_message)?.simple();
    let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(mail.html.clone());
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.clone());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, recipient))
        .subject(mail.subject.clone())
        .date(std::time::UNIX_EPOCH + std::time::Duration::from_millis(u64::try_from(mail.created_at.0).unwrap_or(0)))
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .multipart(MultiPart::alternative().singlepart(text).singlepart(html))
        .map_err(of_message)
}

fn of_message(error: impl std::error::Error + Send + Sync + 'static) -> PostError {
    PostError::Message { source: Box::new(error) }
}
