//! Sums of products for a block of output pixels: tiles of pixels by panels of channels that stay in registers to the end.

#![expect(unsafe_code, reason = "reads and writes through pointers that its callers have checked")]

use super::packed::{LINE, PackedMatrix, Panel};
use super::vector::{Part, Registers, Vector};
use super::{Epilogue, Order};

/// Where the numbers of one sum lie, seen from its pixel: `rows` x `columns` stretches of `len` numbers each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taps {
    pub rows: usize,
    pub row_pitch: usize,
    pub columns: usize,
    pub column_pitch: usize,
    pub len: usize,
}

/// Output pixels that are worked on together: their inputs, every panel of weights, and where results go.
pub(super) struct Block<'a> {
    pub input: *const f32,
    /// Of each pixel's first number from `input`.
    pub offsets: &'a [usize],
    pub taps: Taps,
    pub weights: PackedMatrix<'a>,
    /// One per output channel.
    pub bias: Option<&'a [f32]>,
    pub finish: Finish,
    pub out: *mut f32,
    pub out_ld: usize,
}

/// What is done to a sum while it is in a register.
#[derive(Clone, Copy)]
pub(super) struct Finish {
    pub low: f32,
    pub high: f32,
    /// Null if there is none.
    pub residual: *const f32,
    pub residual_ld: usize,
    pub order: Order,
}

impl Finish {
    /// The part of an epilogue that registers do; the rest is left to a second pass ([`super::activation::finish_rows`]).
    pub fn new(epilogue: &Epilogue) -> Self {
        let clamp = epilogue.activation.clamp();
        let (low, high) = clamp.unwrap_or((f32::NEG_INFINITY, f32::INFINITY));
        // An activation of the second pass that comes before the residual leaves the residual to that pass too.
        let residual = epilogue.residual.filter(|_| clamp.is_some() || epilogue.order == Order::ActivationLast);
        Self {
            low,
            high,
            residual: residual.map_or(std::ptr::null(), |rows| rows.data.as_ptr()),
            residual_ld: residual.map_or(0, |rows| rows.ld),
            order: epilogue.order,
        }
    }

    /// The same for an output that begins `pixels` and `channels` later.
    pub fn moved(self, pixels: usize, channels: usize) -> Self {
        if self.residual.is_null() {
            return self;
        }
        Self { residual: self.residual.wrapping_add(pixels * self.residual_ld + channels), ..self }
    }

    /// # Safety
    /// The residual, if any, is valid for reading `count` numbers at `pixel` and `channel`, and `count <= LANES`.
    #[inline(always)]
    pub unsafe fn apply<V: Vector, const FULL: bool>(&self, sum: V, pixel: usize, channel: usize, count: usize) -> V {
        let (low, high) = (V::splat(self.low), V::splat(self.high));
        if self.residual.is_null() {
            return sum.at_least(low).at_most(high);
        }
        // SAFETY: granted by the caller.
        let residual = unsafe {
            let at = self.residual.add(pixel * self.residual_ld + channel);
            if FULL { V::load(at) } else { V::load_part(at, count) }
        };
        match self.order {
            Order::ActivationLast => sum.add(residual).at_least(low).at_most(high),
            Order::ResidualLast => sum.at_least(low).at_most(high).add(residual),
        }
    }
}

/// The stretches of a sum: one of any length, as 1x1 convolutions have it.
const ALONE: usize = usize::MAX;
/// Several, of any length.
const ANY: usize = 0;
/// Several of this length: three columns of three colours are what networks begin with.
const COLOURS: usize = 9;

/// A block by one panel of `WIDTH` vectors, at most `MOST` pixels a tile; made by [`Block::run`] alone. `STRETCH` is one of the
/// constants above.
struct PanelOfBlock<'a, const WIDTH: usize, const MOST: usize, const STRETCH: usize> {
    block: &'a Block<'a>,
    panel: Panel,
}

impl<const WIDTH: usize, const MOST: usize, const STRETCH: usize> Part for PanelOfBlock<'_, WIDTH, MOST, STRETCH> {
    #[inline(always)]
    fn run<V: Registers>(self) {
        // SAFETY: granted by the caller of `Block::run`; the panel is one of the weights'.
        unsafe { self.block.panel::<V, WIDTH, MOST, STRETCH>(self.panel) }
    }
}

