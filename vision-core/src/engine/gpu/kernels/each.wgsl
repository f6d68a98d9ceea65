// The entry of kernels with a thread for each of `count` things, of which they say in `each` what becomes of one. Groups that one axis
// has no room for go on along the second.

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = (group.y * groups.x + group.x) * 64u + thread;
    if index < params.count {
        each(index);
    }
}
