//! WebAssembly's 128-bit vectors: four lanes.

#![expect(unsafe_code, reason = "loads and stores through pointers")]

use super::dispatch::Task;
use super::vector::{Part, Registers, Vector};
use std::arch::wasm32::*;

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Lanes(v128);

impl Vector for Lanes {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(f32x4_div(self.0, other.0))
    }
    #[inline(always)]
    fn plus_product(self, left: Self, right: Self) -> Self {
        #[cfg(feature = "relaxed-simd")]
        return Self(f32x4_relaxed_madd(left.0, right.0, self.0));
        #[cfg(not(feature = "relaxed-simd"))]
        Self(f32x4_add(self.0, f32x4_mul(left.0, right.0)))
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self {
        // `if self < low { low } else { self }`, by its own definition. Where there are relaxed vectors, a compiler takes the relaxed
        // maximum for it, which may lose what is no number.
        #[cfg(feature = "relaxed-simd")]
        return Self(v128_bitselect(low.0, self.0, f32x4_lt(self.0, low.0)));
        #[cfg(not(feature = "relaxed-simd"))]
        Self(f32x4_pmax(self.0, low.0))
    }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self {
        #[cfg(feature = "relaxed-simd")]
        return Self(v128_bitselect(high.0, self.0, f32x4_gt(self.0, high.0)));
        #[cfg(not(feature = "relaxed-simd"))]
        Self(f32x4_pmin(self.0, high.0))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(f32x4_max(self.0, other.0))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(f32x4_min(self.0, other.0))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(f32x4_abs(self.0))
    }
    #[inline(always)]
    fn if_negative(self, yes: Self, no: Self) -> Self {
        Self(v128_bitselect(yes.0, no.0, i32x4_shr(self.0, 31)))
    }
    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        Self(i32x4_shl(self.0, 23))
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: four numbers granted by the caller; no alignment is asked for.
        Self(unsafe { v128_load(from.cast()) })
    }
    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: one number granted by the caller.
        Self(unsafe { v128_load32_splat(from.cast()) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: four numbers granted by the caller; no alignment is asked for.
        unsafe { v128_store(to.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize) -> Self {
        // SAFETY: `count` numbers granted by the caller, and no more are read: each bit of it stands for as many.
        Self(unsafe {
            match count {
                0 => f32x4_splat(0.0),
                1 => v128_load32_zero(from.cast()),
                2 => v128_load64_zero(from.cast()),
                3 => v128_load32_lane::<2>(v128_load64_zero(from.cast()), from.add(2).cast()),
                _ => v128_load(from.cast()),
            }
        })
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        // SAFETY: `count` numbers granted by the caller, and no more are written: each bit of it stands for as many.
        unsafe {
            if count & 4 != 0 {
                return self.store(to);
            }
            if count & 2 != 0 {
                v128_store64_lane::<0>(self.0, to.cast());
            }
            match count {
                1 => v128_store32_lane::<0>(self.0, to.cast()),
                3 => v128_store32_lane::<2>(self.0, to.add(2).cast()),
                _ => {}
            }
        }
    }
}

impl Registers for Lanes {
    const MAX_PANEL: usize = 2;
    const HAS_TALL_TILES: bool = false;
    const HAS_ROOM: bool = false;
    const STEPS: usize = 1;

    #[inline(always)]
    fn enter<P: Part>(part: P) {
        run_part(part);
    }
}

/// Runs a task in vectors; with the feature `relaxed-simd` in a program for browsers that multiply and add in one.
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
pub fn run<T: Task>(task: T) {
    task.vector::<Lanes>();
}

#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
#[inline(never)]
fn run_part<P: Part>(part: P) {
    part.run::<Lanes>();
}
