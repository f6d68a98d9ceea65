// Convolution as a product of matrices that are never built: rows are output pixels, columns output channels, and what is
// summed over are the places and channels of the window. With activation.wgsl.
//
// A workgroup computes a tile of TILE_PIXELS x TILE_CHANNELS, a thread 4 x 4 of it. The tile's part of the input, and of the
// weights, passes through workgroup memory in slices of DEPTH.

// Multiples of four.
override TILE_PIXELS: u32 = 32u;
override TILE_CHANNELS: u32 = 32u;
// Whether an output pixel is made of one input pixel, the one at its own place.
override POINTWISE: bool = false;
// 0: none; 1: before the activation; 2: after it.
override RESIDUAL: u32 = 0u;

const DEPTH = 16u;

struct Params {
    in_h: u32,
    in_w: u32,
    out_w: u32,
    // Of one output picture.
    pixels: u32,

    // Of one group.
    in_c: u32,
    out_c: u32,
    // Places of the window times input channels.
    depth: u32,
    kernel_w: u32,

    stride_h: u32,
    stride_w: u32,
    dilation_h: u32,
    dilation_w: u32,

    pad_top: u32,
    pad_left: u32,
    alpha: f32,
    beta: f32,

    groups: u32,
    // In the weights: groups x depth x out_c numbers, and one per output channel.
    weights: u32,
    bias: u32,
    unused: u32,

    // In the arena: where the first picture begins, from pixel to pixel, from picture to picture.
    input: vec4<u32>,
    output: vec4<u32>,
    residual: vec4<u32>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(1) var<storage, read> weights: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

override QUADS: u32 = TILE_PIXELS / 4u;
override COLUMNS: u32 = TILE_CHANNELS / 4u;
// One more than needed, so that threads which write one below the other do not meet in one bank of memory.
override ROW: u32 = QUADS + 1u;
override THREADS: u32 = QUADS * COLUMNS;

// For each step of the depth, four pixels side by side.
var<workgroup> inputs: array<vec4<f32>, ROW * DEPTH>;
// For each step of the depth, four output channels side by side.
var<workgroup> factors: array<vec4<f32>, COLUMNS * DEPTH>;

// The number that output pixel `pixel` sees at step `step` of the depth; `start` is where the group's channels of the
// picture begin. Places outside of the picture, and steps beyond the depth, add nothing.
fn seen(start: u32, pixel: u32, step: u32) -> f32 {
    if pixel >= params.pixels || step >= params.depth {
        return 0.0;
    }
    if POINTWISE {
        return f32(arena[start + pixel * params.input.y + step]);
    }
    let channel = step % params.in_c;
    let place = step / params.in_c;
    // A place above or left of the picture wraps around to a number far beyond its sides.
    let y = pixel / params.out_w * params.stride_h + place / params.kernel_w * params.dilation_h - params.pad_top;
    let x = pixel % params.out_w * params.stride_w + place % params.kernel_w * params.dilation_w - params.pad_left;
    if y >= params.in_h || x >= params.in_w {
        return 0.0;
    }
    return f32(arena[start + (y * params.in_w + x) * params.input.y + channel]);
}

// The weight of step `step` for output channel `channel` of the group whose weights begin at `start`.
fn factor(start: u32, step: u32, channel: u32) -> f32 {
    if step >= params.depth || channel >= params.out_c {
        return 0.0;
    }
    return f32(weights[start + step * params.out_c + channel]);
}

@compute @workgroup_size(COLUMNS, QUADS)
fn main(
    @builtin(workgroup_id) tile: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let picture = tile.z / params.groups;
    let group = tile.z % params.groups;
    let input = params.input.x + picture * params.input.z + group * params.in_c;
    let group_weights = params.weights + group * params.depth * params.out_c;
    let first_pixel = tile.x * TILE_PIXELS;
    let first_channel = tile.y * TILE_CHANNELS;

    var sums = array<vec4<f32>, 4>();
    for (var first = 0u; first < params.depth; first += DEPTH) {
        for (var at = thread; at < QUADS * DEPTH; at += THREADS) {
            let step = at % DEPTH;
            let pixel = first_pixel + at / DEPTH * 4u;
            inputs[step * ROW + at / DEPTH] = vec4<f32>(
                seen(input, pixel, first + step),
                seen(input, pixel + 1u, first + step),
                seen(input, pixel + 2u, first + step),
                seen(input, pixel + 3u, first + step),
            );
        }
        for (var at = thread; at < COLUMNS * DEPTH; at += THREADS) {
            let step = first + at / COLUMNS;
            let channel = first_channel + at % COLUMNS * 4u;
            factors[at] = vec4<f32>(
                factor(group_weights, step, channel),
                factor(group_weights, step, channel + 1u),
                factor(group_weights, step, channel + 2u),
                factor(group_weights, step, channel + 3u),
            );
        }
        workgroupBarrier();
        for (var step = 0u; step < DEPTH; step += 1u) {
            let a = inputs[step * ROW + local.y];
            let b = factors[step * COLUMNS + local.x];
            sums[0] = fma(vec4<f32>(a.x), b, sums[0]);
            sums[1] = fma(vec4<f32>(a.y), b, sums[1]);
            sums[2] = fma(vec4<f32>(a.z), b, sums[2]);
            sums[3] = fma(vec4<f32>(a.w), b, sums[3]);
        }
        workgroupBarrier();
    }

    for (var row = 0u; row < 4u; row += 1u) {
        for (var column = 0u; column < 4u; column += 1u) {
            let pixel = first_pixel + local.y * 4u + row;
            let in_group = first_channel + local.x * 4u + column;
            if pixel < params.pixels && in_group < params.out_c {
                finish(picture, pixel, group * params.out_c + in_group, sums[row][column]);
            }
        }
    }
}

// What follows the sum of products.
fn finish(picture: u32, pixel: u32, channel: u32, products: f32) {
    var sum = products + f32(weights[params.bias + channel]);
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