impl Block<'_> {
    /// Computes the block.
    ///
    /// # Safety
    /// For every offset and every tap `input` is valid for reading; `taps` and `weights` agree on the length of a sum;
    /// `out` (and the residual) are valid for as many pixels as there are offsets and as many channels as `weights` has;
    /// `weights` are packed for this kind of vector.
    #[inline(always)]
    pub unsafe fn run<V: Registers>(&self) {
        debug_assert!(self.weights.isa().lanes() == V::LANES && self.weights.isa().max_panel() == V::MAX_PANEL);
        for panel in self.weights.panels() {
            // SAFETY: granted by the caller; the panel is one of the weights'.
            unsafe {
                match self.taps {
                    Taps { rows: 1, columns: 1, .. } => self.enter::<V, ALONE>(panel),
                    Taps { len: COLOURS, .. } if V::STEPS > 1 => self.enter::<V, COLOURS>(panel),
                    _ => self.enter::<V, ANY>(panel),
                }
            }
        }
    }

    /// # Safety
    /// As for `run`; the panel is one of the weights', and `STRETCH` fits the taps.
    #[inline(always)]
    unsafe fn enter<V: Registers, const STRETCH: usize>(&self, panel: Panel) {
        match (panel.vectors, V::MAX_PANEL) {
            (1, _) => V::enter(PanelOfBlock::<1, 8, STRETCH> { block: self, panel }),
            (2, _) if V::HAS_TALL_TILES => V::enter(PanelOfBlock::<2, 8, STRETCH> { block: self, panel }),
            (3, _) if V::HAS_TALL_TILES => V::enter(PanelOfBlock::<3, 8, STRETCH> { block: self, panel }),
            (2, 3) => V::enter(PanelOfBlock::<2, 6, STRETCH> { block: self, panel }),
            (2, _) => V::enter(PanelOfBlock::<2, 4, STRETCH> { block: self, panel }),
            // Four pixels by three vectors are one register more than sixteen.
            (3, 3) => V::enter(PanelOfBlock::<3, 3, STRETCH> { block: self, panel }),
            _ => unreachable!("no panel is wider than three vectors"),
        }
    }

    /// All pixels by one panel, at most `MOST` pixels a tile.
    ///
    /// # Safety
    /// As for `run`; the panel is `WIDTH` vectors wide.
    #[inline(always)]
    unsafe fn panel<V: Registers, const WIDTH: usize, const MOST: usize, const STRETCH: usize>(&self, panel: Panel) {
        let width = self.weights.n() - panel.first;
        // SAFETY: the bias, where there is one, has `n` numbers; the rest is granted by the caller.
        unsafe {
            let mut start = [V::splat(0.0); WIDTH];
            if let Some(bias) = self.bias {
                for (vector, start) in start.iter_mut().enumerate() {
                    let count = width - vector * V::LANES;
                    *start = V::load_part(bias.as_ptr().add(panel.first + vector * V::LANES), count.min(V::LANES));
                }
            }
            // A processor foresees a stretch of memory only once it is being read, so the first tile of a panel would wait for
            // most of its weights. They are asked for while the panel before it is computed.
            let mut ahead = self.weights.numbers().as_ptr().wrapping_add(panel.next);
            let lines_of_a_tile = self.taps.rows * self.taps.columns * (self.taps.len / V::STEPS);
            let mut first = 0;
            while first < self.offsets.len() {
                let count = tile_pixels(self.offsets.len() - first, MOST);
                match count {
                    1 => self.tile::<V, 1, WIDTH, STRETCH>(panel, start, first, ahead),
                    2 => self.tile::<V, 2, WIDTH, STRETCH>(panel, start, first, ahead),
                    3 => self.tile::<V, 3, WIDTH, STRETCH>(panel, start, first, ahead),
                    4 if MOST > 3 => self.tile::<V, 4, WIDTH, STRETCH>(panel, start, first, ahead),
                    5 if MOST > 4 => self.tile::<V, 5, WIDTH, STRETCH>(panel, start, first, ahead),
                    6 if MOST > 4 => self.tile::<V, 6, WIDTH, STRETCH>(panel, start, first, ahead),
                    7 if MOST > 6 => self.tile::<V, 7, WIDTH, STRETCH>(panel, start, first, ahead),
                    8 if MOST > 6 => self.tile::<V, 8, WIDTH, STRETCH>(panel, start, first, ahead),
                    _ => unreachable!("a tile has 1 to {MOST} pixels"),
                }
                first += count;
                ahead = ahead.wrapping_add(lines_of_a_tile * LINE);
            }
        }
    }

    /// `ahead` is where what comes next is asked for.
    ///
    /// # Safety
    /// As for `panel`; pixels `first` to `first + PIXELS` exist.
    #[inline(always)]
    unsafe fn tile<V: Registers, const PIXELS: usize, const WIDTH: usize, const STRETCH: usize>(
        &self,
        panel: Panel,
        start: [V; WIDTH],
        first: usize,
        ahead: *const f32,
    ) {
        // SAFETY: granted by the caller.
        unsafe {
            let mut from = [self.input; PIXELS];
            for (pixel, from) in from.iter_mut().enumerate() {
                *from = self.input.add(*self.offsets.get_unchecked(first + pixel));
            }
            let weights = self.weights.numbers().as_ptr().add(panel.offset);
            let sums = sums::<V, PIXELS, WIDTH, STRETCH>(from, &self.taps, [weights, ahead], start);

            let width = self.weights.n() - panel.first;
            let out = self.out.add(first * self.out_ld + panel.first);
            if self.finish.residual.is_null() && width >= WIDTH * V::LANES {
                let (low, high) = (V::splat(self.finish.low), V::splat(self.finish.high));
                for (pixel, sums) in sums.iter().enumerate() {
                    for (vector, sum) in sums.iter().enumerate() {
                        let out = out.add(pixel * self.out_ld + vector * V::LANES);
                        sum.at_least(low).at_most(high).store(out);
                    }
                }
                return;
            }
            for (pixel, sums) in sums.iter().enumerate() {
                for (vector, sum) in sums.iter().enumerate() {
                    let (at, channel) = (vector * V::LANES, panel.first + vector * V::LANES);
                    let (out, pixel) = (out.add(pixel * self.out_ld + at), first + pixel);
                    if at + V::LANES <= width {
                        self.finish.apply::<V, true>(*sum, pixel, channel, V::LANES).store(out);
                    } else {
                        let count = width - at;
                        self.finish.apply::<V, false>(*sum, pixel, channel, count).store_part(out, count);
                    }
                }
            }
        }
    }
}

