//! Upright pixels to a model's input tensor, by the numbers of the manifest.

mod levels;
mod resample;

pub use levels::Levels;
pub use resample::Axis;

use image::RgbImage;

use crate::engine::Tensor;
use crate::manifest::{ChannelOrder, Filter, Fit, InputSpec};
use crate::report::{Point, Rect};
use resample::{Resampled, resample};

/// Prepares a picture for one model: the tensor `[1, 3, height, width]`, and where the picture lies in it.
pub fn prepare(picture: &Levels<'_>, input: &InputSpec) -> (Tensor, Placement) {
    let preparation = Preparation::of(picture, input);
    (preparation.tensor(), preparation.placement())
}

/// What is to be done to a picture for one model, worked out but not done: the processor does it, or the engine that runs the
/// model.
pub struct Preparation<'a> {
    pixels: &'a RgbImage,
    picture_size: (u32, u32),
    columns: Axis,
    rows: Axis,
    input: &'a InputSpec,
    placement: Placement,
}

impl<'a> Preparation<'a> {
    pub fn of(picture: &'a Levels<'_>, input: &'a InputSpec) -> Self {
        let plan = Plan::of(picture.size(), input);
        let pixels = picture.enough_for(plan.scaled_width, plan.scaled_height);
        Self::planned(&plan, pixels, picture.size(), input)
    }

    /// The same, where only the pixels of another preparation are at hand and the size of its picture.
    pub fn again(pixels: &'a RgbImage, picture_size: (u32, u32), input: &'a InputSpec) -> Self {
        Self::planned(&Plan::of(picture_size, input), pixels, picture_size, input)
    }

    fn planned(plan: &Plan, pixels: &'a RgbImage, picture_size: (u32, u32), input: &'a InputSpec) -> Self {
        let filter = kernel(input.filter);
        let columns = Axis::new(pixels.width(), plan.scaled_width, plan.skip_x, plan.width, filter);
        let rows = Axis::new(pixels.height(), plan.scaled_height, plan.skip_y, plan.height, filter);
        Self { pixels, picture_size, columns, rows, input, placement: plan.placement(picture_size) }
    }

    /// The model's input, made by the processor.
    pub fn tensor(&self) -> Tensor {
        to_tensor(&resample(self.pixels, &self.columns, &self.rows), self.input)
    }

    pub fn placement(&self) -> Placement {
        self.placement
    }

    /// The pixels that columns and rows count in: the picture, or a halving of it.
    pub fn pixels(&self) -> &RgbImage {
        self.pixels
    }

    /// Width and height of the whole picture.
    pub fn picture_size(&self) -> (u32, u32) {
        self.picture_size
    }

    /// How pixels of a row are mixed into columns.
    pub fn columns(&self) -> &Axis {
        &self.columns
    }

    /// How rows are mixed.
    pub fn rows(&self) -> &Axis {
        &self.rows
    }

    /// Height and width of the model's input.
    pub fn input_size(&self) -> [u32; 2] {
        [self.input.height, self.input.width]
    }

    /// What becomes of levels in each plane of the input.
    pub fn planes(&self) -> [Plane; 3] {
        planes(self.input)
    }
}

/// Pixels of red, green and blue, row by row; none if they are not as many as the sides say.
pub fn pixels(width: u32, height: u32, bytes: Vec<u8>) -> Option<RgbImage> {
    RgbImage::from_raw(width, height, bytes)
}

/// How levels of 0 to 255 become one plane of a model's input: `(level - mean) * scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Which of red, green and blue.
    pub channel: usize,
    pub mean: f32,
    pub scale: f32,
    /// What lies beside the picture.
    pub padding: f32,
}

/// Where a picture lies in a model's input, to carry boxes back: `image = model * scale + offset` on each axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    pub scale_x: f32,
    pub scale_y: f32,
    pub offset_x: f32,
    pub offset_y: f32,
    pub image_width: f32,
    pub image_height: f32,
}

impl Placement {
    /// A box in model pixels to a box in image pixels, clipped to the image.
    pub fn rect_in_image(&self, left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        let x = |v: f32| (v * self.scale_x + self.offset_x).clamp(0.0, self.image_width);
        let y = |v: f32| (v * self.scale_y + self.offset_y).clamp(0.0, self.image_height);
        Rect::from_corners(x(left), y(top), x(right), y(bottom))
    }

