// Numbers from one view to another. Part of a walk.

fn result(a: f32, b: f32) -> f32 {
    return a;
}
