//! The buffers of a model on its device, and what is submitted over them for one picture or several at once.
//!
//! There is room for one picture at first; it grows when more come together, up to what the device binds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::buffers::{Buffer, buffer, most_bytes, of_numbers, write, write_numbers};
use super::super::device::Device;
use super::super::dispatch::Dispatch;
use super::super::kernels::Bindings;
use super::super::layout::Contents;
use super::super::pipelines::Compiled;
use super::super::program::Program;
use crate::engine::EngineError;

/// Pictures of a submission at the most: a large card is busy with fewer, and each waits for all.
const MOST_PICTURES: u32 = 32;

pub(super) struct Room {
    weights: Buffer,
    tables: Buffer,
    /// Written anew when there is more room.
    constants: Vec<f32>,
    most: u32,
    grown: Mutex<Grown>,
}

#[derive(Default)]
struct Grown {
    /// What is worked on, and for how many pictures it has room. Runs follow each other on the device, so one is enough
    /// however many are under way.
    numbers: Option<(u32, Buffer)>,
    /// By how many pictures there are.
    ready: HashMap<u32, Arc<Work>>,
}

/// Everything that runs so many pictures at once.
pub(super) struct Work {
    pub pictures: u32,
    pub numbers: Buffer,
    params: Buffer,
    steps: Vec<Step>,
    bindings: wgpu::BindGroup,
}

struct Step {
    pipeline: wgpu::ComputePipeline,
    /// Of its parameters, in bytes.
    offset: u32,
    groups: [u32; 3],
}

impl Room {
    /// # Errors
    /// If the device has no room for the weights or for one picture.
    pub async fn new(device: &Device, program: &Program, contents: Contents) -> Result<Self, EngineError> {
        use wgpu::BufferUsages as Usage;

        let Contents { constants, weights, tables } = contents;
        let usage = Usage::STORAGE | Usage::COPY_DST;
        let made = device.checked(|| {
            let of_weights = of_numbers(device, weights.len(), usage)?;
            write_numbers(device, &of_weights, 0, &weights);
            let of_tables = buffer(device, size_of_val(tables.as_slice()) as u64, usage)?;
            write(device, &of_tables, &tables);
            Ok((of_weights, of_tables))
        });
        let (weights, tables) = made.await?;
        let room = Self { weights, tables, constants, most: most(device, program), grown: Mutex::default() };
        // Whatever the device refuses, it refuses now.
        room.work(device, program, 1).await?;
        Ok(room)
    }

    /// Bytes of its buffers now.
    pub fn bytes(&self) -> u64 {
        let grown = self.grown();
        let numbers = grown.numbers.as_ref().map_or(0, |(_, numbers)| numbers.size());
        let params: u64 = grown.ready.values().map(|work| work.params.size()).sum();
        self.weights.size() + self.tables.size() + numbers + params
    }

    /// How many pictures a submission may have.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// What runs so many pictures at once.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if the device has no room for so many.
    pub async fn work(&self, device: &Device, program: &Program, pictures: u32) -> Result<Arc<Work>, EngineError> {
        let numbers = {
            let grown = self.grown();
            if let Some(work) = grown.ready.get(&pictures) {
                return Ok(Arc::clone(work));
            }
            grown.numbers.clone().filter(|(room, _)| *room >= pictures)
        };
        let dispatches = program.dispatches(pictures)?;
        // Nothing is locked while the device answers.
        let made = device.compiling(|fresh| {
            let (room, numbers) = match numbers {
                Some(numbers) => numbers,
                None => {
                    let room = pictures.next_power_of_two().min(self.most).max(pictures);
                    (room, self.numbers(device, program.numbers(room))?)
                }
            };
            Ok((room, self.make(device, &dispatches, pictures, numbers, fresh)?))
        });
        let (room, work) = made.await?;
        let work = Arc::new(work);
        let mut grown = self.grown();
        if grown.numbers.as_ref().is_none_or(|(kept, _)| *kept < room) {
            // The smaller buffer goes with the last run that is still on it.
            grown.numbers = Some((room, work.numbers.clone()));
            grown.ready.clear();
        }
        grown.ready.insert(pictures, Arc::clone(&work));
        Ok(work)
    }

    fn grown(&self) -> std::sync::MutexGuard<'_, Grown> {
        self.grown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn numbers(&self, device: &Device, count: usize) -> Result<Buffer, EngineError> {
        use wgpu::BufferUsages as Usage;

        let numbers = of_numbers(device, count, Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC)?;
        write_numbers(device, &numbers, 0, &self.constants);
        Ok(numbers)
    }

    fn make(
        &self,
        device: &Device,
        dispatches: &[Dispatch],
        pictures: u32,
        numbers: Buffer,
        fresh: &mut Compiled,
    ) -> Result<Work, EngineError> {
        use wgpu::BufferUsages as Usage;

        let alignment = device.device.limits().min_uniform_buffer_offset_alignment as usize / size_of::<u32>();
        let longest = dispatches.iter().map(|dispatch| dispatch.params.len()).max().unwrap_or(0).max(4);
        let apart = longest.next_multiple_of(alignment);
        let mut words = Vec::with_capacity(apart * dispatches.len());
        let mut steps = Vec::with_capacity(dispatches.len());
        for Dispatch { kernel, constants, params, groups } in dispatches {
            let pipeline = device.pipelines.get(device, *kernel, constants, fresh);
            steps.push(Step { pipeline, offset: (words.len() * size_of::<u32>()) as u32, groups: *groups });
            words.extend(params);
            words.resize(words.len().next_multiple_of(apart), 0);
        }
        let bytes = (words.len() * size_of::<u32>()) as u64;
        let params = buffer(device, bytes, Usage::UNIFORM | Usage::COPY_DST)?;
        write(device, &params, &words);
        let params_bytes = (longest * size_of::<u32>()) as u64;
        let buffers = [&*numbers, &*self.weights, &*params, &*self.tables];
        let bindings = device.pipelines.bind(&device.device, Bindings::Op, &buffers, params_bytes);
        Ok(Work { pictures, numbers, params, steps, bindings })
    }
}

impl Work {
    pub fn dispatch(&self, pass: &mut wgpu::ComputePass<'_>) {
        for Step { pipeline, offset, groups: [x, y, z] } in &self.steps {
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, &self.bindings, &[*offset]);
            pass.dispatch_workgroups(*x, *y, *z);
        }
    }
}

/// As many pictures as the device binds numbers for in one buffer; one if an op is done for one picture at a time.
fn most(device: &Device, program: &Program) -> u32 {
    if program.dispatches(2).is_err() {
        return 1;
    }
    let fits = |pictures: &u32| {
        let bytes = (program.numbers(*pictures) as u64).saturating_mul(device.format.bytes());
        bytes <= most_bytes(device) && u32::try_from(program.numbers(*pictures)).is_ok()
    };
    (1..=MOST_PICTURES).rev().find(fits).unwrap_or(1)
}