    /// A point in model pixels to image pixels; it may lie outside the image, as half a face does.
    pub fn point_in_image(&self, x: f32, y: f32) -> Point {
        Point { x: x * self.scale_x + self.offset_x, y: y * self.scale_y + self.offset_y }
    }
}

/// The integer sizes of one fit: the picture's scaled size, and the part of it that the model sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Plan {
    scaled_width: u32,
    scaled_height: u32,
    skip_x: u32,
    skip_y: u32,
    width: u32,
    height: u32,
}

impl Plan {
    fn of((width, height): (u32, u32), input: &InputSpec) -> Self {
        match input.fit {
            Fit::Stretch => Self::whole(input.width, input.height),
            Fit::LetterboxTopLeft { .. } => letterbox(width, height, input),
            Fit::CenterCrop { short_side } => center_crop(width, height, short_side, input),
        }
    }

    fn whole(width: u32, height: u32) -> Self {
        Self { scaled_width: width, scaled_height: height, skip_x: 0, skip_y: 0, width, height }
    }

    fn placement(&self, (width, height): (u32, u32)) -> Placement {
        let scale_x = width as f32 / self.scaled_width as f32;
        let scale_y = height as f32 / self.scaled_height as f32;
        Placement {
            scale_x,
            scale_y,
            offset_x: self.skip_x as f32 * scale_x,
            offset_y: self.skip_y as f32 * scale_y,
            image_width: width as f32,
            image_height: height as f32,
        }
    }
}

/// The aspect ratio is kept up to the rounding to whole pixels; the same scale is not forced on both axes afterwards,
/// so that a box comes back exactly to where it was.
fn letterbox(width: u32, height: u32, input: &InputSpec) -> Plan {
    let scale = (f64::from(input.width) / f64::from(width)).min(f64::from(input.height) / f64::from(height));
    let fitted = |side: u32, most: u32| ((f64::from(side) * scale).round() as u32).clamp(1, most);
    Plan::whole(fitted(width, input.width), fitted(height, input.height))
}

/// torchvision's `Resize(short_side)` and `CenterCrop`; a picture too long to be scaled whole is only scaled where it is seen.
fn center_crop(width: u32, height: u32, short_side: u32, input: &InputSpec) -> Plan {
    let scale = |side: u32, short: u32| {
        let scaled = u64::from(short_side) * u64::from(side) / u64::from(short);
        u32::try_from(scaled).unwrap_or(u32::MAX)
    };
    let (scaled_width, scaled_height) =
        if width <= height { (short_side, scale(height, width)) } else { (scale(width, height), short_side) };
    let (crop_width, crop_height) = (input.width.min(scaled_width), input.height.min(scaled_height));
    Plan {
        scaled_width,
        scaled_height,
        skip_x: (scaled_width - crop_width).div_ceil(2),
        skip_y: (scaled_height - crop_height).div_ceil(2),
        width: crop_width,
        height: crop_height,
    }
}

fn kernel(filter: Filter) -> resample::Kernel {
    match filter {
        Filter::Bilinear => resample::TRIANGLE,
        Filter::Bicubic => resample::CATMULL_ROM,
    }
}

/// Interleaved RGB, 0 to 255, to normalised planes in the model's channel order, padded to the model's size.
fn to_tensor(pixels: &Resampled, input: &InputSpec) -> Tensor {
    let (width, height) = (input.width as usize, input.height as usize);
    let mut data = Vec::with_capacity(3 * width * height);
    for (at, Plane { channel, mean, scale, padding }) in planes(input).into_iter().enumerate() {
        for row in pixels.data.chunks_exact(3 * pixels.width) {
            let end = data.len() + width;
            data.extend(row.iter().skip(channel).step_by(3).map(|value| (f32::from(*value) - mean) * scale));
            data.resize(end, padding);
        }
        data.resize((at + 1) * width * height, padding);
    }
    Tensor { shape: vec![1, 3, height, width], data }
}

fn planes(input: &InputSpec) -> [Plane; 3] {
    let pad = match input.fit {
        Fit::LetterboxTopLeft { pad } => pad,
        Fit::Stretch | Fit::CenterCrop { .. } => 0.0,
    };
    std::array::from_fn(|at| {
        let channel = match input.channels {
            ChannelOrder::Rgb => at,
            ChannelOrder::Bgr => 2 - at,
        };
        let (mean, std) = (input.mean[at], input.std[at]);
        Plane { channel, mean, scale: 1.0 / std, padding: (pad - mean) / std }
    })
}

#[cfg(test)]
mod tests;
