//! Once a model is loaded, running it allocates its outputs and nothing else: no op asks for memory.
#![expect(unsafe_code, reason = "an allocator is unsafe by its nature; this one only counts and passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use vision_core::engine::compile::compile;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::{Model, Tensor};

static CALLS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn running_allocates_the_outputs_and_nothing_else() {
    let shared =
        std::env::var("IIA_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let cases = [
        ("mobilenet_v2_imagenet.w8.onnx", 224),
        ("picodet_s_416_coco.w16.onnx", 416),
        ("yolox_nano.w16.onnx", 416),
        ("yunet_n_320_320.onnx", 320),
        ("deeplabv3_mnv2_dm05_voc_257.onnx", 257),
        ("selfie_segmentation_256.onnx", 256),
        ("FastestDet.onnx", 352),
    ];
    for (file, side) in cases {
        let path = format!("{shared}/models/{file}");
        let onnx = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}; `iia models fetch` brings the models"));
        let plan = compile(&onnx, [1, 3, side, side]).expect("it compiles");
        let model = CpuEngine::default().load_plan(&plan).expect("it loads");
        let inputs = [Tensor { shape: vec![1, 3, side, side], data: vec![0.5; 3 * side * side] }];
        let outputs = model.run(&inputs).expect("it runs").len();
        let before = CALLS.load(Ordering::Relaxed);
        let (mut first, mut last) = (0, 0);
        model
            .run_watched(&inputs, &mut |_| {
                last = CALLS.load(Ordering::Relaxed);
                first = if first == 0 { last } else { first };
            })
            .expect("it runs");
        let calls = CALLS.load(Ordering::Relaxed) - before;
        assert_eq!(last - before, 0, "{file}: allocations up to the last op");
        // Numbers and shape of each output, and the list of them.
        assert!(calls <= 2 * outputs + 1, "{file}: {calls} allocations for {outputs} outputs");
        assert!(first <= last);
    }
}
