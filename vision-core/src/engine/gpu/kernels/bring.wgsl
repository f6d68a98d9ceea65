// Numbers of an input, as it came, to where they are worked on. With walk.wgsl, whose a is among inputs and outputs.

@group(0) @binding(4) var<storage, read_write> tensors: array<f32>;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = index_of(group, groups, thread);
    if index >= params.count {
        return;
    }
    let place = place_of(index);
    arena[place.x] = number(tensors[place.y]);
}
