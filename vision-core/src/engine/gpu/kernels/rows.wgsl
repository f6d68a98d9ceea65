// Shortened rows mixed into the rows of the result, and their levels as the numbers that the model wants: the second half of
// resampling, normalisation, padding, and planes. A thread for each pixel of the model's input. With picture.wgsl.

@group(0) @binding(0) var<storage, read_write> tensors: array<f32>;
@group(0) @binding(4) var<storage, read_write> shortened: array<u32>;

fn pixel(row: u32, column: u32) -> vec3<f32> {
    let word = shortened[row * params.out_w + column];
    return vec3<f32>(f32(word & 0xffu), f32((word >> 8u) & 0xffu), f32((word >> 16u) & 0xffu));
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = index_of(group, groups, thread);
    let plane = params.width * params.height;
    if index >= plane {
        return;
    }
    let x = index % params.width;
    let y = index / params.width;
    let is_picture = x < params.out_w && y < params.out_h;
    var levels = vec3<u32>(0u);
    if is_picture {
        let tap = params.rows + y * 3u;
        let first = taps[tap] - params.first_row;
        var sum = vec3<f32>(0.0);
        for (var at = 0u; at < taps[tap + 1u]; at += 1u) {
            let part = bitcast<f32>(taps[taps[tap + 2u] + at]);
            sum += part * pixel(first + at, x);
        }
        levels = level(sum);
    }
    for (var channel = 0u; channel < 3u; channel += 1u) {
        let normalised = (f32(levels[params.channel[channel]]) - params.mean[channel]) * params.scale[channel];
        let result = select(params.padding[channel], normalised, is_picture);
        tensors[params.input + channel * plane + index] = result;
    }
}
