//! How long each dispatch of a model takes on its device: for those who measure.

use super::super::buffers::{buffer, read};
use super::GpuModel;
use crate::engine::EngineError;

/// Times that a device keeps at once (WebGPU: 4096 queries in a set, two for each).
const MOST_STEPS: usize = 2048;

impl GpuModel {
    /// Milliseconds of each dispatch for so many pictures, by the device's own clock and each waiting for the one before: first
    /// those that bring the inputs, then the plan's ops, then those that fetch the outputs. What is worked on is whatever the last
    /// run left.
    ///
    /// # Errors
    /// [`EngineError::Run`] if the device tells no times, [`EngineError::Refused`] if it has no room for so many pictures,
    /// [`EngineError::Device`] if it fails.
    pub async fn step_times(&self, pictures: u32) -> Result<Vec<f64>, EngineError> {
        use wgpu::BufferUsages as Usage;

        let none = |detail: &str| EngineError::Run { detail: detail.to_owned() };
        let device = &self.device;
        if !device.device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return Err(none("the GPU tells no times"));
        }
        let work = self.room.work(device, &self.program, pictures).await?;
        if work.steps() > MOST_STEPS {
            return Err(none("more dispatches than a GPU keeps times of"));
        }
        let count = 2 * work.steps() as u32;
        let bytes = u64::from(count) * wgpu::QUERY_SIZE as u64;
        let made = device.checked(|| {
            let queries = device.device.create_query_set(&wgpu::QuerySetDescriptor {
                label: None,
                ty: wgpu::QueryType::Timestamp,
                count,
            });
            let resolved = buffer(device, bytes, Usage::QUERY_RESOLVE | Usage::COPY_SRC)?;
            Ok((queries, resolved, buffer(device, bytes, Usage::MAP_READ | Usage::COPY_DST)?))
        });
        let (queries, resolved, staging) = made.await?;
        let submission = {
            let _one_at_a_time = self.one_at_a_time();
            let mut encoder = device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            work.dispatch_apart(|at| {
                let writes = wgpu::ComputePassTimestampWrites {
                    query_set: &queries,
                    beginning_of_pass_write_index: Some(2 * at as u32),
                    end_of_pass_write_index: Some(2 * at as u32 + 1),
                };
                let descriptor = wgpu::ComputePassDescriptor { label: None, timestamp_writes: Some(writes) };
                encoder.begin_compute_pass(&descriptor).forget_lifetime()
            });
            encoder.resolve_query_set(&queries, 0..count, &resolved, 0);
            encoder.copy_buffer_to_buffer(&resolved, 0, &staging, 0, Some(bytes));
            device.queue.submit([encoder.finish()])
        };
        let ticks: Vec<u64> = read(device, &staging, bytes, submission, bytemuck::pod_collect_to_vec).await?;
        let ms = f64::from(device.queue.get_timestamp_period()) / 1e6;
        let (pairs, _) = ticks.as_chunks::<2>();
        #[expect(clippy::cast_precision_loss, reason = "ticks of one dispatch")]
        let of_pair = |[from, to]: &[u64; 2]| to.saturating_sub(*from) as f64 * ms;
        Ok(pairs.iter().map(of_pair).collect())
    }
}
