// Numbers that were worked on to an output, as it goes. With walk.wgsl, whose output is among inputs and outputs.

@group(0) @binding(4) var<storage, read_write> tensors: array<f32>;

fn put(place: vec4<u32>) {
    tensors[place.x] = f32(arena[place.y]);
}
