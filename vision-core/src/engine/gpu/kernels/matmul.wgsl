// Products of matrices of any strides, for each place along the outer axes one. A workgroup computes a tile of 16 x 16, a thread
// one number of it; the tile's rows and columns pass through workgroup memory in slices.

struct Params {
    m: u32,
    n: u32,
    depth: u32,
    axes: u32,
    // From row to row, from column to column: a, b, output.
    a: vec2<u32>,
    b: vec2<u32>,
    output: vec2<u32>,
    unused: vec2<u32>,
    // Where output, a and b begin in the arena.
    start: vec4<u32>,
    // The outer axes, the innermost first: length, then steps of output, a and b.
    axis: array<vec4<u32>, 8>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(2) var<uniform> params: Params;

const TILE = 16u;

var<workgroup> rows: array<f32, TILE * TILE>;
var<workgroup> columns: array<f32, TILE * TILE>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) tile: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    var place = params.start;
    var rest = tile.z;
    for (var at = 0u; at < params.axes; at += 1u) {
        let axis = params.axis[at];
        place += (rest % axis.x) * vec4<u32>(axis.yzw, 0u);
        rest /= axis.x;
    }
    let row = tile.y * TILE + local.y;
    let column = tile.x * TILE + local.x;

    var sum = 0.0;
    for (var first = 0u; first < params.depth; first += TILE) {
        let across = first + local.x;
        let down = first + local.y;
        var seen = 0.0;
        if row < params.m && across < params.depth {
            seen = f32(arena[place.y + row * params.a.x + across * params.a.y]);
        }
        rows[local.y * TILE + local.x] = seen;
        seen = 0.0;
        if column < params.n && down < params.depth {
            seen = f32(arena[place.z + down * params.b.x + column * params.b.y]);
        }
        columns[local.y * TILE + local.x] = seen;
        workgroupBarrier();
        for (var step = 0u; step < TILE; step += 1u) {
            sum = fma(rows[local.y * TILE + step], columns[step * TILE + local.x], sum);
        }
        workgroupBarrier();
    }
    if row < params.m && column < params.n {
        arena[place.x + row * params.output.x + column * params.output.y] = number(sum);
    }
}
