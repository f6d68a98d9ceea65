//! One picture of the strip and how far its reading is, on this device and on the server.

use std::sync::Arc;

use vision_core::ErrorCode;
use vision_core::report::{Description, ImageFacts, Receipt, Report, SCHEMA_VERSION};
use vision_core::stage::Stage;

use super::shown::is_thing;
use crate::api::Answered;
use crate::text;

/// A picture at hand. Its bytes stay with the browser (`browser::files`), under the same id.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub id: u32,
    pub name: String,
    pub bytes: u64,
    /// Address under which the browser shows it.
    pub url: String,
    /// Width and height as shown; none if the browser cannot show the format.
    pub size_px: Option<(u32, u32)>,
    pub device: Reading,
    pub server: Asking,
    /// Bytes of it that have left the device, measured while they were sent.
    pub bytes_sent: u64,
}

/// What went wrong, for people first: the sentence, then the code for a detail line.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub code: ErrorCode,
    pub message: String,
}

/// How far this device is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reading {
    #[default]
    Waiting,
    Running(Arc<Draft>),
    /// Read, and how long it took from the drop, in milliseconds.
    Done {
        report: Arc<Report>,
        json: Arc<str>,
        ms: f64,
    },
    /// Read without models; they are on their way and it will be read again.
    Provisional(Arc<Draft>),
    Cancelled(Arc<Draft>),
    Failed(Problem),
}

/// What the finished stages have brought so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub report: Report,
    pub has_image: bool,
    pub has_measures: bool,
    pub has_tags: bool,
    pub has_objects: bool,
    pub has_faces: bool,
    pub has_description: bool,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            report: Report {
                schema_version: SCHEMA_VERSION,
                image: ImageFacts::default(),
                tags: Vec::new(),
                objects: Vec::new(),
                faces: Vec::new(),
                palette: Vec::new(),
                quality: None,
                description: Description::default(),
                receipt: Receipt::default(),
                timings: Vec::new(),
                warnings: Vec::new(),
            },
            has_image: false,
            has_measures: false,
            has_tags: false,
            has_objects: false,
            has_faces: false,
            has_description: false,
        }
    }
}

impl Draft {
    /// A whole report as a draft: nothing is missing.
    pub fn whole(report: Report) -> Self {
        Self {
            report,
            has_image: true,
            has_measures: true,
            has_tags: true,
            has_objects: true,
            has_faces: true,
            has_description: true,
        }
    }

    /// Takes what a stage brought.
    pub fn take(&mut self, stage: Stage) {
        match stage {
            Stage::Image { image } => {
                self.report.image = image;
                self.has_image = true;
            }
            Stage::Measures { palette, quality } => {
                self.report.palette = palette;
                self.report.quality = quality;
                self.has_measures = true;
            }
            Stage::Tags { tags } => {
                self.report.tags = tags;
                self.has_tags = true;
            }
            Stage::Objects { objects } => {
                self.report.objects = objects;
                self.has_objects = true;
            }
            Stage::Faces { faces } => {
                self.report.faces = faces;
                self.has_faces = true;
            }
            Stage::Description { description } => {
                self.report.description = description;
                self.has_description = true;
            }
        }
    }
}

/// How far the server is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Asking {
    #[default]
    NotAsked,
    Running(ServerStep),
    Done {
        answer: Arc<Answered>,
        ms: f64,
    },
    Failed(Problem),
}

/// What the server's answer is waiting for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerStep {
    pub bytes_sent: u64,
    pub bytes: u64,
    /// The last stage that finished there.
    pub finished: Option<StageName>,
}

/// A stage's name without what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageName {
    Image,
    Measures,
    Tags,
    Objects,
    Faces,
    Description,
}

impl From<&Stage> for StageName {
    fn from(stage: &Stage) -> Self {
        match stage {
            Stage::Image { .. } => Self::Image,
            Stage::Measures { .. } => Self::Measures,
            Stage::Tags { .. } => Self::Tags,
            Stage::Objects { .. } => Self::Objects,
            Stage::Faces { .. } => Self::Faces,
            Stage::Description { .. } => Self::Description,
        }
    }
}

impl Picture {
    /// A stage of this device's reading.
    pub fn stage(&mut self, stage: Stage) {
        let mut draft = match std::mem::take(&mut self.device) {
            Reading::Running(draft) | Reading::Provisional(draft) => draft,
            Reading::Waiting => Arc::default(),
            settled => {
                self.device = settled;
                return;
            }
        };
        Arc::make_mut(&mut draft).take(stage);
        self.device = Reading::Running(draft);
    }

    /// This device's report, with the JSON it came as.
    pub fn report(&mut self, report: Report, json: String, ms: f64) {
        self.device = Reading::Done { report: Arc::new(report), json: json.into(), ms };
    }

    /// What was read before the models came: it stands until it is read again with them. A sentence that names nothing is not
    /// told: that it is unclear what is on a picture cannot be said before the models have looked.
    pub fn provisional_report(&mut self, report: Report) {
        let mut draft = Draft::whole(report);
        (draft.has_tags, draft.has_objects, draft.has_faces) = (false, false, false);
        draft.has_description = names_something(&draft.report.description);
        self.device = Reading::Provisional(Arc::new(draft));
    }

