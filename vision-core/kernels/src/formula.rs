//! What follows a sum of products, by name.

/// What is done to a number on its way to the next layer. A number that is not one stays so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    None,
    Relu,
    /// Clipped to 0..6.
    Relu6,
    Clip {
        low: f32,
        high: f32,
    },
    /// Negative numbers times the slope.
    LeakyRelu(f32),
    /// `x * clip(x / 6 + 1/2, 0, 1)`
    HardSwish,
    /// `clip(alpha * x + beta, 0, 1)`
    HardSigmoid {
        alpha: f32,
        beta: f32,
    },
    Sigmoid,
    /// `x * sigmoid(x)`
    Silu,
    /// `x / 2 * (1 + erf(x / sqrt 2))`
    Gelu,
    Tanh,
}

/// Whether a convolution's activation sees the residual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `activation(sum + bias + residual)`
    ActivationLast,
    /// `activation(sum + bias) + residual`
    ResidualLast,
}
