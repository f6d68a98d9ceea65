//! No bytes make decoding or measuring panic. The same body runs on seeded mutations in `vision-core/tests/mutations.rs`.
//!
//! Seeds and a run of ten minutes:
//!
//! ```sh
//! cargo run -p vision-core --features bad-input --example bad_inputs -- fuzz/corpus/decode_measure --small
//! cargo +nightly fuzz run decode_measure -- -max_len=65536 -rss_limit_mb=2048 -timeout=20 -max_total_time=600
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use vision_core::decode::decode;
use vision_core::measure::measure;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(decoded) = decode(bytes)
        // A bomb of 100 megapixels is sound; measuring it again and again tells nothing new.
        && decoded.pixels.len() < 3_000_000
    {
        let measures = measure(&decoded.pixels, &decoded.facts);
        assert!(measures.palette.len() <= 8);
    }
});
