//! What waits for a thread: one line for each who asks, served in turns, and in each line first come first served. It needs no
//! bound of its own: who enters holds one of the engine's slots.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::reading::Task;
use crate::vision::Asker;

pub(super) struct Queue<T = Task> {
    state: Mutex<State<T>>,
    filled: Condvar,
}

struct State<T> {
    /// No line is empty; the first is served next and then goes to the end.
    lines: VecDeque<Line<T>>,
    waiting: usize,
    next_id: u64,
    closed: bool,
}

struct Line<T> {
    asker: Asker,
    tasks: VecDeque<(u64, T)>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        let state = State { lines: VecDeque::new(), waiting: 0, next_id: 0, closed: false };
        Self { state: Mutex::new(state), filled: Condvar::new() }
    }
}

impl<T> Queue<T> {
    /// Returns the number under which it can be taken out again.
    pub fn push(&self, asker: Asker, task: T) -> u64 {
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        state.waiting += 1;
        match state.lines.iter_mut().find(|line| line.asker == asker) {
            Some(line) => line.tasks.push_back((id, task)),
            None => state.lines.push_back(Line { asker, tasks: VecDeque::from([(id, task)]) }),
        }
        self.filled.notify_one();
        id
    }

    /// Waits for the next task; `None` when the queue is closed and empty.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(task) = state.next() {
                return Some(task);
            }
            if state.closed {
                return None;
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn remove(&self, id: u64) -> Option<T> {
        let mut state = self.lock();
        let place = |line: &Line<T>| line.tasks.iter().position(|(waiting, _)| *waiting == id);
        let (at, index) = state.lines.iter().enumerate().find_map(|(at, line)| Some((at, place(line)?)))?;
        let (_, task) = state.lines[at].tasks.remove(index)?;
        if state.lines[at].tasks.is_empty() {
            state.lines.remove(at);
        }
        state.waiting -= 1;
        Some(task)
    }

    pub fn len(&self) -> usize {
        self.lock().waiting
    }

    pub fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    /// The state is whole after every statement that can panic, so a panic elsewhere while it was held does no harm.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn next(&mut self) -> Option<T> {
        let mut line = self.lines.pop_front()?;
        let next = line.tasks.pop_front();
        if !line.tasks.is_empty() {
            self.lines.push_back(line);
        }
        self.waiting -= usize::from(next.is_some());
        next.map(|(_, task)| task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(names: &str) -> Queue<String> {
        let queue = Queue::default();
        for (number, name) in names.chars().enumerate() {
            queue.push(Asker::new(&name.to_string()), format!("{name}{number}"));
        }
        queue.close();
        queue
    }

    fn order(queue: &Queue<String>) -> Vec<String> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn those_who_ask_take_turns_and_each_is_served_in_order() {
        let queue = filled("aaaabbc");
        assert_eq!(queue.len(), 7);
        assert_eq!(order(&queue), ["a0", "b4", "c6", "a1", "b5", "a2", "a3"]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn what_is_taken_out_is_not_served_and_leaves_the_others_their_turns() {
        let queue = filled("aab");
        assert_eq!(queue.remove(2).as_deref(), Some("b2"));
        assert_eq!(queue.remove(2), None);
        assert_eq!(queue.remove(0).as_deref(), Some("a0"));
        assert_eq!(queue.len(), 1);
        assert_eq!(order(&queue), ["a1"]);
    }
}
