// A number of the output by each thread, from numbers that lie anywhere. With walk.wgsl and ones.wgsl, and what is made of them.

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
    arena[place.x] = number(result(load_one(place.y), load_one(place.z)));
}
