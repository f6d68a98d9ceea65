//! A worker beside the first one: holds the models that it was given, prepares pictures for them and runs them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Array, ArrayBuffer, Float32Array, Uint8Array};
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::{Engine as _, EngineError, Model, Precision, Tensor};
use vision_core::manifest::InputSpec;
use vision_core::preprocess::{Preparation, pixels};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, throw_str};
use web_sys::MessageEvent;

use super::super::scope;
use super::wire::{FromMember, ToMember, packed};

/// The worker's own name, by which this program knows what it is.
pub const NAME: &str = "pool";

struct Held {
    model: Box<dyn Model>,
    input: InputSpec,
}

thread_local! {
    static MODELS: RefCell<BTreeMap<String, Held>> = RefCell::default();
}

/// Hears from now on.
pub fn main() {
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| hear(&event));
    scope::global().set_onmessage(Some(hear.into_js_value().unchecked_ref()));
    tell(&FromMember::Ready, None);
}

fn tell(answer: &FromMember, buffer: Option<&ArrayBuffer>) {
    let transfer: Array = buffer.into_iter().collect();
    let _ = scope::global().post_message_with_transfer(&packed(answer, buffer), &transfer);
}

fn hear(event: &MessageEvent) {
    // The first worker is this very program: it says nothing else, or is no longer itself.
    let Some((message, Some(buffer))) = scope::unpacked(&event.data()) else { throw_str("a message without a sense") };
    let answer = match message {
        ToMember::Load { model, input } => load(model, input, &buffer).map(|()| (FromMember::Loaded, None)),
        ToMember::Run { model, picture_size, size } => {
            run(&model, picture_size, size, &buffer).map(|(ran, outputs)| (ran, Some(outputs)))
        }
    };
    match answer {
        Ok((answer, buffer)) => tell(&answer, buffer.as_ref()),
        Err(error) => tell(&FromMember::Failed { detail: detail(error) }, None),
    }
}

fn load(name: String, input: InputSpec, buffer: &ArrayBuffer) -> Result<(), EngineError> {
    let model = CpuEngine::default().load(&Uint8Array::new(buffer).to_vec(), input.shape(), Precision::Full)?;
    MODELS.with_borrow_mut(|models| models.insert(name, Held { model, input }));
    Ok(())
}

fn run(
    name: &str,
    picture_size: (u32, u32),
    (width, height): (u32, u32),
    buffer: &ArrayBuffer,
) -> Result<(FromMember, ArrayBuffer), EngineError> {
    MODELS.with_borrow(|models| {
        let from_ms = scope::now_ms();
        let missing = || EngineError::Run { detail: format!("`{name}` was never loaded here") };
        let Held { model, input } = models.get(name).ok_or_else(missing)?;
        let cut_short = || EngineError::Run { detail: "the picture came without some of its pixels".into() };
        let pixels = pixels(width, height, Uint8Array::new(buffer).to_vec()).ok_or_else(cut_short)?;
        let outputs = model.run(&[Preparation::again(&pixels, picture_size, input).tensor()])?;
        let ms = scope::now_ms() - from_ms;
        let numbers = Float32Array::new_with_length(outputs.iter().map(|output| output.data.len() as u32).sum());
        let mut from = 0;
        for Tensor { data, .. } in &outputs {
            let end = from + data.len() as u32;
            numbers.subarray(from, end).copy_from(data);
            from = end;
        }
        let shapes = outputs.iter().map(|output| output.shape.iter().map(|side| *side as u32).collect()).collect();
        Ok((FromMember::Ran { shapes, ms }, numbers.buffer()))
    })
}

/// What the error is about, for the first worker to put into words again.
fn detail(error: EngineError) -> String {
    match error {
        EngineError::Load { detail }
        | EngineError::Run { detail }
        | EngineError::Refused { detail }
        | EngineError::NoGpu { detail }
        | EngineError::Device { detail }
        | EngineError::Shape { detail } => detail,
    }
}
