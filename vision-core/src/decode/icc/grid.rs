//! Tables over several axes, and what lies between their nodes: each cell is cut into simplices, in three dimensions tetrahedra
//! (Kasson, Nin, Plouffe, Hafner: "Performing color space conversions with three-dimensional linear interpolation", 1995).

/// Where a number lies on an axis: how far between two nodes, and how many nodes of the table lie from one to the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Between {
    pub part: f32,
    pub step: usize,
}

/// The nodes around a place and their shares: from the first node of the cell along the axes, those first that reach furthest.
pub fn shares<const N: usize>(first: usize, mut axes: [Between; N], mut node: impl FnMut(usize, f32)) {
    axes.sort_unstable_by(|a, b| b.part.total_cmp(&a.part));
    let (mut at, mut before) = (first, 1.0);
    for Between { part, step } in axes {
        node(at, before - part);
        (at, before) = (at + step, part);
    }
    node(at, before);
}

/// A level of 0 to 1 as one of 0 to 255.
pub fn level(share: f32) -> u8 {
    (share * 255.0 + 0.5) as u8
}

/// Colours on evenly spread nodes over N axes of 8-bit levels.
pub struct Grid<const N: usize> {
    /// Levels of 0 to 255; the last axis goes fastest.
    nodes: Vec<[f32; 3]>,
    /// For each level the node before it, and how far it lies from there.
    places: Box<[(usize, f32); 256]>,
    side: usize,
}

impl<const N: usize> Grid<N> {
    pub fn new(side: usize, color: impl Fn([f32; N]) -> [f32; 3]) -> Self {
        let last = side - 1;
        let node = |at: usize| {
            let mut rest = at;
            let mut place = [0.0; N];
            for axis in place.iter_mut().rev() {
                *axis = (rest % side) as f32 / last as f32;
                rest /= side;
            }
            color(place).map(|share| share * 255.0)
        };
        let place = |level: usize| {
            let before = (level * last / 255).min(last - 1);
            (before, (level * last) as f32 / 255.0 - before as f32)
        };
        let nodes = (0..side.pow(N as u32)).map(node).collect();
        Self { nodes, places: Box::new(std::array::from_fn(place)), side }
    }

    pub fn convert(&self, colors: &[[u8; N]], target: &mut [[u8; 3]]) {
        for (color, pixel) in colors.iter().zip(target) {
            let mut axes = [Between::default(); N];
            let (mut first, mut step) = (0, 1);
            for (axis, level) in axes.iter_mut().zip(color).rev() {
                let (before, part) = self.places[usize::from(*level)];
                *axis = Between { part, step };
                first += before * step;
                step *= self.side;
            }
            let mut sum = [0.5; 3];
            shares(first, axes, |node, share| {
                let node = &self.nodes[node];
                sum.iter_mut().zip(node).for_each(|(sum, value)| *sum += share * value);
            });
            *pixel = sum.map(|value| value as u8);
        }
    }
}
