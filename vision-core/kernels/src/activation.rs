//! Activations, each one formula for all sets of instructions.

#![expect(unsafe_code, reason = "loads and stores within slices")]

use super::dispatch::{Task, run};
use super::vector::{Pair, Part, Registers, Vector};
use super::{Activation, Epilogue, Isa, Order};

/// Applies an activation in place.
pub fn activate(isa: Isa, activation: Activation, data: &mut [f32]) {
    run(isa, Activate { activation, data });
}

/// `e^x` in place: within 2e-7 of the true value, relatively, where that is a normal number.
pub fn exp(isa: Isa, data: &mut [f32]) {
    run(isa, Exp { data });
}

/// Softmax of each row of `len` numbers of `input`, written to `out`.
///
/// # Panics
/// If `input` is no whole number of rows, or `out` is not as long.
pub fn softmax(isa: Isa, len: usize, input: &[f32], out: &mut [f32]) {
    assert!(input.is_empty() || (len > 0 && input.len().is_multiple_of(len)), "no whole number of rows");
    assert_eq!(input.len(), out.len(), "an output of another length");
    run(isa, Softmax { len, input, out });
}

impl Activation {
    /// Bounds, if it does nothing but clip: what an epilogue does in registers.
    pub(super) fn clamp(self) -> Option<(f32, f32)> {
        match self {
            Self::None => Some((f32::NEG_INFINITY, f32::INFINITY)),
            Self::Relu => Some((0.0, f32::INFINITY)),
            Self::Relu6 => Some((0.0, 6.0)),
            Self::Clip { low, high } => Some((low, high)),
            Self::LeakyRelu(_)
            | Self::HardSwish
            | Self::HardSigmoid { .. }
            | Self::Sigmoid
            | Self::Silu
            | Self::Gelu
            | Self::Tanh => None,
        }
    }

    #[inline(always)]
    fn apply<V: Vector>(self, x: V) -> V {
        match self {
            Self::None => x,
            Self::Relu => x.at_least(V::splat(0.0)),
            Self::Relu6 => clip(x, 0.0, 6.0),
            Self::Clip { low, high } => clip(x, low, high),
            Self::LeakyRelu(slope) => x.at_least(V::splat(0.0)).add(x.at_most(V::splat(0.0)).mul(V::splat(slope))),
            Self::HardSwish => x.mul(clip(x.mul(V::splat(1.0 / 6.0)).add(V::splat(0.5)), 0.0, 1.0)),
            Self::HardSigmoid { alpha, beta } => clip(x.mul(V::splat(alpha)).add(V::splat(beta)), 0.0, 1.0),
            Self::Sigmoid => V::splat(1.0).div(one_plus_exp_of_minus(x)),
            Self::Silu => x.div(one_plus_exp_of_minus(x)),
            Self::Gelu => gelu(x),
            Self::Tanh => tanh(x),
        }
    }
}

impl Epilogue<'_> {
    /// The definition, for one sum that already includes the bias.
    pub(super) fn scalar(&self, sum: f32, pixel: usize, channel: usize) -> f32 {
        let residual = self.residual.map(|rows| rows.data[pixel * rows.ld + channel]);
        match (self.order, residual) {
            (_, None) => self.activation.apply(sum),
            (Order::ActivationLast, Some(residual)) => self.activation.apply(sum + residual),
            (Order::ResidualLast, Some(residual)) => self.activation.apply(sum) + residual,
        }
    }
}

/// The part of an epilogue that registers leave: activations that are more than a clip, and the residual after one.
///
/// `out` begins at this pixel and channel of the epilogue's residual, and is so many pixels and channels.
#[inline(always)]
pub(super) fn finish_rows<V: Registers>(
    epilogue: &Epilogue,
    first: [usize; 2],
    size: [usize; 2],
    out: &mut [f32],
    out_ld: usize,
) {
    if epilogue.activation.clamp().is_none() {
        let residual = epilogue.residual.filter(|_| epilogue.order == Order::ResidualLast);
        second_pass::<V>(&Epilogue { residual, ..*epilogue }, first, size, out, out_ld);
    }
}

