// Numbers that were worked on to an output, as it goes. With walk.wgsl, whose output is among inputs and outputs.

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
    tensors[place.x] = f32(arena[place.y]);
}
