//! The stages that need models: raw findings of every model, joined and named.

use super::readings::Readings;
use super::run::Run;
use crate::error::AnalyzeError;
use crate::manifest::{Detect, Fusion, ModelTask, OutputSpec};
use crate::report::{Face, Object};
use crate::tasks::classify::Classified;
use crate::tasks::detect::{Detection, picodet, yolox};
use crate::tasks::faces::{FaceThresholds, FoundFace, judge, suppress, yunet};
use crate::tasks::fusion::fuse;
use crate::tasks::objects::{Thresholds, name_objects};
use crate::tasks::{classify, wrong_output};

/// The tags of the first model that can be run.
pub(super) async fn tags<'a: 'p, 'p>(
    run: &mut Run<'a>,
    readings: &mut Readings<'p>,
) -> Result<Classified, AnalyzeError> {
    for chosen in run.models_for(ModelTask::Tags) {
        let found = run.read(chosen, readings, |outputs, _| match &chosen.spec.output {
            OutputSpec::Softmax { temperature, keep_above, unsure_below, top_k, .. } => {
                let rule = classify::Rule {
                    temperature: *temperature,
                    keep_above: *keep_above,
                    unsure_below: *unsure_below,
                    top_k: *top_k as usize,
                };
                classify::tags(outputs, &rule)
            }
            other => Err(wrong_output(other)),
        });
        let found = found.await?;
        if let Some(tags) = found {
            return Ok(tags);
        }
    }
    Ok(Classified::default())
}

/// The objects that all detectors together saw.
pub(super) async fn objects<'a: 'p, 'p>(
    run: &mut Run<'a>,
    readings: &mut Readings<'p>,
    fusion: &Fusion,
) -> Result<Vec<Object>, AnalyzeError> {
    let mut by_model: Vec<(&str, Vec<Detection>)> = Vec::new();
    let mut alone: Option<&Detect> = None;
    for chosen in run.models_for(ModelTask::Objects) {
        let input = &chosen.spec.input;
        let found = run.read(chosen, readings, |outputs, placement| match &chosen.spec.output {
            OutputSpec::Picodet { strides, bins, detect } => {
                picodet(outputs, input, (strides, *bins), detect, placement)
            }
            OutputSpec::Yolox { strides, detect } => yolox(outputs, input, strides, detect, placement),
            other => Err(wrong_output(other)),
        });
        let found = found.await?;
        if let Some(found) = found {
            by_model.push((&chosen.spec.name, found));
            alone = chosen.spec.output.detect();
        }
    }
    // What a score means depends on who gave it: one detector's thresholds are its own, the joined score's are another.
    let thresholds = match (by_model.len(), alone) {
        (1, Some(detect)) => Thresholds { show_above: detect.show_above, sure_above: detect.sure_above },
        _ => Thresholds { show_above: fusion.show_above, sure_above: fusion.sure_above },
    };
    Ok(name_objects(fuse(&by_model, fusion), readings.picture.full(), thresholds))
}

/// The faces that any detector saw, judged by what was seen around them, and the score from which one counts by itself.
pub(super) async fn faces<'a: 'p, 'p>(
    run: &mut Run<'a>,
    readings: &mut Readings<'p>,
    objects: &[Object],
) -> Result<(Vec<Face>, f32), AnalyzeError> {
    let mut all: Vec<FoundFace> = Vec::new();
    let mut limits: Option<FaceThresholds> = None;
    for chosen in run.models_for(ModelTask::Faces) {
        let input = &chosen.spec.input;
        let found = run.read(chosen, readings, |outputs, placement| match &chosen.spec.output {
            OutputSpec::Yunet { strides, keep_above, nms_iou, sure_above, .. } => {
                let (keep_above, nms_iou, sure_above) = (*keep_above, *nms_iou, *sure_above);
                let thresholds = FaceThresholds { keep_above, nms_iou, sure_above };
                Ok((thresholds, yunet(outputs, input, strides, &thresholds, placement)?))
            }
            other => Err(wrong_output(other)),
        });
        let found = found.await?;
        if let Some((thresholds, found)) = found {
            limits.get_or_insert(thresholds);
            all.extend(found);
        }
    }
    let Some(limits) = limits else { return Ok((Vec::new(), 1.0)) };
    Ok((judge(&suppress(all, limits.nms_iou), objects, limits.sure_above), limits.sure_above))
}
