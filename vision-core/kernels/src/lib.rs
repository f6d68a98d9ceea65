//! What the executor computes with: convolutions, products, pools and element-wise work on channels-last pictures of f32.
//!
//! A crate of its own, so that it is optimised for speed everywhere, and tested alone under the address sanitizer.
//!
//! Each kernel is written twice: in plain loops that define what is right ([`Isa::Portable`]), and once more over the small
//! trait in `vector`, compiled for each set of instructions. [`Isa::best`] says which runs here.
//!
//! Conventions. Pixel `p`, channel `c` of a picture lies at `data[p * ld + c]`; `ld` may exceed the channels, so that slices of
//! channels are read and written in place; what lies between is not touched. Each output is summed in one fixed order that
//! depends neither on its neighbours nor on how the work was split into `rows` or calls. A number that is not one, or infinite,
//! in an input reaches every output that it takes part in; weights are finite. Places outside of the input add nothing.
//! Every function checks at entry that its slices are long enough and panics otherwise; none allocates.

mod activation;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod binary;
mod block;
mod conv;
mod copy;
mod depthwise;
mod dispatch;
mod formula;
mod gemm;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
mod packed;
mod pool;
mod resize;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(any(test, feature = "tests"))]
pub mod tests;
mod vector;

pub use activation::{activate, exp, softmax};
pub use binary::{BinaryOp, Operand, binary};
pub use conv::{ConvShape, conv, conv_scratch_len};
pub use copy::copy;
pub use depthwise::depthwise;
pub use dispatch::Isa;
pub use formula::{Activation, Order};
pub use gemm::gemm;
pub use packed::{DepthwiseWeights, PackedMatrix, PackedWeights};
pub use pool::{Padding, PoolShape, average_pool, global_average, max_pool};
pub use resize::{LinearAxis, NearestAxis, resize_bilinear, resize_nearest};

/// Pixels to read: pixel `p`, channel `c` is `data[p * ld + c]`.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub data: &'a [f32],
    pub ld: usize,
}

/// Pixels to write: pixel `p`, channel `c` is `data[p * ld + c]`.
pub struct RowsMut<'a> {
    pub data: &'a mut [f32],
    pub ld: usize,
}

/// What follows a sum of products: the bias of its channel, then residual and activation in the order said.
#[derive(Clone, Copy)]
pub struct Epilogue<'a> {
    /// One number per output channel.
    pub bias: Option<&'a [f32]>,
    /// Of the output's shape; its first pixel is the first one that the call writes.
    pub residual: Option<Rows<'a>>,
    pub activation: Activation,
    pub order: Order,
}

impl Epilogue<'_> {
    /// Nothing follows.
    pub const NONE: Epilogue<'static> =
        Epilogue { bias: None, residual: None, activation: Activation::None, order: Order::ActivationLast };

    /// Panics unless bias and residual suffice for an output of `pixels` x `channels`.
    fn check(&self, pixels: usize, channels: usize) {
        if let Some(bias) = self.bias {
            assert_eq!(bias.len(), channels, "one bias per output channel");
        }
        if let Some(residual) = self.residual {
            residual.check(pixels, channels);
        }
    }
}

impl Rows<'_> {
    /// Panics unless `pixels` x `channels` numbers are there.
    fn check(&self, pixels: usize, channels: usize) {
        assert!(is_long_enough(self.data.len(), self.ld, pixels, channels), "too few numbers to read");
    }
}

impl RowsMut<'_> {
    /// Panics unless there is room for `pixels` x `channels` numbers.
    fn check(&self, pixels: usize, channels: usize) {
        assert!(is_long_enough(self.data.len(), self.ld, pixels, channels), "too little room to write");
    }
}

fn is_long_enough(len: usize, ld: usize, pixels: usize, channels: usize) -> bool {
    if pixels == 0 || channels == 0 {
        return true;
    }
    let needed = (pixels - 1).checked_mul(ld).and_then(|last| last.checked_add(channels));
    ld >= channels && needed.is_some_and(|needed| needed <= len)
}
