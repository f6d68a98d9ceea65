// Compilers may take it for granted that a number equals itself, but not that its bits do.
fn is_nan(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
