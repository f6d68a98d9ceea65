//! Raw outputs to findings in image space: classify, detect, faces.

pub mod classify;
pub mod detect;
pub mod faces;
pub mod fusion;
pub mod objects;

use crate::engine::{EngineError, Tensor};
use crate::manifest::OutputSpec;
use crate::report::Rect;

/// Four decimals: more than any of these scores means, and few enough for every place to print the same.
pub fn rounded_score(score: f32) -> f32 {
    (score * 10_000.0).round() / 10_000.0
}

/// A tenth of a pixel.
pub fn rounded_px(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

pub(crate) fn rounded_rect(rect: Rect) -> Rect {
    let (left, top) = (rounded_px(rect.x), rounded_px(rect.y));
    Rect { x: left, y: top, width: rounded_px(rect.right() - left), height: rounded_px(rect.bottom() - top) }
}

/// The rows of an output `[1, rows, columns]` (or `[rows, columns]`), checked against what the manifest says of it.
fn rows(tensor: &Tensor, rows: usize, columns: usize) -> Result<std::slice::ChunksExact<'_, f32>, EngineError> {
    if columns == 0 || tensor.data.len() != rows * columns || tensor.shape.last() != Some(&columns) {
        let detail = format!("{:?} where {rows} × {columns} was expected", tensor.shape);
        return Err(EngineError::Shape { detail });
    }
    Ok(tensor.data.chunks_exact(columns))
}

/// Cells of a map of one stride over a side, the last one cut by the edge.
fn cells(side: u32, stride: u32) -> usize {
    side.div_ceil(stride.max(1)) as usize
}

/// A model whose outputs are read in another way than its task needs: a mistake in the manifest.
pub(crate) fn wrong_output(output: &OutputSpec) -> EngineError {
    let decoder = match output {
        OutputSpec::Softmax { .. } => "softmax",
        OutputSpec::Picodet { .. } => "picodet",
        OutputSpec::Yolox { .. } => "yolox",
        OutputSpec::Yunet { .. } => "yunet",
    };
    EngineError::Shape { detail: format!("the decoder `{decoder}` does not belong to the model's task") }
}
