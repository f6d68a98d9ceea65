//! Numbers on their way to the device and back.

use std::future::Future;
use std::ops::Deref;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::device::{Device, Format};
use super::usage::Counts;
use crate::engine::EngineError;
use crate::engine::plan::f16_from_f32;

/// Devices write and copy words of so many bytes.
const WORD: usize = 4;

impl Format {
    /// Of one number.
    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }
}

/// A buffer, counted among what the device holds until nobody has it any more.
#[derive(Clone)]
pub(super) struct Buffer(Arc<Counted>);

struct Counted {
    buffer: wgpu::Buffer,
    counts: Arc<Counts>,
}

impl Buffer {
    fn new(device: &Device, size: u64, usage: wgpu::BufferUsages) -> Self {
        // One that the processor writes is there for it until it goes to the device.
        let mapped_at_creation = usage.contains(wgpu::BufferUsages::MAP_WRITE);
        let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation };
        let buffer = device.device.create_buffer(&descriptor);
        device.counts.buffer_came(size);
        Self(Arc::new(Counted { buffer, counts: Arc::clone(&device.counts) }))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counts.buffer_went(self.buffer.size());
    }
}

impl Deref for Buffer {
    type Target = wgpu::Buffer;

    fn deref(&self) -> &wgpu::Buffer {
        &self.0.buffer
    }
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A buffer of so many bytes.
///
/// # Errors
/// [`EngineError::Refused`] if the device binds no buffers of that size, or has no room for it.
pub(super) fn buffer(device: &Device, bytes: u64, usage: wgpu::BufferUsages) -> Result<Buffer, EngineError> {
    // A buffer of nothing cannot be bound, and devices like whole vectors.
    let size = bytes.max(1).next_multiple_of(16);
    let most = most_bytes(device);
    if size > most {
        let detail = format!("it takes a buffer of {size} bytes; the GPU binds {most} at the most");
        return Err(EngineError::Refused { detail });
    }
    if device.counts.now().bytes.saturating_add(size) > device.faults.most_bytes() {
        return Err(EngineError::Refused { detail: format!("out of memory: there is no room for {size} bytes") });
    }
    Ok(Buffer::new(device, size, usage))
}

/// A buffer of so many numbers in the device's format.
///
/// # Errors
/// As those of [`buffer`].
pub(super) fn of_numbers(device: &Device, numbers: usize, usage: wgpu::BufferUsages) -> Result<Buffer, EngineError> {
    buffer(device, (numbers as u64).saturating_mul(device.format.bytes()), usage)
}

/// Bytes of so many numbers of inputs and outputs.
pub(super) fn of_tensors(numbers: usize) -> u64 {
    (numbers as u64).saturating_mul(size_of::<f32>() as u64)
}

/// Of one buffer.
pub(super) fn most_bytes(device: &Device) -> u64 {
    let limits = device.device.limits();
    limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)
}

/// Numbers from `at` on, a multiple of the layout's alignment; they are there for everything that is submitted later.
pub(super) fn write_numbers(device: &Device, buffer: &wgpu::Buffer, at: usize, numbers: &[f32]) {
    let at = at as u64 * device.format.bytes();
    match device.format {
        Format::F32 => write_at(device, buffer, at, bytemuck::cast_slice(numbers)),
        Format::F16 => {
            let halves: Vec<u16> = numbers.iter().map(|number| f16_from_f32(*number)).collect();
            write_at(device, buffer, at, bytemuck::cast_slice(&halves));
        }
    }
}

/// Words, or numbers that are f32 whatever the device's format is, or bytes.
pub(super) fn write<T: bytemuck::NoUninit>(device: &Device, buffer: &wgpu::Buffer, words: &[T]) {
    write_at(device, buffer, 0, bytemuck::cast_slice(words));
}

/// Numbers that are f32 whatever the device's format is, from number `at` on.
pub(super) fn write_tensor(device: &Device, buffer: &wgpu::Buffer, at: usize, numbers: &[f32]) {
    write_at(device, buffer, (at * size_of::<f32>()) as u64, bytemuck::cast_slice(numbers));
}

