//! A report in which every field holds something of its own, so that one that is lost on the way is missed.

use vision_core::Report;
use vision_core::report::{
    Camera, Clause, ColorName, Description, Face, ImageFacts, ModelUsed, Object, PictureKind, Point, Profile, Quality,
    Receipt, Rect, SCHEMA_VERSION, SeenBy, Standing, Swatch, Tag, Timing, Warning,
};

pub fn report() -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        image: image(),
        tags: vec![tag()],
        objects: vec![object()],
        faces: vec![face()],
        palette: vec![Swatch { id: "c1".into(), hex: "#c2b280".into(), name: "sand".into(), share: 0.4 }],
        quality: Some(quality()),
        description: description(),
        receipt: Receipt {
            image_sha256: "ab".repeat(32),
            core_version: "0.1.0".into(),
            engine: "stand-in".into(),
            platform: "native".into(),
            profile: Profile::Preview,
            models: vec![ModelUsed {
                name: "m".into(),
                version: "2".into(),
                sha256: "cd".repeat(32),
                engine: "gpu".into(),
                engine_reason: Some("the faster here".into()),
            }],
        },
        timings: vec![Timing { stage: "decode".into(), ms: 1.5 }],
        warnings: vec![Warning { code: "model_missing".into(), message: "A model is missing.".into() }],
    }
}

fn image() -> ImageFacts {
    ImageFacts {
        format: "jpeg".into(),
        width: 640,
        height: 480,
        stored_width: 481,
        stored_height: 641,
        bytes: 12_345,
        orientation: 6,
        frames: 3,
        pixel_format: "rgb8".into(),
        has_alpha: true,
        color_profile: Some("Display P3".into()),
        camera: Some(Camera {
            make: Some("Maker".into()),
            model: Some("Model".into()),
            lens: Some("Lens".into()),
            taken_at: Some("2026-11-24T10:15:00".into()),
            exposure_seconds: Some(0.004),
            f_number: Some(2.8),
            iso: Some(200),
            focal_length_mm: Some(35.0),
            software: Some("Software".into()),
        }),
        has_location: true,
    }
}

fn tag() -> Tag {
    Tag {
        id: "t1".into(),
        label: "tabby cat".into(),
        wordnet_id: "n02123045".into(),
        parents: vec!["cat".into(), "animal".into()],
        probability: 0.71,
        standing: Standing::Unsure,
        reason: Some("Two breeds are alike.".into()),
    }
}

fn object() -> Object {
    Object {
        id: "o1".into(),
        label: "cat".into(),
        class_index: 15,
        wordnet_id: "n02121808".into(),
        score: 0.93,
        bounds: Rect { x: 1.0, y: 2.0, width: 300.5, height: 200.25 },
        position: "centre".into(),
        color: Some(ColorName { hex: "#808080".into(), name: "grey".into() }),
        seen_by: vec![SeenBy { model: "picodet".into(), score: 0.9 }],
        standing: Standing::Accepted,
        reason: Some("Both saw it.".into()),
    }
}

fn face() -> Face {
    let point = |n: u8| Point { x: f32::from(n), y: f32::from(n) + 0.5 };
    Face {
        id: "f1".into(),
        score: 0.6,
        bounds: Rect { x: 5.0, y: 6.0, width: 7.0, height: 8.0 },
        landmarks: [point(1), point(2), point(3), point(4), point(5)],
        person: Some("o1".into()),
        standing: Standing::Doubted,
        reason: Some("No person holds it.".into()),
    }
}

fn quality() -> Quality {
    Quality {
        kind: PictureKind::Screenshot,
        kind_confidence: 0.8,
        brightness: 0.51,
        contrast: 0.22,
        sharpness: 0.63,
        noise: 1.4,
        colorfulness: 35.5,
        shadows_clipped: 0.01,
        highlights_clipped: 0.02,
        light: "soft, even light".into(),
        sharpness_word: "sharp".into(),
        perceptual_hash: "0123456789abcdef".into(),
        bright_points: 7,
    }
}

fn description() -> Description {
    Description {
        language: "en".into(),
        text: "A cat. Soft light.".into(),
        main: "A cat.".into(),
        remarks: "Soft light.".into(),
        clauses: vec![Clause {
            id: "d1".into(),
            text: "A cat".into(),
            start: 0,
            end: 5,
            findings: vec!["o1".into(), "t1".into()],
            certainty: 0.93,
        }],
    }
}
