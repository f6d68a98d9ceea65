//! What waits for a thread, first come first served. It needs no bound of its own: who enters holds one of the engine's slots.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::reading::Task;

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    tasks: VecDeque<(u64, Task)>,
    next_id: u64,
    closed: bool,
}

impl Queue {
    /// Returns the number under which it can be taken out again.
    pub fn push(&self, task: Task) -> u64 {
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        state.tasks.push_back((id, task));
        self.filled.notify_one();
        id
    }

    /// Waits for the next task; `None` when the queue is closed and empty.
    pub fn pop(&self) -> Option<Task> {
        let mut state = self.lock();
        loop {
            if let Some((_, task)) = state.tasks.pop_front() {
                return Some(task);
            }
            if state.closed {
                return None;
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn remove(&self, id: u64) -> Option<Task> {
        let mut state = self.lock();
        let index = state.tasks.iter().position(|(waiting, _)| *waiting == id)?;
        state.tasks.remove(index).map(|(_, task)| task)
    }

    pub fn len(&self) -> usize {
        self.lock().tasks.len()
    }

    pub fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    /// The state is whole after every statement, so a panic elsewhere while it was held does no harm.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
