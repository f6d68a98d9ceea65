//! A plan that is ready to run: steps, constants, and a state for each run that is going on.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
#[cfg(not(target_arch = "wasm32"))]
use std::time::{Duration, Instant};

use super::arena::{AlignedNumbers, Readable, Span};
use super::bands::{Group, groups};
use super::copy::copy_numbers;
use super::kernels::Isa;
use super::loops::Loops;
use super::prepare::{constants, steps};
use super::threads::Threads;
use super::work::Step;
#[cfg(not(target_arch = "wasm32"))]
use crate::engine::Ran;
use crate::engine::plan::{Limits, Place, Plan, View};
use crate::engine::{EngineError, Holding, Model, Tensor, fit};

pub struct CpuModel {
    steps: Vec<Step>,
    groups: Vec<Group>,
    constants: Vec<Vec<f32>>,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    arena_len: usize,
    /// As they are packed, but for what rounds up to whole vectors.
    weights_bytes: u64,
    /// Of one thread.
    scratch_len: usize,
    threads: Threads,
    /// States that no run is using. There come to be as many as runs were ever going on at once.
    idle: Mutex<Vec<State>>,
}

/// What one run needs for itself.
struct State {
    arena: AlignedNumbers,
    scratch: AlignedNumbers,
}

/// Where an input or output lies, and how it is copied between there and a dense tensor.
struct Port {
    shape: Vec<usize>,
    span: Span,
    /// Over the view's numbers and the tensor's.
    loops: Loops<2>,
}

impl Port {
    fn new(view: &View, order: usize) -> Self {
        let dense = View::dense(Place::Arena, 0, &view.dims);
        let shape = view.dims.iter().map(|dim| *dim as usize).collect();
        Self { shape, span: Span::of(view), loops: Loops::new(&view.dims, [view, &dense], order) }
    }
}

impl CpuModel {
    pub(super) fn new(plan: &Plan, isa: Isa, threads: NonZeroUsize, limits: &Limits) -> Result<Self, EngineError> {
        let steps = steps(isa, threads.get(), plan);
        // Lines of the cache apart, so that threads do not share one.
        let scratch_len = steps.iter().map(|step| step.work.scratch_len()).max().unwrap_or(0).next_multiple_of(16);
        let scratch_bytes = (scratch_len as u64).saturating_mul(size_of::<f32>() as u64 * threads.get() as u64);
        if scratch_bytes > limits.arena_bytes {
            return Err(EngineError::Load {
                detail: format!("an op of the plan asks for {scratch_bytes} bytes of scratch"),
            });
        }
        let model = Self {
            constants: constants(plan),
            inputs: plan.inputs.iter().map(|view| Port::new(view, 0)).collect(),
            outputs: plan.outputs.iter().map(|view| Port::new(view, 1)).collect(),
            arena_len: plan.arena_len as usize,
            weights_bytes: plan.weights.iter().map(|weight| weight.len() as u64 * size_of::<f32>() as u64).sum(),
            scratch_len,
            threads: Threads::new(threads)?,
            idle: Mutex::new(Vec::new()),
            groups: groups(plan, &steps, threads.get()),
            steps,
        };
        let first = model.new_state();
        model.give_back(first);
        Ok(model)
    }

    /// How long each op took in one run; those that run band by band, all their bands.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn times(&self, inputs: &[Tensor]) -> Result<Vec<Duration>, EngineError> {
        let mut times = vec![Duration::ZERO; self.steps.last().map_or(0, |step| step.op + 1)];
        let mut last = Instant::now();
        self.run_watched(inputs, &mut |op| {
            let now = Instant::now();
            times[op] += now - last;
            last = now;
        })?;
        Ok(times)
    }

    /// Runs the model and calls `after` with the number of the op after each step, or each band of one.
    pub fn run_watched(
        &self,
        inputs: &[Tensor],
        after: &mut (dyn FnMut(usize) + Send),
    ) -> Result<Vec<Tensor>, EngineError> {
        self.fits(inputs)?;
        Ok(self.threads.within(|| {
            let mut state = self.state_for(inputs);
            self.run_steps(std::slice::from_mut(&mut state), after);
            self.end(state)
        }))
    }

    /// Has all steps run one after another; how many groups ran band by band.
    #[cfg(test)]
    pub(super) fn one_by_one(&mut self) -> usize {
        self.groups.iter_mut().map(|group| usize::from(group.one_by_one())).sum()
    }

    fn fits(&self, inputs: &[Tensor]) -> Result<(), EngineError> {
        fit(self.inputs.iter().map(|port| port.shape.as_slice()), inputs)
    }

    /// Op by op, or those that go down pictures together, for all pictures: weights are then read from memory once.
    fn run_steps(&self, states: &mut [State], after: &mut dyn FnMut(usize)) {
        for group in &self.groups {
            for state in &mut *states {
                group.run(&self.steps, |step, rows| {
                    let (readable, written) =
                        Readable::split(state.arena.as_mut_slice(), &self.constants, &step.written);
                    let out = &mut written[rows.start * step.work.rows().stride..];
                    self.threads.share(step, rows, &readable, out, state.scratch.as_mut_slice());
                    after(step.op);
                });
            }
        }
    }

    fn state_for(&self, inputs: &[Tensor]) -> State {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut state = idle.unwrap_or_else(|| self.new_state());
        for (port, tensor) in self.inputs.iter().zip(inputs) {
            let (_, written) = Readable::split(state.arena.as_mut_slice(), &self.constants, &port.span);
            copy_numbers(&port.loops, &tensor.data, written);
        }
        state
    }

    fn end(&self, state: State) -> Vec<Tensor> {
        let outputs = self.outputs.iter().map(|port| self.output(port, &state)).collect();
        self.give_back(state);
        outputs
    }

    fn output(&self, port: &Port, state: &State) -> Tensor {
        let mut data = vec![0.0; port.shape.iter().product()];
        let numbers = Readable::whole(state.arena.as_slice(), &self.constants).get(&port.span);
        copy_numbers(&port.loops.swapped(), numbers, &mut data);
        Tensor { shape: port.shape.clone(), data }
    }

    fn new_state(&self) -> State {
        State {
            arena: AlignedNumbers::zeros(self.arena_len),
            scratch: AlignedNumbers::zeros(self.scratch_len * self.threads.count()),
        }
    }

    /// Of one state.
    fn state_bytes(&self) -> u64 {
        ((self.arena_len + self.scratch_len * self.threads.count()) * size_of::<f32>()) as u64
    }

    fn give_back(&self, state: State) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(state);
    }
}

impl Model for CpuModel {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.run_watched(inputs, &mut |_| {})
    }

    fn holds(&self) -> Holding {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).len() as u64;
        Holding { cpu_bytes: self.weights_bytes + idle * self.state_bytes(), ..Holding::default() }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
        let fit: Vec<Result<(), EngineError>> = batch.iter().map(|inputs| self.fits(inputs)).collect();
        let fitting = batch.iter().zip(&fit).filter(|(_, fit)| fit.is_ok());
        let mut states: Vec<State> = fitting.map(|(inputs, _)| self.state_for(inputs)).collect();
        self.threads.within(|| self.run_steps(&mut states, &mut |_| {}));
        let mut outputs = states.into_iter().map(|state| self.end(state));
        fit.into_iter().map(|fit| fit.map(|()| outputs.next().unwrap_or_default().into())).collect()
    }
}