/// The bytes, and zeros until a word is full: what lies there is nobody's.
fn write_at(device: &Device, buffer: &wgpu::Buffer, at: u64, bytes: &[u8]) {
    device.counts.sent(bytes.len());
    let (whole, rest) = bytes.split_at(bytes.len() / WORD * WORD);
    if !whole.is_empty() {
        device.queue.write_buffer(buffer, at, whole);
    }
    if !rest.is_empty() {
        let mut last = [0; WORD];
        last[..rest.len()].copy_from_slice(rest);
        device.queue.write_buffer(buffer, at + whole.len() as u64, &last);
    }
}

/// What is made of the first bytes of a buffer, once the submission that writes them is done.
pub(super) async fn read<T>(
    device: &Device,
    buffer: &wgpu::Buffer,
    bytes: u64,
    submission: wgpu::SubmissionIndex,
    make: impl FnOnce(&[u8]) -> T,
) -> Result<T, EngineError> {
    if bytes == 0 {
        return Ok(make(&[]));
    }
    map(device, buffer, wgpu::MapMode::Read, submission).await?;
    let made = {
        let read = buffer.slice(..bytes).get_mapped_range();
        make(&read.map_err(|e| device.failed(e.to_string()))?)
    };
    buffer.unmap();
    Ok(made)
}

/// Hands a buffer to the processor, once the submission that uses it is done: the one place where anything waits for the device.
/// Natively the thread waits; in a browser the caller is woken up.
pub(super) async fn map(
    device: &Device,
    buffer: &wgpu::Buffer,
    mode: wgpu::MapMode,
    submission: wgpu::SubmissionIndex,
) -> Result<(), EngineError> {
    let mapped = Mapped::default();
    let done = mapped.clone();
    buffer.slice(..).map_async(mode, move |result| done.set(result));
    device.wait(submission)?;
    let answer = match device.patience() {
        Some(patience) => within(mapped, patience).await.ok_or_else(|| device.silent("it took too long"))?,
        None => mapped.await,
    };
    answer.map_err(|e| device.failed(e.to_string()))
}

/// Writes bytes into a part of a buffer that the processor has.
pub(super) fn fill(device: &Device, buffer: &wgpu::Buffer, at: u64, bytes: &[u8]) -> Result<(), EngineError> {
    if bytes.is_empty() {
        return Ok(());
    }
    device.counts.sent(bytes.len());
    let part = buffer.slice(at..at + bytes.len() as u64);
    let mut view = part.get_mapped_range_mut().map_err(|e| device.failed(e.to_string()))?;
    view.slice(..).copy_from_slice(bytes);
    Ok(())
}

/// What a future gives, unless patience ends before.
async fn within<T>(future: impl Future<Output = T>, patience: impl Future<Output = ()>) -> Option<T> {
    let (mut future, mut patience) = (pin!(future), pin!(patience));
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(given) => Poll::Ready(Some(given)),
        Poll::Pending => patience.as_mut().poll(context).map(|()| None),
    })
    .await
}

type MapResult = Result<(), wgpu::BufferAsyncError>;

/// The answer to a request to map a buffer, once it is there.
#[derive(Clone, Default)]
struct Mapped(Arc<Mutex<(Option<MapResult>, Option<Waker>)>>);

impl Mapped {
    fn set(&self, result: MapResult) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = Some(result);
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }
}

impl Future for Mapped {
    type Output = MapResult;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<MapResult> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.0.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.1 = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[test]
    fn an_answer_counts_if_it_comes_before_patience_ends() {
        let outcomes = [
            pollster::block_on(within(ready(7), pending())),
            pollster::block_on(within(ready(7), ready(()))),
            pollster::block_on(within(pending(), ready(()))),
        ];
        assert_eq!(outcomes, [Some(7), Some(7), None]);
    }

    #[test]
    fn a_buffer_that_is_never_mapped_is_given_up() {
        let (never, patience) = (Mapped::default(), ready(()));
        assert!(pollster::block_on(within(never, patience)).is_none());
    }
}
