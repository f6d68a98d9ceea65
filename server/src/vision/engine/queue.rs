//! What waits for a thread: one line for each who asks, served in turns, and in each line first come first served. It needs no
//! bound of its own: who enters holds one of the engine's slots. Where none is free, who has more than a share gives one up.

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
        state.take(at, index)
    }

    /// Makes place for somebody who asks: takes out what came last of whoever holds most places, if that is still no fewer than
    /// the other then holds. `held`: places of somebody, waiting or not; `may_go`: what nobody was promised a place for is left out.
    pub fn give_way(&self, newcomer: &Asker, held: impl Fn(&Asker) -> usize, may_go: impl Fn(&T) -> bool) -> Option<T> {
        let mut state = self.lock();
        let own = held(newcomer);
        let last = |line: &Line<T>| line.tasks.iter().rposition(|(_, task)| may_go(task));
        let places = state.lines.iter().enumerate().filter(|(_, line)| line.asker != *newcomer);
        let candidates = places.filter_map(|(at, line)| Some((held(&line.asker), at, last(line)?)));
        let (most, at, index) = candidates.max_by_key(|(held, ..)| *held)?;
        if most <= own + 1 {
            return None;
        }
        state.take(at, index)
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
    fn take(&mut self, line: usize, index: usize) -> Option<T> {
        let (_, task) = self.lines[line].tasks.remove(index)?;
        if self.lines[line].tasks.is_empty() {
            self.lines.remove(line);
        }
        self.waiting -= 1;
        Some(task)
    }

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
    fn whoever_holds_most_gives_up_what_came_last_but_never_more_than_makes_them_even() {
        let queue = filled("aaaabbc");
        let held = |counts: [usize; 4]| {
            move |asker: &Asker| {
                ["a", "b", "c", "d"].iter().position(|name| *asker == Asker::new(name)).map_or(0, |at| counts[at])
            }
        };
        let (b, d) = (Asker::new("b"), Asker::new("d"));
        // Four of one, all of which wait, against none.
        assert_eq!(queue.give_way(&d, held([4, 2, 1, 0]), |_| true).as_deref(), Some("a3"));
        // What may not go stays.
        assert_eq!(queue.give_way(&d, held([3, 2, 1, 0]), |task| task != "a2").as_deref(), Some("a1"));
        // One more would be as many as the other has.
        assert_eq!(queue.give_way(&d, held([2, 2, 1, 1]), |_| true), None);
        assert_eq!(queue.give_way(&b, held([3, 2, 1, 0]), |_| true), None);
        // Running ones count, and do not go.
        assert_eq!(queue.give_way(&d, held([2, 2, 7, 0]), |_| true).as_deref(), Some("c6"));
        assert_eq!(queue.give_way(&d, held([2, 2, 6, 0]), |_| true).as_deref(), Some("b5"));
        assert_eq!(queue.give_way(&d, held([9, 9, 9, 0]), |_| false), None);
        assert_eq!((queue.len(), order(&queue)), (3, ["a0", "b4", "a2"].map(str::to_owned).into()));
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
