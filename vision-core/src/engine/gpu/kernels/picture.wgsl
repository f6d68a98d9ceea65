// How a picture becomes the input of a model: part of the two kernels that prepare pictures.

struct Picture {
    // Pixels of a row of the picture, and of a row of the result that shows it.
    in_w: u32,
    out_w: u32,
    // Rows of the picture that the result is made of: the first, how many.
    first_row: u32,
    in_rows: u32,

    // Rows of the result that show the picture; the model's size.
    out_h: u32,
    width: u32,
    height: u32,
    // In the taps: where those of the columns and of the rows begin.
    columns: u32,

    rows: u32,
    // Where the input begins among inputs and outputs.
    input: u32,
    unused_a: u32,
    unused_b: u32,

    // For each plane of the input: which of red, green and blue it is, what is taken away, what is multiplied with, and what
    // lies beside the picture.
    channel: vec4<u32>,
    mean: vec4<f32>,
    scale: vec4<f32>,
    padding: vec4<f32>,
}

@group(0) @binding(2) var<uniform> params: Picture;
// For each column or row of the result three words: the first pixel that it is made of, how many, and where their parts (f32)
// begin.
@group(0) @binding(3) var<storage, read> taps: array<u32>;

// Which number a thread computes; groups that one axis has no room for go on along the second.
fn index_of(group: vec3<u32>, groups: vec3<u32>, thread: u32) -> u32 {
    return (group.y * groups.x + group.x) * 64u + thread;
}

// The nearest whole level of a pixel: sharp filters overshoot at edges.
fn level(sum: vec3<f32>) -> vec3<u32> {
    return vec3<u32>(clamp(sum + 0.5, vec3<f32>(0.0), vec3<f32>(255.0)));
}
