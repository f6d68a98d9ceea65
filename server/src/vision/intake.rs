//! How pictures come in: chunk by chunk, no larger than the limit, and all of them together within one budget of memory.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use vision_core::AnalyzeError;
use vision_core::limits::MAX_IMAGE_BYTES;

use crate::service::ServiceError;

/// The unit that the budget is counted in: small enough that a slow sender of little holds little.
const UNIT_BYTES: usize = 64 * 1024;

/// What a caller is told to wait when the budget is spent: about the time that an upload takes.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// The budget that all pictures in memory share.
#[derive(Clone, Debug)]
pub struct Intake {
    units: Arc<Semaphore>,
}

impl Intake {
    pub fn new(budget_bytes: usize) -> Self {
        // One picture of the largest size must always fit.
        let units = budget_bytes.max(MAX_IMAGE_BYTES + UNIT_BYTES).div_ceil(UNIT_BYTES);
        Self { units: Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS))) }
    }

    /// Begins a picture of which so many bytes are announced, 0 where nothing is. Room is set aside for them, so that they are
    /// copied once; what never comes takes no memory, and the budget is spent by what has come.
    pub fn begin(&self, announced_bytes: u64) -> Gathering {
        let room = usize::try_from(announced_bytes).map_or(MAX_IMAGE_BYTES, |bytes| bytes.min(MAX_IMAGE_BYTES));
        let bytes = BytesMut::with_capacity(room);
        Gathering { units: Arc::clone(&self.units), held: None, bytes }
    }
}

/// A picture of which a part has arrived.
#[derive(Debug)]
pub struct Gathering {
    units: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
    bytes: BytesMut,
}

impl Gathering {
    /// # Errors
    /// The same [`AnalyzeError::TooLarge`] that the core gives, as soon as it is certain; [`ServiceError::Overloaded`]
    /// when the pictures in memory have spent the budget.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), ServiceError> {
        let total = self.bytes.len().saturating_add(chunk.len());
        if total > MAX_IMAGE_BYTES {
            return Err(too_large(total as u64));
        }
        self.hold(total.div_ceil(UNIT_BYTES))?;
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    pub fn finish(self) -> Picture {
        Picture { bytes: self.bytes.freeze(), _held: self.held }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn hold(&mut self, units: usize) -> Result<(), ServiceError> {
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let Ok(more @ 1..) = u32::try_from(units.saturating_sub(held)) else { return Ok(()) };
        let permit = Arc::clone(&self.units)
            .try_acquire_many_owned(more)
            .map_err(|_| ServiceError::Overloaded { retry_after: RETRY_AFTER })?;
        match &mut self.held {
            Some(held) => held.merge(permit),
            None => self.held = Some(permit),
        }
        Ok(())
    }
}

/// The verdict on a picture that is known to be too large before all of it has arrived.
pub fn too_large(bytes: u64) -> ServiceError {
    AnalyzeError::TooLarge { bytes, limit: MAX_IMAGE_BYTES as u64 }.into()
}

/// A whole picture; its share of the budget is given back when the last owner lets go.
#[derive(Debug)]
pub struct Picture {
    bytes: Bytes,
    _held: Option<OwnedSemaphorePermit>,
}

impl Picture {
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

/// A picture that is in memory for another reason and counts against no budget.
impl From<Bytes> for Picture {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, _held: None }
    }
}

#[cfg(test)]
mod tests {
    use vision_core::ErrorCode;

    use super::*;

    #[test]
    fn the_limit_holds_across_chunks() {
        let intake = Intake::new(0);
        let mut gathering = intake.begin(0);
        gathering.push(&vec![0; MAX_IMAGE_BYTES]).expect("the limit itself is accepted");
        let error = gathering.push(&[0]).expect_err("one byte more is not");
        assert_eq!(error.code(), ErrorCode::TooLarge);
    }

    #[test]
    fn the_budget_is_shared_and_comes_back() {
        let intake = Intake::new(0);
        let mut first = intake.begin(0);
        first.push(&vec![0; MAX_IMAGE_BYTES]).expect("there is room for one");
        let mut second = intake.begin(0);
        let error = second.push(&vec![0; MAX_IMAGE_BYTES / 2]).expect_err("and not for two");
        assert_eq!(error.code(), ErrorCode::Overloaded);
        let picture = first.finish();
        assert!(second.push(&vec![0; MAX_IMAGE_BYTES / 2]).is_err());
        drop(picture);
        second.push(&vec![0; MAX_IMAGE_BYTES / 2]).expect("what was held has come back");
    }
}
