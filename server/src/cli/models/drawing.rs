//! A plan as a picture: each op a box below those whose numbers it reads, the wider its bar the longer it takes.

use std::fmt::Write as _;

use vision_core::engine::plan::{Flow, Plan, Source};

use super::inspecting::{Inspected, InspectedOp};
use super::subject::shape_text;

const BOX: [f64; 2] = [190.0, 38.0];
const GAP: [f64; 2] = [16.0, 26.0];
const MARGIN: f64 = 20.0;
/// Room for the headline.
const HEAD: f64 = 34.0;

/// Where a box lies: its left edge, and how many boxes are above it.
#[derive(Clone, Copy)]
struct Place {
    left: f64,
    layer: usize,
}

impl Place {
    fn top(self) -> f64 {
        MARGIN + HEAD + self.layer as f64 * (BOX[1] + GAP[1])
    }

    fn middle(self) -> f64 {
        self.left + BOX[0] / 2.0
    }
}

/// The picture as a file.
pub fn svg(plan: &Plan, shown: &Inspected) -> String {
    let flow = plan.flow();
    let (inputs, ops) = (plan.inputs.len(), plan.ops.len());
    // Inputs, ops, outputs.
    let sources: Vec<Vec<usize>> = sources(&flow, inputs);
    let places = places(&sources);
    let right = places.iter().map(|place| place.left + BOX[0]).fold(0.0, f64::max);
    let bottom = places.iter().map(|place| place.top() + BOX[1]).fold(0.0, f64::max);
    let mut drawn = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        right + MARGIN,
        bottom + MARGIN,
        escaped(&shown.model),
    );
    let headline = format!("{}: {ops} ops, {:.1} MMAC, {:.2} ms", shown.model, shown.macs as f64 / 1e6, shown.ms);
    line(
        &mut drawn,
        &format!("<text x=\"{MARGIN}\" y=\"{}\" font-size=\"16\">{}</text>", MARGIN + 12.0, escaped(&headline)),
    );
    for (to, sources) in sources.iter().enumerate() {
        for from in sources {
            edge(&mut drawn, places[*from], places[to]);
        }
    }
    for (at, place) in places.iter().enumerate() {
        if let Some(op) = at.checked_sub(inputs).and_then(|op| shown.ops.get(op)) {
            op_box(&mut drawn, *place, op, shown.ms);
        } else {
            let (word, dims) = match shown.inputs.get(at) {
                Some(dims) => ("input", dims),
                None => ("output", &shown.outputs[at - inputs - ops]),
            };
            labelled(&mut drawn, *place, "#ddd", [word, &shape_text(dims)]);
        }
    }
    drawn.push_str("</svg>\n");
    drawn
}

fn sources(flow: &Flow, inputs: usize) -> Vec<Vec<usize>> {
    let number = |source: &Source| match source {
        Source::Input(at) => *at,
        Source::Op(at) => inputs + at,
    };
    let read = flow.ops.iter().chain(&flow.outputs).map(|sources| sources.iter().map(number).collect());
    std::iter::repeat_n(Vec::new(), inputs).chain(read).collect()
}

/// Each box below its sources, and as near as can be to the middle of them.
fn places(sources: &[Vec<usize>]) -> Vec<Place> {
    let mut layers: Vec<Vec<usize>> = Vec::new();
    let mut places: Vec<Place> = Vec::with_capacity(sources.len());
    for (at, sources) in sources.iter().enumerate() {
        let layer = sources.iter().map(|from| places[*from].layer + 1).max().unwrap_or(0);
        places.push(Place { left: 0.0, layer });
        layers.resize(layers.len().max(layer + 1), Vec::new());
        layers[layer].push(at);
    }
    for layer in layers {
        let wish = |at: &usize, places: &[Place]| {
            let lefts = sources[*at].iter().map(|from| places[*from].left);
            lefts.sum::<f64>() / sources[*at].len().max(1) as f64
        };
        let mut wishes: Vec<(f64, usize)> = layer.iter().map(|at| (wish(at, &places), *at)).collect();
        wishes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut free = f64::NEG_INFINITY;
        for (wish, at) in wishes {
            places[at].left = wish.max(free);
            free = places[at].left + BOX[0] + GAP[0];
        }
    }
    let leftmost = places.iter().map(|place| place.left).fold(f64::INFINITY, f64::min);
    places.iter_mut().for_each(|place| place.left += MARGIN - leftmost);
    places
}

fn edge(drawn: &mut String, from: Place, to: Place) {
    let (start, end) = (from.top() + BOX[1], to.top());
    let bend = (end - start) / 2.0;
    line(
        drawn,
        &format!(
            "<path d=\"M{:.1} {start:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {end:.1}\" fill=\"none\" stroke=\"#888\"/>",
            from.middle(),
            from.middle(),
            start + bend,
            to.middle(),
            end - bend,
            to.middle(),
        ),
    );
}

fn op_box(drawn: &mut String, place: Place, op: &InspectedOp, whole_ms: f64) {
    let details = format!(
        "{}: {} -> {}, {:.2} MMAC, {:.1} kB, {:.3} ms",
        op.name,
        op.inputs.iter().map(|dims| shape_text(dims)).collect::<Vec<_>>().join(" "),
        shape_text(&op.output),
        op.macs as f64 / 1e6,
        op.weight_bytes as f64 / 1e3,
        op.ms,
    );
    line(drawn, &format!("<g><title>{}</title>", escaped(&details)));
    labelled(drawn, place, colour(op.kind), [op.kind, &format!("{}  {:.3} ms", shape_text(&op.output), op.ms)]);
    // A tenth of the whole time fills the box.
    let bar = (10.0 * op.ms / whole_ms.max(f64::MIN_POSITIVE)).min(1.0) * BOX[0];
    let (left, top) = (place.left, place.top() + BOX[1] - 4.0);
    line(drawn, &format!("<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{bar:.1}\" height=\"4\" fill=\"#c33\"/></g>"));
}

fn labelled(drawn: &mut String, place: Place, fill: &str, [first, second]: [&str; 2]) {
    let (left, top) = (place.left, place.top());
    let [width, height] = BOX;
    line(
        drawn,
        &format!(
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width}\" height=\"{height}\" rx=\"4\" fill=\"{fill}\" stroke=\"#555\"/>\
             <text x=\"{0:.1}\" y=\"{1:.1}\" font-weight=\"bold\">{2}</text><text x=\"{0:.1}\" y=\"{3:.1}\">{4}</text>",
            left + 8.0,
            top + 14.0,
            escaped(first),
            top + 28.0,
            escaped(second),
        ),
    );
}

fn colour(kind: &str) -> &'static str {
    match kind {
        "conv" | "conv 1x1" | "conv transpose" => "#cfe2f3",
        "depthwise" => "#d9ead3",
        "pool" | "resize" | "reduce" => "#fff2cc",
        "copy" | "fill" => "#f4cccc",
        _ => "#e6e0ee",
    }
}

fn line(drawn: &mut String, element: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(drawn, "{element}");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{BOX, GAP, places};

    #[test]
    fn boxes_lie_below_their_sources_and_never_on_each_other() {
        // An input, two branches, a third from the second, and their sum.
        let sources = [vec![], vec![0], vec![0], vec![2], vec![1, 3]];
        let places = places(&sources);
        assert_eq!(places.iter().map(|place| place.layer).collect::<Vec<_>>(), [0, 1, 1, 2, 3]);
        assert!((places[1].left - places[2].left).abs() >= BOX[0] + GAP[0]);
        assert!(places.iter().all(|place| place.left >= 0.0));
    }
}
