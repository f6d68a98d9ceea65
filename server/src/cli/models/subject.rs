//! Which model a command means: one of the manifest by its name, or a file; and the size of its input.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use vision_core::engine::compile::{compile, declared_input};
use vision_core::engine::plan::{Limits, Plan};

use crate::models::ModelStore;

/// A model's bytes, ONNX or a plan.
pub struct Subject {
    pub name: String,
    pub bytes: Vec<u8>,
    /// N, C, H, W, if the manifest says it.
    known_shape: Option<[usize; 4]>,
}

/// Height and width of an input: `320x320`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    height: usize,
    width: usize,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let side = |text: &str| text.parse().ok().filter(|side| (1..=16_384).contains(side));
        let sides = text.split_once(['x', 'X']).and_then(|(height, width)| Some((side(height)?, side(width)?)));
        let (height, width) = sides.ok_or("a size is height x width in pixels, as in 48x320")?;
        Ok(Self { height, width })
    }
}

impl Subject {
    /// A name of the manifest, or the path of a file.
    pub fn open(store: &ModelStore, model: &str) -> anyhow::Result<Self> {
        if let Some(spec) = store.manifest().model(model) {
            let bytes = store.read(spec)?;
            return Ok(Self { name: spec.name.clone(), bytes, known_shape: Some(spec.input.shape()) });
        }
        let path = Path::new(model);
        if !path.exists() && path.components().count() == 1 && path.extension().is_none() {
            // Neither a file nor what looks like one.
            store.spec(model)?;
        }
        Self::of_file(path)
    }

    pub fn of_file(path: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { name, bytes, known_shape: None })
    }

    /// Of the input (N, C, H, W): as said, or as known, or, where the file leaves a side open, `assumed`.
    pub fn input_shape(&self, said: Option<Size>, assumed: Option<usize>) -> anyhow::Result<[usize; 4]> {
        let declared = match self.known_shape {
            Some(shape) => shape.map(Some).to_vec(),
            None => declared_input(&self.bytes).with_context(|| self.name.clone())?,
        };
        let [count, channels, height, width] = declared[..] else {
            bail!("{}: its input has {} axes, not the four of a picture", self.name, declared.len());
        };
        let side = |declared: Option<usize>, said: Option<usize>| {
            let side = said.or(declared).or(assumed);
            side.with_context(|| format!("{}: the file leaves its input's size open; --size says it", self.name))
        };
        let height = side(height, said.map(|size| size.height))?;
        let width = side(width, said.map(|size| size.width))?;
        Ok([count.unwrap_or(1), channels.unwrap_or(3), height, width])
    }

    /// The plan, read or made.
    pub fn plan(&self, said: Option<Size>) -> anyhow::Result<Plan<'_>> {
        if !Plan::is_plan(&self.bytes) {
            let shape = self.input_shape(said, None)?;
            return compile(&self.bytes, shape).with_context(|| self.name.clone());
        }
        if said.is_some() {
            bail!("{} is a plan already; its input's size cannot be changed", self.name);
        }
        Plan::from_bytes(&self.bytes, &Limits::default()).with_context(|| self.name.clone())
    }
}

/// `1x3x224x224`.
pub fn shape_text<T: ToString>(dims: &[T]) -> String {
    dims.iter().map(T::to_string).collect::<Vec<_>>().join("x")
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn a_size_is_height_then_width() {
        assert_eq!("48x320".parse(), Ok(Size { height: 48, width: 320 }));
        for wrong in ["", "48", "0x3", "48x", "48x320x3", "-1x3", "99999x3"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
