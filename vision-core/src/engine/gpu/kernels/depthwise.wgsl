// Depthwise convolution: each channel has a window of its own. A thread for four channels of four pixels side by side, so that a
// weight is read once for them. With each.wgsl and finish.wgsl.

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
    alpha: f32,
    beta: f32,

    // In the weights, where each row of channels is filled up to fours: a row for each place of the window, and one.
    weights: u32,
    bias: u32,
    // Of a row of channels, and of a line of output pixels.
    channel_fours: u32,
    pixel_fours: u32,

    // In the arena: where the first picture begins, from pixel to pixel, from picture to picture.
    input: vec4<u32>,
    output: vec4<u32>,
    residual: vec4<u32>,
}

@group(0) @binding(1) var<storage, read> weights: array<vec4<number>>;
@group(0) @binding(2) var<uniform> params: Params;

// What lies at a column of the line that begins at `line`; nothing beside the picture, left of which columns wrap around. It is read in
// any case, so that nothing waits for the comparison.
fn seen(line: u32, column: u32) -> vec4<f32> {
    return select(vec4<f32>(0.0), load(line + column * params.input.y), column < params.in_w);
}

// What is made of the sums of four channels of a pixel.
fn finish_pixel(picture: u32, y: u32, x: u32, channel: u32, products: vec4<f32>) {
    if x < params.out_w {
        let sums = products + vec4<f32>(weights[(params.bias + channel) / 4u]);
        finish(picture, y * params.out_w + x, channel, params.channels - channel, sums);
    }
}

fn each(index: u32) {
    let four = index % params.channel_fours;
    let place = index / params.channel_fours;
    let x = place % params.pixel_fours * 4u;
    let row = place / params.pixel_fours;
    let y = row % params.out_h;
    let picture = row / params.out_h;

    let channel = four * 4u;
    let input = params.input.x + picture * params.input.z + channel;
    let first_column = x * params.stride_w - params.pad_left;
    var at_weight = params.weights / 4u + four;
    var sums_0 = vec4<f32>(0.0);
    var sums_1 = vec4<f32>(0.0);
    var sums_2 = vec4<f32>(0.0);
    var sums_3 = vec4<f32>(0.0);
    for (var ky = 0u; ky < params.kernel_h; ky += 1u) {
        // Above the picture it wraps around to a number far beyond its sides.
        let in_y = y * params.stride_h + ky * params.dilation_h - params.pad_top;
        if in_y >= params.in_h {
            at_weight += params.kernel_w * params.channel_fours;
            continue;
        }
        let line = input + in_y * params.in_w * params.input.y;
        for (var kx = 0u; kx < params.kernel_w; kx += 1u) {
            let weight = vec4<f32>(weights[at_weight]);
            let column = first_column + kx * params.dilation_w;
            sums_0 = fma(seen(line, column), weight, sums_0);
            sums_1 = fma(seen(line, column + params.stride_w), weight, sums_1);
            sums_2 = fma(seen(line, column + 2u * params.stride_w), weight, sums_2);
            sums_3 = fma(seen(line, column + 3u * params.stride_w), weight, sums_3);
            at_weight += params.channel_fours;
        }
    }

    finish_pixel(picture, y, x, channel, sums_0);
    finish_pixel(picture, y, x + 1u, channel, sums_1);
    finish_pixel(picture, y, x + 2u, channel, sums_2);
    finish_pixel(picture, y, x + 3u, channel, sums_3);
}
