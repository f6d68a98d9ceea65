//! The report: the public contract of every door (JSON field names are part of it; the gRPC messages mirror it).
//!
//! All boxes and points are in pixels of the upright image (EXIF orientation applied), the origin in its top left corner.

use serde::{Deserialize, Serialize};

/// Raised when a field changes its meaning or goes; a new field alone does not raise it.
pub const SCHEMA_VERSION: u32 = 1;

/// What is on one picture, and how that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    pub schema_version: u32,
    pub image: ImageFacts,
    /// What the picture as a whole shows, best first.
    pub tags: Vec<Tag>,
    /// Things with a place, the most certain first.
    pub objects: Vec<Object>,
    pub faces: Vec<Face>,
    /// The main colours, largest share first.
    pub palette: Vec<Swatch>,
    /// Absent if it was not asked for.
    pub quality: Option<Quality>,
    pub description: Description,
    pub receipt: Receipt,
    pub timings: Vec<Timing>,
    pub warnings: Vec<Warning>,
}

/// Facts of the file and its pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImageFacts {
    /// `jpeg`, `png`, `webp`, `gif`, `bmp`, `tiff`, `ico`, `qoi`, `pnm`: found from the bytes, never from the name.
    pub format: String,
    /// Width in pixels as shown (upright).
    pub width: u32,
    pub height: u32,
    /// Width in pixels as stored.
    pub stored_width: u32,
    pub stored_height: u32,
    /// Size of the encoded picture.
    pub bytes: u64,
    /// EXIF orientation, 1 to 8; 1 is upright.
    pub orientation: u8,
    /// Frames or pages in the file; the first is analysed.
    pub frames: u32,
    /// How a pixel is stored: `l8`, `la8`, `rgb8`, `rgba8`, `l16`, `rgb16`, `rgba16`, `cmyk8`, `indexed`, ...
    pub pixel_format: String,
    pub has_alpha: bool,
    /// Name of the embedded ICC profile, where there is one.
    pub color_profile: Option<String>,
    pub camera: Option<Camera>,
    /// Whether the file carries a location. The location itself is never part of the report.
    pub has_location: bool,
}

/// What the camera wrote into the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Camera {
    pub make: Option<String>,
    pub model: Option<String>,
    pub lens: Option<String>,
    /// Local time of the camera, `2026-11-24T10:15:00`.
    pub taken_at: Option<String>,
    pub exposure_seconds: Option<f32>,
    pub f_number: Option<f32>,
    pub iso: Option<u32>,
    pub focal_length_mm: Option<f32>,
    pub software: Option<String>,
}

/// Whether a finding may be spoken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Standing {
    /// Certain enough to be stated.
    #[default]
    Accepted,
    /// Spoken of with a hedge.
    Unsure,
    /// Contradicted by other findings: kept here, left out of the sentence.
    Doubted,
}

/// One class that the picture as a whole may belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tag {
    /// `t1`, `t2`, ...: clauses refer to it.
    pub id: String,
    /// Readable name, `tabby cat`.
    pub label: String,
    /// WordNet 3.0 synset, `n02123045`.
    pub wordnet_id: String,
    /// WordNet parents that mean something to people, nearest first: `cat`, `animal`.
    pub parents: Vec<String>,
    /// Calibrated probability, 0 to 1.
    pub probability: f32,
    pub standing: Standing,
    /// Why it is unsure or doubted, a plain sentence.
    pub reason: Option<String>,
}

/// A box in pixels of the upright image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    pub fn from_corners(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { x: left, y: top, width: (right - left).max(0.0), height: (bottom - top).max(0.0) }
    }
    pub fn right(&self) -> f32 {
        self.x + self.width
    }
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }
    pub fn area(&self) -> f32 {
        self.width * self.height
    }
    pub fn center(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
    /// Area shared with `other`, in square pixels.
    pub fn intersection(&self, other: &Self) -> f32 {
        let width = self.right().min(other.right()) - self.x.max(other.x);
        let height = self.bottom().min(other.bottom()) - self.y.max(other.y);
        width.max(0.0) * height.max(0.0)
    }
    /// Intersection over union, 0 to 1; 0 for two empty boxes.
    pub fn iou(&self, other: &Self) -> f32 {
        let shared = self.intersection(other);
        let union = self.area() + other.area() - shared;
        if union > 0.0 { shared / union } else { 0.0 }
    }
}

/// One thing with a place on the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Object {
    /// `o1`, `o2`, ...
    pub id: String,
    /// One of the 80 COCO classes, in readable spelling.
    pub label: String,
    /// Index of the class in COCO's order of 80.
    pub class_index: u32,
    pub wordnet_id: String,
    /// Score of the (fused) detection, 0 to 1.
    pub score: f32,
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Where it is in words: `centre`, `left`, `top right`, ...
    pub position: String,
    /// The colour of the thing, where its region really has one.
    pub color: Option<ColorName>,
    /// Which models saw it, with their own scores.
    pub seen_by: Vec<SeenBy>,
    pub standing: Standing,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeenBy {
    pub model: String,
    pub score: f32,
}

