//! Preparing a picture on the device: its pixels go there as they are, and become the model's input in two steps.

use std::sync::Arc;

use super::buffers::{Buffer, buffer, write};
use super::device::Device;
use super::dispatch::spread;
use super::kernels::{Bindings, Kernel};
use super::layout::too_much;
use super::pipelines::Compiled;
use crate::engine::EngineError;
use crate::preprocess::{Axis, Preparation};

/// What the kernels know of a picture.
struct Words {
    /// `Picture` of picture.wgsl.
    params: Vec<u32>,
    taps: Vec<u32>,
    /// Pixels of the shortened rows, and of the model's input.
    shortened: u64,
    pixels: u64,
}

/// Buffers for pictures up to a size, bound together with a model's inputs and outputs.
pub(super) struct Desk {
    pixels: Buffer,
    params: Buffer,
    taps: Buffer,
    shortened: Buffer,
    bindings: wgpu::BindGroup,
    steps: [wgpu::ComputePipeline; 2],
    /// Inputs and outputs: others want another desk.
    tensors: Buffer,
}

/// A picture that is about to be prepared.
pub(super) struct Laid<'a> {
    desk: Arc<Desk>,
    words: Words,
    bytes: &'a [u8],
}

/// Finds a desk that is large enough, or makes one. `input`: where the model's input begins among inputs and outputs.
///
/// # Errors
/// [`EngineError::Load`] or [`EngineError::Refused`] if the picture is more than the device takes at once.
pub(super) async fn lay<'a>(
    device: &Device,
    tensors: &Buffer,
    input: usize,
    picture: &'a Preparation<'_>,
    kept: Option<Arc<Desk>>,
) -> Result<Laid<'a>, EngineError> {
    let words = Words::of(picture, input)?;
    let bytes = picture.pixels().as_raw().as_slice();
    let desk = match kept.filter(|desk| desk.fits(tensors, &words, bytes)) {
        Some(desk) => desk,
        None => Arc::new(device.compiling(|fresh| Desk::new(device, tensors, &words, bytes, fresh)).await?),
    };
    Ok(Laid { desk, words, bytes })
}

impl Laid<'_> {
    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.desk)
    }

    /// Brings the pixels to the device, for everything that is submitted later.
    pub fn write(&self, device: &Device) {
        write(device, &self.desk.pixels, self.bytes);
        write(device, &self.desk.params, &self.words.params);
        write(device, &self.desk.taps, &self.words.taps);
    }

    pub fn dispatch(&self, pass: &mut wgpu::ComputePass<'_>) {
        pass.set_bind_group(0, &self.desk.bindings, &[]);
        for (pipeline, threads) in self.desk.steps.iter().zip([self.words.shortened, self.words.pixels]) {
            // No picture that fits a buffer asks for more groups than there are.
            let [x, y, z] = spread(threads.div_ceil(64)).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
            pass.set_pipeline(pipeline);
            pass.dispatch_workgroups(x, y, z);
        }
    }
}

impl Desk {
    fn new(
        device: &Device,
        tensors: &Buffer,
        words: &Words,
        bytes: &[u8],
        fresh: &mut Compiled,
    ) -> Result<Self, EngineError> {
        use wgpu::BufferUsages as Usage;

        let of_words = |count: usize| count as u64 * size_of::<u32>() as u64;
        let pixels = buffer(device, bytes.len() as u64, Usage::STORAGE | Usage::COPY_DST)?;
        let params_bytes = of_words(words.params.len());
        let params = buffer(device, params_bytes, Usage::UNIFORM | Usage::COPY_DST)?;
        let taps = buffer(device, of_words(words.taps.len()), Usage::STORAGE | Usage::COPY_DST)?;
        let shortened = buffer(device, words.shortened.saturating_mul(4), Usage::STORAGE)?;
        let buffers = [&**tensors, &*pixels, &*params, &*taps, &*shortened];
        let bindings = device.pipelines.bind(&device.device, Bindings::Picture, &buffers, params_bytes);
        let steps =
            [Kernel::Columns, Kernel::Rows].map(|kernel| device.pipelines.get(device, kernel, &Vec::new(), fresh));
        let tensors = tensors.clone();
        Ok(Self { pixels, params, taps, shortened, bindings, steps, tensors })
    }

    /// Bytes of its own buffers.
    pub fn bytes(&self) -> u64 {
        [&self.pixels, &self.params, &self.taps, &self.shortened].into_iter().map(|buffer| buffer.size()).sum()
    }

    fn fits(&self, tensors: &Buffer, words: &Words, bytes: &[u8]) -> bool {
        let taps = size_of_val(words.taps.as_slice()) as u64;
        self.tensors == *tensors
            && self.pixels.size() >= bytes.len() as u64
            && self.taps.size() >= taps
            && self.shortened.size() >= words.shortened.saturating_mul(4)
    }
}

impl Words {
    fn of(picture: &Preparation<'_>, input: usize) -> Result<Self, EngineError> {
        let (columns, rows) = (picture.columns(), picture.rows());
        let (first_row, end_row) = reach(rows);
        let [height, width] = picture.input_size();
        let (out_w, out_h) = (word(columns.taps().len())?, word(rows.taps().len())?);
        let in_rows = word(end_row - first_row)?;
        let mut taps = Vec::new();
        let columns_at = bring(&mut taps, columns)?;
        let rows_at = bring(&mut taps, rows)?;
        let in_w = picture.pixels().width();
        let first_row = word(first_row)?;
        let mut params = vec![in_w, out_w, first_row, in_rows, out_h, width, height, columns_at];
        params.extend([rows_at, word(input)?, 0, 0]);
        let planes = picture.planes();
        // Vectors of four.
        let four = |of_plane: [u32; 3]| of_plane.into_iter().chain([0]);
        let mut channels = [0; 3];
        for (channel, plane) in channels.iter_mut().zip(&planes) {
            *channel = word(plane.channel)?;
        }
        params.extend(four(channels));
        params.extend(four(planes.map(|plane| plane.mean.to_bits())));
        params.extend(four(planes.map(|plane| plane.scale.to_bits())));
        params.extend(four(planes.map(|plane| plane.padding.to_bits())));
        let shortened = u64::from(out_w) * u64::from(in_rows);
        Ok(Self { params, taps, shortened, pixels: u64::from(width) * u64::from(height) })
    }
}

/// The first pixel that a result is made of, and the one after the last.
fn reach(axis: &Axis) -> (usize, usize) {
    let first = axis.taps().map(|(first, _)| first).min().unwrap_or(0);
    let end = axis.taps().map(|(first, parts)| first + parts.len()).max().unwrap_or(0);
    (first, end)
}

/// The taps of an axis as picture.wgsl has them; says where they begin.
fn bring(words: &mut Vec<u32>, axis: &Axis) -> Result<u32, EngineError> {
    let at = words.len();
    let mut parts_at = at + 3 * axis.taps().len();
    for (first, parts) in axis.taps() {
        words.extend([word(first)?, word(parts.len())?, word(parts_at)?]);
        parts_at += parts.len();
    }
    for (_, parts) in axis.taps() {
        words.extend(parts.iter().map(|part| part.to_bits()));
    }
    word(at)
}

fn word(number: usize) -> Result<u32, EngineError> {
    u32::try_from(number).map_err(|_| too_much())
}
