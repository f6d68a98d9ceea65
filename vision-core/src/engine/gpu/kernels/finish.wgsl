// What follows the sums of a convolution, for four channels of an output pixel: residual, activation, store. With activation.wgsl
// and one of fours.wgsl and ones.wgsl; of the parameters it takes `output`, `residual`, `alpha` and `beta`.

// 0: none; 1: before the activation; 2: after it.
override RESIDUAL: u32 = 0u;

// Of the four channels from `channel` on there are `count`, or more.
fn finish(picture: u32, pixel: u32, channel: u32, count: u32, products: vec4<f32>) {
    var sums = products;
    var residual = vec4<f32>(0.0);
    if RESIDUAL != 0u {
        residual = load(params.residual.x + picture * params.residual.z + pixel * params.residual.y + channel);
    }
    if RESIDUAL == 1u {
        sums += residual;
    }
    sums = activate_four(sums, params.alpha, params.beta);
    if RESIDUAL == 2u {
        sums += residual;
    }
    store(params.output.x + picture * params.output.z + pixel * params.output.y + channel, sums, count);
}
