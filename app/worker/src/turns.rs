//! One thing at a time: while a picture waits for the GPU, messages are heard, but no other work begins.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::task::{Poll, Waker};

#[derive(Default)]
struct Turns {
    is_taken: bool,
    waiting: VecDeque<Waker>,
}

thread_local! {
    static TURNS: RefCell<Turns> = RefCell::default();
}

/// The right to work, until it is dropped.
pub struct Turn(());

/// Waits for a turn.
pub fn turn() -> impl Future<Output = Turn> {
    poll_fn(|context| {
        TURNS.with_borrow_mut(|turns| {
            if turns.is_taken {
                turns.waiting.push_back(context.waker().clone());
                return Poll::Pending;
            }
            turns.is_taken = true;
            Poll::Ready(Turn(()))
        })
    })
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = TURNS.with_borrow_mut(|turns| {
            turns.is_taken = false;
            turns.waiting.pop_front()
        });
        if let Some(next) = next {
            next.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    #[test]
    fn whoever_comes_while_another_works_waits_until_it_is_done() {
        let mut context = Context::from_waker(Waker::noop());
        let (mut first, mut second) = (pin!(turn()), pin!(turn()));
        let Poll::Ready(working) = first.as_mut().poll(&mut context) else { panic!("nobody works yet") };
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(working);
        assert!(second.as_mut().poll(&mut context).is_ready());
    }
}
