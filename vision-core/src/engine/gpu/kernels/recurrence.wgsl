// One direction of a recurrent layer, all its steps: what its input adds to the gates was computed before. A workgroup goes through
// a sequence, a thread computes every so many numbers of the state. So what a step needs of the step before stays in workgroup
// memory, and a barrier is all that the next one waits for: workgroups of one dispatch cannot wait for each other, and a
// dispatch for each step would be hundreds for a line of text. With activation.wgsl.

// Numbered by `kernels.rs`.
override CELL: u32 = 0u;

// Gates in ONNX's order. Input, output, forget, and what is new.
const LSTM = 0u;
// Update, reset, and what is new, which sees the state after the reset.
const GRU = 1u;
// The same with the reset after the product with the state.
const GRU_RESET_LAST = 2u;

struct Params {
    // Sequences, steps of each, numbers of the state.
    count: u32,
    steps: u32,
    hidden: u32,
    axes: u32,
    // Where the first step that is computed lies in the arena: of the output, of the input; then from it to the next one,
    // which wraps around where the layer goes backwards.
    start: vec2<u32>,
    step: vec2<u32>,
    // In the weights: state x (gates x hidden) numbers; what is added to the state's part in the last gate before the reset.
    weights: u32,
    bias: u32,
    unused: vec2<u32>,
    // The axes of sequences, the innermost first: length, then steps of output and input.
    axis: array<vec4<u32>, 8>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(1) var<storage, read> weights: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

const THREADS = 256u;
// Three arrays take 12 KiB of the 16 that every device has. `recurrence.rs` asks for no more.
const MOST = 1024u;

var<workgroup> state: array<f32, MOST>;
// What an LSTM remembers beside its state, or how far the update gate of a GRU is open: of a thread's own numbers alone.
var<workgroup> kept: array<f32, MOST>;
// The next state, while others still read the present one; of a GRU that resets first the state after the reset.
var<workgroup> passed: array<f32, MOST>;

fn sigmoid(x: f32) -> f32 {
    return 1.0 / one_plus_exp_of_minus(x);
}

fn bounded_tanh(x: f32) -> f32 {
    return tanh(clip(x, -10.0, 10.0));
}

// The products of the state with the columns of a number in the first `gates` gates.
fn of_state(unit: u32, gates: u32, width: u32) -> vec4<f32> {
    var sums = vec4<f32>(0.0);
    var row = params.weights + unit;
    for (var at = 0u; at < params.hidden; at += 1u) {
        for (var gate = 0u; gate < gates; gate += 1u) {
            sums[gate] = fma(state[at], f32(weights[row + gate * params.hidden]), sums[gate]);
        }
        row += width;
    }
    return sums;
}

// The product of the state after the reset with the column of a number in the last gate.
fn of_reset_state(unit: u32) -> f32 {
    var sum = 0.0;
    var at_weight = params.weights + 2u * params.hidden + unit;
    for (var at = 0u; at < params.hidden; at += 1u) {
        sum = fma(passed[at], f32(weights[at_weight]), sum);
        at_weight += 3u * params.hidden;
    }
    return sum;
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let sequence = group.y * groups.x + group.x;
    if sequence >= params.count {
        return;
    }
    var place = params.start;
    var rest = sequence;
    for (var at = 0u; at < params.axes; at += 1u) {
        let axis = params.axis[at];
        place += (rest % axis.x) * axis.yz;
        rest /= axis.x;
    }
    let hidden = params.hidden;
    for (var unit = thread; unit < hidden; unit += THREADS) {
        state[unit] = 0.0;
        kept[unit] = 0.0;
    }
    workgroupBarrier();
    for (var step = 0u; step < params.steps; step += 1u) {
        for (var unit = thread; unit < hidden; unit += THREADS) {
            let input = place.y + unit;
            if CELL == LSTM {
                let sums = of_state(unit, 4u, 4u * hidden);
                let open = sigmoid(f32(arena[input]) + sums.x);
                let shown = sigmoid(f32(arena[input + hidden]) + sums.y);
                let remembered = sigmoid(f32(arena[input + 2u * hidden]) + sums.z);
                let fresh = bounded_tanh(f32(arena[input + 3u * hidden]) + sums.w);
                kept[unit] = remembered * kept[unit] + open * fresh;
                passed[unit] = shown * bounded_tanh(kept[unit]);
            } else if CELL == GRU {
                let sums = of_state(unit, 2u, 3u * hidden);
                kept[unit] = sigmoid(f32(arena[input]) + sums.x);
                passed[unit] = sigmoid(f32(arena[input + hidden]) + sums.y) * state[unit];
            } else {
                let sums = of_state(unit, 3u, 3u * hidden);
                let update = sigmoid(f32(arena[input]) + sums.x);
                let reset = sigmoid(f32(arena[input + hidden]) + sums.y);
                let of_new = reset * (sums.z + f32(weights[params.bias + unit]));
                let fresh = bounded_tanh(f32(arena[input + 2u * hidden]) + of_new);
                passed[unit] = fresh + update * (state[unit] - fresh);
            }
        }
        workgroupBarrier();
        for (var unit = thread; unit < hidden; unit += THREADS) {
            if CELL == GRU {
                let fresh = bounded_tanh(f32(arena[place.y + 2u * hidden + unit]) + of_reset_state(unit));
                state[unit] = fresh + kept[unit] * (state[unit] - fresh);
            } else {
                state[unit] = passed[unit];
            }
            arena[place.x + unit] = number(state[unit]);
        }
        workgroupBarrier();
        place += params.step;
    }
}
