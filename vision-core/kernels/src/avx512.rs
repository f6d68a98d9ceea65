//! AVX-512: sixteen lanes, 32 registers, and the one door through which code for them is entered.

#![expect(unsafe_code, reason = "intrinsics")]

use super::dispatch::Task;
use super::vector::{Part, Registers, Vector};
use std::arch::x86_64::*;

/// Runs a task compiled for AVX-512's F, VL and DQ.
///
/// # Safety
/// The processor has all that `Isa::Avx512` asks for.
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx2,fma")]
pub unsafe fn run<T: Task>(task: T) {
    task.vector::<Lanes>();
}

/// # Safety
/// As for `run`.
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx2,fma")]
#[inline(never)]
unsafe fn run_part<P: Part>(part: P) {
    part.run::<Lanes>();
}

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Lanes(__m512);

// The blocks below need no more than that the processor has AVX-512F: `Lanes` are used in code entered through `run` alone.
impl Vector for Lanes {
    const LANES: usize = 16;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_set1_ps(value) })
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_div_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn plus_product(self, left: Self, right: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_fmadd_ps(left.0, right.0, self.0) })
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self {
        // The instruction gives its second operand if either is not a number.
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_max_ps(low.0, self.0) })
    }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_min_ps(high.0, self.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // The instruction gives `other` if `self` is not a number.
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_mask_mov_ps(_mm512_max_ps(self.0, other.0), self.is_no_number(), self.0) })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_mask_mov_ps(_mm512_min_ps(self.0, other.0), self.is_no_number(), self.0) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_abs_ps(self.0) })
    }
    #[inline(always)]
    fn if_negative(self, yes: Self, no: Self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe {
            let negative = _mm512_cmplt_epi32_mask(_mm512_castps_si512(self.0), _mm512_setzero_si512());
            _mm512_mask_blend_ps(negative, no.0, yes.0)
        })
    }
    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        // SAFETY: the processor has AVX-512F, see above.
        Self(unsafe { _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_castps_si512(self.0))) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: sixteen numbers granted by the caller; no alignment is asked for.
        Self(unsafe { _mm512_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: one number granted by the caller.
        Self(unsafe { _mm512_set1_ps(*from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: sixteen numbers granted by the caller; no alignment is asked for.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize) -> Self {
        // SAFETY: `count` numbers granted by the caller; lanes that the mask leaves out are not read.
        Self(unsafe { _mm512_maskz_loadu_ps(first(count), from) })
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        // SAFETY: `count` numbers granted by the caller; lanes that the mask leaves out are not written.
        unsafe { _mm512_mask_storeu_ps(to, first(count), self.0) }
    }
}

impl Lanes {
    #[inline(always)]
    fn is_no_number(self) -> __mmask16 {
        // SAFETY: the processor has AVX-512F, see above.
        unsafe { _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(self.0, self.0) }
    }
}

/// A bit for each of the first `count` lanes; all for more than there are.
#[inline(always)]
fn first(count: usize) -> __mmask16 {
    !(u32::MAX << count.min(16)) as __mmask16
}

impl Registers for Lanes {
    const MAX_PANEL: usize = 3;
    const HAS_TALL_TILES: bool = true;
    const HAS_ROOM: bool = true;
    const STEPS: usize = 4;

    #[inline(always)]
    fn prefetch(number: *const f32) {
        // SAFETY: the instruction is of the base set (SSE), and no address is wrong for it.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(number.cast()) }
    }

    #[inline(always)]
    fn enter<P: Part>(part: P) {
        // SAFETY: the processor has all of it, see above.
        unsafe { run_part(part) };
    }
}
