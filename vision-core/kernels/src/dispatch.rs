//! Decides which instructions a kernel runs with, and is the only way into code that needs more than the processor's base set.

#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "code for instructions found at run time"))]

use super::vector::Registers;

/// A set of instructions that kernels exist for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// Plain loops: the definition of what is right.
    Portable,
    /// x86-64 with AVX2 and FMA.
    Avx2,
    /// x86-64 with AVX-512's F, VL and DQ, and all of the former.
    Avx512,
    /// WebAssembly with 128-bit vectors.
    Simd128,
    /// 64-bit ARM.
    Neon,
}

impl Isa {
    /// The fastest that runs here.
    pub fn best() -> Self {
        [Self::Avx512, Self::Avx2, Self::Simd128, Self::Neon]
            .into_iter()
            .find(|isa| isa.is_here())
            .unwrap_or(Self::Portable)
    }

    /// All that run here: what tests go through.
    pub fn all_here() -> impl Iterator<Item = Self> {
        [Self::Portable, Self::Avx2, Self::Avx512, Self::Simd128, Self::Neon].into_iter().filter(|isa| isa.is_here())
    }

    /// Whether code for it can be run here.
    pub fn is_here(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                let extensions = [
                    is_x86_feature_detected!("avx512f"),
                    is_x86_feature_detected!("avx512vl"),
                    is_x86_feature_detected!("avx512dq"),
                ];
                Self::Avx2.is_here() && extensions == [true; 3]
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
            Self::Simd128 => cfg!(all(target_arch = "wasm32", target_feature = "simd128")),
            Self::Neon => cfg!(all(target_arch = "aarch64", target_feature = "neon")),
        }
    }

    /// Numbers in a vector.
    pub fn lanes(self) -> usize {
        match self {
            Self::Portable => 1,
            Self::Avx2 => 8,
            Self::Avx512 => 16,
            Self::Simd128 | Self::Neon => 4,
        }
    }

    /// The most vectors of output channels that a tile of a matrix product keeps in registers.
    pub(super) fn max_panel(self) -> usize {
        match self {
            Self::Portable => 1,
            Self::Avx2 | Self::Avx512 | Self::Neon => 3,
            Self::Simd128 => 2,
        }
    }
}

/// A kernel with its arguments, checked: what to do one number at a time and in vectors.
pub(super) trait Task {
    /// The definition of what is right.
    fn portable(self);
    /// The same in vectors; must be `#[inline(always)]`.
    fn vector<V: Registers>(self);
}

/// Runs a task with the instructions asked for.
pub(super) fn run<T: Task>(isa: Isa, task: T) {
    assert!(isa.is_here(), "this machine has no {isa:?}");
    match isa {
        Isa::Portable => task.portable(),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: asked of the processor above.
        Isa::Avx2 => unsafe { super::avx2::run(task) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: asked of the processor above.
        Isa::Avx512 => unsafe { super::avx512::run(task) },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Isa::Simd128 => super::simd128::run(task),
        #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
        Isa::Neon => task.vector::<super::neon::Lanes>(),
        // The assertion above has turned these away.
        _ => task.portable(),
    }
}
