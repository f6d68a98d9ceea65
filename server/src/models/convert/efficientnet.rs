//! EfficientNet-Lite0 as ONNX: the network written out from its table, batch norm folded into the convolutions in f64.
//!
//! The table is that of EfficientNet-B0 (Tan and Le 2019) without squeeze-and-excitation and with relu6, as the Lite
//! variants have it; padding is TensorFlow's `SAME`.

use super::ConvertError;
use super::onnx::{self, Attribute, Message};
use super::state_dict::{StateDict, Tensor};

/// Side of the input, in pixels.
const INPUT_PX: u64 = 224;
/// Added to the variance before the root, as the original's batch norm does.
const EPSILON: f64 = 1e-3;

/// Blocks of one stage: how many, kernel, first stride, expansion, channels in and out.
struct Stage {
    repeats: usize,
    kernel: u64,
    stride: u64,
    expansion: u64,
    from: u64,
    to: u64,
}

const fn stage(repeats: usize, kernel: u64, stride: u64, expansion: u64, from: u64, to: u64) -> Stage {
    Stage { repeats, kernel, stride, expansion, from, to }
}

const STAGES: [Stage; 7] = [
    stage(1, 3, 1, 1, 32, 16),
    stage(2, 3, 2, 6, 16, 24),
    stage(2, 5, 2, 6, 24, 40),
    stage(3, 3, 2, 6, 40, 80),
    stage(3, 5, 1, 6, 80, 112),
    stage(4, 5, 2, 6, 112, 192),
    stage(1, 3, 1, 6, 192, 320),
];

/// Writes the network with outputs `logits` `[N, 1000]` and `features` `[N, 1280]`.
///
/// # Errors
/// A tensor that is missing, or of another shape than the table says.
pub fn lite0_to_onnx(weights: &StateDict) -> Result<Vec<u8>, ConvertError> {
    let mut graph = Graph { weights, nodes: Message::default(), tensors: Message::default(), made: 0 };
    graph.constant("c0", &[1], &[0.0]);
    graph.constant("c6", &[1], &[6.0]);
    let (mut x, mut side) = graph.stem()?;
    let mut block = 0;
    for stage in &STAGES {
        for repeat in 0..stage.repeats {
            let (stride, from) = if repeat == 0 { (stage.stride, stage.from) } else { (1, stage.to) };
            (x, side) = graph.block(&format!("_blocks.{block}."), &x, side, stride, from, stage)?;
            block += 1;
        }
    }
    graph.head(&x, side)?;
    Ok(graph.model().0)
}

struct Graph<'a> {
    weights: &'a StateDict,
    nodes: Message,
    tensors: Message,
    made: usize,
}

/// One convolution with its batch norm.
struct Conv<'a> {
    conv: &'a str,
    norm: &'a str,
    stride: u64,
    groups: u64,
    kernel: u64,
    /// `[out, in / groups]`
    channels: [u64; 2],
    relu6: bool,
}

impl<'a> Graph<'a> {
    fn stem(&mut self) -> Result<(String, u64), ConvertError> {
        let conv =
            Conv { conv: "_conv_stem", norm: "_bn0", stride: 2, groups: 1, kernel: 3, channels: [32, 3], relu6: true };
        self.convolve("input", INPUT_PX, &conv)
    }

    fn block(
        &mut self,
        prefix: &str,
        input: &str,
        side: u64,
        stride: u64,
        from: u64,
        stage: &Stage,
    ) -> Result<(String, u64), ConvertError> {
        let name = |part: &str| format!("{prefix}{part}");
        let wide = from * stage.expansion;
        let mut x = input.to_string();
        if stage.expansion != 1 {
            let (conv, norm) = (name("_expand_conv"), name("_bn0"));
            let channels = [wide, from];
            let expand = Conv { conv: &conv, norm: &norm, stride: 1, groups: 1, kernel: 1, channels, relu6: true };
            x = self.convolve(&x, side, &expand)?.0;
        }
        let (conv, norm) = (name("_depthwise_conv"), name("_bn1"));
        let (kernel, channels) = (stage.kernel, [wide, 1]);
        let depthwise = Conv { conv: &conv, norm: &norm, stride, groups: wide, kernel, channels, relu6: true };
        let (deep, side) = self.convolve(&x, side, &depthwise)?;
        let (conv, norm) = (name("_project_conv"), name("_bn2"));
        let channels = [stage.to, wide];
        let project = Conv { conv: &conv, norm: &norm, stride: 1, groups: 1, kernel: 1, channels, relu6: false };
        let (projected, _) = self.convolve(&deep, side, &project)?;
        let skips = stride == 1 && from == stage.to;
        Ok((if skips { self.node("Add", &[&projected, input], &[]) } else { projected }, side))
    }