/// All of an epilogue but the bias; arguments as for [`finish_rows`].
#[inline(always)]
pub(super) fn second_pass<V: Registers>(
    epilogue: &Epilogue,
    [first_pixel, first_channel]: [usize; 2],
    [pixels, channels]: [usize; 2],
    out: &mut [f32],
    out_ld: usize,
) {
    let activation = epilogue.activation;
    let Some(residual) = epilogue.residual else {
        if out_ld == channels {
            return V::enter(Activate { activation, data: &mut out[..pixels * channels] });
        }
        for pixel in 0..pixels {
            V::enter(Activate { activation, data: &mut out[pixel * out_ld..][..channels] });
        }
        return;
    };
    for pixel in 0..pixels {
        let row = &mut out[pixel * out_ld..][..channels];
        let residual = &residual.data[(first_pixel + pixel) * residual.ld + first_channel..][..channels];
        let add = |row: &mut [f32]| {
            for (number, residual) in row.iter_mut().zip(residual) {
                *number += residual;
            }
        };
        match epilogue.order {
            Order::ActivationLast => {
                add(row);
                V::enter(Activate { activation, data: row });
            }
            Order::ResidualLast => {
                V::enter(Activate { activation, data: row });
                add(row);
            }
        }
    }
}

struct Activate<'a> {
    activation: Activation,
    data: &'a mut [f32],
}

impl Task for Activate<'_> {
    fn portable(self) {
        for x in self.data {
            *x = self.activation.apply(*x);
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        V::enter(self);
    }
}

impl Part for Activate<'_> {
    #[inline(always)]
    fn run<V: Registers>(self) {
        apply_to_all::<V>(self.activation, self.data);
    }
}

/// One loop for each activation, so that the choice is made once: in every arm the compiler knows which it is.
#[inline(always)]
fn apply_to_all<V: Vector>(activation: Activation, data: &mut [f32]) {
    match activation {
        Activation::None => {}
        Activation::Relu | Activation::Relu6 | Activation::Clip { .. } => {
            let (low, high) = activation.clamp().unwrap_or((f32::NEG_INFINITY, f32::INFINITY));
            map::<V>(Activation::Clip { low, high }, data);
        }
        Activation::LeakyRelu(slope) => map::<V>(Activation::LeakyRelu(slope), data),
        Activation::HardSwish => map::<V>(Activation::HardSwish, data),
        Activation::HardSigmoid { alpha, beta } => map::<V>(Activation::HardSigmoid { alpha, beta }, data),
        Activation::Sigmoid => map::<V>(Activation::Sigmoid, data),
        Activation::Silu => map::<V>(Activation::Silu, data),
        Activation::Gelu => map::<V>(Activation::Gelu, data),
        Activation::Tanh => map::<V>(Activation::Tanh, data),
    }
}

#[inline(always)]
fn map<V: Vector>(activation: Activation, data: &mut [f32]) {
    let mut several = data.chunks_exact_mut(Pair::<V>::LANES);
    for chunk in &mut several {
        // SAFETY: a chunk has as many numbers as a pair of vectors.
        unsafe { activation.apply(Pair::<V>::load(chunk.as_ptr())).store(chunk.as_mut_ptr()) };
    }
    let mut chunks = several.into_remainder().chunks_exact_mut(V::LANES);
    for chunk in &mut chunks {
        // SAFETY: a chunk has as many numbers as a vector.
        unsafe { activation.apply(V::load(chunk.as_ptr())).store(chunk.as_mut_ptr()) };
    }
    let rest = chunks.into_remainder();
    if !rest.is_empty() {
        // SAFETY: the rest has `rest.len()` numbers, fewer than a vector.
        unsafe {
            let x = V::load_part(rest.as_ptr(), rest.len());
            activation.apply(x).store_part(rest.as_mut_ptr(), rest.len());
        }
    }
}

struct Exp<'a> {
    data: &'a mut [f32],
}

impl Task for Exp<'_> {
    fn portable(self) {
        for x in self.data {
            *x = exponential(*x);
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        let mut chunks = self.data.chunks_exact_mut(V::LANES);
        for chunk in &mut chunks {
            // SAFETY: a chunk has as many numbers as a vector.
            unsafe { exponential(V::load(chunk.as_ptr())).store(chunk.as_mut_ptr()) };
        }
        let rest = chunks.into_remainder();
        // SAFETY: the rest has `rest.len()` numbers, fewer than a vector.
        unsafe { exponential(V::load_part(rest.as_ptr(), rest.len())).store_part(rest.as_mut_ptr(), rest.len()) };
    }
}

struct Softmax<'a> {
    len: usize,
    input: &'a [f32],
    out: &'a mut [f32],
}

