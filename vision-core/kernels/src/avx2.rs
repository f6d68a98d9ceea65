//! AVX2 with FMA: eight lanes, and the one door through which code for them is entered.

#![expect(unsafe_code, reason = "intrinsics")]

use super::dispatch::Task;
use super::vector::{Part, Registers, Vector};
use std::arch::x86_64::*;

/// Runs a task compiled for AVX2 and FMA.
///
/// # Safety
/// The processor has both.
#[target_feature(enable = "avx2,fma")]
pub unsafe fn run<T: Task>(task: T) {
    task.vector::<Lanes>();
}

/// # Safety
/// As for `run`.
#[target_feature(enable = "avx2,fma")]
#[inline(never)]
unsafe fn run_part<P: Part>(part: P) {
    part.run::<Lanes>();
}

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Lanes(__m256);

// The blocks below need no more than that the processor has AVX2 and FMA: `Lanes` are used in code entered through `run` alone.
impl Vector for Lanes {
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_set1_ps(value) })
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_div_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn plus_product(self, left: Self, right: Self) -> Self {
        // SAFETY: the processor has FMA, see above.
        Self(unsafe { _mm256_fmadd_ps(left.0, right.0, self.0) })
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self {
        // The instruction gives its second operand if either is not a number.
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_max_ps(low.0, self.0) })
    }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_min_ps(high.0, self.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // The instruction gives `other` if `self` is not a number; all bits set is not a number either.
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_or_ps(_mm256_max_ps(self.0, other.0), _mm256_cmp_ps::<_CMP_UNORD_Q>(self.0, self.0)) })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_or_ps(_mm256_min_ps(self.0, other.0), _mm256_cmp_ps::<_CMP_UNORD_Q>(self.0, self.0)) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0) })
    }
    #[inline(always)]
    fn if_negative(self, yes: Self, no: Self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_blendv_ps(no.0, yes.0, self.0) })
    }
    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        // SAFETY: the processor has AVX2, see above.
        Self(unsafe { _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(self.0))) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: eight numbers granted by the caller; no alignment is asked for.
        Self(unsafe { _mm256_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: one number granted by the caller.
        Self(unsafe { _mm256_broadcast_ss(&*from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: eight numbers granted by the caller; no alignment is asked for.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize) -> Self {
        // SAFETY: the mask lies within its table since `count <= 8`; lanes that it leaves out are not read.
        unsafe {
            let mask = _mm256_loadu_si256(MASKS.as_ptr().add(8 - count).cast());
            Self(_mm256_maskload_ps(from, mask))
        }
    }
    /// In halves: the masked store of some processors takes longer than all of these.
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        // SAFETY: `count` numbers granted by the caller, and no more are written: each bit of `count` stands for as many.
        unsafe {
            let (mut rest, mut to) = (_mm256_castps256_ps128(self.0), to);
            if count & 8 != 0 {
                return self.store(to);
            }
            if count & 4 != 0 {
                _mm_storeu_ps(to, rest);
                to = to.add(4);
                rest = _mm256_extractf128_ps::<1>(self.0);
            }
            if count & 2 != 0 {
                _mm_storel_pd(to.cast(), _mm_castps_pd(rest));
                to = to.add(2);
                rest = _mm_movehl_ps(rest, rest);
            }
            if count & 1 != 0 {
                _mm_store_ss(to, rest);
            }
        }
    }
}

impl Registers for Lanes {
    const MAX_PANEL: usize = 3;
    const HAS_TALL_TILES: bool = false;
    const HAS_ROOM: bool = true;
    const STEPS: usize = 4;

    #[inline(always)]
    fn prefetch(number: *const f32) {
        // SAFETY: the instruction is of the base set (SSE), and no address is wrong for it.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(number.cast()) }
    }

    #[inline(always)]
    fn enter<P: Part>(part: P) {
        // SAFETY: the processor has both, see above.
        unsafe { run_part(part) };
    }
}

/// Read at `8 - count`, it masks the first `count` lanes.
static MASKS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
