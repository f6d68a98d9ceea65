// A picture's rows shortened to the columns of the result: the first half of resampling. A thread for each pixel. With
// picture.wgsl.

// Red, green, blue, red, ..., a byte each.
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
// Red, green and blue of a pixel in one word.
@group(0) @binding(4) var<storage, read_write> shortened: array<u32>;

fn byte(at: u32) -> f32 {
    return f32((pixels[at / 4u] >> (at % 4u * 8u)) & 0xffu);
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = index_of(group, groups, thread);
    if index >= params.out_w * params.in_rows {
        return;
    }
    let tap = params.columns + index % params.out_w * 3u;
    let row = params.first_row + index / params.out_w;
    let first = (row * params.in_w + taps[tap]) * 3u;
    var sum = vec3<f32>(0.0);
    for (var at = 0u; at < taps[tap + 1u]; at += 1u) {
        let pixel = first + at * 3u;
        let part = bitcast<f32>(taps[taps[tap + 2u] + at]);
        sum += part * vec3<f32>(byte(pixel), byte(pixel + 1u), byte(pixel + 2u));
    }
    let levels = level(sum);
    shortened[index] = levels.x | (levels.y << 8u) | (levels.z << 16u);
}
