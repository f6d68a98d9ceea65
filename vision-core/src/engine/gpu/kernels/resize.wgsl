// Resizing by tables that were made at load. A thread for each number of the output. With each.wgsl.

// Whether four pixels are mixed, rather than one repeated.
override BILINEAR: bool = false;

struct Params {
    in_w: u32,
    out_h: u32,
    out_w: u32,
    channels: u32,

    // Numbers of all output pictures.
    count: u32,
    // In the tables, for each row and for each column: the place of the input that it repeats; or two places and the part
    // that the second has.
    rows: u32,
    columns: u32,
    unused: u32,

    // In the arena: where the first picture begins, from pixel to pixel, from picture to picture.
    input: vec4<u32>,
    output: vec4<u32>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<number>;
@group(0) @binding(2) var<uniform> params: Params;
// Places, which need full precision.
@group(0) @binding(3) var<storage, read> tables: array<f32>;

fn pixel(start: u32, y: u32, x: u32) -> f32 {
    return f32(arena[start + (y * params.in_w + x) * params.input.y]);
}

fn each(index: u32) {
    let channel = index % params.channels;
    let x = index / params.channels % params.out_w;
    let row = index / params.channels / params.out_w;
    let y = row % params.out_h;
    let picture = row / params.out_h;

    let start = params.input.x + picture * params.input.z + channel;
    var result: f32;
    if BILINEAR {
        let from_row = params.rows + y * 3u;
        let from_column = params.columns + x * 3u;
        let top = u32(tables[from_row]);
        let bottom = u32(tables[from_row + 1u]);
        let left = u32(tables[from_column]);
        let right = u32(tables[from_column + 1u]);
        let across = tables[from_column + 2u];
        let above_left = pixel(start, top, left);
        let below_left = pixel(start, bottom, left);
        let above = above_left + (pixel(start, top, right) - above_left) * across;
        let below = below_left + (pixel(start, bottom, right) - below_left) * across;
        result = above + (below - above) * tables[from_row + 2u];
    } else {
        result = pixel(start, u32(tables[params.rows + y]), u32(tables[params.columns + x]));
    }
    arena[params.output.x + picture * params.output.z + (y * params.out_w + x) * params.output.y + channel] = number(result);
}