/// Pixels of the next tile: as many as fit, but the last two tiles share what is left, since a tile of one pixel takes
/// almost as long as one of four.
#[inline(always)]
fn tile_pixels(left: usize, most: usize) -> usize {
    if left <= most {
        left
    } else if left < 2 * most {
        left.div_ceil(2)
    } else {
        most
    }
}

/// `start` and the products of each pixel's taps with the panel, added one after another. The second pointer is where what
/// comes next is asked for.
///
/// # Safety
/// Every pointer is valid for reading at every tap, `weights` for `WIDTH` vectors per number of a sum.
#[inline(always)]
unsafe fn sums<V: Registers, const PIXELS: usize, const WIDTH: usize, const STRETCH: usize>(
    from: [*const f32; PIXELS],
    taps: &Taps,
    [mut weights, mut ahead]: [*const f32; 2],
    start: [V; WIDTH],
) -> [[V; WIDTH]; PIXELS] {
    let mut sums = [start; PIXELS];
    // SAFETY: granted by the caller.
    unsafe {
        if STRETCH == ALONE {
            add_stretch(&mut sums, from, taps.len, weights, ahead);
            return sums;
        }
        let len = if STRETCH == ANY { taps.len } else { STRETCH };
        for row in 0..taps.rows {
            for column in 0..taps.columns {
                let mut from = from;
                for from in &mut from {
                    *from = from.add(row * taps.row_pitch + column * taps.column_pitch);
                }
                if STRETCH == ANY {
                    add_stretch(&mut sums, from, len, weights, ahead);
                    ahead = ahead.wrapping_add(len / V::STEPS * LINE);
                } else {
                    for k in 0..len {
                        add_products(&mut sums, from, k, weights.add(k * WIDTH * V::LANES));
                    }
                }
                weights = weights.add(len * WIDTH * V::LANES);
            }
        }
    }
    sums
}

/// Every few steps a line is asked for, from `ahead` on.
///
/// # Safety
/// The pointers are valid for reading `len` numbers, `weights` for `WIDTH` vectors of each.
#[inline(always)]
unsafe fn add_stretch<V: Registers, const PIXELS: usize, const WIDTH: usize>(
    sums: &mut [[V; WIDTH]; PIXELS],
    from: [*const f32; PIXELS],
    len: usize,
    mut weights: *const f32,
    mut ahead: *const f32,
) {
    let mut k = 0;
    // SAFETY: granted by the caller.
    unsafe {
        while V::STEPS > 1 && k + V::STEPS <= len {
            for step in 0..V::STEPS {
                add_products(sums, from, k + step, weights.add(step * WIDTH * V::LANES));
            }
            V::prefetch(ahead);
            ahead = ahead.wrapping_add(LINE);
            k += V::STEPS;
            weights = weights.add(V::STEPS * WIDTH * V::LANES);
        }
        while k < len {
            add_products(sums, from, k, weights);
            k += 1;
            weights = weights.add(WIDTH * V::LANES);
        }
    }
}

/// # Safety
/// The pointers are valid for reading at `k`, `weights` for `WIDTH` vectors.
#[inline(always)]
unsafe fn add_products<V: Vector, const PIXELS: usize, const WIDTH: usize>(
    sums: &mut [[V; WIDTH]; PIXELS],
    from: [*const f32; PIXELS],
    k: usize,
    weights: *const f32,
) {
    // SAFETY: granted by the caller.
    unsafe {
        let mut panel = [V::splat(0.0); WIDTH];
        for (vector, panel) in panel.iter_mut().enumerate() {
            *panel = V::load(weights.add(vector * V::LANES));
        }
        for (sums, from) in sums.iter_mut().zip(from) {
            let number = V::load_splat(from.add(k));
            for (sum, weight) in sums.iter_mut().zip(panel) {
                *sum = sum.plus_product(number, weight);
            }
        }
    }
}
