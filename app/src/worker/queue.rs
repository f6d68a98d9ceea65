//! Which picture is read next: the one that is looked at, then the others in the order in which they came.

use std::collections::VecDeque;

/// The job that runs and the pictures that wait.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: VecDeque<u32>,
    running: Option<Running>,
    last_job: u32,
}

/// A job in the worker. A picture that is read again gets a new job, so that late messages of the old one are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Running {
    pub job: u32,
    pub picture: u32,
    pub started_ms: f64,
    /// Nobody waits for it any more: its messages mean nothing, and its picture may be read anew.
    pub given_up: bool,
}

impl Queue {
    pub fn push(&mut self, picture: u32) {
        if !self.waiting.contains(&picture) && self.running.is_none_or(|r| r.picture != picture || r.given_up) {
            self.waiting.push_back(picture);
        }
    }

    /// Moves a waiting picture to the front.
    pub fn first(&mut self, picture: u32) {
        if let Some(at) = self.waiting.iter().position(|p| *p == picture) {
            self.waiting.remove(at);
            self.waiting.push_front(picture);
        }
    }

    /// The next job, if none runs.
    pub fn next(&mut self, now_ms: f64) -> Option<Running> {
        if self.running.is_some() {
            return None;
        }
        let picture = self.waiting.pop_front()?;
        self.last_job += 1;
        self.running = Some(Running { job: self.last_job, picture, started_ms: now_ms, given_up: false });
        self.running
    }

    pub fn running(&self) -> Option<Running> {
        self.running
    }

    /// The running job if this is its number; messages of other jobs are late.
    pub fn job(&self, job: u32) -> Option<Running> {
        self.running.filter(|r| r.job == job)
    }

    /// The running job is over.
    pub fn done(&mut self) {
        self.running = None;
    }

    /// Takes a picture out. If it is being read, its job is given up, and told so that the worker can be stopped.
    pub fn remove(&mut self, picture: u32) -> Option<Running> {
        self.waiting.retain(|p| *p != picture);
        self.give_up(|running| running.picture == picture)
    }

    /// Forgets all pictures, the one that is being read too.
    pub fn clear(&mut self) -> Option<Running> {
        self.waiting.clear();
        self.give_up(|_| true)
    }

    fn give_up(&mut self, is_meant: impl FnOnce(&Running) -> bool) -> Option<Running> {
        let running = self.running.as_mut().filter(|running| is_meant(running))?;
        running.given_up = true;
        Some(*running)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_job_at_a_time_and_the_picture_that_is_looked_at_first() {
        let mut queue = Queue::default();
        for picture in [10, 11, 12, 11] {
            queue.push(picture);
        }
        queue.first(12);
        let job = queue.next(5.0).unwrap();
        assert_eq!((job.picture, job.job), (12, 1));
        assert_eq!(queue.next(6.0), None, "one at a time");
        queue.push(12);
        queue.done();
        let order: Vec<u32> = std::iter::from_fn(|| {
            let job = queue.next(7.0)?;
            queue.done();
            Some(job.picture)
        })
        .collect();
        assert_eq!(order, [10, 11]);
    }

    #[test]
    fn late_messages_are_known() {
        let mut queue = Queue::default();
        queue.push(1);
        let old = queue.next(0.0).unwrap();
        queue.done();
        queue.push(1);
        let new = queue.next(1.0).unwrap();
        assert_eq!(queue.job(old.job), None);
        assert_eq!(queue.job(new.job), Some(new));
    }

    #[test]
    fn a_picture_that_was_given_up_is_read_again_while_its_old_job_still_ends() {
        let mut queue = Queue::default();
        queue.push(1);
        let old = queue.next(0.0).unwrap();
        queue.push(1);
        assert_eq!(queue.remove(1).map(|r| r.job), Some(old.job));
        queue.push(1);
        assert_eq!(queue.next(1.0), None, "one at a time");
        assert!(queue.job(old.job).is_some_and(|r| r.given_up));
        queue.done();
        let new = queue.next(2.0).unwrap();
        assert_eq!((new.picture, new.given_up), (1, false));
        assert_eq!(queue.clear().map(|r| r.job), Some(new.job));
    }
}
