// Walking over views of any strides, a thread for each number of the output, or for each four of them: part of the element-wise
// kernels, which say in `put` what is written where. With each.wgsl.

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

fn each(index: u32) {
    put(place_of(index));
}
