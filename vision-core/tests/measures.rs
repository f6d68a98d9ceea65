//! The measures on real pictures: those of `../shared`, beside the checkout or where `IIA_SHARED` says.

use std::path::{Path, PathBuf};

use image::RgbImage;
use image::imageops::{self, FilterType};
use vision_core::measure::{Measures, measure};
use vision_core::report::{ImageFacts, PictureKind};

fn shared() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    std::env::var_os("IIA_SHARED").map_or(beside, PathBuf::from)
}

fn open(path: &Path) -> RgbImage {
    image::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).to_rgb8()
}

fn measured(name: &str) -> Measures {
    measure(&open(&shared().join("images").join(name)), &ImageFacts::default())
}

fn photos(folder: &str) -> Vec<PathBuf> {
    let folder = shared().join(folder);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "jpg")).collect();
    found.sort();
    assert!(!found.is_empty(), "no pictures in {}", folder.display());
    found
}

#[test]
fn what_is_drawn_and_what_is_written_is_told_from_photos() {
    for (name, kind) in [
        ("shapes.png", PictureKind::Drawing),
        ("document_en.png", PictureKind::Document),
        ("document_ru.png", PictureKind::Document),
        ("page_scan.png", PictureKind::Document),
        ("screenshot_why_rust.png", PictureKind::Screenshot),
        ("hubble.jpg", PictureKind::Photo),
        ("astronaut.png", PictureKind::Photo),
        ("clock_sign.jpg", PictureKind::Photo),
        ("rocket.jpg", PictureKind::Photo),
        ("skier.jpg", PictureKind::Photo),
        ("tennis_banner.jpg", PictureKind::Photo),
    ] {
        assert_eq!(measured(name).quality.kind, kind, "{name}");
    }
}

#[test]
fn hardly_any_photo_is_taken_for_something_else() {
    let all = photos("eval/coco64/images").into_iter().chain(photos("eval/captions80/images"));
    let wrong: Vec<PathBuf> =
        all.filter(|p| measure(&open(p), &ImageFacts::default()).quality.kind != PictureKind::Photo).collect();
    assert!(wrong.is_empty(), "taken for something else than a photo: {wrong:?}");
}

#[test]
fn a_sky_full_of_stars_is_dark_with_many_points() {
    let quality = measured("hubble.jpg").quality;
    assert!(quality.bright_points > 500, "{} points", quality.bright_points);
    assert!(quality.brightness < 0.2);
    for day in ["skier.jpg", "parrot.jpg", "fruit.jpg"] {
        assert!(measured(day).quality.bright_points < 40, "{day}");
    }
}

#[test]
fn palettes_name_what_one_sees() {
    for (name, expected) in [
        ("shapes.png", &["white", "blue", "red", "green", "golden yellow"][..]),
        ("pizza.jpg", &["orange"]),
        ("rocket.jpg", &["navy blue"]),
        ("hubble.jpg", &["black"]),
        ("screenshot_why_rust.png", &["sea green"]),
    ] {
        let palette = measured(name).palette;
        let names: Vec<&str> = palette.iter().map(|s| s.name.as_str()).collect();
        assert!(expected.iter().all(|e| names.contains(e)), "{name}: {names:?}");
        assert!(palette.len() <= 8);
    }
}

#[test]
fn blur_lowers_sharpness_and_noise_raises_noise() {
    let sharp = open(&shared().join("images/coffee.png"));
    let facts = ImageFacts::default();
    let words: Vec<String> = [0.0, 1.6, 4.0]
        .map(|s| if s == 0.0 { sharp.clone() } else { imageops::blur(&sharp, s) })
        .iter()
        .map(|p| measure(p, &facts).quality.sharpness_word)
        .collect();
    assert_eq!(words, ["sharp", "a little soft", "blurred"]);
    let mut noisy = sharp.clone();
    for (i, p) in noisy.pixels_mut().enumerate() {
        let grain = (i as u32).wrapping_mul(2_654_435_761) >> 26;
        p.0 = p.0.map(|v| v.saturating_add(grain as u8).saturating_sub(32));
    }
    // Even in -32..32: deviation 18.5.
    let (before, after) = (measure(&sharp, &facts).quality.noise, measure(&noisy, &facts).quality.noise);
    assert!(before < 3.0 && (12.0..24.0).contains(&after), "{before} became {after}");
}

#[test]
fn the_hash_outlives_resizing_and_jpeg() {
    let facts = ImageFacts::default();
    let bits = |p: &RgbImage| {
        u64::from_str_radix(&measure(p, &facts).quality.perceptual_hash, 16).expect("16 hexadecimal digits")
    };
    let mut hashes = Vec::new();
    for path in photos("eval/coco64/images").iter().step_by(4) {
        let original = open(path);
        let hash = bits(&original);
        let small = imageops::resize(&original, original.width() / 3, original.height() / 3, FilterType::Triangle);
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 40).encode_image(&original).expect("encodes");
        let poor = image::load_from_memory(&jpeg).expect("decodes").to_rgb8();
        for (what, other) in [("a third of the size", small), ("JPEG of quality 40", poor)] {
            let apart = (hash ^ bits(&other)).count_ones();
            assert!(apart <= 8, "{}: {what} changes {apart} bits", path.display());
        }
        hashes.push(hash);
    }
    for (i, a) in hashes.iter().enumerate() {
        assert!(hashes[i + 1..].iter().all(|b| (a ^ b).count_ones() > 10), "two photos share a hash");
    }
}

#[test]
fn sizes_at_the_edge_are_measured() {
    for (width, height) in [(1, 1), (1, 5000), (5000, 1), (2, 2), (15, 17), (161, 3)] {
        let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 7) as u8, (y * 5) as u8, 90]));
        let measures = measure(&picture, &ImageFacts::default());
        assert!(!measures.palette.is_empty(), "{width} × {height}");
        assert_eq!(measures.quality.perceptual_hash.len(), 16);
    }
    assert_eq!(measure(&RgbImage::new(0, 0), &ImageFacts::default()), Measures::default());
}
