//! A plan that is ready to run on a device: compiled kernels, buffers, and what is submitted for a picture or for several.

mod lanes;
mod room;
mod times;

use std::sync::{Arc, Mutex, PoisonError};

use super::device::{Device, Format};
use super::picture::{Desk, Laid, lay};
use super::program::Program;
use crate::engine::plan::Plan;
use crate::engine::{EngineError, Holding, Model, Ran, Running, Tensor, fit};
use crate::preprocess::Preparation;
use lanes::{Lane, Lanes, are_finite};
use room::{Room, Work};

pub struct GpuModel {
    device: Arc<Device>,
    program: Program,
    room: Room,
    desk: Mutex<Option<Arc<Desk>>>,
    lanes: Lanes,
    /// Inputs are written and work is submitted by one thread at a time.
    submitting: Mutex<()>,
}

/// What a submission runs on.
enum Inputs<'a> {
    /// Of each picture.
    Tensors(&'a [&'a [Tensor]]),
    Picture(&'a Laid<'a>),
}

impl GpuModel {
    /// The plan was checked.
    pub(super) async fn new(plan: &Plan<'_>, device: Arc<Device>) -> Result<Self, EngineError> {
        let (program, contents) = Program::new(plan, device.busy)?;
        let room = Room::new(&device, &program, contents).await?;
        let (desk, lanes, submitting) = Default::default();
        Ok(Self { device, program, room, desk, lanes, submitting })
    }

    /// Runs the model: one submission, one read-back.
    ///
    /// # Errors
    /// [`EngineError::Run`] for inputs of another shape, [`EngineError::Refused`] if there is no room for the answer,
    /// [`EngineError::Device`] if the device fails.
    pub async fn run_async(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.fit(inputs)?;
        alone(self.together(&[inputs]).await?)
    }

    /// Prepares a picture on the device and runs the model on it: one submission, one read-back.
    ///
    /// # Errors
    /// [`EngineError::Run`] if the model has other inputs than that picture, [`EngineError::Load`] or
    /// [`EngineError::Refused`] if the picture is more than the device takes at once, [`EngineError::Device`] if the device fails.
    pub async fn run_on(&self, picture: &Preparation<'_>) -> Result<Vec<Tensor>, EngineError> {
        let [height, width] = picture.input_size().map(|side| side as usize);
        let [input] = self.program.inputs.each.as_slice() else {
            return Err(EngineError::Run { detail: "a model with other inputs than a picture".to_owned() });
        };
        if input.shape != [1, 3, height, width] {
            let detail = format!("an input of {:?} is wanted, not a picture of {width} x {height}", input.shape);
            return Err(EngineError::Run { detail });
        }
        self.device.trouble()?;
        let work = self.room.work(&self.device, &self.program, 1).await?;
        let kept = self.desk.lock().unwrap_or_else(PoisonError::into_inner).take();
        let laid = lay(&self.device, &work.tensors, self.program.input_start(0, input), picture, kept).await?;
        let lane = self.lanes.take(&self.device, &self.program, 1).await?;
        let submission = self.submit(&work, &Inputs::Picture(&laid), &lane);
        *self.desk.lock().unwrap_or_else(PoisonError::into_inner) = Some(laid.desk());
        alone(self.answers(lane, submission).await?)
    }

    /// Runs the model for several at once, as many in one submission as the device has room for; the answers come in their
    /// order.
    pub async fn run_batch_async(&self, batch: &[&[Tensor]]) -> Vec<Result<Vec<Tensor>, EngineError>> {
        let checked = batch.iter().map(|inputs| self.fit(inputs).map(|()| *inputs));
        let checked: Vec<Result<&[Tensor], EngineError>> = checked.collect();
        let sound: Vec<&[Tensor]> = checked.iter().filter_map(|inputs| inputs.as_ref().ok().copied()).collect();
        let mut outputs = Vec::with_capacity(sound.len());
        for part in sound.chunks(self.room.most() as usize) {
            match self.together(part).await {
                Ok(ran) => outputs.extend(ran.into_iter().map(Ok)),
                // No room for so many: one by one there was.
                Err(EngineError::Load { .. } | EngineError::Refused { .. }) if part.len() > 1 => {
                    for inputs in part {
                        outputs.push(self.run_async(inputs).await);
                    }
                }
                Err(error) => outputs.extend(part.iter().map(|_| Err(error.clone()))),
            }
        }
        let mut outputs = outputs.into_iter();
        let lost = || Err(EngineError::Run { detail: "the GPU gave fewer answers than it was asked for".to_owned() });
        checked.into_iter().map(|inputs| inputs.and_then(|_| outputs.next().unwrap_or_else(lost))).collect()
    }

