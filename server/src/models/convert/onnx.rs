//! ONNX's protobuf as far as the conversions need it: a writer of the messages they make, a reader of fields.
//!
//! Field numbers are those of onnx.proto (ONNX 1.x). Fields are written in the order of their numbers, as the reference
//! implementation does, so that the bytes are reproducible.

use std::collections::BTreeSet;

use super::ConvertError;

/// `TensorProto.DataType`.
pub const FLOAT: u64 = 1;
pub const INT8: u64 = 3;
pub const INT64: u64 = 7;
pub const FLOAT16: u64 = 10;

/// Fields of `ModelProto` and `GraphProto`.
const GRAPH: u32 = 7;
pub const NODE: u32 = 1;
pub const INITIALIZER: u32 = 5;
pub const INPUT: u32 = 11;
pub const OUTPUT: u32 = 12;
pub const VALUE_INFO: u32 = 13;

/// A protobuf message in the making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message(pub Vec<u8>);

impl Message {
    pub fn varint(mut self, field: u32, value: u64) -> Self {
        push_varint(&mut self.0, u64::from(field) << 3);
        push_varint(&mut self.0, value);
        self
    }
    pub fn bytes(mut self, field: u32, value: &[u8]) -> Self {
        push_varint(&mut self.0, u64::from(field) << 3 | 2);
        push_varint(&mut self.0, value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }
    pub fn text(self, field: u32, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }
    pub fn message(self, field: u32, value: &Self) -> Self {
        self.bytes(field, &value.0)
    }
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// An attribute of a node.
pub enum Attribute<'a> {
    Int(&'a str, u64),
    Ints(&'a str, &'a [u64]),
}

impl Attribute<'_> {
    fn message(&self) -> Message {
        const INT: u64 = 2;
        const INTS: u64 = 7;
        match self {
            Self::Int(name, value) => Message::default().text(1, name).varint(3, *value).varint(20, INT),
            Self::Ints(name, values) => {
                let named = Message::default().text(1, name);
                values.iter().fold(named, |m, &v| m.varint(8, v)).varint(20, INTS)
            }
        }
    }
}

/// `NodeProto` without a name; attributes in the order of their names.
pub fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Attribute<'_>]) -> Message {
    named_node("", operator, inputs, output, attributes)
}

/// The same with a name of its own, unless that is empty.
pub fn named_node(name: &str, operator: &str, inputs: &[&str], output: &str, attributes: &[Attribute<'_>]) -> Message {
    let wired = inputs.iter().fold(Message::default(), |m, i| m.text(1, i)).text(2, output);
    let named = if name.is_empty() { wired } else { wired.text(3, name) };
    attributes.iter().fold(named.text(4, operator), |m, a| m.message(5, &a.message()))
}

/// Copies a model with its graph replaced by what `rewrite` makes of it.
pub fn with_graph(
    model: &[u8],
    rewrite: impl Fn(&[u8]) -> Result<Message, ConvertError>,
) -> Result<Vec<u8>, ConvertError> {
    let mut out = Message::default();
    let mut graphs = 0;
    for field in fields(model)? {
        if field.number == GRAPH {
            out = out.message(GRAPH, &rewrite(field.bytes()?)?);
            graphs += 1;
        } else {
            out.0.extend_from_slice(field.raw);
        }
    }
    if graphs == 1 { Ok(out.0) } else { Err(ConvertError::Onnx { detail: "it has no graph".into() }) }
}

/// `TensorProto` with raw little-endian data.
pub fn tensor(name: &str, shape: &[u64], data_type: u64, raw: &[u8]) -> Message {
    let shaped = shape.iter().fold(Message::default(), |m, &d| m.varint(1, d));
    shaped.varint(2, data_type).text(8, name).bytes(9, raw)
}

/// `ValueInfoProto` of a float tensor whose first dimension is the batch, `N`.
pub fn batched(name: &str, rest: &[u64]) -> Message {
    let batch = Message::default().message(1, &Message::default().text(2, "N"));
    let shape = rest.iter().fold(batch, |m, &d| m.message(1, &Message::default().varint(1, d)));
    let tensor = Message::default().varint(1, FLOAT).message(2, &shape);
    Message::default().text(1, name).message(2, &Message::default().message(1, &tensor))
}

/// One field as it stands in a message.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub number: u32,
    pub value: FieldValue<'a>,
    /// Key and value as they stand, for copying.
    pub raw: &'a [u8],
}

#[derive(Clone, Copy, Debug)]
pub enum FieldValue<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// 32- or 64-bit values, which nothing here reads.
    Fixed,
}

impl<'a> Field<'a> {
    pub fn bytes(&self) -> Result<&'a [u8], ConvertError> {
        if let FieldValue::Bytes(bytes) = self.value { Ok(bytes) } else { Err(broken()) }
    }
    pub fn varint(&self) -> Result<u64, ConvertError> {
        if let FieldValue::Varint(value) = self.value { Ok(value) } else { Err(broken()) }
    }
}

fn broken() -> ConvertError {
    ConvertError::Onnx { detail: "its protobuf is broken".into() }
}

/// The fields of a message, in their order.
pub fn fields(message: &[u8]) -> Result<Vec<Field<'_>>, ConvertError> {
    let mut rest = message;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let start = rest;
        let key = take_varint(&mut rest)?;
        let number = u32::try_from(key >> 3).map_err(|_| broken())?;
        let value = match key & 7 {
            0 => FieldValue::Varint(take_varint(&mut rest)?),
            1 => fixed(&mut rest, 8)?,
            2 => {
                let length = usize::try_from(take_varint(&mut rest)?).map_err(|_| broken())?;
                let (bytes, after) = rest.split_at_checked(length).ok_or_else(broken)?;
                rest = after;
                FieldValue::Bytes(bytes)
            }
            5 => fixed(&mut rest, 4)?,
            _ => return Err(broken()),
        };
        let raw = start.get(..start.len() - rest.len()).ok_or_else(broken)?;
        fields.push(Field { number, value, raw });
    }
    Ok(fields)
}

/// The names of a graph's initializers (`TensorProto.name` is field 8). Old files list them among the inputs too.
pub fn initializer_names<'a>(graph: &[Field<'a>]) -> Result<BTreeSet<&'a [u8]>, ConvertError> {
    let initializers = graph.iter().filter(|field| field.number == INITIALIZER);
    initializers.map(|tensor| name(tensor.bytes()?, 8)).collect()
}

/// The name that a message has in this field; empty if it has none.
pub fn name(message: &[u8], number: u32) -> Result<&[u8], ConvertError> {
    fields(message)?.iter().find(|field| field.number == number).map_or(Ok(&[][..]), Field::bytes)
}

/// The values of a packed field.
pub fn varints(mut packed: &[u8]) -> Result<Vec<u64>, ConvertError> {
    let mut values = Vec::new();
    while !packed.is_empty() {
        values.push(take_varint(&mut packed)?);
    }
    Ok(values)
}

fn fixed<'a>(rest: &mut &'a [u8], length: usize) -> Result<FieldValue<'a>, ConvertError> {
    *rest = rest.split_at_checked(length).ok_or_else(broken)?.1;
    Ok(FieldValue::Fixed)
}

fn take_varint(rest: &mut &[u8]) -> Result<u64, ConvertError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first().ok_or_else(broken)?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(broken())
}
