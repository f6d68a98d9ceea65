//! The fuzz target's body on seeded mutations of small pictures: no bytes make decoding or measuring panic, or take
//! more memory than the limits allow. The same body runs under libFuzzer in `fuzz/`.

#[path = "support/numbers.rs"]
mod numbers;

use std::sync::atomic::{AtomicUsize, Ordering};

use vision_core::bad_input::{self, sound};
use vision_core::decode::decode;
use vision_core::measure::measure;

use numbers::Numbers;

/// Mutations of each seed; `IIA_MUTATIONS` asks for more.
const ROUNDS: u64 = 60;

/// Values that have broken parsers before.
const INTERESTING: [u8; 12] = [0, 1, 2, 0x10, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xfe, 0xff];

fn mutate(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(bytes.len());
        match numbers.below(8) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + numbers.below(16)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let end = (at + numbers.below(64)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => {
                let from = numbers.below(other.len());
                let end = (from + numbers.below(64)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            4 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xff),
            5 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = INTERESTING[numbers.below(INTERESTING.len())];
                }
            }
        }
    }
}

#[test]
fn mutated_pictures_never_panic() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(info);
    }));
    let rounds = std::env::var("IIA_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut seeds = sound::all();
    let small = bad_input::all().into_iter().filter(|input| input.bytes.len() < 20_000);
    seeds.extend(small.map(|input| (input.name, input.bytes)));
    let mut numbers = Numbers(0x1a2b_3c4d_5e6f);
    for round in 0..rounds {
        for (place, (name, seed)) in seeds.iter().enumerate() {
            let mut bytes = seed.clone();
            let other = &seeds[(place + round as usize) % seeds.len()].1;
            mutate(&mut bytes, other, &mut numbers);
            let before = PANICS.load(Ordering::Relaxed);
            let outcome = std::panic::catch_unwind(|| {
                if let Ok(decoded) = decode(&bytes)
                    && decoded.pixels.len() < 3_000_000
                {
                    let measures = measure(&decoded.pixels, &decoded.facts);
                    assert!(measures.palette.len() <= 8, "{} colours", measures.palette.len());
                }
            });
            if outcome.is_err() || PANICS.load(Ordering::Relaxed) > before {
                let kept = std::env::temp_dir().join(format!("mutation-{round}-{place}"));
                std::fs::write(&kept, &bytes).expect("a place for the bytes");
                panic!("round {round} of {name} panics; its bytes are in {}", kept.display());
            }
        }
    }
}
