//! The device that plans run on: which adapter it is, what it refused, and whether it is still there.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::faults::Faults;
use super::pipelines::{Compiled, Pipelines};
use super::usage::Counts;
use super::{Sleep, Sleeping};
use crate::engine::{EngineError, Precision};

/// How long a run may take before the device counts as lost: a driver that hangs says nothing by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// The backend of a browser.
const BROWSER: &str = "webgpu";

/// What plans are run on with numbers in one format. Dropped with the last model that was loaded on it.
pub(super) struct Device {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    pub pipelines: Pipelines,
    /// What numbers in buffers are.
    pub format: Format,
    pub counts: Arc<Counts>,
    pub faults: Arc<Faults>,
    /// Workgroups that keep it busy.
    pub busy: u64,
    /// Where nobody else ends a wait for the device: a browser's clock.
    pub sleep: Arc<OnceLock<Sleep>>,
    adapter: Adapter,
    trouble: Arc<Trouble>,
}

/// Which GPU, by which driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// `NVIDIA GeForce RTX 4070`; empty where a browser keeps it to itself.
    pub name: String,
    pub driver: String,
    /// `vulkan`, `metal`, `dx12`, `webgpu`.
    pub backend: &'static str,
    /// Whether a processor only acts as one.
    pub is_software: bool,
    /// What numbers in its buffers are: `f32`, `f16`.
    pub format: &'static str,
}

/// Whether a GPU that is none will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Software {
    Allowed,
    Refused,
}

/// What numbers in buffers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Format {
    F32,
    F16,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
        }
    }
}

/// The first thing that went wrong outside of any check: a lost device, or an error that nobody waited for.
#[derive(Default)]
struct Trouble(Mutex<Option<String>>);

impl Trouble {
    fn note(&self, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
    }

    fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Device {
    /// The most able adapter that is there.
    ///
    /// # Errors
    /// [`EngineError::NoGpu`] if there is none, [`EngineError::Refused`] if there is one that cannot do what plans need.
    pub async fn open(software: Software, precision: Precision) -> Result<Self, EngineError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            // Without layers that check the driver: they are for those who write one.
            flags: wgpu::InstanceFlags::empty(),
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..wgpu::RequestAdapterOptions::default()
        };
        let none = |why: &str| EngineError::NoGpu { detail: one_line(why) };
        let found = instance.request_adapter(&options).await.map_err(|e| none(&e.to_string()))?;
        let has_f16 = found.features().contains(wgpu::Features::SHADER_F16);
        let format = if has_f16 && precision == Precision::Fast { Format::F16 } else { Format::F32 };
        let adapter = Adapter::of(&found.get_info(), format);
        if adapter.is_software && software == Software::Refused {
            return Err(none(&format!("`{}` is software", adapter.name)));
        }
        let (most, least) = (found.limits(), wgpu::Limits::default());
        let limits = wgpu::Limits {
            max_storage_buffer_binding_size: most.max_storage_buffer_binding_size,
            max_buffer_size: most.max_buffer_size,
            ..least
        };
        Self::of(&found, adapter, format, limits).await
    }

    /// # Errors
    /// [`EngineError::Refused`] if the adapter has not what is asked for.
    pub async fn of(
        found: &wgpu::Adapter,
        adapter: Adapter,
        format: Format,
        required_limits: wgpu::Limits,
    ) -> Result<Self, EngineError> {
        let of_format = match format {
            Format::F32 => wgpu::Features::empty(),
            Format::F16 => wgpu::Features::SHADER_F16,
        };
        // Times are asked for by those who measure, natively.
        let of_times = match adapter.backend {
            BROWSER => wgpu::Features::empty(),
            _ => found.features() & wgpu::Features::TIMESTAMP_QUERY,
        };
        let required_features = of_format | of_times;
        let descriptor =
            wgpu::DeviceDescriptor { required_features, required_limits, ..wgpu::DeviceDescriptor::default() };
        let (device, queue) = found.request_device(&descriptor).await.map_err(|e| refused(&e.to_string()))?;
        let trouble = Arc::new(Trouble::default());
        // Left to itself the library panics.
        let (of_errors, of_loss) = (Arc::clone(&trouble), Arc::clone(&trouble));
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| of_errors.note(error.to_string())));
        device.set_device_lost_callback(move |reason, message| {
            of_loss.note(format!("the device was lost ({reason:?}): {message}"));
        });
        let pipelines = Pipelines::new(&device, format);
        let (counts, faults, sleep) = Default::default();
        let busy = busy(found.get_info().device_type);
        Ok(Self { device, queue, pipelines, format, counts, faults, busy, sleep, adapter, trouble })
    }

    /// The same device with numbers in f32, if they are not: what is counted, kept and suffered there is one.
    pub fn in_full(&self) -> Option<Self> {
        let format = Format::F32;
        (self.format != format).then(|| Self {
            device: self.device.clone(),
            queue: self.queue.clone(),
            pipelines: Pipelines::new(&self.device, format),
            format,
            counts: Arc::clone(&self.counts),
            faults: Arc::clone(&self.faults),
            busy: self.busy,
            sleep: Arc::clone(&self.sleep),
            adapter: Adapter { format: format.name(), ..self.adapter.clone() },
            trouble: Arc::clone(&self.trouble),
        })
    }

    pub fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    pub fn is_in_browser(&self) -> bool {
        self.adapter.backend == BROWSER
    }

    /// What went wrong so far that was not the fault of a single plan.
    pub fn trouble(&self) -> Result<(), EngineError> {
        self.trouble.get().map_or(Ok(()), |detail| Err(EngineError::Device { detail }))
    }

    /// Something did not happen: for what went wrong before, if anything did.
    pub fn failed(&self, detail: String) -> EngineError {
        self.trouble().err().unwrap_or(EngineError::Device { detail })
    }

    /// Makes something on the device, and waits for what the device says to it.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if the device does not take it, [`EngineError::Device`] if there is no device any more, and
    /// those of `make`.
    pub async fn checked<T>(&self, make: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
        self.trouble()?;
        let filters = [wgpu::ErrorFilter::Internal, wgpu::ErrorFilter::OutOfMemory, wgpu::ErrorFilter::Validation];
        let scopes = filters.map(|filter| self.device.push_error_scope(filter));
        let made = make();
        // The scope that was opened last is closed first.
        let errors: Vec<_> = scopes.into_iter().rev().map(wgpu::ErrorScopeGuard::pop).collect();
        for error in errors {
            if let Some(error) = error.await {
                // A device that is gone refuses everything; that it is gone is heard when it is looked for.
                let _ = self.device.poll(wgpu::PollType::Poll);
                self.trouble()?;
                return Err(refused(&error.to_string()));
            }
        }
        self.trouble()?;
        made
    }

    /// [`Device::checked`] with kernels: those that are new are kept for other plans if the device takes them.
    pub async fn compiling<T>(
        &self,
        make: impl FnOnce(&mut Compiled) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let mut fresh = Compiled::default();
        let made = self.checked(|| make(&mut fresh)).await?;
        self.pipelines.keep(fresh);
        Ok(made)
    }

    /// Lets callbacks of everything up to a submission happen. A browser does that by itself, later.
    pub fn wait(&self, submission: wgpu::SubmissionIndex) -> Result<(), EngineError> {
        let timeout = if self.faults.silence() { Duration::ZERO } else { PATIENCE };
        let until = wgpu::PollType::Wait { submission_index: Some(submission), timeout: Some(timeout) };
        self.device.poll(until).map(drop).map_err(|error| self.silent(&error.to_string()))
    }

    /// How long to wait for an answer where [`Device::wait`] does not.
    pub fn patience(&self) -> Option<Sleeping> {
        self.sleep.get().map(|sleep| sleep(PATIENCE))
    }

    /// Takes the device for lost, since it does not answer.
    pub fn silent(&self, how: &str) -> EngineError {
        let detail = format!("no answer: {how}");
        self.trouble.note(detail.clone());
        EngineError::Device { detail }
    }
}

impl Adapter {
    fn of(info: &wgpu::AdapterInfo, format: Format) -> Self {
        let backend = match info.backend {
            wgpu::Backend::Vulkan => "vulkan",
            wgpu::Backend::Metal => "metal",
            wgpu::Backend::Dx12 => "dx12",
            wgpu::Backend::BrowserWebGpu => BROWSER,
            wgpu::Backend::Gl | wgpu::Backend::Noop => "other",
        };
        let driver = [info.driver.trim(), info.driver_info.trim()].join(" ").trim().to_owned();
        let is_software = info.device_type == wgpu::DeviceType::Cpu;
        Self { name: info.name.clone(), driver, backend, is_software, format: format.name() }
    }
}

impl fmt::Display for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() { "the GPU" } else { &self.name };
        match self.driver.as_str() {
            "" => write!(f, "{name} ({}, {})", self.backend, self.format),
            driver => write!(f, "{name} ({}, {driver}, {})", self.backend, self.format),
        }
    }
}

/// Workgroups that keep a device busy: two for each of a card's processors, of which no device tells how many it has.
fn busy(device: wgpu::DeviceType) -> u64 {
    match device {
        wgpu::DeviceType::DiscreteGpu | wgpu::DeviceType::VirtualGpu => 264,
        // A browser does not tell either.
        wgpu::DeviceType::IntegratedGpu | wgpu::DeviceType::Other => 64,
        wgpu::DeviceType::Cpu => 1,
    }
}

fn refused(what: &str) -> EngineError {
    EngineError::Refused { detail: one_line(what) }
}

/// Drivers write over several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
