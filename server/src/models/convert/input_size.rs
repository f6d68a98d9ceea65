//! The same network with a square input of another size: a convolutional detector fits any size that its strides divide,
//! but its file has the size written in several places.

use super::ConvertError;
use super::onnx::{self, Field, FieldValue, INITIALIZER, INPUT, Message, OUTPUT, VALUE_INFO};

/// Writes `side_px` into the input's shape and into the shapes that reshape nodes were given, and leaves out the shapes of
/// outputs and of what lies between, which follow from the rest.
pub fn square(model: &[u8], side_px: u64) -> Result<Vec<u8>, ConvertError> {
    onnx::with_graph(model, |bytes| graph(bytes, side_px))
}

fn unexpected(detail: &str) -> ConvertError {
    ConvertError::Onnx { detail: detail.into() }
}

fn graph(graph: &[u8], side_px: u64) -> Result<Message, ConvertError> {
    let fields = onnx::fields(graph)?;
    let initializers = onnx::initializer_names(&fields)?;
    let is_input = |field: &Field<'_>| -> Result<bool, ConvertError> {
        Ok(field.number == INPUT && !initializers.contains(onnx::name(field.bytes()?, 1)?))
    };
    let mut old_px = None;
    for field in &fields {
        if is_input(field)? && old_px.replace(input_side(field.bytes()?)?).is_some() {
            return Err(unexpected("it has more than one input"));
        }
    }
    let old_px = old_px.ok_or_else(|| unexpected("it has no input"))?;
    let mut out = Message::default();
    for field in fields {
        match field.number {
            INITIALIZER => out = out.message(INITIALIZER, &initializer(field, old_px, side_px)?),
            INPUT if is_input(&field)? => out = out.message(INPUT, &value_info(field.bytes()?, Some(side_px))?),
            OUTPUT => out = out.message(OUTPUT, &value_info(field.bytes()?, None)?),
            VALUE_INFO => {}
            _ => out.0.extend_from_slice(field.raw),
        }
    }
    Ok(out)
}

/// A sub-message by the numbers of the fields that lead to it.
fn inside<'a>(message: &'a [u8], path: &[u32]) -> Result<&'a [u8], ConvertError> {
    path.iter().try_fold(message, |message, number| {
        let field = onnx::fields(message)?.into_iter().find(|field| field.number == *number);
        field.ok_or_else(|| unexpected("a value has no shape"))?.bytes()
    })
}

/// The side of the square that an input of N, C, H, W takes.
fn input_side(value: &[u8]) -> Result<u64, ConvertError> {
    let dimensions = onnx::fields(inside(value, &[2, 1, 2])?)?;
    let [_, _, height, width] = dimensions.as_slice() else {
        return Err(unexpected("its input has not four dimensions"));
    };
    let size = |dimension: &Field<'_>| {
        let known = onnx::fields(dimension.bytes()?)?.into_iter().find(|field| field.number == 1);
        known.ok_or_else(|| unexpected("its input has no fixed size"))?.varint()
    };
    match (size(height)?, size(width)?) {
        (height, width) if height == width && height > 0 => Ok(height),
        _ => Err(unexpected("its input is no square")),
    }
}

/// `ValueInfoProto` with its shape replaced: another square, or none at all.
fn value_info(value: &[u8], side_px: Option<u64>) -> Result<Message, ConvertError> {
    let tensor = inside(value, &[2, 1])?;
    let mut typed = Message::default();
    for field in onnx::fields(tensor)? {
        match (field.number, side_px) {
            (2, None) => {}
            (2, Some(side_px)) => {
                let mut shape = Message::default();
                for (index, dimension) in onnx::fields(field.bytes()?)?.into_iter().enumerate() {
                    match index {
                        0 | 1 => shape.0.extend_from_slice(dimension.raw),
                        _ => shape = shape.message(1, &Message::default().varint(1, side_px)),
                    }
                }
                typed = typed.message(2, &shape);
            }
            _ => typed.0.extend_from_slice(field.raw),
        }
    }
    let mut out = Message::default();
    for field in onnx::fields(value)? {
        match field.number {
            2 => out = out.message(2, &Message::default().message(1, &typed)),
            _ => out.0.extend_from_slice(field.raw),
        }
    }
    Ok(out)
}

/// A tensor as it is, unless it is the shape of a square map: 64-bit integers of which the last two are one side, a whole
/// part of the input's.
fn initializer(tensor: Field<'_>, old_px: u64, side_px: u64) -> Result<Message, ConvertError> {
    const DATA_TYPE: u32 = 2;
    const INT64_DATA: u32 = 7;
    const NAME: u32 = 8;
    let bytes = tensor.bytes()?;
    let unchanged = || Message(bytes.to_vec());
    let fields = onnx::fields(bytes)?;
    let is_int64 = fields.iter().any(|f| f.number == DATA_TYPE && f.varint().is_ok_and(|t| t == onnx::INT64));
    let packed = fields.iter().find_map(|f| match f.value {
        FieldValue::Bytes(packed) if f.number == INT64_DATA && is_int64 => Some(packed),
        _ => None,
    });
    let Some(packed) = packed else { return Ok(unchanged()) };
    let mut shape = onnx::varints(packed)?;
    match shape.as_mut_slice() {
        [_, _, .., height, width]
            if height == width && (1..=old_px).contains(height) && old_px.is_multiple_of(*height) =>
        {
            let stride = old_px / *height;
            (*height, *width) = (side_px.div_ceil(stride), side_px.div_ceil(stride));
        }
        _ => return Ok(unchanged()),
    }
    let name = std::str::from_utf8(onnx::name(bytes, NAME)?).map_err(|_| unexpected("a name is not UTF-8"))?;
    let raw: Vec<u8> = shape.iter().flat_map(|side| side.to_le_bytes()).collect();
    Ok(onnx::tensor(name, &[shape.len() as u64], onnx::INT64, &raw))
}
