//! The manifest inside the executable: which models there are, without any file beside it.

use std::sync::{Arc, LazyLock};

use vision_core::manifest::Manifest;

/// The text of `models/manifest.toml` that this executable was built with.
pub const MANIFEST_TOML: &str = include_str!("../../../models/manifest.toml");

static MANIFEST: LazyLock<Arc<Manifest>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the text is part of the executable; a test parses it")]
    let manifest = toml::from_str(MANIFEST_TOML).expect("the built-in manifest is well formed");
    Arc::new(manifest)
});

/// The manifest that this executable was built with.
pub fn built_in() -> Arc<Manifest> {
    Arc::clone(&MANIFEST)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vision_core::manifest::{Detect, Fit, ModelTask, OutputSpec, Source};
    use vision_core::report::Profile;

    use super::*;

    fn is_sha256(text: &str) -> bool {
        text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    }

    fn is_share(value: f32) -> bool {
        (0.0..=1.0).contains(&value)
    }

    #[test]
    fn each_model_has_a_name_a_file_and_a_hash_of_its_own() {
        let manifest = built_in();
        let names: BTreeSet<_> = manifest.models.iter().map(|m| &m.name).collect();
        let files: BTreeSet<_> = manifest.models.iter().map(|m| &m.file).collect();
        let hashes: BTreeSet<_> = manifest.models.iter().map(|m| &m.sha256).collect();
        assert_eq!(names.len(), manifest.models.len());
        assert_eq!(files.len(), manifest.models.len());
        assert_eq!(hashes.len(), manifest.models.len());
        for model in &manifest.models {
            assert!(is_sha256(&model.sha256), "{}", model.name);
            assert!((100_000..100_000_000).contains(&model.bytes), "{}", model.name);
            assert!(model.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            assert!(!model.file.contains(['/', '\\']) && model.file.ends_with(".onnx"), "{}", model.file);
            assert!(!model.licence.is_empty() && !model.origin.is_empty(), "{}", model.name);
        }
    }

    #[test]
    fn every_number_of_the_inputs_is_sane_and_has_an_origin() {
        for model in &built_in().models {
            let input = &model.input;
            assert!(!input.origin.is_empty(), "{}", model.name);
            assert!(input.width.is_multiple_of(32) && (224..=1024).contains(&input.width), "{}", model.name);
            assert_eq!(input.width, input.height, "{}", model.name);
            assert!(input.mean.iter().all(|m| (0.0..=255.0).contains(m)), "{}", model.name);
            assert!(input.std.iter().all(|s| (1.0..=255.0).contains(s)), "{}", model.name);
            match input.fit {
                Fit::Stretch => {}
                Fit::CenterCrop { short_side } => assert!(short_side >= input.width, "{}", model.name),
                Fit::LetterboxTopLeft { pad } => assert!((0.0..=255.0).contains(&pad), "{}", model.name),
            }
        }
    }

    fn check_detect(name: &str, detect: &Detect) {
        assert!(0.0 < detect.keep_above && detect.keep_above <= detect.show_above, "{name}");
        assert!(detect.show_above <= detect.sure_above && is_share(detect.sure_above), "{name}");
        assert!((0.3..0.9).contains(&detect.nms_iou), "{name}");
        assert!(!detect.origin.is_empty(), "{name}");
    }

    #[test]
    fn every_number_of_the_outputs_is_sane_and_has_an_origin() {
        let manifest = built_in();
        for model in &manifest.models {
            let name = &model.name;
            match &model.output {
                OutputSpec::Softmax { temperature, keep_above, unsure_below, top_k, origin } => {
                    assert_eq!(model.task, ModelTask::Tags, "{name}");
                    assert!((0.3..3.0).contains(temperature), "{name}");
                    assert!(0.0 < *keep_above && keep_above < unsure_below && is_share(*unsure_below), "{name}");
                    assert!((1..=20).contains(top_k) && !origin.is_empty(), "{name}");
                }
                OutputSpec::Picodet { strides, bins, detect } => {
                    assert_eq!(model.task, ModelTask::Objects, "{name}");
                    assert_eq!((strides.as_slice(), *bins), ([8, 16, 32, 64].as_slice(), 8), "{name}");
                    check_detect(name, detect);
                }
                OutputSpec::Yolox { strides, detect } => {
                    assert_eq!(model.task, ModelTask::Objects, "{name}");
                    assert_eq!(strides, &[8, 16, 32], "{name}");
                    check_detect(name, detect);
                }
                OutputSpec::Yunet { strides, keep_above, nms_iou, sure_above, origin } => {
                    assert_eq!(model.task, ModelTask::Faces, "{name}");
                    assert_eq!(strides, &[8, 16, 32], "{name}");
                    assert!(0.0 < *keep_above && keep_above <= sure_above && is_share(*sure_above), "{name}");
                    assert!((0.1..0.9).contains(nms_iou) && !origin.is_empty(), "{name}");
                }
            }
            for measured in &model.measured {
                assert!(is_share(measured.value) && !measured.set.is_empty() && !measured.origin.is_empty(), "{name}");
            }
        }
        let fusion = &manifest.fusion;
        assert!(
            (0.3..0.9).contains(&fusion.iou) && fusion.show_above <= fusion.sure_above && is_share(fusion.sure_above)
        );
        assert!(fusion.weights.keys().all(|name| manifest.model(name).is_some()) && !fusion.origin.is_empty());
    }

    #[test]
    fn sources_are_pinned() {
        let manifest = built_in();
        for model in &manifest.models {
            for source in &model.sources {
                match source {
                    Source::Address { url } => {
                        let pinned = url
                            .split('/')
                            .any(|part| part.len() == 40 && u128::from_str_radix(&part[..32], 16).is_ok());
                        assert!(url.starts_with("https://") && pinned, "{}: {url}", model.name);
                    }
                    Source::Package { archive_sha256, member_sha256, version, .. } => {
                        assert!(is_sha256(archive_sha256) && is_sha256(member_sha256), "{}", model.name);
                        assert!(!version.is_empty(), "{}", model.name);
                    }
                    Source::Derived { from, .. } => {
                        assert!(from != &model.name && manifest.model(from).is_some(), "{}", model.name);
                    }
                }
            }
        }
    }

    #[test]
    fn every_profile_has_a_model_of_each_task_and_every_fallback_a_target_of_its_task() {
        let manifest = built_in();
        for profile in [Profile::Preview, Profile::Authority] {
            for task in [ModelTask::Tags, ModelTask::Objects, ModelTask::Faces] {
                assert!(manifest.of_profile(profile).any(|m| m.task == task), "{profile:?} {task:?}");
            }
        }
        for model in &manifest.models {
            if let Some(target) = &model.fallback_for {
                let target = manifest.model(target).map(|m| m.task);
                assert_eq!(target, Some(model.task), "{}", model.name);
            }
        }
    }
}
