// Softmax along one axis of views of any strides.
//
// A workgroup computes 256 / PARTS rows, each by PARTS threads that take every so many numbers of it.

// A power of two, at most 256.
override PARTS: u32 = 1u;

struct Params {
    // Rows, numbers of each, and the steps along one in output and input.
    count: u32,
    len: u32,
    out_step: u32,
    in_step: u32,
    // Where output and input begin in the arena.
    start: vec4<u32>,
    axes: u32,
    unused_a: u32,
    unused_b: u32,
    unused_c: u32,
    // The innermost first: length, then steps of the output and the input.
    axis: array<vec4<u32>, 8>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

const THREADS = 256u;
override LANES: u32 = THREADS / PARTS;

// What is no number stays so, though `exp` of some devices makes one of it: it then makes the whole row one.
fn power(difference: f32) -> f32 {
    return select(exp(difference), difference, difference != difference);
}

var<workgroup> results: array<f32, THREADS>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let lane = thread % LANES;
    let part = thread / LANES;
    let row = (group.y * groups.x + group.x) * LANES + lane;
    let is_row = row < params.count;
    var place = params.start.xy;
    var rest = row;
    for (var at = 0u; at < params.axes; at += 1u) {
        let axis = params.axis[at];
        place += (rest % axis.x) * axis.yz;
        rest /= axis.x;
    }

    // Where a thread has no number, the first one does no harm.
    var largest = 0.0;
    if is_row {
        largest = f32(arena[place.y]);
        for (var at = part; at < params.len; at += PARTS) {
            largest = max(largest, f32(arena[place.y + at * params.in_step]));
        }
    }
    results[thread] = largest;
    for (var half = PARTS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if part < half {
            results[thread] = max(results[thread], results[thread + half * LANES]);
        }
    }
    workgroupBarrier();
    largest = results[lane];
    workgroupBarrier();

    var sum = 0.0;
    if is_row {
        for (var at = part; at < params.len; at += PARTS) {
            sum += power(f32(arena[place.y + at * params.in_step]) - largest);
        }
    }
    results[thread] = sum;
    for (var half = PARTS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if part < half {
            results[thread] += results[thread + half * LANES];
        }
    }
    workgroupBarrier();
    sum = results[lane];

    if is_row {
        for (var at = part; at < params.len; at += PARTS) {
            let part_of_sum = power(f32(arena[place.y + at * params.in_step]) - largest) / sum;
            arena[place.x + at * params.out_step] = number(part_of_sum);
        }
    }
}
