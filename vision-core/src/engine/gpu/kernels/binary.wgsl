// A function of two operands, and an activation after it. Part of a walk, with nan.wgsl and activation.wgsl.

// Numbered by `kernels.rs`.
override FUNCTION: u32 = 0u;

const ADD = 0u;
const SUBTRACT = 1u;
const MULTIPLY = 2u;
const DIVIDE = 3u;
const MINIMUM = 4u;
const MAXIMUM = 5u;
const POWER = 6u;

// WGSL's own knows no negative base.
fn power(base: f32, exponent: f32) -> f32 {
    if exponent == 0.0 || base == 1.0 {
        return 1.0;
    }
    if is_nan(base) || is_nan(exponent) {
        return base + exponent;
    }
    let is_whole = floor(exponent) == exponent;
    let is_odd = is_whole && floor(exponent * 0.5) * 2.0 != exponent;
    if base == 0.0 {
        return select(0.0, 1.0 / abs(base), exponent < 0.0);
    }
    let magnitude = pow(abs(base), exponent);
    if base > 0.0 {
        return magnitude;
    }
    // The root of a negative number is none.
    return select(sqrt(base), select(magnitude, -magnitude, is_odd), is_whole);
}

fn combine(a: f32, b: f32) -> f32 {
    switch FUNCTION {
        case ADD: { return a + b; }
        case SUBTRACT: { return a - b; }
        case MULTIPLY: { return a * b; }
        case DIVIDE: { return a / b; }
        // What is no number wins, whichever operand it is.
        case MINIMUM: { return select(b, a, a < b || is_nan(a)); }
        case MAXIMUM: { return select(b, a, a > b || is_nan(a)); }
        default: { return power(a, b); }
    }
}

fn result(a: f32, b: f32) -> f32 {
    return activate(combine(a, b), params.alpha, params.beta);
}
