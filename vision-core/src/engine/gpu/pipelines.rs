//! Compiled kernels, each once for every set of constants, and the one way in which all of them get their operands.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::{Mutex, PoisonError};

use super::dispatch::Constants;
use super::kernels::Kernel;

pub(super) struct Pipelines {
    bindings: wgpu::BindGroupLayout,
    layout: wgpu::PipelineLayout,
    modules: Mutex<HashMap<Kernel, wgpu::ShaderModule>>,
    compiled: Mutex<HashMap<(Kernel, Constants), wgpu::ComputePipeline>>,
}

impl Pipelines {
    /// Numbers that are worked on, weights, and the parameters of one dispatch, found by a dynamic offset.
    pub fn new(device: &wgpu::Device) -> Self {
        let entry = |binding: u32, ty: wgpu::BufferBindingType, has_dynamic_offset: bool| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset, min_binding_size: None },
            count: None,
        };
        let entries = [
            entry(0, wgpu::BufferBindingType::Storage { read_only: false }, false),
            entry(1, wgpu::BufferBindingType::Storage { read_only: true }, false),
            entry(2, wgpu::BufferBindingType::Uniform, true),
        ];
        let bindings =
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            bind_group_layouts: &[Some(&bindings)],
            ..wgpu::PipelineLayoutDescriptor::default()
        });
        Self { bindings, layout, modules: Mutex::default(), compiled: Mutex::default() }
    }

    /// Errors of the driver come through the device's scopes.
    pub fn get(&self, device: &wgpu::Device, kernel: Kernel, constants: &Constants) -> wgpu::ComputePipeline {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (kernel, constants.clone());
        let new = || {
            let constants: Vec<(&str, f64)> =
                constants.iter().map(|(name, value)| (*name, f64::from(*value))).collect();
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(kernel.name()),
                layout: Some(&self.layout),
                module: &self.module(device, kernel),
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions {
                    constants: &constants,
                    // Kernels write what they read.
                    zero_initialize_workgroup_memory: false,
                },
                cache: None,
            })
        };
        compiled.entry(key).or_insert_with(new).clone()
    }

    fn module(&self, device: &wgpu::Device, kernel: Kernel) -> wgpu::ShaderModule {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let source = wgpu::ShaderSource::Wgsl(kernel.source().into());
            device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(kernel.name()), source })
        };
        modules.entry(kernel).or_insert_with(new).clone()
    }

    /// `params_bytes`: of one dispatch.
    pub fn bind(
        &self,
        device: &wgpu::Device,
        [numbers, weights, params]: [&wgpu::Buffer; 3],
        params_bytes: u64,
    ) -> wgpu::BindGroup {
        let params = wgpu::BufferBinding { buffer: params, offset: 0, size: NonZeroU64::new(params_bytes) };
        let resources =
            [numbers.as_entire_binding(), weights.as_entire_binding(), wgpu::BindingResource::Buffer(params)];
        let entries: Vec<_> =
            (0..).zip(resources).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
        device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &self.bindings, entries: &entries })
    }
}
