// Transposed convolution, seen from its output: which input pixels reach it, through which places of the window. A thread for
// each number of the output. With each.wgsl and activation.wgsl.

struct Params {
    in_h: u32,
    in_w: u32,
    out_h: u32,
    out_w: u32,

    // Of one group.
    in_c: u32,
    out_c: u32,
    // Of all groups.
    channels: u32,
    // Numbers of all output pictures.
    count: u32,

    kernel_h: u32,
    kernel_w: u32,
    stride_h: u32,
    stride_w: u32,

    dilation_h: u32,
    dilation_w: u32,
    pad_top: u32,
    pad_left: u32,

    alpha: f32,
    beta: f32,
    // In the weights: groups x places of the window x in_c x out_c numbers, and one per output channel.
    weights: u32,
    bias: u32,

    // In the arena: where the first picture begins, from pixel to pixel, from picture to picture.
    input: vec4<u32>,
    output: vec4<u32>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(1) var<storage, read> weights: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

fn each(index: u32) {
    let channel = index % params.channels;
    let x = index / params.channels % params.out_w;
    let row = index / params.channels / params.out_w;
    let y = row % params.out_h;
    let picture = row / params.out_h;

    let part = channel / params.out_c;
    let input = params.input.x + picture * params.input.z + part * params.in_c;
    let places = params.kernel_h * params.kernel_w;
    var sum = 0.0;
    for (var ky = 0u; ky < params.kernel_h; ky += 1u) {
        // Above the picture it wraps around to a number far beyond its sides.
        let from_y = y + params.pad_top - ky * params.dilation_h;
        if from_y % params.stride_h != 0u || from_y / params.stride_h >= params.in_h {
            continue;
        }
        for (var kx = 0u; kx < params.kernel_w; kx += 1u) {
            let from_x = x + params.pad_left - kx * params.dilation_w;
            if from_x % params.stride_w != 0u || from_x / params.stride_w >= params.in_w {
                continue;
            }
            let pixel = from_y / params.stride_h * params.in_w + from_x / params.stride_w;
            let place = (part * places + ky * params.kernel_w + kx) * params.in_c;
            for (var at = 0u; at < params.in_c; at += 1u) {
                let weight = f32(weights[params.weights + (place + at) * params.out_c + channel % params.out_c]);
                sum = fma(f32(arena[input + pixel * params.input.y + at]), weight, sum);
            }
        }
    }

    let pixel = y * params.out_w + x;
    sum = activate(sum + f32(weights[params.bias + channel]), params.alpha, params.beta);
    arena[params.output.x + picture * params.output.z + pixel * params.output.y + channel] = number(sum);
}
