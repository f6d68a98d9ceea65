//! What differs between the places that the core runs in, with the same names on every side.

/// The place's name in receipts.
#[cfg(not(target_arch = "wasm32"))]
pub const NAME: &str = "native";

/// The place's name in receipts.
#[cfg(target_arch = "wasm32")]
pub const NAME: &str = "wasm";

/// What is done for each of so many, by several threads where there are some.
#[cfg(all(feature = "gpu", not(target_arch = "wasm32")))]
pub(crate) fn for_each<T: Send>(count: usize, one: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    use rayon::prelude::{IntoParallelIterator, ParallelIterator};

    (0..count).into_par_iter().map(one).collect()
}

/// What is done for each of so many, by several threads where there are some.
#[cfg(all(feature = "gpu", target_arch = "wasm32"))]
pub(crate) fn for_each<T>(count: usize, one: impl Fn(usize) -> T) -> Vec<T> {
    (0..count).map(one).collect()
}

/// The result of what is done at once, or as soon as this thread is woken up.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    struct Thread(std::thread::Thread);

    impl std::task::Wake for Thread {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = std::sync::Arc::new(Thread(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(result) => return result,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