    /// How many pictures a submission may have.
    pub fn most_pictures(&self) -> u32 {
        self.room.most()
    }

    /// Bytes of the model's buffers on the device now.
    pub fn bytes(&self) -> u64 {
        let desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        self.room.bytes() + self.lanes.bytes() + desk.as_ref().map_or(0, |desk| desk.bytes())
    }

    /// What went wrong with the device so far.
    pub fn trouble(&self) -> Result<(), EngineError> {
        self.device.trouble()
    }

    fn fit(&self, inputs: &[Tensor]) -> Result<(), EngineError> {
        fit(self.program.inputs.each.iter().map(|port| port.shape.as_slice()), inputs)
    }

    /// Inputs of pictures that fit, no more than there is room for.
    async fn together(&self, batch: &[&[Tensor]]) -> Result<Vec<Vec<Tensor>>, EngineError> {
        self.device.trouble()?;
        let pictures = batch.len() as u32;
        let work = self.room.work(&self.device, &self.program, pictures).await?;
        let mut lane = self.lanes.take(&self.device, &self.program, pictures).await?;
        lane.load(&self.device, &self.program, batch).await?;
        let submission = self.submit(&work, &Inputs::Tensors(batch), &lane);
        self.answers(lane, submission).await
    }

    fn one_at_a_time(&self) -> std::sync::MutexGuard<'_, ()> {
        self.submitting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(&self, work: &Work, inputs: &Inputs<'_>, lane: &Lane) -> wgpu::SubmissionIndex {
        let _one_at_a_time = self.one_at_a_time();
        let mut encoder = self.device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        match inputs {
            Inputs::Tensors(batch) => lane.bring(&self.device, &self.program, batch, work, &mut encoder),
            Inputs::Picture(laid) => laid.write(&self.device),
        }
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            if let Inputs::Picture(laid) = inputs {
                laid.dispatch(&mut pass);
            }
            work.dispatch(&mut pass);
        }
        lane.fetch(&self.program, work, &mut encoder);
        self.device.queue.submit([encoder.finish()])
    }

    /// The outputs of each picture, once they are there.
    async fn answers(
        &self,
        mut lane: Lane,
        submission: wgpu::SubmissionIndex,
    ) -> Result<Vec<Vec<Tensor>>, EngineError> {
        let outputs = lane.unload(&self.device, &self.program, submission).await?;
        // What went wrong on the way may have left the buffers as they were.
        self.device.trouble()?;
        self.lanes.give_back(lane);
        if self.device.format == Format::F16 && !are_finite(&outputs) {
            return Err(EngineError::Device { detail: "a number grew beyond what half precision holds".to_owned() });
        }
        Ok(outputs)
    }
}

/// The outputs of the only picture.
fn alone(answers: Vec<Vec<Tensor>>) -> Result<Vec<Tensor>, EngineError> {
    let none = || EngineError::Run { detail: "the GPU gave no answer".to_owned() };
    answers.into_iter().next().ok_or_else(none)
}

impl Model for GpuModel {
    #[cfg(not(target_arch = "wasm32"))]
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        pollster::block_on(self.run_async(inputs))
    }

    #[cfg(target_arch = "wasm32")]
    fn run(&self, _inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        Err(EngineError::Run { detail: "the GPU of a browser answers later".to_owned() })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
        pollster::block_on(self.run_batch_async(batch)).into_iter().map(|outputs| outputs.map(Ran::from)).collect()
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move { self.run_async(inputs).await.map(Ran::from) })
    }

    fn holds(&self) -> Holding {
        Holding { gpu_bytes: self.bytes(), ..Holding::default() }
    }

    fn prepares(&self) -> bool {
        true
    }

    /// A picture that is too much for the device at once is prepared by the processor.
    fn start_on<'a>(&'a self, picture: &'a Preparation<'_>) -> Running<'a> {
        Box::pin(async move {
            let outputs = match self.run_on(picture).await {
                Err(EngineError::Load { .. } | EngineError::Refused { .. }) => {
                    self.run_async(&[picture.tensor()]).await
                }
                ran => ran,
            };
            outputs.map(Ran::from)
        })
    }
}
