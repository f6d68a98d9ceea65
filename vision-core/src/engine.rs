//! The seam behind which models run: bytes to a model, tensors to tensors. No type of any engine leaks out of it.

#[cfg(feature = "compile")]
pub mod compile;
pub mod cpu;
pub mod plan;
#[cfg(feature = "tract")]
pub mod tract;

/// A dense tensor of f32 in row-major order; `data.len()` is the product of `shape`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

/// Loads models. Implementations: `cpu` runs plans, `tract` is the reference.
pub trait Engine: Send + Sync {
    /// Name in receipts: `cpu`, `tract`.
    fn name(&self) -> &'static str;
    /// Prepares a model file to be run with one input of `input_shape` (N, C, H, W).
    fn load(&self, model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Box<dyn Model>, EngineError>;
}

/// A model ready to run; may be run by many threads at once.
pub trait Model: Send + Sync {
    /// Runs the model; outputs come in the model's own order.
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError>;
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    #[error("the model cannot be read: {detail}")]
    Load { detail: String },
    #[error("the model failed while running: {detail}")]
    Run { detail: String },
    #[error("the model gave an output of another shape than its manifest says: {detail}")]
    Shape { detail: String },
}