    /// Stops this device's reading; what has been found stays.
    pub fn cancel(&mut self) {
        self.device = match std::mem::take(&mut self.device) {
            Reading::Waiting => Reading::Cancelled(Arc::default()),
            Reading::Running(draft) | Reading::Provisional(draft) => Reading::Cancelled(draft),
            settled => settled,
        };
    }

    /// Whether this device still works on it.
    pub fn is_reading(&self) -> bool {
        matches!(self.device, Reading::Waiting | Reading::Running(_) | Reading::Provisional(_))
    }

    /// This device's finished report.
    pub fn device_report(&self) -> Option<Arc<Report>> {
        match &self.device {
            Reading::Done { report, .. } => Some(report.clone()),
            _ => None,
        }
    }

    /// This device's report as JSON.
    pub fn device_json(&self) -> Option<Arc<str>> {
        match &self.device {
            Reading::Done { json, .. } => Some(json.clone()),
            _ => None,
        }
    }

    /// The server's report.
    pub fn server_report(&self) -> Option<&Report> {
        match &self.server {
            Asking::Done { answer, .. } => Some(&answer.report),
            _ => None,
        }
    }

    /// Whether there is nothing to show of it: this device failed and the server has not answered.
    pub fn has_failed(&self) -> bool {
        matches!(self.device, Reading::Failed(_)) && self.server_report().is_none()
    }

    /// Whether any model looked at it; without one, an empty list means nothing.
    pub fn was_looked_at(&self) -> bool {
        let with_models = |report: &Report| !report.receipt.models.is_empty();
        match (&self.device, self.server_report()) {
            (_, Some(server)) => with_models(server),
            (Reading::Done { report, .. }, None) => with_models(report),
            _ => true,
        }
    }

    /// What the file tells beside its pixels: camera, time, frames, whether it holds a location.
    pub fn file_facts(&self) -> Vec<(&'static str, String)> {
        let device = self.draft().filter(|d| d.has_image).map(|d| d.report.image.clone());
        let Some(image) = self.server_report().map(|r| r.image.clone()).or(device) else { return Vec::new() };
        let mut facts = Vec::new();
        if let Some(camera) = image.camera {
            let name: Vec<String> = [camera.make, camera.model].into_iter().flatten().collect();
            if !name.is_empty() {
                facts.push((text::CAMERA, name.join(" ")));
            }
            facts.extend(camera.taken_at.map(|at| (text::TAKEN, at.replace('T', " "))));
        }
        if image.frames > 1 {
            facts.push((text::FRAMES, text::frames_told(image.frames)));
        }
        if image.has_location {
            facts.push((text::LOCATION, text::HAS_LOCATION.into()));
        }
        facts
    }

    /// What there is of this device's reading, whole or not.
    pub fn draft(&self) -> Option<Arc<Draft>> {
        match &self.device {
            Reading::Running(draft) | Reading::Cancelled(draft) | Reading::Provisional(draft) => Some(draft.clone()),
            Reading::Done { report, .. } => Some(Arc::new(Draft::whole((**report).clone()))),
            Reading::Waiting => Some(Arc::default()),
            Reading::Failed(_) => None,
        }
    }
}

/// Whether a clause of the main sentence rests on a tag, an object or a face, and not on measures alone.
fn names_something(description: &Description) -> bool {
    let main_ends = description.main.chars().count();
    let main = description.clauses.iter().filter(|clause| (clause.start as usize) < main_ends);
    main.flat_map(|clause| &clause.findings).any(|finding| is_thing(finding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Picture {
        Picture {
            id: 1,
            name: "a.png".into(),
            bytes: 1,
            url: String::new(),
            size_px: None,
            device: Reading::Waiting,
            server: Asking::NotAsked,
            bytes_sent: 0,
        }
    }

    #[test]
    fn stages_fill_in_and_the_report_settles() {
        let mut p = picture();
        p.stage(Stage::Measures { palette: Vec::new(), quality: None });
        let Reading::Running(draft) = &p.device else { panic!("{:?}", p.device) };
        assert!(draft.has_measures && !draft.has_tags);
        let report = draft.report.clone();
        p.provisional_report(report);
        assert!(p.is_reading() && p.device_report().is_none());
        p.stage(Stage::Tags { tags: Vec::new() });
        p.report(Draft::default().report, String::new(), 20.0);
        assert!(!p.is_reading() && p.device_report().is_some());
    }

    #[test]
    fn before_the_models_came_only_a_sentence_that_names_something_is_told() {
        use crate::state::shown::tests::report;
        let unclear = report(
            &[("A picture", &["q1"]), (". It is unclear what is on it.", &[])],
            &[("Mostly ", &[]), ("sand", &["c1"])],
        );
        let beach = report(&[("Probably a beach", &["t1"])], &[("Sharp.", &[])]);
        for (report, told) in [(unclear, false), (beach, true)] {
            let mut p = picture();
            p.provisional_report(report);
            assert_eq!(p.draft().unwrap().has_description, told);
        }
    }

    #[test]
    fn a_late_stage_does_not_undo_a_cancel() {
        let mut p = picture();
        p.stage(Stage::Measures { palette: Vec::new(), quality: None });
        p.cancel();
        p.stage(Stage::Tags { tags: Vec::new() });
        let Reading::Cancelled(draft) = &p.device else { panic!("{:?}", p.device) };
        assert!(draft.has_measures && !draft.has_tags, "what was found stays, what comes late is ignored");
    }
}
