// What is worked on in fours: for operands that begin, and whose pixels lie apart, by multiples of four numbers. Part of the
// kernels that read and write four channels of a pixel at once.

@group(0) @binding(0) var<storage, read_write> arena: array<vec4<number>>;

fn load_one(at: u32) -> f32 {
    return f32(arena[at / 4u][at % 4u]);
}

fn load(at: u32) -> vec4<f32> {
    return vec4<f32>(arena[at / 4u]);
}

// The first `count` of the numbers, which are all four here.
fn store(at: u32, numbers: vec4<f32>, count: u32) {
    arena[at / 4u] = vec4<number>(numbers);
}
