// Depthwise convolution: each channel has a window of its own. A thread for each number of the output. With activation.wgsl.

// 0: none; 1: before the activation; 2: after it.
override RESIDUAL: u32 = 0u;

struct Params {
    in_h: u32,
    in_w: u32,
    out_h: u32,
    out_w: u32,

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

    // In the weights: places of the window x channels, and one per channel.
    weights: u32,
    bias: u32,
    unused_a: u32,
    unused_b: u32,

    // In the arena: where the first picture begins, from pixel to pixel, from picture to picture.
    input: vec4<u32>,
    output: vec4<u32>,
    residual: vec4<u32>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(1) var<storage, read> weights: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = (group.y * groups.x + group.x) * 64u + thread;
    if index >= params.count {
        return;
    }
    let channel = index % params.channels;
    let x = index / params.channels % params.out_w;
    let row = index / params.channels / params.out_w;
    let y = row % params.out_h;
    let picture = row / params.out_h;

    let input = params.input.x + picture * params.input.z + channel;
    var sum = 0.0;
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
            let weight = f32(weights[params.weights + (ky * params.kernel_w + kx) * params.channels + channel]);
            sum = fma(f32(arena[input + (in_y * params.in_w + in_x) * params.input.y]), weight, sum);
        }
    }

    let pixel = y * params.out_w + x;
    sum += f32(weights[params.bias + channel]);
    var residual = 0.0;
    if RESIDUAL != 0u {
        residual = f32(arena[params.residual.x + picture * params.residual.z + pixel * params.residual.y + channel]);
    }
    if RESIDUAL == 1u {
        sum += residual;
    }
    sum = activate(sum, params.alpha, params.beta);
    if RESIDUAL == 2u {
        sum += residual;
    }
    arena[params.output.x + picture * params.output.z + pixel * params.output.y + channel] = number(sum);
}
