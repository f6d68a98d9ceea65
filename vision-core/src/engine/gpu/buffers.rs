//! Numbers on their way to the device and back.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::device::Device;
use crate::engine::EngineError;

const NUMBER: u64 = size_of::<f32>() as u64;

/// A buffer of so many numbers.
///
/// # Errors
/// If the device binds no buffers of that size.
pub(super) fn buffer(device: &Device, numbers: usize, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer, EngineError> {
    // A buffer of nothing cannot be bound.
    let size = (numbers.max(4) as u64).saturating_mul(NUMBER);
    let limits = device.device.limits();
    let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
    if size > most {
        return Err(EngineError::Load {
            detail: format!("it takes a buffer of {size} bytes; the GPU binds {most} at the most"),
        });
    }
    Ok(device.device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false }))
}

/// Numbers (or words) from `at` on; they are there for everything that is submitted later.
pub(super) fn write<T: bytemuck::NoUninit>(device: &Device, buffer: &wgpu::Buffer, at: usize, numbers: &[T]) {
    if !numbers.is_empty() {
        device.queue.write_buffer(buffer, at as u64 * NUMBER, bytemuck::cast_slice(numbers));
    }
}

/// Copies numbers to a buffer that can be read.
pub(super) fn copy_out(
    encoder: &mut wgpu::CommandEncoder,
    from: (&wgpu::Buffer, usize),
    to: &wgpu::Buffer,
    numbers: usize,
) {
    encoder.copy_buffer_to_buffer(from.0, from.1 as u64 * NUMBER, to, 0, Some(numbers as u64 * NUMBER));
}

/// The numbers of a buffer, once the submission that writes them is done: the one place where anything waits for the device.
/// Natively the thread waits; in a browser the caller is woken up.
pub(super) async fn read(
    device: &Device,
    buffer: &wgpu::Buffer,
    numbers: usize,
    submission: wgpu::SubmissionIndex,
) -> Result<Vec<f32>, EngineError> {
    if numbers == 0 {
        return Ok(Vec::new());
    }
    let slice = buffer.slice(..numbers as u64 * NUMBER);
    let mapped = Mapped::default();
    let done = mapped.clone();
    slice.map_async(wgpu::MapMode::Read, move |result| done.set(result));
    device.wait(submission)?;
    let failed = |detail: String| device.trouble().err().unwrap_or(EngineError::Device { detail });
    mapped.await.map_err(|e| failed(e.to_string()))?;
    let read = {
        let bytes = slice.get_mapped_range().map_err(|e| failed(e.to_string()))?;
        bytemuck::pod_collect_to_vec(&bytes)
    };
    buffer.unmap();
    Ok(read)
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
