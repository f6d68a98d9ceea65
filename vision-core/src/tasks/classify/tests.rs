//! Probabilities and the choice of tags.

use super::*;

const RULE: Rule = Rule { temperature: 1.0, keep_above: 0.05, unsure_below: 0.5, top_k: 3 };

fn logits(values: &[(usize, f32)]) -> Tensor {
    let mut data = vec![0.0; 1000];
    for (class, value) in values {
        data[*class] = *value;
    }
    Tensor { shape: vec![1, 1000], data }
}

#[test]
fn softmax_sums_to_one_and_a_high_temperature_evens_it_out() {
    let cold = softmax(&[1.0, 2.0, 3.0], 1.0);
    let warm = softmax(&[1.0, 2.0, 3.0], 4.0);
    for (probabilities, best) in [(&cold, 0.6652), (&warm, 0.4192)] {
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((probabilities[2] - best).abs() < 1e-4, "{probabilities:?}");
    }
    assert_eq!(softmax(&[1000.0, 0.0], 1.0), [1.0, 0.0], "large logits do not overflow");
}

#[test]
fn the_best_classes_become_tags_in_order() {
    // Brown bear 12, black bear 11, tabby cat (two classes of one synset would be one tag) far behind.
    let found = tags(&[logits(&[(294, 12.0), (295, 11.0), (281, 5.0)])], &RULE).expect("a thousand logits").tags;
    let names: Vec<&str> = found.iter().map(|t| t.label.as_str()).collect();
    assert_eq!(names, ["brown bear", "black bear"]);
    let ids: Vec<&str> = found.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(ids, ["t1", "t2"]);
    assert_eq!(found[0].standing, Standing::Accepted);
    assert_eq!(found[1].standing, Standing::Unsure);
    assert!(found[1].reason.is_some());
    assert!((found[0].probability - 0.726).abs() < 0.01, "{found:?}");
}

#[test]
fn a_tag_carries_both_probabilities_and_gives_the_other_on_demand() {
    let rule = Rule { temperature: 0.5, ..RULE };
    let mut found = tags(&[logits(&[(294, 12.0), (295, 11.0)])], &rule).expect("a thousand logits");
    let mut told = found.tags.clone();
    let calibrated = told[0].probability;
    assert!(calibrated > 0.87, "a temperature below one makes it surer: {calibrated}");
    found.exchange(&mut told);
    assert!((told[0].probability - 0.726).abs() < 0.01, "{told:?}");
    found.exchange(&mut told);
    assert_eq!(told, found.tags);
}

#[test]
fn classes_of_one_synset_are_one_tag() {
    // ImageNet has the sunglass (836) and the sunglasses (837).
    let found = tags(&[logits(&[(836, 12.0), (837, 12.0)])], &RULE).expect("a thousand logits").tags;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].probability > 0.95);
}

#[test]
fn an_even_guess_gives_no_tag_and_too_few_logits_are_refused() {
    assert_eq!(tags(&[logits(&[])], &RULE), Ok(Classified::default()));
    for outputs in [vec![], vec![Tensor { shape: vec![1, 2], data: vec![0.0, 1.0] }]] {
        assert!(matches!(tags(&outputs, &RULE), Err(EngineError::Shape { .. })));
    }
}

#[test]
fn numbers_that_are_none_give_no_tag() {
    let broken = Tensor { shape: vec![1, 1000], data: vec![f32::NAN; 1000] };
    assert_eq!(tags(&[broken], &RULE), Ok(Classified::default()));
}
