//! Which models are timed, at which input size.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use bench::models::shared;
use server::models::ModelStore;
use vision_core::engine::compile::compile;
use vision_core::engine::plan::{Limits, Plan};
use vision_core::engine::{Precision, Tensor};

/// A model with the one input size it is timed at.
pub struct Case {
    pub name: String,
    pub onnx: PathBuf,
    pub shape: [usize; 4],
    /// On a GPU.
    pub precision: Precision,
    /// The plan's file.
    pub plan: Vec<u8>,
}

impl Case {
    pub fn plan(&self) -> Result<Plan<'_>> {
        Ok(Plan::from_bytes(&self.plan, &Limits::default())?)
    }

    pub fn input(&self) -> Tensor {
        input(&self.shape)
    }
}

/// What every engine gets: the times of some ops follow the numbers' values.
pub fn input(shape: &[usize]) -> Tensor {
    #[expect(clippy::cast_precision_loss, reason = "at most 254")]
    let numbers = (0..shape.iter().product::<usize>()).map(|at| (at * 7919 % 255) as f32 / 255.0);
    Tensor { shape: shape.to_vec(), data: numbers.collect() }
}

/// Models that no profile uses yet, for which the engine is built all the same: file and height x width.
const OTHERS: [(&str, usize, usize); 4] = [
    ("deeplabv3_mnv2_dm05_voc_257.onnx", 257, 257),
    ("PP-OCRv6_tiny_det.tract.onnx", 320, 320),
    ("ppocrv6_small_det.tract.onnx", 320, 320),
    ("ppocrv6_small_rec.tract.onnx", 48, 320),
];

/// The manifest's models and the others whose files are there and whose names contain `part`.
pub fn at_hand(part: Option<&str>) -> Result<Vec<Case>> {
    let store = ModelStore::open();
    let mut cases = Vec::new();
    let wanted = |name: &str| part.is_none_or(|part| name.contains(part));
    for spec in store.manifest().models.iter().filter(|spec| wanted(&spec.name)) {
        match store.find(spec) {
            Some(found) => {
                cases.push(Case::new(&spec.name, &found.path, spec.input.shape(), Precision::of(spec.task))?)
            }
            None => println!("not timed: {0} (`iia models fetch {0}` brings it)", spec.name),
        }
    }
    for (file, height, width) in OTHERS.into_iter().filter(|(file, ..)| wanted(file)) {
        let path = shared().join("models").join(file);
        match path.exists() {
            true => {
                cases.push(Case::new(file.trim_end_matches(".onnx"), &path, [1, 3, height, width], Precision::Fast)?)
            }
            false => println!("not timed: {file} is not at hand"),
        }
    }
    ensure!(!cases.is_empty(), "no model is at hand");
    Ok(cases)
}

impl Case {
    fn new(name: &str, path: &Path, shape: [usize; 4], precision: Precision) -> Result<Self> {
        let onnx = std::fs::read(path).with_context(|| path.display().to_string())?;
        let plan = compile(&onnx, shape).with_context(|| format!("{name} cannot be compiled"))?.to_bytes();
        Ok(Self { name: name.to_owned(), onnx: path.to_path_buf(), shape, precision, plan })
    }
}
