//! When to stop: Ctrl-C or SIGTERM, and how long running work then has.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first signal to stop.
///
/// # Errors
/// When the system lets no signal be listened to.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let stopping = token.clone();
    let signal = signal()?;
    tokio::spawn(async move {
        signal.await;
        tracing::info!("told to stop: running analyses finish, new ones are not taken");
        stopping.cancel();
    });
    Ok(token)
}

/// Runs `work` until it ends by itself or, once told to stop, has had its time. Returns whether it ended by itself.
pub async fn bounded<F: Future>(work: F, stop: &CancellationToken, timeout: Duration) -> Option<F::Output> {
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(timeout).await;
    };
    tokio::select! {
        output = work => Some(output),
        () = late => None,
    }
}

#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Without the handler there would be no way to stop but killing; then it is as if never asked.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
