//! Compiled kernels, each once for every set of constants, and the two ways in which they get their operands.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::device::{Device, Format};
use super::dispatch::Constants;
use super::kernels::{Bindings, Kernel};

pub(super) struct Pipelines {
    format: Format,
    of_ops: Layouts,
    of_pictures: Layouts,
    /// What the device has taken: what it refused would be refused, and do harm, wherever it were used again.
    compiled: Mutex<Compiled>,
}

/// Kernels by what they are compiled from.
#[derive(Default)]
pub(super) struct Compiled {
    modules: HashMap<Kernel, wgpu::ShaderModule>,
    pipelines: HashMap<(Kernel, Constants), wgpu::ComputePipeline>,
}

/// What the buffers of a kernel are, as the device wants to know it.
struct Layouts {
    bindings: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
}

impl Pipelines {
    pub fn new(device: &wgpu::Device, format: Format) -> Self {
        let read = wgpu::BufferBindingType::Storage { read_only: true };
        let written = wgpu::BufferBindingType::Storage { read_only: false };
        let uniform = wgpu::BufferBindingType::Uniform;
        Self {
            format,
            of_ops: Layouts::new(
                device,
                &[(written, false), (read, false), (uniform, true), (read, false), (written, false)],
            ),
            of_pictures: Layouts::new(
                device,
                &[(written, false), (read, false), (uniform, false), (read, false), (written, false)],
            ),
            compiled: Mutex::default(),
        }
    }

    /// A kernel that is there, or a new one among the `fresh`, of which [`Device::compiling`] finds out whether the device takes
    /// them. Nothing is locked meanwhile: two threads may compile the same.
    pub fn get(
        &self,
        device: &Device,
        kernel: Kernel,
        constants: &Constants,
        fresh: &mut Compiled,
    ) -> wgpu::ComputePipeline {
        let key = (kernel, constants.clone());
        if let Some(pipeline) = self.compiled().pipelines.get(&key) {
            return pipeline.clone();
        }
        if let Some(pipeline) = fresh.pipelines.get(&key) {
            return pipeline.clone();
        }
        let module = self.module(device, kernel, fresh);
        let mut constants: Vec<(&str, f64)> =
            constants.iter().map(|(name, value)| (*name, f64::from(*value))).collect();
        if device.faults.pipelines() {
            constants.push(("NO_KERNEL_HAS_IT", 0.0));
        }
        let pipeline = device.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(kernel.name()),
            layout: Some(&self.layouts(kernel.bindings()).pipeline),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &constants,
                // Kernels write what they read.
                zero_initialize_workgroup_memory: false,
            },
            cache: None,
        });
        device.counts.pipeline_came();
        fresh.pipelines.insert(key, pipeline.clone());
        pipeline
    }

    fn module(&self, device: &Device, kernel: Kernel, fresh: &mut Compiled) -> wgpu::ShaderModule {
        if let Some(module) = self.compiled().modules.get(&kernel) {
            return module.clone();
        }
        let new = || {
            let mut source = kernel.source(self.format);
            if device.faults.modules() {
                source.push_str("fn no_function(");
            }
            let source = wgpu::ShaderSource::Wgsl(source.into());
            device.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(kernel.name()), source })
        };
        fresh.modules.entry(kernel).or_insert_with(new).clone()
    }

    /// From now on for all plans.
    pub fn keep(&self, taken: Compiled) {
        let mut compiled = self.compiled();
        compiled.modules.extend(taken.modules);
        compiled.pipelines.extend(taken.pipelines);
    }

    fn compiled(&self) -> MutexGuard<'_, Compiled> {
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn layouts(&self, bindings: Bindings) -> &Layouts {
        match bindings {
            Bindings::Op => &self.of_ops,
            Bindings::Picture => &self.of_pictures,
        }
    }

    /// The buffers in the order of the bindings. `params_bytes`: of one dispatch.
    pub fn bind(
        &self,
        device: &wgpu::Device,
        bindings: Bindings,
        buffers: &[&wgpu::Buffer],
        params_bytes: u64,
    ) -> wgpu::BindGroup {
        /// Both kinds of bindings have the parameters there.
        const PARAMS: u32 = 2;
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding,
                resource: match binding {
                    PARAMS => {
                        let size = NonZeroU64::new(params_bytes);
                        wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer, offset: 0, size })
                    }
                    _ => buffer.as_entire_binding(),
                },
            })
            .collect();
        let layout = &self.layouts(bindings).bindings;
        device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
    }
}

impl Layouts {
    /// What each buffer is, and whether a dynamic offset says where.
    fn new(device: &wgpu::Device, buffers: &[(wgpu::BufferBindingType, bool)]) -> Self {
        let entry = |(binding, (ty, has_dynamic_offset))| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset, min_binding_size: None },
            count: None,
        };
        let entries: Vec<_> = (0..).zip(buffers.iter().copied()).map(entry).collect();
        let bindings =
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries });
        let pipeline = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            bind_group_layouts: &[Some(&bindings)],
            ..wgpu::PipelineLayoutDescriptor::default()
        });
        Self { bindings, pipeline }
    }
}
