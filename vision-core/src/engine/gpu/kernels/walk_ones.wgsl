// A number of the output by each thread, from numbers that lie anywhere. With walk.wgsl and ones.wgsl, and what is made of them.

fn put(place: vec4<u32>) {
    arena[place.x] = number(result(load_one(place.y), load_one(place.z)));
}
