// Sums, means and extremes along axes of views of any strides.
//
// A workgroup computes 256 / PARTS numbers of the output, each by PARTS threads whose results are joined pair by pair.

// Numbered by `kernels.rs`.
override KIND: u32 = 0u;
// A power of two, at most 256.
override PARTS: u32 = 1u;

const SUM = 0u;
const MINIMUM = 1u;
const MAXIMUM = 2u;

struct Params {
    // Numbers of the output, and how many are reduced to each.
    count: u32,
    reduced: u32,
    kept_axes: u32,
    reduced_axes: u32,
    // Where output and input begin in the arena.
    start: vec4<u32>,
    // What a sum is multiplied with; the bits of what a reduction begins with.
    share: f32,
    first: u32,
    unused_a: u32,
    unused_b: u32,
    // The innermost first: length, then steps of the output and the input.
    kept: array<vec4<u32>, 8>,
    // The innermost first: length and steps of the input.
    along: array<vec4<u32>, 8>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

const THREADS = 256u;
override LANES: u32 = THREADS / PARTS;

var<workgroup> results: array<f32, THREADS>;

fn combine(a: f32, b: f32) -> f32 {
    switch KIND {
        case SUM: { return a + b; }
        // What is no number wins, whichever it is.
        case MINIMUM: { return select(a, b, b < a || is_nan(b)); }
        default: { return select(a, b, b > a || is_nan(b)); }
    }
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = (group.y * groups.x + group.x) * LANES + thread % LANES;
    let part = thread / LANES;
    var place = params.start.xy;
    var result = bitcast<f32>(params.first);
    if index < params.count {
        var rest = index;
        for (var at = 0u; at < params.kept_axes; at += 1u) {
            let axis = params.kept[at];
            place += (rest % axis.x) * axis.yz;
            rest /= axis.x;
        }
        if params.reduced_axes == 1u {
            let step = params.along[0].y;
            for (var at = part; at < params.reduced; at += PARTS) {
                result = combine(result, f32(arena[place.y + at * step]));
            }
        } else {
            for (var at = part; at < params.reduced; at += PARTS) {
                var source = place.y;
                rest = at;
                for (var of_axis = 0u; of_axis < params.reduced_axes; of_axis += 1u) {
                    let axis = params.along[of_axis];
                    source += (rest % axis.x) * axis.y;
                    rest /= axis.x;
                }
                result = combine(result, f32(arena[source]));
            }
        }
    }
    results[thread] = result;
    for (var half = PARTS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if part < half {
            results[thread] = combine(results[thread], results[thread + half * LANES]);
        }
    }
    if part == 0u && index < params.count {
        arena[place.x] = number(results[thread] * select(1.0, params.share, KIND == SUM));
    }
}
