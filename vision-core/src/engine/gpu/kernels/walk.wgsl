// Walking over views of any strides, a thread for each number of the output, or for each four of them: part of the element-wise
// kernels, which say in `put` what is written where.

struct Walk {
    // Numbers of the output, and axes that are left after merging.
    count: u32,
    axes: u32,
    // What the function takes.
    alpha: f32,
    beta: f32,
    // Where the output, a and b begin in the arena.
    start: vec4<u32>,
    // The innermost first: length, then steps of the output, a and b.
    axis: array<vec4<u32>, 8>,
}

@group(0) @binding(2) var<uniform> params: Walk;

// Where number `index` lies: in the output, in a, in b.
fn place_of(index: u32) -> vec4<u32> {
    var place = params.start;
    var rest = index;
    for (var at = 0u; at < params.axes; at += 1u) {
        let axis = params.axis[at];
        place += (rest % axis.x) * vec4<u32>(axis.yzw, 0u);
        rest /= axis.x;
    }
    return place;
}

// Groups that one axis has no room for go on along the second.
@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = (group.y * groups.x + group.x) * 64u + thread;
    if index < params.count {
        put(place_of(index));
    }
}
