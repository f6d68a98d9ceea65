//! Copies of channels and pixels: what concatenation, slices and padding are made of.
//!
//! In vectors, since V8 carries out WebAssembly's own copy instruction word by word, at about 3 GB/s.

#![expect(unsafe_code, reason = "loads and stores within slices")]

use super::dispatch::{Task, run};
use super::vector::{Registers, Vector};
use super::{Isa, Rows, RowsMut};

/// Copies `pixels` x `channels` numbers.
///
/// # Panics
/// If a slice is too short.
pub fn copy(isa: Isa, [pixels, channels]: [usize; 2], a: Rows, out: RowsMut) {
    a.check(pixels, channels);
    out.check(pixels, channels);
    if pixels > 0 && channels > 0 {
        run(isa, Copy { pixels, channels, a, out });
    }
}

struct Copy<'a> {
    pixels: usize,
    channels: usize,
    a: Rows<'a>,
    out: RowsMut<'a>,
}

impl Task for Copy<'_> {
    fn portable(self) {
        for pixel in 0..self.pixels {
            let from = &self.a.data[pixel * self.a.ld..][..self.channels];
            self.out.data[pixel * self.out.ld..][..self.channels].copy_from_slice(from);
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        let Self { pixels, channels, a, out } = self;
        if a.ld == channels && out.ld == channels {
            return copy_row::<V>(&a.data[..pixels * channels], &mut out.data[..pixels * channels]);
        }
        for pixel in 0..pixels {
            copy_row::<V>(&a.data[pixel * a.ld..][..channels], &mut out.data[pixel * out.ld..][..channels]);
        }
    }
}

/// Both of one length.
#[inline(always)]
pub(super) fn copy_row<V: Vector>(from: &[f32], to: &mut [f32]) {
    assert_eq!(from.len(), to.len());
    let (len, mut at) = (to.len(), 0);
    let (from, to) = (from.as_ptr(), to.as_mut_ptr());
    // A loop of single vectors would be made a call of the very instruction that is avoided here.
    // SAFETY: every step ends at `len` or before.
    unsafe {
        while at + 4 * V::LANES <= len {
            let numbers = [
                V::load(from.add(at)),
                V::load(from.add(at + V::LANES)),
                V::load(from.add(at + 2 * V::LANES)),
                V::load(from.add(at + 3 * V::LANES)),
            ];
            for (vector, numbers) in numbers.into_iter().enumerate() {
                numbers.store(to.add(at + vector * V::LANES));
            }
            at += 4 * V::LANES;
        }
        if at + 2 * V::LANES <= len {
            V::load(from.add(at)).store(to.add(at));
            V::load(from.add(at + V::LANES)).store(to.add(at + V::LANES));
            at += 2 * V::LANES;
        }
        if at + V::LANES <= len {
            V::load(from.add(at)).store(to.add(at));
            at += V::LANES;
        }
        if at < len {
            V::load_part(from.add(at), len - at).store_part(to.add(at), len - at);
        }
    }
}