/// A colour with its plain name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ColorName {
    /// `#rrggbb`, sRGB.
    pub hex: String,
    pub name: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

/// One face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Face {
    /// `f1`, `f2`, ...
    pub id: String,
    pub score: f32,
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Right eye, left eye, tip of the nose, right and left corner of the mouth (right and left as the person has them).
    pub landmarks: [Point; 5],
    /// The person whose box holds the face, if one does.
    pub person: Option<String>,
    pub standing: Standing,
    pub reason: Option<String>,
}

/// One of the main colours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Swatch {
    /// `c1`, `c2`, ...
    pub id: String,
    /// `#rrggbb`, sRGB.
    pub hex: String,
    /// Plain name: `sand`, `grey-blue`.
    pub name: String,
    /// Share of the picture, 0 to 1.
    pub share: f32,
}

/// What made the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PictureKind {
    #[default]
    Photo,
    Drawing,
    Screenshot,
    /// A page of text, printed or scanned.
    Document,
}

/// Measures of the whole picture that need no model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quality {
    pub kind: PictureKind,
    /// How sure the kind is, 0 to 1.
    pub kind_confidence: f32,
    /// Mean lightness (CIE L* / 100), 0 black to 1 white.
    pub brightness: f32,
    /// Standard deviation of lightness, 0 to about 0.5.
    pub contrast: f32,
    /// 0 blurred to 1 crisp.
    pub sharpness: f32,
    /// Standard deviation of the noise, in 8-bit levels.
    pub noise: f32,
    /// Hasler and Süsstrunk's measure, 0 grey to about 110 vivid.
    pub colorfulness: f32,
    /// Share of pixels that are crushed to black, 0 to 1.
    pub shadows_clipped: f32,
    /// Share of pixels that are burnt out to white, 0 to 1.
    pub highlights_clipped: f32,
    /// In words: `soft, even light`.
    pub light: String,
    /// In words: `sharp`, `a little soft`, `blurred`.
    pub sharpness_word: String,
    /// 64-bit DCT hash as 16 hexadecimal digits; near pictures differ in few bits.
    pub perceptual_hash: String,
    /// Small bright points on a dark ground, counted (stars, lights at night).
    pub bright_points: u32,
}

/// Sentences, made of clauses that name their evidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Description {
    /// BCP 47 tag of the language.
    pub language: String,
    /// The whole text. What `clauses` does not cover is connecting words.
    pub text: String,
    /// The part of `text` that speaks of the main subject, without the remarks on light, colours and quality.
    pub main: String,
    /// The remarks on light, colours and quality; `text` is `main`, a space, `remarks`.
    pub remarks: String,
    pub clauses: Vec<Clause>,
}

/// A stretch of the text and the findings it rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Clause {
    /// `d1`, `d2`, ...
    pub id: String,
    /// The words as they stand in the text.
    pub text: String,
    /// Where the words begin in the text, in Unicode scalar values.
    pub start: u32,
    /// Where they end (exclusive), in Unicode scalar values.
    pub end: u32,
    /// Ids of tags, objects, faces and colours; `quality` and `image` stand for the measures and the file.
    pub findings: Vec<String>,
    /// How certain the clause is, 0 to 1.
    pub certainty: f32,
}

/// What read the picture, so that the result can be repeated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// SHA-256 of the picture's bytes, hexadecimal.
    pub image_sha256: String,
    pub core_version: String,
    /// The engine that ran the models, `cpu`, `gpu` or `tract`; several, with commas, where models ran on different ones.
    pub engine: String,
    /// `native` or `wasm`.
    pub platform: String,
    pub profile: Profile,
    pub models: Vec<ModelUsed>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelUsed {
    pub name: String,
    pub version: String,
    pub sha256: String,
    /// What ran it: `cpu`, `gpu`, `tract`.
    #[serde(default)]
    pub engine: String,
    /// Why that one, where there was a choice.
    pub engine_reason: Option<String>,
}

/// Which set of models reads the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Profile {
    /// The small set, made for a browser's download.
    Preview,
    /// The best set there is.
    #[default]
    Authority,
}

/// How long a stage took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timing {
    /// `decode`, `measure`, `prepare:MODEL`, `run:MODEL`, `tags`, `objects`, `faces`, `describe`, `total`.
    pub stage: String,
    pub ms: f32,
}

/// Something that the reader should know; the analysis went on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Warning {
    /// Stable: `model_missing`, `model_failed`, `gpu_failed`, `gpu_missing`, `worker_failed`, `partial_image`, `metadata_broken`, `color_profile_ignored`, `animation_first_frame`, ...
    pub code: String,
    pub message: String,
}
