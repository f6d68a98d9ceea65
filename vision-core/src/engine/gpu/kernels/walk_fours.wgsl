// Four numbers of the output by each thread, all of whose operands lie in fours: steps of the innermost axis are of four. With walk.wgsl
// and fours.wgsl, and what is made of them.

fn put(place: vec4<u32>) {
    let a = load(place.y);
    let b = load(place.z);
    let made = vec4<f32>(result(a.x, b.x), result(a.y, b.y), result(a.z, b.z), result(a.w, b.w));
    arena[place.x / 4u] = vec4<number>(made);
}
