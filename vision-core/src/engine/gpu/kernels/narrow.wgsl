// Convolution without tiles, for many pixels of few channels: there is so little to share that passing it through workgroup memory
// takes longer than reading it again. With window.wgsl.
//
// A thread computes four pixels that lie 64 apart, and eight channels.

const THREADS = 64u;

// What pixels see at four steps of the depth, or at one.
fn at_place(start: vec2<u32>, channel: u32) -> vec4<f32> {
    if READING == ONE_BY_ONE {
        return select(vec4<f32>(0.0), vec4<f32>(load_one(start.x + channel)), start.y == 1u);
    }
    return select(vec4<f32>(0.0), load(start.x + channel), start.y == 1u);
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) tile: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let group = tile.z;
    let row_fours = fours();
    let left = tile.x * 2u;
    // Where there is no second four the first one is done twice.
    let right = min(left + 1u, row_fours - 1u) - left;
    let row = tile.y * 4u * THREADS + thread;
    let window_0 = window_of(row, group);
    let window_1 = window_of(row + THREADS, group);
    let window_2 = window_of(row + 2u * THREADS, group);
    let window_3 = window_of(row + 3u * THREADS, group);

    var left_0 = vec4<f32>(0.0);
    var right_0 = vec4<f32>(0.0);
    var left_1 = vec4<f32>(0.0);
    var right_1 = vec4<f32>(0.0);
    var left_2 = vec4<f32>(0.0);
    var right_2 = vec4<f32>(0.0);
    var left_3 = vec4<f32>(0.0);
    var right_3 = vec4<f32>(0.0);
    // The weights of the first step at the first place.
    var at = params.weights / 4u + group * params.depth * row_fours + left;
    let places = params.depth / params.in_c;
    for (var place = 0u; place < places; place += 1u) {
        let start_0 = place_of_window(window_0, place);
        let start_1 = place_of_window(window_1, place);
        let start_2 = place_of_window(window_2, place);
        let start_3 = place_of_window(window_3, place);
        if READING == ONE_BY_ONE {
            for (var channel = 0u; channel < params.in_c; channel += 1u) {
                let left_a = vec4<f32>(weights[at]);
                let right_a = vec4<f32>(weights[at + right]);
                at += row_fours;
                let input_0 = at_place(start_0, channel);
                left_0 = fma(input_0, left_a, left_0);
                right_0 = fma(input_0, right_a, right_0);
                let input_1 = at_place(start_1, channel);
                left_1 = fma(input_1, left_a, left_1);
                right_1 = fma(input_1, right_a, right_1);
                let input_2 = at_place(start_2, channel);
                left_2 = fma(input_2, left_a, left_2);
                right_2 = fma(input_2, right_a, right_2);
                let input_3 = at_place(start_3, channel);
                left_3 = fma(input_3, left_a, left_3);
                right_3 = fma(input_3, right_a, right_3);
            }
        } else {
            for (var channel = 0u; channel < params.in_c; channel += 4u) {
                let left_a = vec4<f32>(weights[at]);
                let right_a = vec4<f32>(weights[at + right]);
                let left_b = vec4<f32>(weights[at + row_fours]);
                let right_b = vec4<f32>(weights[at + row_fours + right]);
                let left_c = vec4<f32>(weights[at + 2u * row_fours]);
                let right_c = vec4<f32>(weights[at + 2u * row_fours + right]);
                let left_d = vec4<f32>(weights[at + 3u * row_fours]);
                let right_d = vec4<f32>(weights[at + 3u * row_fours + right]);
                at += 4u * row_fours;
                let input_0 = at_place(start_0, channel);
                left_0 = add(left_0, input_0, left_a, left_b, left_c, left_d);
                right_0 = add(right_0, input_0, right_a, right_b, right_c, right_d);
                let input_1 = at_place(start_1, channel);
                left_1 = add(left_1, input_1, left_a, left_b, left_c, left_d);
                right_1 = add(right_1, input_1, right_a, right_b, right_c, right_d);
                let input_2 = at_place(start_2, channel);
                left_2 = add(left_2, input_2, left_a, left_b, left_c, left_d);
                right_2 = add(right_2, input_2, right_a, right_b, right_c, right_d);
                let input_3 = at_place(start_3, channel);
                left_3 = add(left_3, input_3, left_a, left_b, left_c, left_d);
                right_3 = add(right_3, input_3, right_a, right_b, right_c, right_d);
            }
        }
    }

    finish_row(group, row, left, left_0);
    finish_row(group, row + THREADS, left, left_1);
    finish_row(group, row + 2u * THREADS, left, left_2);
    finish_row(group, row + 3u * THREADS, left, left_3);
    if right == 1u {
        finish_row(group, row, left + 1u, right_0);
        finish_row(group, row + THREADS, left + 1u, right_1);
        finish_row(group, row + 2u * THREADS, left + 1u, right_2);
        finish_row(group, row + 3u * THREADS, left + 1u, right_3);
    }
}
