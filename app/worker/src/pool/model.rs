//! A model that another worker runs; when that one ends, the first worker gets it from the browser's cache and goes on.

use std::sync::{Mutex, OnceLock, PoisonError};

use js_sys::{Float32Array, Uint8Array};
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::{Engine as _, EngineError, Executor, Model, Precision, Ran, Running, Tensor, Trouble};
use vision_core::manifest::{InputSpec, ModelSpec, PlanFile};
use vision_core::preprocess::Preparation;

use super::super::models;
use super::ask;
use super::wire::{FromMember, ToMember};

struct Elsewhere {
    member: usize,
    /// Which of the workers, as people count.
    place: String,
    name: String,
    input: InputSpec,
    plan: Option<PlanFile>,
    /// The model in this worker, once the other one has ended.
    here: OnceLock<Box<dyn Model>>,
    /// Why, until a report has told it.
    untold: Mutex<Option<String>>,
}

/// Has a member load a model.
pub async fn load(
    member: usize,
    workers: usize,
    spec: &ModelSpec,
    bytes: &[u8],
) -> Result<Box<dyn Model>, EngineError> {
    let message = ToMember::Load { model: spec.name.clone(), input: spec.input.clone() };
    let model = Elsewhere {
        member,
        place: format!("in worker {} of {workers}", member + 2),
        name: spec.name.clone(),
        input: spec.input.clone(),
        plan: spec.plan.clone(),
        here: OnceLock::new(),
        untold: Mutex::default(),
    };
    match ask(member, &message, &Uint8Array::from(bytes).buffer()).await {
        Ok((FromMember::Failed { detail }, _)) => return Err(EngineError::Load { detail }),
        Ok(_) => {}
        Err(why) => model.go_on(bytes, why)?,
    }
    Ok(Box::new(model))
}

impl Elsewhere {
    /// Loads the model into this worker.
    fn go_on(&self, bytes: &[u8], why: String) -> Result<(), EngineError> {
        let model = CpuEngine::default().load(bytes, self.input.shape(), Precision::Full)?;
        *self.untold.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        // Nobody was faster: this worker does one thing at a time.
        let _ = self.here.set(model);
        Ok(())
    }

    /// The error: why the other worker has ended.
    async fn run_there(&self, picture: &Preparation<'_>) -> Result<Result<Ran, EngineError>, String> {
        let (model, pixels) = (self.name.clone(), picture.pixels());
        let run = ToMember::Run { model, picture_size: picture.picture_size(), size: pixels.dimensions() };
        let (answer, buffer) = ask(self.member, &run, &Uint8Array::from(pixels.as_raw().as_slice()).buffer()).await?;
        Ok(match (answer, buffer) {
            (FromMember::Ran { shapes, ms }, Some(buffer)) => {
                let outputs = tensors(&Float32Array::new(&buffer), shapes);
                let ran_by = Some(Executor { engine: "cpu", reason: self.place.clone() });
                Ok(Ran { ran_by, took_ms: Some(ms), ..Ran::from(outputs) })
            }
            (FromMember::Failed { detail }, _) => Err(EngineError::Run { detail }),
            _ => Err(EngineError::Run { detail: "another worker gave no outputs".into() }),
        })
    }
}

fn tensors(numbers: &Float32Array, shapes: Vec<Vec<u32>>) -> Vec<Tensor> {
    let mut from = 0;
    let tensors = shapes.into_iter().map(|shape| {
        let end = from + shape.iter().product::<u32>();
        let data = numbers.subarray(from, end).to_vec();
        from = end;
        Tensor { shape: shape.into_iter().map(|side| side as usize).collect(), data }
    });
    tensors.collect()
}

impl Model for Elsewhere {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        match self.here.get() {
            Some(model) => model.run(inputs),
            None => Err(EngineError::Run { detail: "its worker answers later".into() }),
        }
    }

    fn runs_elsewhere(&self) -> bool {
        self.here.get().is_none()
    }

    fn prepares(&self) -> bool {
        self.runs_elsewhere()
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move {
            let outputs = self.run(inputs)?;
            let why = self.untold.lock().unwrap_or_else(PoisonError::into_inner).take();
            Ok(Ran { trouble: why.map(Trouble::Worker), ..Ran::from(outputs) })
        })
    }

    fn start_on<'a>(&'a self, picture: &'a Preparation<'_>) -> Running<'a> {
        Box::pin(async move {
            if self.runs_elsewhere() {
                match self.run_there(picture).await {
                    Ok(ran) => return ran,
                    Err(why) => {
                        let bytes = models::again(self.plan.as_ref()).await;
                        let lost = |detail: String| EngineError::Run { detail: format!("{why}, and {detail}") };
                        self.go_on(&bytes.map_err(lost)?, why)?;
                    }
                }
            }
            self.start(&[picture.tensor()]).await
        })
    }
}
