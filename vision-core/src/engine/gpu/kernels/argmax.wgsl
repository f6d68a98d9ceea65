// Where along one axis the largest number lies, of views of any strides: the first of several; what is no number wins.
//
// A workgroup computes 256 / PARTS rows, each by PARTS threads that take every so many numbers of it.

// A power of two, at most 256.
override PARTS: u32 = 1u;

struct Params {
    // Rows, numbers of each, and the step along one in the input.
    count: u32,
    len: u32,
    in_step: u32,
    axes: u32,
    // Where output and input begin in the arena.
    start: vec4<u32>,
    // The innermost first: length, then steps of the output and the input.
    axis: array<vec4<u32>, 8>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

const THREADS = 256u;
override LANES: u32 = THREADS / PARTS;

var<workgroup> numbers: array<f32, THREADS>;
var<workgroup> places: array<u32, THREADS>;

// Whether `a` at one place wins over `b` at another.
fn wins(a: f32, a_at: u32, b: f32, b_at: u32) -> bool {
    if is_nan(a) || is_nan(b) {
        return is_nan(a) && (!is_nan(b) || a_at < b_at);
    }
    return a > b || (a == b && a_at < b_at);
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let lane = thread % LANES;
    let part = thread / LANES;
    let row = (group.y * groups.x + group.x) * LANES + lane;
    var place = params.start.xy;
    if row < params.count {
        var rest = row;
        for (var at = 0u; at < params.axes; at += 1u) {
            let axis = params.axis[at];
            place += (rest % axis.x) * axis.yz;
            rest /= axis.x;
        }
        // There are no more parts than numbers.
        var largest = f32(arena[place.y + part * params.in_step]);
        var largest_at = part;
        for (var at = part + PARTS; at < params.len; at += PARTS) {
            let candidate = f32(arena[place.y + at * params.in_step]);
            if wins(candidate, at, largest, largest_at) {
                largest = candidate;
                largest_at = at;
            }
        }
        numbers[thread] = largest;
        places[thread] = largest_at;
    }
    for (var half = PARTS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if part < half {
            let other = thread + half * LANES;
            if wins(numbers[other], places[other], numbers[thread], places[thread]) {
                numbers[thread] = numbers[other];
                places[thread] = places[other];
            }
        }
    }
    if part == 0u && row < params.count {
        arena[place.x] = number(f32(places[thread]));
    }
}
