//! NEON of 64-bit ARM processors, all of which have it: four lanes, 32 registers.

#![expect(unsafe_code, reason = "intrinsics")]

use super::vector::{Part, Registers, Vector};
use std::arch::aarch64::*;

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Lanes(float32x4_t);

// The blocks below need no more than NEON, without which this file is not compiled.
impl Vector for Lanes {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vdupq_n_f32(value) })
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vaddq_f32(self.0, other.0) })
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vsubq_f32(self.0, other.0) })
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vmulq_f32(self.0, other.0) })
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vdivq_f32(self.0, other.0) })
    }
    #[inline(always)]
    fn plus_product(self, left: Self, right: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vfmaq_f32(self.0, left.0, right.0) })
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vbslq_f32(vcltq_f32(self.0, low.0), low.0, self.0) })
    }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vbslq_f32(vcgtq_f32(self.0, high.0), high.0, self.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vmaxq_f32(self.0, other.0) })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vminq_f32(self.0, other.0) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vabsq_f32(self.0) })
    }
    #[inline(always)]
    fn if_negative(self, yes: Self, no: Self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vbslq_f32(vreinterpretq_u32_s32(vshrq_n_s32::<31>(vreinterpretq_s32_f32(self.0))), yes.0, no.0) })
    }
    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        // SAFETY: the processor has NEON, see above.
        Self(unsafe { vreinterpretq_f32_u32(vshlq_n_u32::<23>(vreinterpretq_u32_f32(self.0))) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: four numbers granted by the caller; no alignment is asked for.
        Self(unsafe { vld1q_f32(from) })
    }
    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: one number granted by the caller.
        Self(unsafe { vld1q_dup_f32(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: four numbers granted by the caller; no alignment is asked for.
        unsafe { vst1q_f32(to, self.0) }
    }
}

impl Registers for Lanes {
    const MAX_PANEL: usize = 3;
    const HAS_TALL_TILES: bool = false;
    const HAS_ROOM: bool = true;
    const STEPS: usize = 4;

    #[inline(always)]
    fn enter<P: Part>(part: P) {
        run_part(part);
    }
}

#[inline(never)]
fn run_part<P: Part>(part: P) {
    part.run::<Lanes>();
}
