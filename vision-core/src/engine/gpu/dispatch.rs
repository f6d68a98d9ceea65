//! A kernel's run: which one, with which constants and parameters, by how many workgroups.

use super::kernels::Kernel;
use crate::engine::EngineError;

/// Workgroups along an axis that every device takes (WebGPU `maxComputeWorkgroupsPerDimension`).
const MOST_GROUPS: u32 = 65_535;

/// Values of a kernel's `override` constants, by name.
pub(super) type Constants = Vec<(&'static str, u32)>;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dispatch {
    pub kernel: Kernel,
    pub constants: Constants,
    /// The kernel's `Params`, word by word.
    pub params: Vec<u32>,
    /// Workgroups along each axis.
    pub groups: [u32; 3],
}

impl Dispatch {
    /// # Errors
    /// If no device could be sure to take so many workgroups.
    pub fn new(kernel: Kernel, constants: Constants, params: Vec<u32>, groups: [u64; 3]) -> Result<Self, EngineError> {
        let most = groups.iter().copied().max().unwrap_or(0);
        if most > u64::from(MOST_GROUPS) {
            return Err(EngineError::Load {
                detail: format!("a {} asks the GPU for {most} workgroups along an axis", kernel.name()),
            });
        }
        Ok(Self { kernel, constants, params, groups: groups.map(|count| count as u32) })
    }
}

/// So many workgroups, in rows of as many as an axis has room for. The last row may be longer than needed: kernels leave out
/// what lies beyond.
pub(super) fn spread(groups: u64) -> [u64; 3] {
    let row = groups.clamp(1, u64::from(MOST_GROUPS));
    [row, groups.div_ceil(row).max(1), 1]
}

/// A float among the words of parameters.
pub(super) fn word(number: f32) -> u32 {
    number.to_bits()
}
