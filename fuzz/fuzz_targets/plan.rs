//! No bytes make reading or running a plan panic. The same body runs on seeded mutations in
//! `vision-core/tests/plan_mutations.rs`.
//!
//! Seeds and a run of ten minutes. Small networks teach most, hundreds of runs a second: a few layers of each kind, exported
//! by hand, in place of a detector's plan (twenty a second, and half of the code):
//!
//! ```sh
//! mkdir -p fuzz/corpus/plan && iia models compile layers.onnx --size 8x8 -o fuzz/corpus/plan/layers
//! cargo +nightly fuzz run plan -- -max_len=20000 -rss_limit_mb=2048 -timeout=20 -max_total_time=600
//! ```
#![no_main]

#[path = "../bodies/plan.rs"]
mod body;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    body::read_and_run(&mut bytes.to_vec());
});
