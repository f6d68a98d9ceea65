//! Devices that go away, and plans that a device cannot take: errors, never a panic and never a wrong result.

use super::{open, plan};
use crate::engine::cpu::tests::HALF;
use crate::engine::plan::{Activation, Convolution, Numbers, Op, Order, Place, Plan, View, Weight, Window};
use crate::engine::{EngineError, Model, Tensor};

fn copy() -> Plan<'static> {
    plan(Op::Copy { input: View::dense(Place::Arena, 0, &[8]), output: View::dense(Place::Arena, HALF, &[8]) }, vec![])
}

fn input() -> [Tensor; 1] {
    [Tensor { shape: vec![1, 1, 1, HALF as usize], data: vec![1.0; HALF as usize] }]
}

#[test]
fn a_device_that_goes_away_is_an_error_from_then_on() {
    let engine = open();
    let model = pollster::block_on(engine.load_plan(&copy())).expect("it loads");
    assert_eq!(model.run(&input()).expect("it runs")[0].data, [1.0; 8]);
    engine.destroy_device();
    for _ in 0..2 {
        let error = model.run(&input()).expect_err("there is no device");
        assert!(matches!(error, EngineError::Device { .. }), "{error}");
    }
    let error = pollster::block_on(engine.load_plan(&copy())).err().expect("there is no device");
    assert!(matches!(error, EngineError::Device { .. }), "{error}");
}

#[test]
fn a_device_that_goes_away_while_models_run_gives_errors_or_whole_results() {
    let engine = open();
    let model = pollster::block_on(engine.load_plan(&copy())).expect("it loads");
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..200 {
                        match model.run(&input()) {
                            Ok(outputs) => assert_eq!(outputs[0].data, [1.0; 8]),
                            Err(error) => return assert!(matches!(error, EngineError::Device { .. }), "{error}"),
                        }
                    }
                })
            })
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(5));
        engine.destroy_device();
        runs.into_iter().for_each(|run| run.join().expect("no panic"));
    });
}

#[test]
fn an_input_of_another_shape_is_an_error_and_harms_nothing() {
    let engine = super::engine();
    let model = pollster::block_on(engine.load_plan(&copy())).expect("it loads");
    let wrong = [Tensor { shape: vec![1, 1, 1, 3], data: vec![1.0; 3] }];
    assert!(matches!(model.run(&wrong), Err(EngineError::Run { .. })));
    assert!(model.run(&input()).is_ok());
}

#[test]
fn what_no_kernel_does_is_refused_when_it_is_loaded() {
    let picture = |offset: u32| View::dense(Place::Arena, offset, &[1, 2, 2, 1]);
    let op = Op::ConvTranspose(Convolution {
        window: Window { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0] },
        groups: 1,
        weight: 0,
        bias: None,
        activation: Activation::None,
        order: Order::ActivationLast,
        residual: Some(picture(16)),
        input: picture(0),
        output: picture(HALF),
    });
    let weights = vec![Weight { dims: vec![1, 1, 1], numbers: Numbers::F32(vec![1.0].into()) }];
    let error = pollster::block_on(super::engine().load_plan(&plan(op, weights))).err().expect("it is refused");
    assert!(matches!(error, EngineError::Load { .. }), "{error}");
}
