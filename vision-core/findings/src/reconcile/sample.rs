//! Findings of a made-up picture, for the tests of the rules and of the sentences.

use crate::reconcile::layout::Cell;
use crate::reconcile::{Findings, Layout, reconcile};
use crate::report::{
    ColorName, Face, ImageFacts, Object, PictureKind, Point, Quality, Rect, SeenBy, Standing, Swatch, Tag,
};
use crate::vocabulary;

/// A picture of 1000 by 1000 pixels on which two joined detectors, a tagger and a detector of faces have found something.
#[derive(Clone, Debug)]
pub struct Sample {
    findings: Findings,
}

impl Sample {
    pub fn photo() -> Self {
        let image = ImageFacts { width: 1000, height: 1000, ..ImageFacts::default() };
        let quality = Quality { kind_confidence: 0.9, brightness: 0.5, colorfulness: 40.0, ..Quality::default() };
        Self { findings: Findings { image, quality: Some(quality), sure_face: 0.8, ..Findings::default() } }
    }

    pub fn of_kind(kind: PictureKind) -> Self {
        let mut sample = Self::photo();
        if let Some(quality) = &mut sample.findings.quality {
            quality.kind = kind;
        }
        sample
    }

    /// An object seen by both detectors; the box is left, top, right, bottom.
    pub fn object(mut self, label: &str, score: f32, [left, top, right, bottom]: [f32; 4]) -> Self {
        let class = vocabulary::coco_classes().iter().find(|c| c.name == label).expect("a class of COCO");
        let number = self.findings.objects.len() + 1;
        let seen = |model: &str| SeenBy { model: model.into(), score };
        self.findings.objects.push(Object {
            id: format!("o{number}"),
            label: label.into(),
            class_index: class.index,
            wordnet_id: class.wordnet_id.into(),
            score,
            bounds: Rect::from_corners(left, top, right, bottom),
            position: "centre".into(),
            color: None,
            seen_by: vec![seen("picodet-s-416"), seen("yolox-nano-416")],
            standing: Standing::Accepted,
            reason: None,
        });
        self
    }

    /// The colour of the last object.
    pub fn colored(mut self, name: &str) -> Self {
        if let Some(object) = self.findings.objects.last_mut() {
            object.color = Some(ColorName { hex: "#000000".into(), name: name.into() });
        }
        self
    }

    pub fn tag(mut self, label: &str, probability: f32) -> Self {
        let class = vocabulary::imagenet_classes().iter().find(|c| c.name == label).expect("a class of ImageNet");
        let number = self.findings.tags.len() + 1;
        self.findings.tags.push(Tag {
            id: format!("t{number}"),
            label: label.into(),
            wordnet_id: class.wordnet_id.into(),
            parents: class.parents.iter().map(|p| p.name.to_owned()).collect(),
            probability,
            standing: Standing::Accepted,
            reason: None,
        });
        self
    }

    /// A face with its landmarks where they usually are.
    pub fn face(mut self, score: f32, [left, top, right, bottom]: [f32; 4]) -> Self {
        let bounds = Rect::from_corners(left, top, right, bottom);
        let at = |x: f32, y: f32| Point { x: left + x * bounds.width, y: top + y * bounds.height };
        let number = self.findings.faces.len() + 1;
        self.findings.faces.push(Face {
            id: format!("f{number}"),
            score,
            bounds,
            landmarks: [at(0.3, 0.4), at(0.7, 0.4), at(0.5, 0.6), at(0.35, 0.8), at(0.65, 0.8)],
            person: None,
            standing: Standing::Accepted,
            reason: None,
        });
        self
    }

    pub fn swatch(mut self, name: &str, share: f32) -> Self {
        let id = format!("c{}", self.findings.palette.len() + 1);
        self.findings.palette.push(Swatch { id, hex: "#808080".into(), name: name.into(), share });
        self
    }

    pub fn quality(mut self, change: impl FnOnce(&mut Quality)) -> Self {
        if let Some(quality) = &mut self.findings.quality {
            change(quality);
        }
        self
    }

    /// The upper and the lower half of the picture in one colour each (CIE Lab).
    pub fn halves(mut self, top: [f32; 3], bottom: [f32; 3]) -> Self {
        let cell = |[lightness, a, b]: [f32; 3]| Cell { lightness, a, b, deviation: 2.0 };
        let cells = (0..64).map(|i| cell(if i < 32 { top } else { bottom })).collect();
        self.findings.layout = Layout { columns: 8, rows: 8, cells };
        self
    }

    pub fn findings(self) -> Findings {
        self.findings
    }

    pub fn reconciled(self) -> Findings {
        let mut findings = self.findings;
        reconcile(&mut findings);
        findings
    }

    /// The main part of the description.
    pub fn said(self) -> String {
        crate::describe::describe(&self.reconciled(), "en").main
    }
}