    fn head(&mut self, input: &str, side: u64) -> Result<(), ConvertError> {
        let channels = [1280, 320];
        let conv = Conv { conv: "_conv_head", norm: "_bn1", stride: 1, groups: 1, kernel: 1, channels, relu6: true };
        let (x, _) = self.convolve(input, side, &conv)?;
        let pooled = self.node("GlobalAveragePool", &[&x], &[]);
        self.named("Flatten", &[&pooled], "features", &[Attribute::Int("axis", 1)]);
        let (weight, bias) = (self.get("_fc.weight", &[1000, 1280])?, self.get("_fc.bias", &[1000])?);
        self.constant("fc.w", &[1000, 1280], &weight.data);
        self.constant("fc.b", &[1000], &bias.data);
        self.named("Gemm", &["features", "fc.w", "fc.b"], "logits", &[Attribute::Int("transB", 1)]);
        Ok(())
    }

    /// Convolution, folded batch norm, relu6; gives the output's name and side.
    fn convolve(&mut self, input: &str, side: u64, conv: &Conv<'_>) -> Result<(String, u64), ConvertError> {
        let [out, within] = conv.channels;
        let shape = [out, within, conv.kernel, conv.kernel];
        let weight = self.get(&format!("{}.weight", conv.conv), &shape)?;
        let [gamma, beta, mean, variance] =
            self.norm(conv.norm, out, ["weight", "bias", "running_mean", "running_var"])?;
        let scales: Vec<f64> =
            gamma.iter().zip(variance).map(|(g, v)| f64::from(*g) / (f64::from(*v) + EPSILON).sqrt()).collect();
        let per_channel = weight.data.len() / scales.len().max(1);
        let folded = weight.data.chunks(per_channel.max(1)).zip(&scales);
        #[expect(clippy::cast_possible_truncation, reason = "folded in f64, stored in f32")]
        let folded: Vec<f32> = folded.flat_map(|(c, s)| c.iter().map(move |w| (f64::from(*w) * s) as f32)).collect();
        let shifts = beta.iter().zip(mean).zip(&scales);
        #[expect(clippy::cast_possible_truncation, reason = "folded in f64, stored in f32")]
        let shifts: Vec<f32> = shifts.map(|((b, m), s)| (f64::from(*b) - f64::from(*m) * s) as f32).collect();

        let (w, b) = (format!("{}.w", conv.conv), format!("{}.b", conv.conv));
        self.constant(&w, &shape, &folded);
        self.constant(&b, &[out], &shifts);
        let after = side.div_ceil(conv.stride);
        let padding = ((after - 1) * conv.stride + conv.kernel).saturating_sub(side);
        let (before, behind) = (padding / 2, padding - padding / 2);
        let attributes = [
            Attribute::Int("group", conv.groups),
            Attribute::Ints("kernel_shape", &[conv.kernel; 2]),
            Attribute::Ints("pads", &[before, before, behind, behind]),
            Attribute::Ints("strides", &[conv.stride; 2]),
        ];
        let x = self.node("Conv", &[input, &w, &b], &attributes);
        Ok((if conv.relu6 { self.node("Clip", &[&x, "c0", "c6"], &[]) } else { x }, after))
    }

    fn norm(&self, name: &str, length: u64, parts: [&str; 4]) -> Result<[&'a [f32]; 4], ConvertError> {
        let mut found = [&[][..]; 4];
        for (slot, part) in found.iter_mut().zip(parts) {
            *slot = &self.get(&format!("{name}.{part}"), &[length])?.data;
        }
        Ok(found)
    }

    fn get(&self, name: &str, shape: &[u64]) -> Result<&'a Tensor, ConvertError> {
        let tensor = self.weights.get(name);
        let fits =
            |t: &&Tensor| t.shape.len() == shape.len() && t.shape.iter().zip(shape).all(|(&a, &b)| a as u64 == b);
        let detail = || format!("`{name}` of shape {shape:?} is missing");
        tensor.filter(fits).ok_or_else(|| ConvertError::Network { detail: detail() })
    }

    fn constant(&mut self, name: &str, shape: &[u64], values: &[f32]) {
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let tensors = std::mem::take(&mut self.tensors);
        self.tensors = tensors.message(5, &onnx::tensor(name, shape, onnx::FLOAT, &raw));
    }

    fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[Attribute<'_>]) -> String {
        self.made += 1;
        let output = format!("t{}", self.made);
        self.named(operator, inputs, &output, attributes);
        output
    }

    fn named(&mut self, operator: &str, inputs: &[&str], output: &str, attributes: &[Attribute<'_>]) {
        let nodes = std::mem::take(&mut self.nodes);
        self.nodes = nodes.message(1, &onnx::node(operator, inputs, output, attributes));
    }

    fn model(self) -> Message {
        const IR_VERSION: u64 = 8;
        const OPSET: u64 = 17;
        let mut graph = self.nodes.text(2, "efficientnet_lite0");
        graph.0.extend_from_slice(&self.tensors.0);
        let graph = graph
            .message(11, &onnx::batched("input", &[3, INPUT_PX, INPUT_PX]))
            .message(12, &onnx::batched("logits", &[1000]))
            .message(12, &onnx::batched("features", &[1280]));
        let opset = Message::default().text(1, "").varint(2, OPSET);
        // The producer's name is part of the file's hash.
        Message::default().varint(1, IR_VERSION).text(2, "effnet-lite-from-pth").message(7, &graph).message(8, &opset)
    }
}
