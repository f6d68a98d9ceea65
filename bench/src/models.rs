//! The models that are measured: where their files lie, and what they find raw, before anything is left out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use server::models::ModelStore;
use vision_core::engine::{Engine, Model, Precision, Tensor};
use vision_core::manifest::{Manifest, ModelSpec, OutputSpec};
use vision_core::preprocess::{Levels, Placement, prepare};
use vision_core::tasks::detect::{Detection, picodet, yolox};

/// The checkout that this program was built from.
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of evaluation pictures: `IIA_SHARED`, or `../shared` beside the checkout.
pub fn shared() -> PathBuf {
    std::env::var_os("IIA_SHARED").map_or_else(|| checkout().join("../shared"), PathBuf::from)
}

/// The manifest that is built in, or another one whose numbers are being tried.
pub fn manifest(tried: Option<&Path>) -> Result<Arc<Manifest>> {
    let Some(path) = tried else { return Ok(server::models::manifest::built_in()) };
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(Arc::new(toml::from_str(&text)?))
}

/// A model, loaded, with what the manifest says of it.
pub struct Loaded {
    pub spec: ModelSpec,
    model: Box<dyn Model>,
}

impl Loaded {
    pub fn open(spec: &ModelSpec, engine: &dyn Engine) -> Result<Self> {
        let (shape, precision) = (spec.input.shape(), Precision::of(spec.task));
        let model = engine.load(&bytes(spec)?, shape, precision).with_context(|| spec.name.clone())?;
        Ok(Self { spec: spec.clone(), model })
    }

    pub fn prepare(&self, picture: &Levels<'_>) -> (Tensor, Placement) {
        prepare(picture, &self.spec.input)
    }

    /// # Errors
    /// Also when something else had to go on than what was asked for: its figures would be told as the other's.
    pub fn run(&self, tensor: &Tensor) -> Result<Vec<Tensor>> {
        let ran = self.model.run_batch(&[std::slice::from_ref(tensor)]).pop().context("one run has one answer")??;
        match ran.trouble {
            Some(trouble) => bail!("{}: {trouble:?}", self.spec.name),
            None => Ok(ran.outputs),
        }
    }

    /// The first output of a classifier.
    pub fn logits(&self, picture: &Levels<'_>) -> Result<Vec<f32>> {
        let (tensor, _) = self.prepare(picture);
        Ok(self.run(&tensor)?.into_iter().next().context("no output")?.data)
    }

    /// Everything that a detector saw, however uncertain.
    pub fn detections(&self, picture: &Levels<'_>) -> Result<Vec<Detection>> {
        let (tensor, placement) = self.prepare(picture);
        let outputs = self.run(&tensor)?;
        let input = &self.spec.input;
        match &self.spec.output {
            OutputSpec::Picodet { strides, bins, detect } => {
                Ok(picodet(&outputs, input, (strides, *bins), detect, &placement)?)
            }
            OutputSpec::Yolox { strides, detect } => Ok(yolox(&outputs, input, strides, detect, &placement)?),
            OutputSpec::Softmax { .. } | OutputSpec::Yunet { .. } => bail!("{} finds no objects", self.spec.name),
        }
    }
}

/// The model's file, checked, from wherever the product itself would take it.
pub fn bytes(spec: &ModelSpec) -> Result<Vec<u8>> {
    ModelStore::open().read(spec).with_context(|| format!("{}; `iia models fetch` brings it", spec.name))
}
