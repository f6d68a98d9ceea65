//! Places among the analyses that run or wait, and who holds how many of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use crate::vision::Asker;

/// Those who hold places.
#[derive(Clone, Default)]
pub(super) struct Askers(Arc<Mutex<HashMap<Asker, usize>>>);

impl Askers {
    pub fn place(&self, asker: &Asker, slot: OwnedSemaphorePermit) -> Place {
        Place { _slot: slot, of_batches: None, counted: self.count(asker) }
    }

    /// Places that somebody holds now.
    pub fn held(&self, asker: &Asker) -> usize {
        self.lock().get(asker).copied().unwrap_or_default()
    }

    fn count(&self, asker: &Asker) -> Counted {
        *self.lock().entry(asker.clone()).or_default() += 1;
        Counted { askers: self.clone(), asker: asker.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Asker, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place, free again when it is dropped.
pub(super) struct Place {
    _slot: OwnedSemaphorePermit,
    of_batches: Option<OwnedSemaphorePermit>,
    counted: Counted,
}

impl Place {
    /// The same as one of those that batches may hold.
    pub fn of_batch(self, of_batches: OwnedSemaphorePermit) -> Self {
        Self { of_batches: Some(of_batches), ..self }
    }

    /// Whether who holds it could have been refused: who waited for it has it for good.
    pub fn may_be_passed_on(&self) -> bool {
        self.of_batches.is_none()
    }

    pub fn passed_to(self, asker: &Asker) -> Self {
        let counted = self.counted.askers.count(asker);
        Self { counted, ..self }
    }
}

/// One more, until it is dropped.
struct Counted {
    askers: Askers,
    asker: Asker,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut held = self.askers.lock();
        if let Some(count) = held.get_mut(&self.asker) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.asker);
            }
        }
    }
}
