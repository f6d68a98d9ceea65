// Four numbers of the output by each thread, all of whose operands lie in fours: steps of the innermost axis are of four. With walk.wgsl
// and fours.wgsl, and what is made of them.

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
    let a = load(place.y);
    let b = load(place.z);
    let made = vec4<f32>(result(a.x, b.x), result(a.y, b.y), result(a.z, b.z), result(a.w, b.w));
    arena[place.x / 4u] = vec4<number>(made);
}
