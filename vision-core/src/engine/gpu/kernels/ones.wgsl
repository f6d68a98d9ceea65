// What is worked on number by number: for operands that lie anywhere. Part of the kernels that read and write four channels of a
// pixel at once; what they read beyond the last channel, they write nowhere.

@group(0) @binding(0) var<storage, read_write> arena: array<number>;

fn load_one(at: u32) -> f32 {
    return f32(arena[at]);
}

fn load(at: u32) -> vec4<f32> {
    return vec4<f32>(f32(arena[at]), f32(arena[at + 1u]), f32(arena[at + 2u]), f32(arena[at + 3u]));
}

// The first `count` of the numbers.
fn store(at: u32, numbers: vec4<f32>, count: u32) {
    arena[at] = number(numbers.x);
    if count > 1u {
        arena[at + 1u] = number(numbers.y);
    }
    if count > 2u {
        arena[at + 2u] = number(numbers.z);
    }
    if count > 3u {
        arena[at + 3u] = number(numbers.w);
    }
}
