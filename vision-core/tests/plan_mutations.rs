//! The fuzz target `plan` on seeded mutations of real plans: one of a detector, and those of small recurrent layers.

#[path = "../../fuzz/bodies/plan.rs"]
mod body;

mod counting;

#[path = "support/numbers.rs"]
mod numbers;

use std::path::{Path, PathBuf};

use vision_core::engine::compile::compile;

use numbers::Numbers;

/// Mutations of each small plan; `IIA_MUTATIONS` asks for more.
const ROUNDS: u64 = 400;
/// One in so many of them is made to the large plan, which takes longer to run.
const LARGE: u64 = 4;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

/// The most that reading a plan and running it once may take: the arena, scratch, the numbers of inputs and outputs; weights
/// unpacked, and packed by ops; and lists of ops and steps.
const MOST_BYTES: u64 = 3 * body::LIMITS.arena_bytes + 2 * body::LIMITS.weight_bytes + (1 << 25);

/// The models of `bench/reference/recurrent.json`, each with the shape of its input.
fn layers() -> Vec<(Vec<u8>, [usize; 4])> {
    let path = workspace().join("bench/reference/recurrent.json");
    let text = std::fs::read_to_string(path).expect("it is part of the checkout");
    let reference: serde_json::Value = serde_json::from_str(&text).expect("it is valid");
    let layer = |case: &serde_json::Value| {
        let digits = case["onnx"].as_str().expect("the model's bytes");
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
        let shape = serde_json::from_value(case["shape"].clone()).expect("four sizes");
        ((0..digits.len()).step_by(2).map(byte).collect(), shape)
    };
    reference["cases"].as_array().expect("a list").iter().map(layer).collect()
}

/// Changes a byte or two: mostly near the end, where the ops lie, or at the beginning, where sizes do.
fn mutate(bytes: &mut [u8], ops_bytes: usize, numbers: &mut Numbers) {
    const HEAD: usize = 200;
    for _ in 0..=numbers.below(2) {
        let at = match numbers.below(8) {
            0 => numbers.below(bytes.len()),
            1 => numbers.below(HEAD),
            _ => bytes.len() - 1 - numbers.below(ops_bytes.min(bytes.len())),
        };
        let Some(byte) = bytes.get_mut(at) else { continue };
        *byte = match numbers.below(4) {
            0 => *byte ^ (1 << numbers.below(8)),
            1 => byte.wrapping_add(1),
            2 => [0, 1, 2, 0x7f, 0x80, 0xff][numbers.below(6)],
            _ => numbers.next() as u8,
        };
    }
}

#[test]
fn mutated_plans_are_refused_or_run() {
    let rounds = std::env::var("IIA_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut numbers = Numbers(0x5eed_1234_abcd);
    let plan = |onnx: &[u8], shape| compile(onnx, shape).expect("it compiles").to_bytes();
    let mut seeds: Vec<(u64, Vec<u8>)> = layers().iter().map(|(onnx, shape)| (rounds, plan(onnx, *shape))).collect();
    let shared = std::env::var_os("IIA_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let detector = std::fs::read(shared.join("models/yunet_n_320_320.onnx")).expect("`iia models fetch` brings it");
    seeds.push((rounds / LARGE, plan(&detector, [1, 3, 320, 320])));
    let (mut sound, mut all) = (0, 0);
    for (rounds, seed) in seeds {
        let whole = &mut seed.clone();
        assert!(body::read_and_run(whole), "the plan itself is sound");
        for _ in 0..rounds {
            let mut bytes = seed.clone();
            mutate(&mut bytes, 12_000, &mut numbers);
            let (is_sound, peak) = counting::peak_during(|| body::read_and_run(&mut bytes));
            assert!(peak as u64 <= MOST_BYTES, "a mutated plan took {peak} bytes");
            sound += u64::from(is_sound);
            all += 1;
        }
    }
    println!("{sound} of {all} mutated plans were sound");
    assert!(sound > all / 20, "mutations that are all refused reach no op: {sound} of {all}");
}
