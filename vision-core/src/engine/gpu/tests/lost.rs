//! Devices that go away, have no room or refuse kernels: errors, never a panic and never a wrong
//! result.

use std::sync::Arc;

use super::{open, plan};
use crate::engine::cpu::tests::HALF;
use crate::engine::gpu::device::{Device, Format};
use crate::engine::gpu::{Fault, GpuEngine};
use crate::engine::plan::{Limits, Op, Place, Plan, View};
use crate::engine::{EngineError, Model, Precision, Tensor};

fn copy() -> Plan<'static> {
    plan(Op::Copy { input: View::dense(Place::Arena, 0, &[8]), output: View::dense(Place::Arena, HALF, &[8]) }, vec![])
}

fn input() -> [Tensor; 1] {
    [Tensor { shape: vec![1, 1, 1, HALF as usize], data: vec![1.0; HALF as usize] }]
}

#[test]
fn a_device_that_goes_away_is_an_error_from_then_on() {
    let engine = open();
    let model = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).expect("it loads");
    assert_eq!(model.run(&input()).expect("it runs")[0].data, [1.0; 8]);
    engine.suffer(Fault::Gone);
    for _ in 0..2 {
        let error = model.run(&input()).expect_err("there is no device");
        assert!(matches!(error, EngineError::Device { .. }), "{error}");
    }
    let error = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).err().expect("there is no device");
    assert!(matches!(error, EngineError::Device { .. }), "{error}");
}

#[test]
fn a_device_that_goes_away_while_models_run_gives_errors_or_whole_results() {
    let engine = open();
    let model = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).expect("it loads");
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
        engine.suffer(Fault::Gone);
        runs.into_iter().for_each(|run| run.join().expect("no panic"));
    });
}

#[test]
fn an_input_of_another_shape_is_an_error_and_harms_nothing() {
    let engine = super::engine();
    let model = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).expect("it loads");
    let wrong = [Tensor { shape: vec![1, 1, 1, 3], data: vec![1.0; 3] }];
    assert!(matches!(model.run(&wrong), Err(EngineError::Run { .. })));
    assert!(model.run(&input()).is_ok());
}

#[test]
fn kernels_that_the_driver_refuses_are_an_error_and_not_kept() {
    for fault in [Fault::Modules, Fault::Pipelines] {
        let engine = open();
        engine.suffer(fault);
        for _ in 0..2 {
            let error = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).err().expect("it is refused");
            assert!(matches!(error, EngineError::Refused { .. }), "{fault:?}: {error}");
        }
        engine.mend();
        let model = pollster::block_on(engine.load_plan(&copy(), Precision::Fast))
            .expect("nothing is left of what was refused");
        assert_eq!(model.run(&input()).expect("it runs")[0].data, [1.0; 8], "{fault:?}");
        // What is compiled serves models that come later, whatever befalls others.
        engine.suffer(fault);
        assert!(pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).is_ok(), "{fault:?}");
    }
}

#[test]
fn a_plan_for_which_there_is_no_memory_is_an_error_and_harms_no_other() {
    let engine = open();
    let first = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).expect("it loads");
    first.run(&input()).expect("it runs");
    engine.suffer(Fault::Memory(1000));
    let error = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).err().expect("there is no room");
    assert!(matches!(&error, EngineError::Refused { detail } if detail.contains("out of memory")), "{error}");
    assert_eq!(first.run(&input()).expect("it has its room")[0].data, [1.0; 8]);
    // No room for three at once: one by one there is.
    let inputs = input();
    for answer in first.run_batch(&[&inputs, &inputs, &inputs]) {
        assert_eq!(answer.expect("it runs").outputs[0].data, [1.0; 8]);
    }
    engine.mend();
    assert!(pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).is_ok());
}

#[test]
fn a_device_that_is_silent_counts_as_lost() {
    let engine = open();
    let model = pollster::block_on(engine.load_plan(&long_work(), Precision::Fast)).expect("it loads");
    engine.suffer(Fault::Silence);
    let error = model.run(&input()).expect_err("no answer in time");
    assert!(matches!(&error, EngineError::Device { detail } if detail.starts_with("no answer")), "{error}");
    engine.mend();
    assert!(matches!(model.run(&input()), Err(EngineError::Device { .. })), "whatever it answers later");
}

/// The device has something to do, so that it cannot be done before it is asked.
fn long_work() -> Plan<'static> {
    let (a, b) = (View::dense(Place::Arena, 0, &[1, 1, 1, HALF]), View::dense(Place::Arena, HALF, &[1, 1, 1, HALF]));
    let copies = (0..2000).map(|at| match at % 2 {
        0 => Op::Copy { input: a.clone(), output: b.clone() },
        _ => Op::Copy { input: b.clone(), output: a.clone() },
    });
    let ops: Vec<Op> = copies.collect();
    Plan { outputs: vec![a.clone()], names: vec![String::new(); ops.len()], ops, ..copy() }
}

#[test]
fn an_adapter_that_lacks_what_is_asked_for_gives_no_device_and_one_with_little_takes_no_large_plans() {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let found = pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()));
    let found = found.expect("the adapter of the other tests");
    let device = |limits: wgpu::Limits| {
        let adapter = open().adapter(Precision::Full).clone();
        pollster::block_on(Device::of(&found, adapter, Format::F32, limits))
    };
    let beyond = wgpu::Limits { max_compute_workgroup_storage_size: u32::MAX, ..wgpu::Limits::default() };
    let error = device(beyond).err().expect("nobody has it");
    assert!(matches!(error, EngineError::Refused { .. }), "{error}");

    let little = wgpu::Limits {
        max_storage_buffer_binding_size: 1 << 10,
        max_buffer_size: 1 << 10,
        max_uniform_buffer_binding_size: 1 << 10,
        ..wgpu::Limits::default()
    };
    let device = Arc::new(device(little).expect("anybody has it"));
    let engine = GpuEngine { fast: Arc::clone(&device), full: device, limits: Limits::default() };
    let error = pollster::block_on(engine.load_plan(&copy(), Precision::Fast)).err().expect("it takes more");
    assert!(matches!(&error, EngineError::Refused { detail } if detail.contains("binds 1024")), "{error}");
    assert!(engine.fast.trouble().is_ok(), "the device is well");
}
