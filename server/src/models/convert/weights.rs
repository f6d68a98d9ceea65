//! Smaller files of the same network: weights stored in 16 or 8 bits and unpacked at load, the arithmetic in f32.

use half::f16;

use super::ConvertError;
use super::onnx::{self, Attribute, FieldValue, INITIALIZER, INPUT, Message, NODE};

/// Tensors of fewer elements stay as they are: nothing is gained.
const LEAST_ELEMENTS: usize = 65;

/// From so many elements on a tensor is stored in 16 bits: biases and small kernels stay exact, for a hundredth of the size.
const LEAST_ELEMENTS_16: usize = 1000;

/// Weights as IEEE half floats (round to nearest, ties to even), each with a `Cast` to f32.
pub fn sixteen_bit(model: &[u8]) -> Result<Vec<u8>, ConvertError> {
    rewrite(model, |weights| {
        if weights.values.len() < LEAST_ELEMENTS_16 {
            return None;
        }
        let name = format!("{}__h", weights.name);
        let cast = format!("cast_{}", weights.name);
        let raw: Vec<u8> = weights.values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect();
        Some(Packed {
            unpack: onnx::named_node(&cast, "Cast", &[&name], weights.name, &[Attribute::Int("to", onnx::FLOAT)]),
            tensors: vec![onnx::tensor(&name, &weights.shape, onnx::FLOAT16, &raw)],
        })
    })
}

/// Weights as 8-bit integers with one scale for each output channel (symmetric, ties to even), each with a `DequantizeLinear`.
pub fn eight_bit(model: &[u8]) -> Result<Vec<u8>, ConvertError> {
    rewrite(model, |weights| {
        let channels = usize::try_from(*weights.shape.first()?).ok()?;
        if weights.shape.len() < 2 || channels == 0 || weights.values.len() % channels != 0 {
            return None;
        }
        let (mut raw, mut scales) = (Vec::with_capacity(weights.values.len()), Vec::with_capacity(channels * 4));
        for channel in weights.values.chunks_exact(weights.values.len() / channels) {
            let largest = channel.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
            let scale = if largest == 0.0 { 1.0 } else { largest / 127.0 };
            scales.extend(scale.to_le_bytes());
            #[expect(clippy::cast_possible_truncation, reason = "clamped to what fits just before")]
            raw.extend(channel.iter().map(|v| (v / scale).round_ties_even().clamp(-127.0, 127.0) as i8 as u8));
        }
        let [q, s, z] = ["q", "s", "z"].map(|part| format!("{}_{part}", weights.name));
        let length = [channels as u64];
        Some(Packed {
            unpack: onnx::node("DequantizeLinear", &[&q, &s, &z], weights.name, &[Attribute::Int("axis", 0)]),
            tensors: vec![
                onnx::tensor(&q, &weights.shape, onnx::INT8, &raw),
                onnx::tensor(&s, &length, onnx::FLOAT, &scales),
                onnx::tensor(&z, &length, onnx::INT8, &vec![0; channels]),
            ],
        })
    })
}

/// The weights of one tensor, unpacked.
struct Weights<'a> {
    name: &'a str,
    shape: Vec<u64>,
    values: Vec<f32>,
}

/// What takes a tensor's place: the tensors stored, and the node that unpacks them.
struct Packed {
    unpack: Message,
    tensors: Vec<Message>,
}

/// Copies a model with each large f32 tensor packed by `pack`; the unpacking nodes come first.
fn rewrite(model: &[u8], pack: impl Fn(&Weights<'_>) -> Option<Packed>) -> Result<Vec<u8>, ConvertError> {
    onnx::with_graph(model, |graph| rewrite_graph(graph, &pack))
}

fn rewrite_graph(graph: &[u8], pack: impl Fn(&Weights<'_>) -> Option<Packed>) -> Result<Message, ConvertError> {
    let fields = onnx::fields(graph)?;
    let (mut unpack, mut tensors) = (Message::default(), Message::default());
    for field in fields.iter().filter(|f| f.number == INITIALIZER) {
        match weights(field.bytes()?)?.and_then(|w| pack(&w)) {
            Some(packed) => {
                unpack = unpack.message(NODE, &packed.unpack);
                tensors = packed.tensors.iter().fold(tensors, |m, t| m.message(INITIALIZER, t));
            }
            None => tensors.0.extend_from_slice(field.raw),
        }
    }
    let mut out = unpack;
    for field in fields.iter().filter(|f| f.number < INITIALIZER) {
        out.0.extend_from_slice(field.raw);
    }
    out.0.extend_from_slice(&tensors.0);
    let initializers = onnx::initializer_names(&fields)?;
    for field in fields.iter().filter(|f| f.number > INITIALIZER) {
        // A packed tensor is computed now, and so no input any more.
        if field.number != INPUT || !initializers.contains(onnx::name(field.bytes()?, 1)?) {
            out.0.extend_from_slice(field.raw);
        }
    }
    Ok(out)
}

/// A large tensor of f32; `None` for any other.
fn weights(tensor: &[u8]) -> Result<Option<Weights<'_>>, ConvertError> {
    let (mut name, mut shape, mut data_type, mut raw) = ("", Vec::new(), 0, None);
    for field in onnx::fields(tensor)? {
        match (field.number, field.value) {
            (1, FieldValue::Varint(length)) => shape.push(length),
            (1, FieldValue::Bytes(_)) => return Err(ConvertError::Onnx { detail: "a shape is packed".into() }),
            (2, _) => data_type = field.varint()?,
            (8, _) => {
                name = std::str::from_utf8(field.bytes()?)
                    .map_err(|_| ConvertError::Onnx { detail: "a name is not UTF-8".into() })?;
            }
            (9, _) => raw = Some(field.bytes()?),
            // float_data: another way to store the same.
            (4, FieldValue::Bytes(packed)) => raw = Some(packed),
            _ => {}
        }
    }
    let values: Vec<f32> = raw.unwrap_or_default().as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
    let count = shape.iter().try_fold(1_u64, |n, &d| n.checked_mul(d));
    let large = data_type == onnx::FLOAT && values.len() >= LEAST_ELEMENTS;
    Ok((large && count == Some(values.len() as u64)).then_some(Weights { name, shape, values }))
}