impl<'a> Softmax<'a> {
    fn rows(self) -> impl Iterator<Item = (&'a [f32], &'a mut [f32])> {
        let len = self.len.max(1);
        self.input.chunks_exact(len).zip(self.out.chunks_exact_mut(len))
    }
}

impl Task for Softmax<'_> {
    fn portable(self) {
        self.rows().for_each(|(input, out)| softmax_row::<f32>(input, out));
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        for (input, out) in self.rows() {
            softmax_row::<V>(input, out);
        }
    }
}

/// The output is as long as the input.
///
/// What does not fill the stripes is filled up with what weighs nothing, so that all numbers go the same way: one by one, a
/// compiler may put them into vectors of its own, which in WebAssembly with relaxed vectors lose what is no number.
#[inline(always)]
fn softmax_row<V: Vector>(input: &[f32], out: &mut [f32]) {
    let (whole, rest) = input.as_chunks::<STRIPES>();
    let mut last = [f32::NEG_INFINITY; STRIPES];
    last[..rest.len()].copy_from_slice(rest);
    let mut largest = Stripes::new(f32::NEG_INFINITY);
    for numbers in whole.iter().chain([&last]) {
        largest.each(|most, at| {
            // SAFETY: a vector of the stripes begins there.
            *most = V::max(*most, unsafe { V::load(numbers.as_ptr().add(at)) });
        });
    }
    let largest = V::splat(largest.joined(Vector::max));
    let (powers, powers_rest) = out.as_chunks_mut::<STRIPES>();
    let mut last_powers = [0.0; STRIPES];
    let mut sum = Stripes::new(0.0);
    for (numbers, powers) in whole.iter().zip(powers).chain([(&last, &mut last_powers)]) {
        sum.each(|sum: &mut V, at| {
            // SAFETY: as above, in both.
            unsafe {
                let power = exponential(V::load(numbers.as_ptr().add(at)).sub(largest));
                power.store(powers.as_mut_ptr().add(at));
                *sum = sum.add(power);
            }
        });
    }
    powers_rest.copy_from_slice(&last_powers[..rest.len()]);
    let share = 1.0 / sum.joined(|a, b| a + b);
    for power in out {
        *power *= share;
    }
}

const STRIPES: usize = 16;

/// Every sixteenth number of a row combined with each other, so that one does not wait for the one before it, and every set of
/// instructions combines in the same order; as many vectors as sixteen numbers fill.
struct Stripes<V>([V; STRIPES]);

impl<V: Vector> Stripes<V> {
    const FILLED: usize = {
        assert!(STRIPES.is_multiple_of(V::LANES), "stripes are whole vectors");
        STRIPES / V::LANES
    };

    #[inline(always)]
    fn new(first: f32) -> Self {
        Self([V::splat(first); STRIPES])
    }

    /// Each vector, with the place of its first number.
    #[inline(always)]
    fn each(&mut self, mut combine: impl FnMut(&mut V, usize)) {
        for (index, vector) in self.0.iter_mut().enumerate().take(Self::FILLED) {
            combine(vector, index * V::LANES);
        }
    }

    /// All sixteen, half by half.
    #[inline(always)]
    fn joined(mut self, one: impl Fn(f32, f32) -> f32) -> f32 {
        let mut stripes = [0.0; STRIPES];
        self.each(|vector, at| {
            // SAFETY: a vector of the stripes begins there.
            unsafe { vector.store(stripes.as_mut_ptr().add(at)) };
        });
        let mut half = STRIPES / 2;
        while half > 0 {
            for at in 0..half {
                stripes[at] = one(stripes[at], stripes[at + half]);
            }
            half /= 2;
        }
        stripes[0]
    }
}

#[inline(always)]
fn clip<V: Vector>(x: V, low: f32, high: f32) -> V {
    x.at_least(V::splat(low)).at_most(V::splat(high))
}

/// `1 + e^-x`; infinite from x < -88.4 on, where a sigmoid is too small for a normal number.
#[inline(always)]
fn one_plus_exp_of_minus<V: Vector>(x: V) -> V {
    // 87.3: the least normal number is 2^-126. -88.8: its power of two, 128, has the bits of infinity.
    let (power, exponent) = split(clip(x, -88.8, 87.3), -1.0);
    V::splat(1.0).plus_product(power, exponent.bits_to_exponent())
}

