//! Small bright points on a dark ground: stars, galaxies, lights at night.

use super::scale::Luma;

/// A point's light has fallen off at this distance, in pixels of the working copy.
const RING_PX: usize = 6;
/// Sixteen places around a point, at about [`RING_PX`].
const RING: [(isize, isize); 16] = [
    (6, 0),
    (6, 2),
    (4, 4),
    (2, 6),
    (0, 6),
    (-2, 6),
    (-4, 4),
    (-6, 2),
    (-6, 0),
    (-6, -2),
    (-4, -4),
    (-2, -6),
    (0, -6),
    (2, -6),
    (4, -4),
    (6, -2),
];
/// The ground is darker than this, in levels.
const GROUND_AT_MOST: u32 = 56;
/// Places of the ring that may be lit by a neighbour.
const LIT_ALLOWED: usize = 3;
/// A point is brighter than its ring's mean by this much, in levels.
const RISE_AT_LEAST: u32 = 36;

/// Counts the points.
pub fn count(work: &Luma) -> u32 {
    if work.width <= 2 * RING_PX || work.height <= 2 * RING_PX {
        return 0;
    }
    let mut found = 0;
    for y in RING_PX..work.height - RING_PX {
        let (above, here, below) = (work.row(y - 1), work.row(y), work.row(y + 1));
        for x in RING_PX..work.width - RING_PX {
            let level = here[x];
            // What most pixels are told by, without looking further: no peak in the four next ones is none in 49.
            let rises = here[x - 1] < level && here[x + 1] <= level && above[x] < level && below[x] <= level;
            if rises && u32::from(level) >= RISE_AT_LEAST && is_peak(work, x, y) && stands_on_dark(work, x, y) {
                found += 1;
            }
        }
    }
    found
}

/// The brightest of its 7 × 7 pixels, the first in reading order where several are equal.
fn is_peak(work: &Luma, x: usize, y: usize) -> bool {
    let here = work.at(x, y);
    (y - 3..=y + 3).all(|ny| {
        (x - 3..=x + 3).all(|nx| {
            let there = work.at(nx, ny);
            if (ny, nx) < (y, x) { there < here } else { there <= here }
        })
    })
}

fn stands_on_dark(work: &Luma, x: usize, y: usize) -> bool {
    let ring = RING.map(|(dx, dy)| u32::from(work.at(x.saturating_add_signed(dx), y.saturating_add_signed(dy))));
    let lit = ring.iter().filter(|level| **level > GROUND_AT_MOST).count();
    let mean = ring.iter().sum::<u32>() / RING.len() as u32;
    lit <= LIT_ALLOWED && mean <= GROUND_AT_MOST && u32::from(work.at(x, y)) >= mean + RISE_AT_LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_counted_and_windows_are_not() {
        let mut night = Luma { width: 200, height: 100, data: vec![10; 200 * 100] };
        for i in 0..20 {
            night.data[(10 + 4 * i) * 200 + 15 + 9 * i] = 200;
        }
        assert_eq!(count(&night), 20);
        let mut window = Luma { width: 200, height: 100, data: vec![10; 200 * 100] };
        for y in 30..60 {
            window.data[y * 200 + 50..y * 200 + 90].fill(220);
        }
        assert_eq!(count(&window), 0);
        let day = Luma { width: 200, height: 100, data: vec![180; 200 * 100] };
        assert_eq!(count(&day), 0);
    }
}
