// Convolution as a product of matrices that are never built: rows are the output pixels of all pictures, columns output channels, and
// what is summed over, the depth, are the places and channels of the window. What its three kernels have in common: how they see the
// input and the weights, four steps of the depth or four channels at a time, and what follows the sums. With finish.wgsl.

// How the input is read. 0: an output pixel is made of the one input pixel at its own place. 1: of a window's pixels, each of whose
// channels come in fours. 2: number by number.
override READING: u32 = 2u;

const PIXELS = 0u;
const WINDOWS = 1u;
const ONE_BY_ONE = 2u;

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

    // Of all output pictures.
    rows: u32,
    // In the weights, where each row of channels is filled up to fours: groups x depth rows, and one for each group.
    weights: u32,
    bias: u32,
    unused: u32,

    // In the arena: where the first picture begins, from pixel to pixel, from picture to picture.
    input: vec4<u32>,
    output: vec4<u32>,
    residual: vec4<u32>,
}

@group(0) @binding(1) var<storage, read> weights: array<vec4<number>>;
@group(0) @binding(2) var<uniform> params: Params;

// Where the window of a row begins: which number its picture's channels of the group begin at, or those of its pixel where that
// is all it sees; then its first line and column, which wrap around above and left of the picture. Rows beyond the last one see
// what that one sees; what they sum is written nowhere.
fn window_of(row: u32, group: u32) -> vec3<u32> {
    let last = min(row, params.rows - 1u);
    let pixel = last % params.pixels;
    let start = params.input.x + last / params.pixels * params.input.z + group * params.in_c;
    if READING == PIXELS {
        return vec3<u32>(start + pixel * params.input.y, 0u, 0u);
    }
    let y = pixel / params.out_w * params.stride_h - params.pad_top;
    let x = pixel % params.out_w * params.stride_w - params.pad_left;
    return vec3<u32>(start, y, x);
}

// Which number a window sees at a place; none beside the picture, where it wrapped around or goes on too far.
fn place_in(window: vec3<u32>, place: u32) -> vec2<u32> {
    let y = window.y + place / params.kernel_w * params.dilation_h;
    let x = window.z + place % params.kernel_w * params.dilation_w;
    let is_inside = u32(y < params.in_h && x < params.in_w);
    return vec2<u32>(window.x + (y * params.in_w + x) * params.input.y, is_inside);
}

// The same, where that may be all that it sees.
fn place_of_window(window: vec3<u32>, place: u32) -> vec2<u32> {
    if READING == PIXELS {
        return vec2<u32>(window.x, 1u);
    }
    return place_in(window, place);
}

fn seen_one(window: vec3<u32>, step: u32) -> f32 {
    let found = place_in(window, step / params.in_c);
    if step >= params.depth || found.y == 0u {
        return 0.0;
    }
    return load_one(found.x + step % params.in_c);
}

// What a window sees at four steps of the depth; places outside of the picture, and steps beyond the depth, add nothing.
fn seen(window: vec3<u32>, step: u32) -> vec4<f32> {
    if READING == PIXELS {
        // Read in any case, so that nothing waits for the comparison.
        return select(vec4<f32>(0.0), load(window.x + step), step < params.depth);
    }
    if READING == WINDOWS {
        let found = place_in(window, step / params.in_c);
        return select(vec4<f32>(0.0), load(found.x + step % params.in_c), step < params.depth && found.y == 1u);
    }
    return vec4<f32>(
        seen_one(window, step),
        seen_one(window, step + 1u),
        seen_one(window, step + 2u),
        seen_one(window, step + 3u),
    );
}

// Fours of channels in a row of the weights.
fn fours() -> u32 {
    return (params.out_c + 3u) / 4u;
}

// The weights of a step for the four channels from `four` on, of the group whose weights begin at `start`, both in fours.
fn factors_of(start: u32, step: u32, four: u32) -> vec4<f32> {
    let row = fours();
    let is_there = step < params.depth && four < row;
    return select(vec4<f32>(0.0), vec4<f32>(weights[start + step * row + four]), is_there);
}

// Adds what four steps of the depth see, times the weights of each.
fn add(sums: vec4<f32>, a: vec4<f32>, b0: vec4<f32>, b1: vec4<f32>, b2: vec4<f32>, b3: vec4<f32>) -> vec4<f32> {
    let first = fma(vec4<f32>(a.y), b1, fma(vec4<f32>(a.x), b0, sums));
    return fma(vec4<f32>(a.w), b3, fma(vec4<f32>(a.z), b2, first));
}

// What is made of the sums of a row and four channels of a group.
fn finish_row(group: u32, row: u32, four: u32, products: vec4<f32>) {
    let channel = 4u * four;
    if row < params.rows && channel < params.out_c {
        let sums = products + vec4<f32>(weights[params.bias / 4u + group * fours() + four]);
        finish(row / params.pixels, row % params.pixels, group * params.out_c + channel, params.out_c - channel, sums);
    }
}
