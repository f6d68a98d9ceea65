//! What a device holds: weights once, the same buffers and kernels for every run, and nothing of a model that is gone.

use super::open;
use crate::engine::cpu::tests::{HALF, Random, picture};
use crate::engine::plan::{Activation, Convolution, Numbers, Op, Order, Plan, Weight, Window};
use crate::engine::{Model, Precision, Tensor};

/// Numbers of the weights: more than a picture has.
const WEIGHTS: usize = 9 * 64 * 64;

fn convolution() -> Plan<'static> {
    let mut random = Random(0xca5e);
    let conv = Convolution {
        window: Window { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], pad: [1, 1] },
        groups: 1,
        weight: 0,
        bias: None,
        activation: Activation::Relu,
        order: Order::ActivationLast,
        residual: None,
        input: picture(&mut random, 0, [1, 5, 7, 64]),
        output: picture(&mut random, HALF, [1, 5, 7, 64]),
    };
    let numbers = Numbers::F32((0..WEIGHTS).map(|_| random.number()).collect());
    super::plan(Op::Conv(conv), vec![Weight { dims: vec![1, 9 * 64, 64], numbers }])
}

fn input() -> Vec<Tensor> {
    vec![Tensor { shape: vec![1, 1, 1, HALF as usize], data: vec![0.5; HALF as usize] }]
}

#[test]
fn runs_send_their_inputs_and_make_nothing() {
    let engine = open();
    let model = pollster::block_on(engine.load_plan(&convolution(), Precision::Fast)).expect("it loads");
    let loaded = engine.usage();
    assert!(loaded.bytes_sent >= 4 * WEIGHTS as u64, "{loaded:?}");
    let inputs = input();
    let batch = [inputs.as_slice(), &inputs, &inputs];
    let run = || {
        model.run(&inputs).expect("it runs");
        model.run_batch(&batch).into_iter().for_each(|answer| drop(answer.expect("it runs")));
    };
    // Room for three pictures and for answers comes with the first runs; one picture is then run in that room too.
    run();
    run();
    let before = engine.usage();
    const RUNS: u64 = 5;
    (0..RUNS).for_each(|_| run());
    let after = engine.usage();
    let of_inputs = RUNS * (1 + batch.len() as u64) * 4 * u64::from(HALF);
    assert_eq!(after.bytes_sent - before.bytes_sent, of_inputs, "weights are sent once");
    assert_eq!((after.buffers_made, after.bytes), (before.buffers_made, before.bytes), "buffers are used again");
    assert_eq!(after.pipelines_made, before.pipelines_made, "kernels are compiled once");
    assert_eq!(model.bytes(), after.bytes, "one model: it holds all");
    assert!(model.holds().gpu_bytes == after.bytes && after.bytes > 4 * WEIGHTS as u64, "{after:?}");
}

#[test]
fn a_model_that_is_gone_leaves_kernels_and_no_buffers() {
    let engine = open();
    let allocated = || {
        // What was freed is given back once the device has no more to do with it.
        let _ = engine.fast.device.poll(wgpu::PollType::wait_indefinitely());
        engine
            .fast
            .device
            .generate_allocator_report()
            .expect("the driver's memory is managed here")
            .total_allocated_bytes
    };
    let before = allocated();
    let load = || pollster::block_on(engine.load_plan(&convolution(), Precision::Fast)).expect("it loads");
    let (first, second) = (load(), load());
    let both = engine.usage();
    assert_eq!(first.bytes() + second.bytes(), both.bytes);
    let pipelines = both.pipelines_made;
    first.run(&input()).expect("it runs");
    assert!(allocated() >= before + 2 * 4 * WEIGHTS as u64);
    drop(first);
    assert_eq!(engine.usage().bytes, second.bytes());
    assert!(second.run(&input()).is_ok(), "the other is as it was");
    drop(second);
    assert_eq!(engine.usage().bytes, 0);
    assert!(allocated() < before + 4 * WEIGHTS as u64, "the driver's memory too");
    drop(load());
    assert_eq!(engine.usage().pipelines_made, pipelines, "kernels are shared by all models of a device");
}
