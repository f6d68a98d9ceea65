// A function of one operand. Part of a walk, with nan.wgsl and activation.wgsl.

// Numbered by `kernels.rs`.
override FUNCTION: u32 = 0u;

const EXP = 1u;
const LOG = 2u;
const SQRT = 3u;
const RECIPROCAL = 4u;
const NEGATE = 5u;
const ABSOLUTE = 6u;
const ERF = 7u;
const SQUARE = 8u;

fn apply(x: f32) -> f32 {
    if is_nan(x) {
        return x;
    }
    switch FUNCTION {
        // Beyond these bounds the result is zero or the largest number that there is.
        case EXP: { return exp(clip(x, -104.0, 88.7)); }
        case LOG: { return log(x); }
        case SQRT: { return sqrt(x); }
        case RECIPROCAL: { return 1.0 / x; }
        case NEGATE: { return -x; }
        case ABSOLUTE: { return abs(x); }
        case ERF: {
            let magnitude = 1.0 - erf_complement(abs(x));
            return select(magnitude, -magnitude, x < 0.0);
        }
        case SQUARE: { return x * x; }
        default: { return activate(x, params.alpha, params.beta); }
    }
}

fn result(a: f32, b: f32) -> f32 {
    return apply(a);
}
