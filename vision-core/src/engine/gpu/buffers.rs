//! Numbers on their way to the device and back.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::device::{Device, Format};
use crate::engine::EngineError;
use crate::engine::plan::{f16_from_f32, f32_from_f16};

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

/// A buffer of so many bytes.
///
/// # Errors
/// If the device binds no buffers of that size.
pub(super) fn buffer(device: &Device, bytes: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer, EngineError> {
    // A buffer of nothing cannot be bound, and devices like whole vectors.
    let size = bytes.max(1).next_multiple_of(16);
    let most = most_bytes(device);
    if size > most {
        return Err(EngineError::Load {
            detail: format!("it takes a buffer of {size} bytes; the GPU binds {most} at the most"),
        });
    }
    Ok(device.device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false }))
}

/// A buffer of so many numbers in the device's format.
///
/// # Errors
/// As those of [`buffer`].
pub(super) fn of_numbers(
    device: &Device,
    numbers: usize,
    usage: wgpu::BufferUsages,
) -> Result<wgpu::Buffer, EngineError> {
    buffer(device, (numbers as u64).saturating_mul(device.format.bytes()), usage)
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

/// The bytes, and zeros until a word is full: what lies there is nobody's.
fn write_at(device: &Device, buffer: &wgpu::Buffer, at: u64, bytes: &[u8]) {
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

/// Copies numbers to a buffer that can be read; places and lengths are multiples of the layout's alignment.
pub(super) fn copy_out(
    device: &Device,
    encoder: &mut wgpu::CommandEncoder,
    from: (&wgpu::Buffer, usize),
    to: (&wgpu::Buffer, usize),
    numbers: usize,
) {
    let bytes = |numbers: usize| numbers as u64 * device.format.bytes();
    encoder.copy_buffer_to_buffer(from.0, bytes(from.1), to.0, bytes(to.1), Some(bytes(numbers)));
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
    let slice = buffer.slice(..numbers as u64 * device.format.bytes());
    let mapped = Mapped::default();
    let done = mapped.clone();
    slice.map_async(wgpu::MapMode::Read, move |result| done.set(result));
    device.wait(submission)?;
    let failed = |detail: String| device.trouble().err().unwrap_or(EngineError::Device { detail });
    mapped.await.map_err(|e| failed(e.to_string()))?;
    let read = {
        let bytes = slice.get_mapped_range().map_err(|e| failed(e.to_string()))?;
        match device.format {
            Format::F32 => bytemuck::pod_collect_to_vec(&bytes),
            Format::F16 => {
                let halves: Vec<u16> = bytemuck::pod_collect_to_vec(&bytes);
                halves.into_iter().map(f32_from_f16).collect()
            }
        }
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
