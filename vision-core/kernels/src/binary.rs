//! Element-wise work on two operands: pictures of one shape, or a picture and a number per channel or for all.

#![expect(unsafe_code, reason = "loads and stores within slices")]

use super::dispatch::{Task, run};
use super::vector::{Registers, Vector};
use super::{Isa, Rows, RowsMut};

/// What is done with the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    /// `a - b`
    Sub,
    /// `b - a`
    SubFrom,
    Mul,
    /// `a / b`
    Div,
    /// `b / a`
    DivInto,
    /// Not a number if either is; as `Min`.
    Max,
    Min,
}

/// The second operand.
#[derive(Clone, Copy)]
pub enum Operand<'a> {
    /// Of the same shape.
    Rows(Rows<'a>),
    /// One number per channel, the same for all pixels.
    Channels(&'a [f32]),
    /// One number per pixel, the same for all channels.
    Pixels(&'a [f32]),
    Scalar(f32),
}

/// `out = a op b` for `pixels` x `channels` numbers.
///
/// # Panics
/// If a slice is too short.
pub fn binary(isa: Isa, op: BinaryOp, [pixels, channels]: [usize; 2], a: Rows, b: Operand, out: RowsMut) {
    a.check(pixels, channels);
    out.check(pixels, channels);
    match b {
        Operand::Rows(b) => b.check(pixels, channels),
        Operand::Channels(b) => assert!(b.len() >= channels, "one number per channel"),
        Operand::Pixels(b) => assert!(b.len() >= pixels, "one number per pixel"),
        Operand::Scalar(_) => {}
    }
    if pixels > 0 && channels > 0 {
        run(isa, Binary { op, pixels, channels, a, b, out });
    }
}

impl BinaryOp {
    #[inline(always)]
    fn apply<V: Vector>(self, a: V, b: V) -> V {
        match self {
            Self::Add => a.add(b),
            Self::Sub => a.sub(b),
            Self::SubFrom => b.sub(a),
            Self::Mul => a.mul(b),
            Self::Div => a.div(b),
            Self::DivInto => b.div(a),
            Self::Max => a.max(b),
            Self::Min => a.min(b),
        }
    }
}

struct Binary<'a> {
    op: BinaryOp,
    pixels: usize,
    channels: usize,
    a: Rows<'a>,
    b: Operand<'a>,
    out: RowsMut<'a>,
}

impl Task for Binary<'_> {
    fn portable(self) {
        for pixel in 0..self.pixels {
            for channel in 0..self.channels {
                let b = match self.b {
                    Operand::Rows(b) => b.data[pixel * b.ld + channel],
                    Operand::Channels(b) => b[channel],
                    Operand::Pixels(b) => b[pixel],
                    Operand::Scalar(b) => b,
                };
                let a = self.a.data[pixel * self.a.ld + channel];
                self.out.data[pixel * self.out.ld + channel] = self.op.apply(a, b);
            }
        }
    }

    /// One loop for each kind, so that the choice is made once: in every arm the compiler knows which it is.
    #[inline(always)]
    fn vector<V: Registers>(self) {
        match self.op {
            BinaryOp::Add => self.all::<V>(BinaryOp::Add),
            BinaryOp::Sub => self.all::<V>(BinaryOp::Sub),
            BinaryOp::SubFrom => self.all::<V>(BinaryOp::SubFrom),
            BinaryOp::Mul => self.all::<V>(BinaryOp::Mul),
            BinaryOp::Div => self.all::<V>(BinaryOp::Div),
            BinaryOp::DivInto => self.all::<V>(BinaryOp::DivInto),
            BinaryOp::Max => self.all::<V>(BinaryOp::Max),
            BinaryOp::Min => self.all::<V>(BinaryOp::Min),
        }
    }
}

impl Binary<'_> {
    #[inline(always)]
    fn all<V: Vector>(self, op: BinaryOp) {
        let Self { pixels, channels, a, b, out, .. } = self;
        let dense = a.ld == channels && out.ld == channels;
        match b {
            Operand::Rows(b) if dense && b.ld == channels => {
                let count = pixels * channels;
                row::<V>(op, &a.data[..count], Second::Many(&b.data[..count]), &mut out.data[..count]);
            }
            Operand::Scalar(b) if dense => {
                let count = pixels * channels;
                row::<V>(op, &a.data[..count], Second::One(b), &mut out.data[..count]);
            }
            _ => {
                for pixel in 0..pixels {
                    let second = match b {
                        Operand::Rows(b) => Second::Many(&b.data[pixel * b.ld..][..channels]),
                        Operand::Channels(b) => Second::Many(&b[..channels]),
                        Operand::Pixels(b) => Second::One(b[pixel]),
                        Operand::Scalar(b) => Second::One(b),
                    };
                    let a = &a.data[pixel * a.ld..][..channels];
                    row::<V>(op, a, second, &mut out.data[pixel * out.ld..][..channels]);
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Second<'a> {
    Many(&'a [f32]),
    One(f32),
}

/// All of one length.
#[inline(always)]
fn row<V: Vector>(op: BinaryOp, a: &[f32], b: Second, out: &mut [f32]) {
    let whole = out.len() / V::LANES * V::LANES;
    match b {
        Second::Many(b) => {
            assert!(a.len() == out.len() && b.len() == out.len());
            for at in (0..whole).step_by(V::LANES) {
                // SAFETY: a vector from `at` on lies in slices of this length.
                unsafe {
                    let (a, b) = (V::load(a.as_ptr().add(at)), V::load(b.as_ptr().add(at)));
                    op.apply(a, b).store(out.as_mut_ptr().add(at));
                }
            }
            for ((out, a), b) in out[whole..].iter_mut().zip(&a[whole..]).zip(&b[whole..]) {
                *out = op.apply(*a, *b);
            }
        }
        Second::One(b) => {
            assert!(a.len() == out.len());
            let many = V::splat(b);
            for at in (0..whole).step_by(V::LANES) {
                // SAFETY: a vector from `at` on lies in slices of this length.
                unsafe { op.apply(V::load(a.as_ptr().add(at)), many).store(out.as_mut_ptr().add(at)) };
            }
            for (out, a) in out[whole..].iter_mut().zip(&a[whole..]) {
                *out = op.apply(*a, b);
            }
        }
    }
}
