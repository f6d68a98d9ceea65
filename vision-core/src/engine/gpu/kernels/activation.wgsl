// What is done to a number on its way to the next layer: part of every kernel that ends with an activation.
//
// The kinds are numbered by `kernels.rs`. Exponents are kept within what f32 holds, since WGSL leaves open what becomes of an
// overflow. With nan.wgsl.

override ACTIVATION: u32 = 0u;

const RELU = 1u;
const CLIP = 2u;
const LEAKY_RELU = 3u;
const HARD_SWISH = 4u;
const HARD_SIGMOID = 5u;
const SIGMOID = 6u;
const SILU = 7u;
const GELU = 8u;
const TANH = 9u;

fn at_least(x: f32, low: f32) -> f32 {
    return select(x, low, x < low);
}

fn at_most(x: f32, high: f32) -> f32 {
    return select(x, high, x > high);
}

fn clip(x: f32, low: f32, high: f32) -> f32 {
    return at_most(at_least(x, low), high);
}

fn one_plus_exp_of_minus(x: f32) -> f32 {
    return 1.0 + exp(-clip(x, -88.0, 88.0));
}

// 1 - erf(x) for x >= 0: Abramowitz and Stegun 7.1.26, error at most 1.5e-7.
fn erf_complement(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.3275911 * x);
    let sum = fma(fma(fma(fma(1.061405429, t, -1.453152027), t, 1.421413741), t, -0.284496736), t, 0.254829592);
    return sum * t * exp(-at_most(x * x, 87.0));
}

fn gelu(x: f32) -> f32 {
    let half = 0.5 * erf_complement(abs(x) * 0.70710678);
    return x * select(1.0 - half, half, x < 0.0);
}

// `alpha` and `beta` are what the kind takes: bounds, a slope, a slope and where it starts.
fn activate_number(x: f32, alpha: f32, beta: f32) -> f32 {
    switch ACTIVATION {
        case RELU: { return at_least(x, 0.0); }
        case CLIP: { return clip(x, alpha, beta); }
        case LEAKY_RELU: { return select(x, x * alpha, x < 0.0); }
        case HARD_SWISH: { return x * clip(x * (1.0 / 6.0) + 0.5, 0.0, 1.0); }
        case HARD_SIGMOID: { return clip(x * alpha + beta, 0.0, 1.0); }
        case SIGMOID: { return 1.0 / one_plus_exp_of_minus(x); }
        case SILU: { return x / one_plus_exp_of_minus(x); }
        case GELU: { return gelu(x); }
        case TANH: { return tanh(clip(x, -10.0, 10.0)); }
        default: { return x; }
    }
}

// What is no number stays so. Its bits tell, since compilers make `max` of comparisons, which loses it.
fn activate(x: f32, alpha: f32, beta: f32) -> f32 {
    if ACTIVATION == 0u || is_nan(x) {
        return x;
    }
    return activate_number(x, alpha, beta);
}

fn activate_four(x: vec4<f32>, alpha: f32, beta: f32) -> vec4<f32> {
    return vec4<f32>(
        activate(x.x, alpha, beta),
        activate(x.y, alpha, beta),
        activate(x.z, alpha, beta),
        activate(x.w, alpha, beta),
    );
}
