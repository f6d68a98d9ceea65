//! The evaluation pictures and what people said of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use vision_core::decode::decode;
use vision_core::report::Rect;

use crate::average_precision::Truth;

/// Pictures with boxes, in COCO's format.
pub struct Boxed {
    /// Id and file of each picture.
    pub pictures: Vec<(u64, PathBuf)>,
    pub truth: Vec<Truth>,
}

/// A picture with the one class that it shows.
pub struct Labelled {
    pub file: PathBuf,
    pub label: usize,
}

#[derive(Deserialize)]
struct Instances {
    images: Vec<Image>,
    annotations: Vec<Annotation>,
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: u64,
    file_name: String,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: u64,
    category_id: u32,
    bbox: [f32; 4],
    #[serde(default)]
    iscrowd: u8,
}

#[derive(Deserialize)]
struct Category {
    id: u32,
}

/// Reads `instances.json` of a folder, with the classes as 0 to 79 in the order of their ids.
pub fn boxed(folder: &Path) -> Result<Boxed> {
    let path = folder.join("instances.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let Instances { images, annotations, mut categories } = serde_json::from_str(&text)?;
    categories.sort_by_key(|c| c.id);
    let class: BTreeMap<u32, u32> = categories.iter().map(|c| c.id).zip(0..).collect();
    let truth = annotations.iter().filter_map(|a| {
        let [x, y, width, height] = a.bbox;
        let bounds = Rect { x, y, width, height };
        Some(Truth { image: a.image_id, class: *class.get(&a.category_id)?, bounds, is_crowd: a.iscrowd != 0 })
    });
    let pictures = images.into_iter().map(|i| (i.id, folder.join("images").join(i.file_name))).collect();
    Ok(Boxed { pictures, truth: truth.collect() })
}

/// Reads `labels.csv` of a folder: index, synset, name, file.
pub fn labelled(folder: &Path) -> Result<Vec<Labelled>> {
    let path = folder.join("labels.csv");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let row = |line: &str| {
        let mut cells = line.split(',');
        let label = cells.next().context("no index")?.parse()?;
        Ok(Labelled { label, file: folder.join(cells.next_back().context("no file")?.trim()) })
    };
    text.lines().skip(1).map(row).collect()
}

pub fn pixels(path: &Path) -> Result<image::RgbImage> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    Ok(decode(&bytes).with_context(|| path.display().to_string())?.pixels)
}
