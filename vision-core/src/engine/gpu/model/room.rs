//! The buffers of a model on its device, and what is submitted over them for one picture or several at once.
//!
//! There is room for one picture at first; it grows when more come together, up to what the device binds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::buffers::{Buffer, buffer, most_bytes, of_numbers, of_tensors, write, write_numbers};
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
    /// For how many pictures there is room, and where they are worked on. Runs follow each other on the device, so one is
    /// enough however many are under way.
    place: Option<(u32, Workplace)>,
    /// By how many pictures there are.
    ready: HashMap<u32, Arc<Work>>,
}

/// What is worked on, and inputs and outputs.
#[derive(Clone)]
struct Workplace {
    numbers: Buffer,
    tensors: Buffer,
}

/// Everything that runs so many pictures at once.
pub(super) struct Work {
    /// Inputs and outputs, in f32 whatever the device's format is.
    pub tensors: Buffer,
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
        let place = grown.place.as_ref().map_or(0, |(_, place)| place.numbers.size() + place.tensors.size());
        let params: u64 = grown.ready.values().map(|work| work.params.size()).sum();
        self.weights.size() + self.tables.size() + place + params
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
        let place = {
            let grown = self.grown();
            if let Some(work) = grown.ready.get(&pictures) {
                return Ok(Arc::clone(work));
            }
            grown.place.clone().filter(|(room, _)| *room >= pictures)
        };
        let dispatches = program.dispatches(pictures)?;
        // Nothing is locked while the device answers.
        let made = device.compiling(|fresh| {
            let (room, place) = match place {
                Some(place) => place,
                None => {
                    let room = pictures.next_power_of_two().min(self.most).max(pictures);
                    (room, self.workplace(device, program, room)?)
                }
            };
            let work = self.make(device, &dispatches, &place, fresh)?;
            Ok((room, place, work))
        });
        let (room, place, work) = made.await?;
        let work = Arc::new(work);
        let mut grown = self.grown();
        if grown.place.as_ref().is_none_or(|(kept, _)| *kept < room) {
            // The smaller buffers go with the last run that is still on them.
            grown.place = Some((room, place));
            grown.ready.clear();
        }
        grown.ready.insert(pictures, Arc::clone(&work));
        Ok(work)
    }

    fn grown(&self) -> std::sync::MutexGuard<'_, Grown> {
        self.grown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn workplace(&self, device: &Device, program: &Program, pictures: u32) -> Result<Workplace, EngineError> {
        use wgpu::BufferUsages as Usage;

        let numbers = of_numbers(device, program.numbers(pictures), Usage::STORAGE | Usage::COPY_DST)?;
        write_numbers(device, &numbers, 0, &self.constants);
        let usage = Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC;
        let tensors = buffer(device, of_tensors(program.tensors(pictures)), usage)?;
        Ok(Workplace { numbers, tensors })
    }

    fn make(
        &self,
        device: &Device,
        dispatches: &[Dispatch],
        Workplace { numbers, tensors }: &Workplace,
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
        let buffers = [&**numbers, &*self.weights, &*params, &*self.tables, &**tensors];
        let bindings = device.pipelines.bind(&device.device, Bindings::Op, &buffers, params_bytes);
        Ok(Work { tensors: tensors.clone(), params, steps, bindings })
    }
}

impl Work {
    pub fn dispatch(&self, pass: &mut wgpu::ComputePass<'_>) {
        for step in &self.steps {
            self.dispatch_one(pass, step);
        }
    }

    /// Each step in a pass of its own, which `pass` begins.
    pub fn dispatch_apart<'e>(&self, mut pass: impl FnMut(usize) -> wgpu::ComputePass<'e>) {
        for (at, step) in self.steps.iter().enumerate() {
            self.dispatch_one(&mut pass(at), step);
        }
    }

    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    fn dispatch_one(&self, pass: &mut wgpu::ComputePass<'_>, step: &Step) {
        let Step { pipeline, offset, groups: [x, y, z] } = step;
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &self.bindings, &[*offset]);
        pass.dispatch_workgroups(*x, *y, *z);
    }
}

/// As many pictures as the device binds numbers for in one buffer; one if an op is done for one picture at a time.
fn most(device: &Device, program: &Program) -> u32 {
    if program.dispatches(2).is_err() {
        return 1;
    }
    let fits = |pictures: &u32| {
        let bytes = (program.numbers(*pictures) as u64).saturating_mul(device.format.bytes());
        let is_addressed = program.dispatches(*pictures).is_ok();
        bytes.max(of_tensors(program.tensors(*pictures))) <= most_bytes(device) && is_addressed
    };
    (1..=MOST_PICTURES).rev().find(fits).unwrap_or(1)
}
