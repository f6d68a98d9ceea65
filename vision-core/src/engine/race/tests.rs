use std::sync::Mutex;

use super::*;

/// Stands still but for runs, each of which takes as long as it says.
#[derive(Default)]
struct Clock(Mutex<(f64, usize)>);

impl Stewards for Clock {
    fn now_ms(&self) -> f64 {
        self.0.lock().expect("no panic").0
    }

    fn recall(&self, _race: &str) -> Option<Times> {
        None
    }

    fn remember(&self, _race: &str, _times: Times) {}
}

struct Takes<'a>(&'a Clock, fn(usize) -> f64);

impl Model for Takes<'_> {
    fn run(&self, _inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        let mut clock = self.0.0.lock().expect("no panic");
        clock.0 += (self.1)(clock.1);
        clock.1 += 1;
        Ok(Vec::new())
    }
}

#[test]
fn no_run_begins_when_a_race_has_lasted_long_enough() {
    /// Milliseconds of each run, how many are run, and the time that counts.
    type Case = (fn(usize) -> f64, usize, f64);
    let cases: [Case; 5] = [
        // Quick: as many as are enough, and the first one more, which warms up.
        (|_| 1.0, ENOUGH_RUNS + 1, 1.0),
        (|run| if run == 0 { 200.0 } else { 30.0 + run as f64 }, 5, 31.0),
        (|_| 100.0, 4, 100.0),
        // Slow: one run, which then counts itself.
        (|_| 301.0, 1, 301.0),
        (|_| 60_000.0, 1, 60_000.0),
    ];
    for (takes, runs, fastest_ms) in cases {
        let clock = Clock::default();
        let fastest = pollster::block_on(fastest(&clock, &Takes(&clock, takes), &[])).expect("it runs");
        assert_eq!((fastest, clock.0.lock().expect("no panic").1), (fastest_ms, runs));
    }
}
