// The largest or the average of each window. A thread for four channels of a pixel. With each.wgsl, nan.wgsl
// and one of fours.wgsl and ones.wgsl.

// Numbered by `kernels.rs`.
override KIND: u32 = 0u;

const MAX = 0u;
const AVERAGE_INSIDE = 1u;
const AVERAGE_ALL = 2u;

struct Params {
    in_h: u32,
    in_w: u32,
    out_h: u32,
    out_w: u32,

    channels: u32,
    // Threads that have something to do.
    count: u32,
    kernel_h: u32,
    kernel_w: u32,

    stride_h: u32,
    stride_w: u32,
    dilation_h: u32,
    dilation_w: u32,

    pad_top: u32,
    pad_left: u32,
    // The bits of minus infinity, which WGSL has no constant for.
    least: u32,
    // Of the channels of a pixel.
    fours: u32,

    // In the arena: where the first picture begins, from pixel to pixel, from picture to picture.
    input: vec4<u32>,
    output: vec4<u32>,
}

@group(0) @binding(2) var<uniform> params: Params;

fn each(index: u32) {
    let channel = index % params.fours * 4u;
    let x = index / params.fours % params.out_w;
    let row = index / params.fours / params.out_w;
    let y = row % params.out_h;
    let picture = row / params.out_h;

    let input = params.input.x + picture * params.input.z + channel;
    var largest = vec4<f32>(bitcast<f32>(params.least));
    var sum = vec4<f32>(0.0);
    var inside = 0u;
    for (var ky = 0u; ky < params.kernel_h; ky += 1u) {
        // Above the picture it wraps around to a number far beyond its sides.
        let in_y = y * params.stride_h + ky * params.dilation_h - params.pad_top;
        if in_y >= params.in_h {
            continue;
        }
        for (var kx = 0u; kx < params.kernel_w; kx += 1u) {
            let in_x = x * params.stride_w + kx * params.dilation_w - params.pad_left;
            if in_x >= params.in_w {
                continue;
            }
            let seen = load(input + (in_y * params.in_w + in_x) * params.input.y);
            // Once it is no number it stays none.
            largest = select(largest, seen, (seen > largest) | are_nan(seen));
            sum += seen;
            inside += 1u;
        }
    }

    var result = largest;
    if KIND == AVERAGE_INSIDE {
        result = sum / f32(max(inside, 1u));
    } else if KIND == AVERAGE_ALL {
        result = sum / f32(params.kernel_h * params.kernel_w);
    }
    let at = params.output.x + picture * params.output.z + (y * params.out_w + x) * params.output.y + channel;
    store(at, result, params.channels - channel);
}
