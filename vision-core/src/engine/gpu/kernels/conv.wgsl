// Convolution in large tiles, for outputs that keep a device busy with them. With window.wgsl.
//
// A workgroup computes a tile of 128 pixels x 64 channels, a thread four pixels that lie 32 apart and two fours of channels that lie eight
// fours apart. The tile's part of the input, and of the weights, passes through workgroup memory in slices of 16 steps, and while
// one is worked on the next is on its way.

// Threads side by side, and one below the other.
const COLUMNS = 8u;
const LINES = 32u;
const THREADS = COLUMNS * LINES;
// Fours of channels in a tile.
const WIDTH = 2u * COLUMNS;
// Steps of a slice, and fours of them.
const DEPTH = 16u;
const FOURS = 4u;
// One more than needed, so that rows do not meet in one bank of memory.
const LINE = 5u;

// 16 KiB together, which every device has.
var<workgroup> windows: array<vec3<u32>, 4u * LINES>;
// For each row of the tile its steps, four by four.
var<workgroup> inputs: array<vec4<f32>, 4u * LINES * LINE>;
// For each step its channels, four by four.
var<workgroup> factors: array<vec4<f32>, WIDTH * DEPTH>;

@compute @workgroup_size(COLUMNS, LINES)
fn main(
    @builtin(workgroup_id) tile: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let group = tile.z;
    let group_weights = params.weights / 4u + group * params.depth * fours();
    let first_row = tile.x * 4u * LINES;
    let first_four = tile.y * WIDTH;
    if thread < 4u * LINES {
        windows[thread] = window_of(first_row + thread, group);
    }
    workgroupBarrier();

    // A thread brings two fours of the input and one of the weights of each slice.
    let window = windows[thread / FOURS];
    let other_window = windows[(thread + THREADS) / FOURS];
    let step = thread % FOURS * 4u;
    let kept = thread / FOURS * LINE + thread % FOURS;
    let other_kept = kept + THREADS / FOURS * LINE;
    let factor_step = thread / WIDTH;
    let factor_four = first_four + thread % WIDTH;
    var input = seen(window, step);
    var other_input = seen(other_window, step);
    var factor = factors_of(group_weights, factor_step, factor_four);

    var left_0 = vec4<f32>(0.0);
    var right_0 = vec4<f32>(0.0);
    var left_1 = vec4<f32>(0.0);
    var right_1 = vec4<f32>(0.0);
    var left_2 = vec4<f32>(0.0);
    var right_2 = vec4<f32>(0.0);
    var left_3 = vec4<f32>(0.0);
    var right_3 = vec4<f32>(0.0);
    for (var first = 0u; first < params.depth; first += DEPTH) {
        inputs[kept] = input;
        inputs[other_kept] = other_input;
        factors[thread] = factor;
        workgroupBarrier();
        let next = first + DEPTH;
        input = seen(window, next + step);
        other_input = seen(other_window, next + step);
        factor = factors_of(group_weights, next + factor_step, factor_four);
        for (var four = 0u; four < FOURS; four += 1u) {
            let at = four * 4u * WIDTH + local.x;
            let line = local.y * LINE + four;
            let input_0 = inputs[line];
            let input_1 = inputs[line + 1u * LINES * LINE];
            let input_2 = inputs[line + 2u * LINES * LINE];
            let input_3 = inputs[line + 3u * LINES * LINE];
            let left_a = factors[at];
            let left_b = factors[at + WIDTH];
            let left_c = factors[at + 2u * WIDTH];
            let left_d = factors[at + 3u * WIDTH];
            left_0 = add(left_0, input_0, left_a, left_b, left_c, left_d);
            left_1 = add(left_1, input_1, left_a, left_b, left_c, left_d);
            left_2 = add(left_2, input_2, left_a, left_b, left_c, left_d);
            left_3 = add(left_3, input_3, left_a, left_b, left_c, left_d);
            let right_a = factors[at + COLUMNS];
            let right_b = factors[at + WIDTH + COLUMNS];
            let right_c = factors[at + 2u * WIDTH + COLUMNS];
            let right_d = factors[at + 3u * WIDTH + COLUMNS];
            right_0 = add(right_0, input_0, right_a, right_b, right_c, right_d);
            right_1 = add(right_1, input_1, right_a, right_b, right_c, right_d);
            right_2 = add(right_2, input_2, right_a, right_b, right_c, right_d);
            right_3 = add(right_3, input_3, right_a, right_b, right_c, right_d);
        }
        workgroupBarrier();
    }

    let row = first_row + local.y;
    let left = first_four + local.x;
    let right = left + COLUMNS;
    finish_row(group, row, left, left_0);
    finish_row(group, row, right, right_0);
    finish_row(group, row + LINES, left, left_1);
    finish_row(group, row + LINES, right, right_1);
    finish_row(group, row + 2u * LINES, left, left_2);
    finish_row(group, row + 2u * LINES, right, right_2);
    finish_row(group, row + 3u * LINES, left, left_3);
    finish_row(group, row + 3u * LINES, right, right_3);
}
