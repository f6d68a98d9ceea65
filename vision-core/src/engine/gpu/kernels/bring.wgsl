// Numbers of an input, as it came, to where they are worked on. With walk.wgsl, whose a is among inputs and outputs.

@group(0) @binding(4) var<storage, read_write> tensors: array<f32>;

fn put(place: vec4<u32>) {
    arena[place.x] = number(tensors[place.y]);
}
