//! Plans that run in a page of Chromium, as any other engine's models do: `end2end/executor.mjs` is asked over HTTP.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use vision_core::engine::compile::compile;
use vision_core::engine::{Engine, EngineError, Model, Precision, Tensor};

use crate::models::checkout;

/// Where in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Place {
    /// WebAssembly with vectors, which every browser can run.
    Wasm,
    /// WebAssembly with relaxed vectors.
    Relaxed,
    /// WebGPU, which is software where Chromium knows no card.
    Webgpu,
}

impl Place {
    pub fn name(self) -> &'static str {
        match self {
            Self::Wasm => "wasm",
            Self::Relaxed => "relaxed",
            Self::Webgpu => "webgpu",
        }
    }
}

/// A Chromium with a page that holds the engine.
pub struct InBrowser {
    place: Place,
    asked: Arc<Asked>,
}

/// The process that holds the Chromium.
struct Asked {
    node: Child,
    address: String,
    agent: ureq::Agent,
}

impl InBrowser {
    pub fn open(place: Place) -> Result<Self> {
        let mut node = Command::new("node")
            .arg(checkout().join("end2end/executor.mjs"))
            .arg(place.name())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("no Node")?;
        let stdout = node.stdout.take().context("Node without standard output")?;
        // From here on it ends with what is returned, or with the error.
        let mut asked = Asked { node, address: String::new(), agent: ureq::Agent::new_with_defaults() };
        BufReader::new(stdout).read_line(&mut asked.address)?;
        asked.address.truncate(asked.address.trim_end().len());
        ensure!(
            !asked.address.is_empty(),
            "end2end/executor.mjs gives no address; `cargo xtask eval` sets what it needs"
        );
        Ok(Self { place, asked: Arc::new(asked) })
    }
}

impl Engine for InBrowser {
    fn name(&self) -> &'static str {
        self.place.name()
    }

    fn load(
        &self,
        model_bytes: &[u8],
        input_shape: [usize; 4],
        precision: Precision,
    ) -> Result<Box<dyn Model>, EngineError> {
        let load = |error: anyhow::Error| EngineError::Load { detail: format!("{error:#}") };
        let plan = compile(model_bytes, input_shape).map_err(|error| load(error.into()))?;
        let outputs = plan.outputs.iter().map(|view| view.dims.iter().map(|dim| *dim as usize).collect()).collect();
        let path = if precision == Precision::Full { "load/full" } else { "load" };
        let number = self.asked.post(path, &plan.to_bytes()).map_err(load)?;
        let number = String::from_utf8(number).map_err(|error| load(error.into()))?;
        Ok(Box::new(Loaded { asked: Arc::clone(&self.asked), path: format!("run/{number}"), outputs }))
    }
}

struct Loaded {
    asked: Arc<Asked>,
    path: String,
    /// The shape of each.
    outputs: Vec<Vec<usize>>,
}

impl Model for Loaded {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        let run = |detail: String| EngineError::Run { detail };
        let [input] = inputs else { return Err(run(format!("{} inputs for one", inputs.len()))) };
        let numbers: Vec<u8> = input.data.iter().flat_map(|number| number.to_le_bytes()).collect();
        let answer = self.asked.post(&self.path, &numbers).map_err(|error| run(format!("{error:#}")))?;
        let (numbers, _) = answer.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut output = |shape: &Vec<usize>| {
            let data: Vec<f32> = numbers.by_ref().take(shape.iter().product()).collect();
            let tensor = Tensor { shape: shape.clone(), data };
            (tensor.data.len() == shape.iter().product::<usize>()).then_some(tensor)
        };
        let outputs: Option<Vec<Tensor>> = self.outputs.iter().map(&mut output).collect();
        let outputs = outputs.filter(|_| numbers.next().is_none());
        outputs.ok_or_else(|| run(format!("{} bytes are not what its outputs have", answer.len())))
    }
}

impl Asked {
    fn post(&self, path: &str, body: &[u8]) -> Result<Vec<u8>> {
        let request = self.agent.post(format!("{}/{path}", self.address));
        let mut answer = request.config().http_status_as_error(false).build().send(body)?;
        // Outputs of detectors are megabytes.
        let body = answer.body_mut().with_config().limit(1 << 28).read_to_vec()?;
        ensure!(answer.status().is_success(), "{}: {}", answer.status(), String::from_utf8_lossy(&body));
        Ok(body)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        // Its end is asked for, so that it closes the browser; a folder of a profile that stays behind does no harm.
        drop(self.node.stdin.take());
        let _ = self.node.wait();
    }
}
