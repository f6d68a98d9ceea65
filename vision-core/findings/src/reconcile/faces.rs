//! Which faces count: the detector of faces fires on animals, so a face needs a person's box or a high score.

use crate::reconcile::{Findings, certainty, lower};
use crate::report::{Face, Object, Standing};

/// A person's box holds a face if this much of the face lies inside it.
const HELD: f32 = 0.7;
/// A tag of an animal this likely makes a face without a person the animal's.
const ANIMAL_TAG: f32 = 0.4;

const ANIMALS: &[&str] =
    &["bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "teddy bear"];

pub fn judge(findings: &mut Findings) {
    let animal_tag = findings
        .tags
        .iter()
        .find(|t| t.probability >= ANIMAL_TAG && t.parents.iter().any(|p| p == "animal"))
        .map(|t| t.label.clone());
    let on_animal: Vec<Object> = findings
        .objects
        .iter()
        .filter(|o| ANIMALS.contains(&o.label.as_str()) && o.standing != Standing::Doubted)
        .cloned()
        .collect();
    for face in &mut findings.faces {
        face.standing = Standing::Accepted;
        face.reason = None;
        let holder = holder(face, &findings.objects);
        face.person = holder.map(|i| i.id.clone());
        if let Some(id) = face.person.clone() {
            lift_person(&mut findings.objects, &id, &face.id);
            continue;
        }
        if let Some(animal) = on_animal.iter().find(|a| inside(face, a) > HELD) {
            let why = format!("it lies on the {} {}", animal.label, animal.id);
            lower(&mut face.standing, &mut face.reason, Standing::Doubted, why);
        } else if let Some(tag) = &animal_tag {
            let why = format!("no person holds it, and the picture shows an animal ({tag})");
            lower(&mut face.standing, &mut face.reason, Standing::Doubted, why);
        } else if face.score < findings.sure_face {
            let why = "no person holds it, and the detector is not sure".to_owned();
            lower(&mut face.standing, &mut face.reason, Standing::Doubted, why);
        }
    }
}

fn inside(face: &Face, object: &Object) -> f32 {
    face.bounds.intersection(&object.bounds) / face.bounds.area().max(1.0)
}

/// The smallest person whose upper part holds the face. A person that its score alone left out counts: the face speaks for it.
fn holder<'a>(face: &Face, objects: &'a [Object]) -> Option<&'a Object> {
    objects
        .iter()
        .filter(|o| o.label == "person" && inside(face, o) > HELD)
        .filter(|o| face.bounds.center().1 < o.bounds.y + 0.6 * o.bounds.height)
        .filter(|o| o.standing != Standing::Doubted || certainty::only_the_score_speaks_against(o))
        .min_by(|a, b| a.bounds.area().total_cmp(&b.bounds.area()))
}

fn lift_person(objects: &mut [Object], id: &str, face: &str) {
    for person in objects.iter_mut().filter(|o| o.id == id && o.standing != Standing::Accepted) {
        person.reason = (person.standing == Standing::Doubted)
            .then(|| format!("the score alone is low, but it has the face {face}"));
        person.standing = if person.standing == Standing::Doubted { Standing::Unsure } else { Standing::Accepted };
    }
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    ANIMALS.iter().copied()
}
