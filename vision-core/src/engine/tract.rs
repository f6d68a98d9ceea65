//! The first engine: tract, the reference that every other engine is measured against.

use std::io::Cursor;
use std::sync::Arc;

use tract_onnx::Onnx;
use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::{
    Datum, Framework, InferenceFact, InferenceModelExt, IntoRunnable, TValue, Tensor as TractTensor, TractResult,
    TypedModel, TypedRunnableModel, tvec,
};

use super::{Engine, EngineError, Executor, Model, Precision, Ran, Running, Tensor};

/// Loads ONNX files and runs them on the processor, in f32.
#[derive(Clone, Copy, Debug, Default)]
pub struct TractEngine;

impl Engine for TractEngine {
    fn name(&self) -> &'static str {
        "tract"
    }

    fn load(&self, model_bytes: &[u8], input_shape: [usize; 4], _: Precision) -> Result<Box<dyn Model>, EngineError> {
        let plan = plan(model_bytes, input_shape).map_err(|e| EngineError::Load { detail: format!("{e:#}") })?;
        Ok(Box::new(TractModel { plan }))
    }
}

impl TractEngine {
    /// Loads a model that another engine cannot run, for this reason: each of its runs says so.
    ///
    /// # Errors
    /// When tract cannot run it either.
    pub fn stand_in(
        &self,
        onnx: &[u8],
        input_shape: [usize; 4],
        reason: String,
    ) -> Result<Box<dyn Model>, EngineError> {
        let model = self.load(onnx, input_shape, Precision::Full)?;
        Ok(Box::new(StandIn { model, executor: Executor { engine: self.name(), reason } }))
    }
}

/// A model of tract's in the place of another engine's.
struct StandIn {
    model: Box<dyn Model>,
    executor: Executor,
}

impl Model for StandIn {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.model.run(inputs)
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move {
            let outputs = self.model.run(inputs)?;
            Ok(Ran { ran_by: Some(self.executor.clone()), ..Ran::from(outputs) })
        })
    }
}

struct TractModel {
    plan: Arc<TypedRunnableModel>,
}

impl Model for TractModel {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        run(&self.plan, inputs).map_err(|e| EngineError::Run { detail: format!("{e:#}") })
    }
}

/// The shape is fixed before anything else: tract then folds every size, and unpacks 16-bit and 8-bit weights once.
fn plan(model_bytes: &[u8], input_shape: [usize; 4]) -> TractResult<Arc<TypedRunnableModel>> {
    let onnx = tract_onnx::onnx().proto_model_for_read(&mut Cursor::new(model_bytes))?;
    typed(&onnx, input_shape)?.into_optimized()?.into_runnable()
}

/// The model with its shapes known. Sizes that a file notes between its nodes may be those of another input: if they do not
/// fit, it is read without them.
pub(super) fn typed(onnx: &ModelProto, input_shape: [usize; 4]) -> TractResult<TypedModel> {
    let read = |reader: Onnx| {
        reader
            .model_for_proto_model(onnx)?
            .with_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), input_shape))?
            .into_typed()
    };
    read(tract_onnx::onnx()).or_else(|_| read(tract_onnx::onnx().with_ignore_value_info(true)))
}

fn run(plan: &Arc<TypedRunnableModel>, inputs: &[Tensor]) -> TractResult<Vec<Tensor>> {
    let mut values = tvec!();
    for input in inputs {
        values.push(TValue::from(TractTensor::from_shape(&input.shape, &input.data)?));
    }
    plan.run(values)?.iter().map(from_tract).collect()
}

fn from_tract(value: &TValue) -> TractResult<Tensor> {
    let value = value.cast_to::<f32>()?;
    let data = value.try_as_plain_ram()?.as_slice::<f32>()?.to_vec();
    Ok(Tensor { shape: value.shape().to_vec(), data })
}
