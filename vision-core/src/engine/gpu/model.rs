//! A plan that is ready to run on a device: compiled kernels, buffers, and what is submitted for a picture.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::buffers::{buffer, copy_out, read, write};
use super::device::Device;
use super::dispatch::Dispatch;
use super::prepare::{Prepared, prepare};
use crate::engine::plan::{Plan, View};
use crate::engine::{EngineError, Model, Ran, Running, Tensor, fit};

pub struct GpuModel {
    device: Arc<Device>,
    steps: Vec<Step>,
    bindings: wgpu::BindGroup,
    /// What is worked on. Runs follow each other on the device, so one is enough however many are under way.
    numbers: wgpu::Buffer,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    outputs_start: usize,
    outputs_len: usize,
    /// Buffers for outputs that nobody is reading from.
    idle: Mutex<Vec<wgpu::Buffer>>,
    /// Inputs are written and work is submitted by one thread at a time.
    submitting: Mutex<()>,
}

struct Step {
    pipeline: wgpu::ComputePipeline,
    /// Of its parameters, in bytes.
    offset: u32,
    groups: [u32; 3],
}

/// Where an input or output lies as a dense tensor.
struct Port {
    shape: Vec<usize>,
    range: Range<usize>,
}

impl GpuModel {
    /// The plan was checked.
    pub(super) async fn new(plan: &Plan, device: Arc<Device>) -> Result<Self, EngineError> {
        let prepared = prepare(plan)?;
        let made = device.checked(|| make(&device, &prepared)).await?;
        let (steps, bindings, numbers) = made;
        let inputs = ports(&plan.inputs, prepared.inputs_start);
        let outputs = ports(&plan.outputs, prepared.outputs_start);
        Ok(Self {
            device,
            steps,
            bindings,
            numbers,
            inputs,
            outputs,
            outputs_start: prepared.outputs_start,
            outputs_len: prepared.numbers - prepared.outputs_start,
            idle: Mutex::default(),
            submitting: Mutex::default(),
        })
    }

    /// Runs the model: one submission, one read-back.
    ///
    /// # Errors
    /// [`EngineError::Run`] for inputs of another shape, [`EngineError::Device`] if the device fails.
    pub async fn run_async(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        fit(self.inputs.iter().map(|port| port.shape.as_slice()), inputs)?;
        self.device.trouble()?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let staging = match idle {
            Some(staging) => staging,
            None => {
                let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
                self.device.checked(|| buffer(&self.device, self.outputs_len, usage)).await?
            }
        };
        let submission = self.submit(inputs, &staging);
        let numbers = read(&self.device, &staging, self.outputs_len, submission).await?;
        // What went wrong on the way may have left the buffer as it was.
        self.device.trouble()?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(staging);
        let output = |port: &Port| {
            let range = port.range.start - self.outputs_start..port.range.end - self.outputs_start;
            Tensor { shape: port.shape.clone(), data: numbers[range].to_vec() }
        };
        Ok(self.outputs.iter().map(output).collect())
    }

    /// What went wrong with the device so far.
    pub fn trouble(&self) -> Result<(), EngineError> {
        self.device.trouble()
    }

    fn submit(&self, inputs: &[Tensor], staging: &wgpu::Buffer) -> wgpu::SubmissionIndex {
        let _one_at_a_time = self.submitting.lock().unwrap_or_else(PoisonError::into_inner);
        for (port, tensor) in self.inputs.iter().zip(inputs) {
            write(&self.device, &self.numbers, port.range.start, &tensor.data);
        }
        let mut encoder = self.device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for Step { pipeline, offset, groups: [x, y, z] } in &self.steps {
                pass.set_pipeline(pipeline);
                pass.set_bind_group(0, &self.bindings, &[*offset]);
                pass.dispatch_workgroups(*x, *y, *z);
            }
        }
        if self.outputs_len > 0 {
            copy_out(&mut encoder, (&self.numbers, self.outputs_start), staging, self.outputs_len);
        }
        self.device.queue.submit([encoder.finish()])
    }
}

impl Model for GpuModel {
    #[cfg(not(target_arch = "wasm32"))]
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        pollster::block_on(self.run_async(inputs))
    }

    #[cfg(target_arch = "wasm32")]
    fn run(&self, _inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        Err(EngineError::Run { detail: "the GPU of a browser answers later".to_owned() })
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move { Ok(Ran { outputs: self.run_async(inputs).await?, ran_by: None, trouble: None }) })
    }
}

fn ports(views: &[View], start: usize) -> Vec<Port> {
    let mut next = start;
    let port = |view: &View| {
        let range = next..next + view.volume() as usize;
        next = range.end;
        Port { shape: view.dims.iter().map(|dim| *dim as usize).collect(), range }
    };
    views.iter().map(port).collect()
}

type Made = (Vec<Step>, wgpu::BindGroup, wgpu::Buffer);

/// Everything that a model needs of the device, with weights and parameters in their places.
fn make(device: &Device, prepared: &Prepared) -> Result<Made, EngineError> {
    use wgpu::BufferUsages as Usage;

    let numbers = buffer(device, prepared.numbers, Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC)?;
    write(device, &numbers, prepared.constants_start, &prepared.constants);
    let weights = buffer(device, prepared.weights.len(), Usage::STORAGE | Usage::COPY_DST)?;
    write(device, &weights, 0, &prepared.weights);

    let alignment = device.device.limits().min_uniform_buffer_offset_alignment as usize / size_of::<u32>();
    let longest = prepared.dispatches.iter().map(|dispatch| dispatch.params.len()).max().unwrap_or(0).max(4);
    let apart = longest.next_multiple_of(alignment);
    let mut words = Vec::with_capacity(apart * prepared.dispatches.len());
    let mut steps = Vec::with_capacity(prepared.dispatches.len());
    for Dispatch { kernel, constants, params, groups } in &prepared.dispatches {
        let pipeline = device.pipelines.get(&device.device, *kernel, constants);
        steps.push(Step { pipeline, offset: (words.len() * size_of::<u32>()) as u32, groups: *groups });
        words.extend(params);
        words.resize(words.len().next_multiple_of(apart), 0);
    }
    let params = buffer(device, words.len(), Usage::UNIFORM | Usage::COPY_DST)?;
    write(device, &params, 0, &words);
    let params_bytes = (longest * size_of::<u32>()) as u64;
    let bindings = device.pipelines.bind(&device.device, [&numbers, &weights, &params], params_bytes);
    Ok((steps, bindings, numbers))
}