/// `e^x` in two steps, so that neither power of two leaves the normal numbers where the result is one.
#[inline(always)]
fn exponential<V: Vector>(x: V) -> V {
    // Beyond these bounds the result is zero or infinite. Not `clip`, of which a compiler for relaxed vectors makes what loses
    // numbers that are none.
    let (power, exponent) = split(x.max(V::splat(-104.0)).min(V::splat(89.0)), 1.0);
    let exponent = exponent.sub(V::splat(TO_EXPONENT));
    let half = exponent.mul(V::splat(0.5)).add(V::splat(TO_EXPONENT));
    let other = exponent.sub(half.sub(V::splat(TO_EXPONENT))).add(V::splat(TO_EXPONENT));
    power.mul(half.bits_to_exponent()).mul(other.bits_to_exponent())
}

/// 1.5 * 2^23, which leaves no room for a fraction in what is added to it, and 127, the exponent's bias: the lowest bits of
/// a sum with it are the exponent of two's power.
const TO_EXPONENT: f32 = 12_583_039.0;

/// `e^(sign * x)` as a number near one and the nearest power of two, the latter plus [`TO_EXPONENT`]; `sign` is 1 or -1.
///
/// The two parts of ln 2 are those of Cephes (`expf.c`, S. Moshier). The polynomial, 1 + x + .. to the sixth power, is fitted to
/// the least relative error on -ln 2 / 2 to ln 2 / 2, 3e-9; it is evaluated in pairs of coefficients, whose sums need not wait
/// for each other (G. Estrin).
#[inline(always)]
fn split<V: Vector>(x: V, sign: f32) -> (V, V) {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let pair = |even: f32, odd: f32| (V::splat(even), V::splat(odd * sign));
    let exponent = V::splat(TO_EXPONENT).plus_product(x, V::splat(std::f32::consts::LOG2_E * sign));
    let whole = exponent.sub(V::splat(TO_EXPONENT));
    let rest = x.plus_product(whole, V::splat(-LN_2_HIGH * sign)).plus_product(whole, V::splat(-LN_2_LOW * sign));
    let square = rest.mul(rest);
    let sum = |(even, odd): (V, V)| even.plus_product(rest, odd);
    let low = sum(pair(0.499_999_94, 0.166_665_21));
    let high = sum(pair(4.166_839_3e-2, 8.368_746e-3)).plus_product(square, V::splat(1.381_453_7e-3));
    (sum(pair(1.0, 1.0)).plus_product(square, low.plus_product(square, high)), exponent)
}

/// Highest power first.
#[inline(always)]
fn polynomial<V: Vector, const N: usize>(x: V, coefficients: &[f32; N]) -> V {
    let mut sum = V::splat(coefficients[0]);
    for coefficient in &coefficients[1..] {
        sum = V::splat(*coefficient).plus_product(sum, x);
    }
    sum
}

/// Through the complement of the error function, Abramowitz and Stegun 7.1.26 (error at most 1.5e-7): exact at both ends.
#[inline(always)]
fn gelu<V: Vector>(x: V) -> V {
    const P: f32 = 0.327_591_1;
    const POLYNOMIAL: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_8, -0.284_496_74, 0.254_829_6];
    let z = x.mul(V::splat(std::f32::consts::FRAC_1_SQRT_2));
    let t = V::splat(1.0).div(V::splat(1.0).plus_product(z.abs(), V::splat(P)));
    let (power, exponent) = split(z.mul(z).at_most(V::splat(87.3)), -1.0);
    let half_complement =
        polynomial(t, &POLYNOMIAL).mul(t).mul(power.mul(exponent.bits_to_exponent())).mul(V::splat(0.5));
    x.mul(z.if_negative(half_complement, V::splat(1.0).sub(half_complement)))
}

/// A quotient of polynomials on -7.9..7.9, almost one beyond: the coefficients are those of Eigen's `ptanh`.
#[inline(always)]
fn tanh<V: Vector>(x: V) -> V {
    const LIMIT: f32 = 7.905_311;
    const ABOVE: [f32; 7] =
        [-2.760_768_5e-16, 2.000_188e-13, -8.604_672e-11, 5.122_297e-8, 1.485_722_4e-5, 6.372_619e-4, 4.893_524_6e-3];
    const BELOW: [f32; 4] = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];
    let x = clip(x, -LIMIT, LIMIT);
    let square = x.mul(x);
    x.mul(polynomial(square, &ABOVE)).div(polynomial(square, &BELOW))
}
