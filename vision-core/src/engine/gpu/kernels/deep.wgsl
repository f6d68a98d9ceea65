// Convolution in small tiles, for outputs that are few beside what each is made of. With window.wgsl.
//
// A workgroup computes a tile of 32 pixels x 32 channels, a thread four pixels that lie eight apart and a four of channels, but a third of
// their depth alone: three share it, and add up what they have at the end. The tile's part of the input, and of the weights,
// passes through workgroup memory in slices of 48 steps, and while one is worked on the next is on its way.

// Threads side by side, and one below the other.
const SIDE = 8u;
const SHARERS = 3u;
const THREADS = SIDE * SIDE * SHARERS;
// Steps of a slice, fours of them, and fours of a sharer.
const DEPTH = 48u;
const FOURS = 12u;
const PART = 4u;
// One more than needed, so that rows do not meet in one bank of memory.
const LINE = 13u;

var<workgroup> windows: array<vec3<u32>, 4u * SIDE>;
// For each row of the tile its steps, four by four.
var<workgroup> inputs: array<vec4<f32>, 4u * SIDE * LINE>;
// For each step its channels, four by four.
var<workgroup> factors: array<vec4<f32>, SIDE * DEPTH>;

@compute @workgroup_size(SIDE, SIDE, SHARERS)
fn main(
    @builtin(workgroup_id) tile: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let group = tile.z;
    let group_weights = params.weights / 4u + group * params.depth * fours();
    let first_row = tile.x * 4u * SIDE;
    let first_four = tile.y * SIDE;
    if thread < 4u * SIDE {
        windows[thread] = window_of(first_row + thread, group);
    }
    workgroupBarrier();

    // A thread brings two fours of the input and two of the weights of each slice.
    let other = thread + THREADS;
    let window = windows[thread / FOURS];
    let other_window = windows[other / FOURS];
    let step = thread % FOURS * 4u;
    let other_step = other % FOURS * 4u;
    let four = first_four + thread % SIDE;
    var input = seen(window, step);
    var other_input = seen(other_window, other_step);
    var factor = factors_of(group_weights, thread / SIDE, four);
    var other_factor = factors_of(group_weights, other / SIDE, four);

    var sums_0 = vec4<f32>(0.0);
    var sums_1 = vec4<f32>(0.0);
    var sums_2 = vec4<f32>(0.0);
    var sums_3 = vec4<f32>(0.0);
    for (var first = 0u; first < params.depth; first += DEPTH) {
        inputs[thread / FOURS * LINE + thread % FOURS] = input;
        inputs[other / FOURS * LINE + other % FOURS] = other_input;
        factors[thread] = factor;
        factors[other] = other_factor;
        workgroupBarrier();
        let next = first + DEPTH;
        input = seen(window, next + step);
        other_input = seen(other_window, next + other_step);
        factor = factors_of(group_weights, next + thread / SIDE, four);
        other_factor = factors_of(group_weights, next + other / SIDE, four);
        for (var part = 0u; part < PART; part += 1u) {
            let mine = local.z * PART + part;
            let at = mine * 4u * SIDE + local.x;
            let a = factors[at];
            let b = factors[at + SIDE];
            let c = factors[at + 2u * SIDE];
            let d = factors[at + 3u * SIDE];
            let line = local.y * LINE + mine;
            sums_0 = add(sums_0, inputs[line], a, b, c, d);
            sums_1 = add(sums_1, inputs[line + SIDE * LINE], a, b, c, d);
            sums_2 = add(sums_2, inputs[line + 2u * SIDE * LINE], a, b, c, d);
            sums_3 = add(sums_3, inputs[line + 3u * SIDE * LINE], a, b, c, d);
        }
        workgroupBarrier();
    }

    let place = (local.y * SIDE + local.x) * 4u;
    if local.z == 1u {
        factors[place] = sums_0;
        factors[place + 1u] = sums_1;
        factors[place + 2u] = sums_2;
        factors[place + 3u] = sums_3;
    } else if local.z == 2u {
        inputs[place] = sums_0;
        inputs[place + 1u] = sums_1;
        inputs[place + 2u] = sums_2;
        inputs[place + 3u] = sums_3;
    }
    workgroupBarrier();
    if local.z == 0u {
        let row = first_row + local.y;
        let mine = first_four + local.x;
        finish_row(group, row, mine, sums_0 + factors[place] + inputs[place]);
        finish_row(group, row + SIDE, mine, sums_1 + factors[place + 1u] + inputs[place + 1u]);
        finish_row(group, row + 2u * SIDE, mine, sums_2 + factors[place + 2u] + inputs[place + 2u]);
        finish_row(group, row + 3u * SIDE, mine, sums_3 + factors[place + 3u] + inputs[place + 3u]);
    }
}
