//! The buffers by which inputs come to a device, and outputs go: as many lanes as runs were ever under way at once.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::super::buffers::{Buffer, buffer, fill, map, of_tensors, read, write_tensor};
use super::super::device::Device;
use super::super::program::{Ports, Program};
use super::room::Work;
use crate::engine::{EngineError, Tensor};
use crate::platform::for_each;

/// Bytes from which on several threads copy them, where there are several.
const MANY_BYTES: u64 = 1 << 20;

#[derive(Default)]
pub(super) struct Lanes {
    idle: Mutex<Vec<Lane>>,
}

/// For so many pictures.
pub(super) struct Lane {
    pictures: u32,
    /// What the processor writes inputs to. It has it whenever the lane is idle.
    up: Option<Buffer>,
    /// Whether the device has it.
    is_up: bool,
    down: Buffer,
}

impl Lanes {
    /// One that nobody uses.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if the device has no room for it.
    pub async fn take(&self, device: &Device, program: &Program, pictures: u32) -> Result<Lane, EngineError> {
        let kept = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let at = idle.iter().position(|lane| lane.pictures == pictures);
            at.map(|at| idle.swap_remove(at))
        };
        if let Some(lane) = kept {
            return Ok(lane);
        }
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let down = device.checked(|| buffer(device, outputs_bytes(program, pictures), usage)).await?;
        Ok(Lane { pictures, up: None, is_up: false, down })
    }

    pub fn give_back(&self, lane: Lane) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(lane);
    }

    /// Bytes of those that nobody uses.
    pub fn bytes(&self) -> u64 {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.iter().map(|lane| lane.down.size() + lane.up.as_ref().map_or(0, |up| up.size())).sum()
    }
}

impl Lane {
    /// Takes inputs in: [`Lane::bring`] brings them to the device.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if the device has no room for them, [`EngineError::Device`] if it is gone.
    pub async fn load(&mut self, device: &Device, program: &Program, batch: &[&[Tensor]]) -> Result<(), EngineError> {
        // A browser takes what is handed to it faster than what is written in its own memory.
        if device.is_in_browser() || program.outputs_start(self.pictures) == 0 {
            return Ok(());
        }
        let up = match self.up.take() {
            Some(up) => up,
            None => {
                let bytes = of_tensors(program.outputs_start(self.pictures));
                let usage = wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC;
                device.checked(|| buffer(device, bytes, usage)).await?
            }
        };
        each(batch.len(), up.size(), |picture| {
            for (at, numbers) in inputs(program, picture, batch[picture]) {
                fill(device, &up, of_tensors(at), bytemuck::cast_slice(numbers))?;
            }
            Ok(())
        })
        .into_iter()
        .collect::<Result<(), EngineError>>()?;
        up.unmap();
        (self.up, self.is_up) = (Some(up), true);
        Ok(())
    }

    /// Brings inputs to where the device works on them.
    pub fn bring(
        &self,
        device: &Device,
        program: &Program,
        batch: &[&[Tensor]],
        work: &Work,
        encoder: &mut wgpu::CommandEncoder,
    ) {
        match self.up.as_ref().filter(|_| self.is_up) {
            Some(up) => {
                let bytes = of_tensors(program.outputs_start(self.pictures));
                encoder.copy_buffer_to_buffer(up, 0, &work.tensors, 0, Some(bytes));
            }
            None => {
                for (picture, tensors) in batch.iter().enumerate() {
                    for (at, numbers) in inputs(program, picture, tensors) {
                        write_tensor(device, &work.tensors, at, numbers);
                    }
                }
            }
        }
    }

    /// Brings outputs to where they can be read.
    pub fn fetch(&self, program: &Program, work: &Work, encoder: &mut wgpu::CommandEncoder) {
        let bytes = outputs_bytes(program, self.pictures);
        if bytes > 0 {
            let from = of_tensors(program.outputs_start(self.pictures));
            encoder.copy_buffer_to_buffer(&work.tensors, from, &self.down, 0, Some(bytes));
        }
    }

    /// The outputs of each picture, once they are there.
    pub async fn unload(
        &mut self,
        device: &Device,
        program: &Program,
        submission: wgpu::SubmissionIndex,
    ) -> Result<Vec<Vec<Tensor>>, EngineError> {
        let bytes = outputs_bytes(program, self.pictures);
        let make = |bytes: &[u8]| {
            let of_picture = |picture| outputs(&program.outputs, picture * program.outputs_len(), bytes);
            each(self.pictures as usize, bytes.len() as u64, of_picture)
        };
        let outputs = read(device, &self.down, bytes, submission.clone(), make).await?;
        if let Some(up) = self.up.as_ref().filter(|_| self.is_up) {
            map(device, up, wgpu::MapMode::Write, submission).await?;
            self.is_up = false;
        }
        Ok(outputs)
    }
}

/// Whether all numbers are some.
pub(super) fn are_finite(outputs: &[Vec<Tensor>]) -> bool {
    let is_finite = |tensor: &Tensor| tensor.data.iter().all(|number| number.is_finite());
    let of_picture = |picture: usize| outputs[picture].iter().all(is_finite);
    let bytes = outputs.iter().flatten().map(|tensor| size_of_val(tensor.data.as_slice()) as u64).sum();
    each(outputs.len(), bytes, of_picture).into_iter().all(|is| is)
}

/// What is done for each picture, by several threads if the pictures have so many bytes.
fn each<T: Send>(pictures: usize, bytes: u64, of_picture: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    match pictures > 1 && bytes >= MANY_BYTES {
        true => for_each(pictures, of_picture),
        false => (0..pictures).map(of_picture).collect(),
    }
}

/// Where the inputs of a picture begin among inputs and outputs, and their numbers.
fn inputs<'a>(program: &'a Program, picture: usize, tensors: &'a [Tensor]) -> impl Iterator<Item = (usize, &'a [f32])> {
    let ports = program.inputs.each.iter().zip(tensors);
    ports.map(move |(port, tensor)| (program.input_start(picture as u32, port), tensor.data.as_slice()))
}

/// The outputs of a picture, which begin at number `start`.
fn outputs(ports: &Ports, start: usize, bytes: &[u8]) -> Vec<Tensor> {
    let tensor = |shape: &Vec<usize>, Range { start: from, end }: &Range<usize>| {
        let [from, to] = [from, end].map(|at| (start + at) * size_of::<f32>());
        Tensor { shape: shape.clone(), data: bytemuck::pod_collect_to_vec(&bytes[from..to]) }
    };
    ports.each.iter().map(|port| tensor(&port.shape, &port.range)).collect()
}

fn outputs_bytes(program: &Program, pictures: u32) -> u64 {
    of_tensors(program.outputs_len().saturating_mul(pictures as usize))
}
