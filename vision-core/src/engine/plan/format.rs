//! The file format of plans.
//!
//! Little-endian throughout. Header: the magic of eight bytes, version (u32), XXH64 of all that follows it (u64), length of the
//! body in bytes (u64), numbers of the arena (u32), numbers of all weights together (u64). Body: inputs, outputs, weights,
//! ops, names, each list after its length (u32); lists in lists likewise; a choice is a u8 (an op a u16) and then its fields in the
//! order of their declaration; an optional field is a u8 of 0 or 1 and then the field. A weight's numbers begin at a multiple of
//! four bytes from the file's first, with zeros before them, so that they can be used where they are.
//!
//! Reading allocates as it goes: a list grows by what was really read, so its stated length alone costs nothing; a list longer
//! than any model's is refused before it is read, and what the header declares is held against the limits first.

use std::borrow::Cow;

use super::check::{MOST_PARTS, MOST_PORTS, check};
use super::checksum::xxh64;
use super::{
    Activation, BinaryFunction, Cell, Convolution, CoordinateMode, Direction, Limits, MOST_AXES, Numbers, Op, Order,
    Place, Plan, PlanError, PoolKind, Recurrence, Reduction, ResizeKind, UnaryFunction, View, Weight, Window,
};

const MAGIC: [u8; 8] = *b"IIA-plan";
/// Rises when a reader of before would misread what is written now.
const VERSION: u32 = 2;
/// Magic, version, checksum.
const BEFORE_CHECKED: usize = 20;
/// Sizes, after the checksum.
const SIZES: usize = 20;
/// What the numbers of a weight begin at a multiple of, in bytes.
const ALIGNMENT: usize = 4;
// Places in the body are aligned as those in the file are.
const _: () = assert!((BEFORE_CHECKED + SIZES).is_multiple_of(ALIGNMENT));
/// Bytes of a name, at the most.
const MOST_NAME: usize = 256;

impl<'a> Plan<'a> {
    /// Whether these bytes claim to be a plan, of whatever version.
    pub fn is_plan(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        self.inputs.write(&mut body);
        self.outputs.write(&mut body);
        self.weights.write(&mut body);
        self.ops.write(&mut body);
        self.names.write(&mut body);
        let mut checked = Vec::with_capacity(SIZES + body.len());
        (body.len() as u64).write(&mut checked);
        self.arena_len.write(&mut checked);
        self.weight_numbers().write(&mut checked);
        checked.append(&mut body);
        let mut bytes = Vec::with_capacity(BEFORE_CHECKED + checked.len());
        bytes.extend(MAGIC);
        VERSION.write(&mut bytes);
        xxh64(&checked).write(&mut bytes);
        bytes.append(&mut checked);
        bytes
    }

    /// Reads and checks a plan: what comes back can be run. Weights stay where they are if the bytes begin at a multiple of four, as
    /// those of a `Vec` do.
    pub fn from_bytes(bytes: &'a [u8], limits: &Limits) -> Result<Self, PlanError> {
        let Some(rest) = bytes.strip_prefix(&MAGIC) else { return Err(PlanError::NotAPlan) };
        let mut reader = Reader { rest, end: bytes.len() };
        let version = u32::read(&mut reader)?;
        if version != VERSION {
            return Err(PlanError::Version { found: version, known: VERSION });
        }
        let checksum = u64::read(&mut reader)?;
        if checksum != xxh64(reader.rest) {
            return Err(PlanError::Checksum);
        }
        let body_len = u64::read(&mut reader)?;
        let arena_len = u32::read(&mut reader)?;
        let weight_numbers = u64::read(&mut reader)?;
        let too_much = |what, asked: u64, limit: u64| {
            if asked > limit { Err(PlanError::TooMuch { what, asked, limit }) } else { Ok(()) }
        };
        too_much("bytes of memory for its arena", u64::from(arena_len) * 4, limits.arena_bytes)?;
        too_much("bytes of memory for its weights", weight_numbers.saturating_mul(4), limits.weight_bytes)?;
        if body_len != reader.rest.len() as u64 {
            return Err(PlanError::Length);
        }
        let plan = Self {
            arena_len,
            inputs: Vec::read(&mut reader)?,
            outputs: Vec::read(&mut reader)?,
            weights: Vec::read(&mut reader)?,
            ops: Vec::read(&mut reader)?,
            names: Vec::read(&mut reader)?,
        };
        if !reader.rest.is_empty() {
            return Err(PlanError::Length);
        }
        if plan.weight_numbers() != weight_numbers {
            return Err(PlanError::Meaningless { what: "the weights' sizes add up to another number than declared" });
        }
        check(&plan, limits)?;
        Ok(plan)
    }

    /// Of all weights together.
    pub fn weight_numbers(&self) -> u64 {
        self.weights.iter().map(|weight| weight.len() as u64).sum()
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Bytes of the file.
    end: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], PlanError> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(PlanError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PlanError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(PlanError::Length)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Goes on to where numbers of a weight begin.
    fn align(&mut self) -> Result<(), PlanError> {
        let at = self.end - self.rest.len();
        match self.take(at.next_multiple_of(ALIGNMENT) - at)?.iter().all(|byte| *byte == 0) {
            true => Ok(()),
            false => Err(PlanError::Meaningless { what: "something between a length and its numbers" }),
        }
    }
}

/// How a type lies in the file.
trait Wire<'a>: Sized {
    fn write(&self, bytes: &mut Vec<u8>);
    fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError>;
}

/// What there are lists of, and how long one is at the most.
trait Listed {
    const MOST: usize;
}

impl Listed for View {
    const MOST: usize = MOST_PORTS;
}

impl Listed for Weight<'_> {
    const MOST: usize = MOST_PARTS;
}

impl Listed for Op {
    const MOST: usize = MOST_PARTS;
}

/// The names of ops.
impl Listed for String {
    const MOST: usize = MOST_PARTS;
}

/// The sizes of a weight.
impl Listed for u32 {
    const MOST: usize = MOST_AXES;
}

/// The scales of a weight, which take as much in memory as in the file.
impl Listed for f32 {
    const MOST: usize = usize::MAX;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl<'a> Wire<'a> for $number {
            fn write(&self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }

            fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
                reader.array().map(Self::from_le_bytes)
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, f32);

/// Numbers of weights, which are millions: where they are, if that is how this machine has numbers.
macro_rules! many_numbers {
    ($($number:ty),*) => {$(
        impl<'a> Wire<'a> for Cow<'a, [$number]> {
            fn write(&self, bytes: &mut Vec<u8>) {
                (self.len() as u32).write(bytes);
                bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
                self.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
            }

            fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
                let len = u32::read(reader)? as usize;
                reader.align()?;
                let bytes = reader.take(len.checked_mul(size_of::<$number>()).ok_or(PlanError::Length)?)?;
                match bytemuck::try_cast_slice(bytes) {
                    Ok(numbers) if cfg!(target_endian = "little") => Ok(Cow::Borrowed(numbers)),
                    _ => {
                        let (numbers, _) = bytes.as_chunks();
                        Ok(numbers.iter().map(|bytes| <$number>::from_le_bytes(*bytes)).collect())
                    }
                }
            }
        }
    )*};
}

many_numbers!(i8, u16, f32);

impl<'a, T: Wire<'a> + Listed> Wire<'a> for Vec<T> {
    fn write(&self, bytes: &mut Vec<u8>) {
        (self.len() as u32).write(bytes);
        self.iter().for_each(|item| item.write(bytes));
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
        let len = u32::read(reader)? as usize;
        if len > T::MOST {
            return Err(PlanError::Meaningless { what: "a list longer than any model's" });
        }
        let mut items = Self::new();
        for _ in 0..len {
            items.push(T::read(reader)?);
        }
        Ok(items)
    }
}

impl<'a, T: Wire<'a>, const N: usize> Wire<'a> for [T; N] {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.iter().for_each(|item| item.write(bytes));
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
        let items: Vec<T> = (0..N).map(|_| T::read(reader)).collect::<Result<_, _>>()?;
        items.try_into().map_err(|_| PlanError::Length)
    }
}

impl<'a, T: Wire<'a>> Wire<'a> for Option<T> {
    fn write(&self, bytes: &mut Vec<u8>) {
        u8::from(self.is_some()).write(bytes);
        self.iter().for_each(|item| item.write(bytes));
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
        match u8::read(reader)? {
            0 => Ok(None),
            1 => T::read(reader).map(Some),
            _ => Err(PlanError::Meaningless { what: "neither there nor missing" }),
        }
    }
}

impl<'a> Wire<'a> for String {
    fn write(&self, bytes: &mut Vec<u8>) {
        let end = (0..=MOST_NAME.min(self.len())).rev().find(|end| self.is_char_boundary(*end)).unwrap_or(0);
        (end as u32).write(bytes);
        bytes.extend(&self.as_bytes()[..end]);
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
        let len = u32::read(reader)? as usize;
        if len > MOST_NAME {
            return Err(PlanError::Meaningless { what: "a name too long" });
        }
        let bytes = reader.take(len)?;
        Self::from_utf8(bytes.to_vec()).map_err(|_| PlanError::Meaningless { what: "a name that is not UTF-8" })
    }
}

/// Fields in the order given.
macro_rules! structs {
    ($($name:ident $(<$of:lifetime>)? { $($field:ident),* })*) => {$(
        impl<'a> Wire<'a> for $name $(<$of>)? {
            fn write(&self, bytes: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.write(bytes);)*
            }

            fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
                Ok(Self { $($field: Wire::read(reader)?),* })
            }
        }
    )*};
}

/// The number of the case, then its fields. `match` without a catch-all: a new case breaks the build here.
macro_rules! enums {
    ($($name:ident $(<$of:lifetime>)? as $tag:ty { $($number:literal = $case:ident $(($inner:ident))? $({ $($field:ident),* })?),* $(,)? })*) => {$(
        impl<'a> Wire<'a> for $name $(<$of>)? {
            fn write(&self, bytes: &mut Vec<u8>) {
                match self {
                    $(Self::$case $(($inner))? $({ $($field),* })? => {
                        <$tag>::write(&$number, bytes);
                        $($inner.write(bytes);)?
                        $($($field.write(bytes);)*)?
                    })*
                }
            }

            fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
                match <$tag>::read(reader)? {
                    $($number => {
                        $(let $inner = Wire::read(reader)?;)?
                        Ok(Self::$case $(($inner))? $({ $($field: Wire::read(reader)?),* })?)
                    })*
                    _ => Err(PlanError::Meaningless { what: concat!("an unknown ", stringify!($name)) }),
                }
            }
        }
    )*};
}

structs! {
    Window { kernel, stride, dilation, pad }
    Convolution { window, groups, weight, bias, activation, order, residual, input, output }
    Weight<'a> { dims, numbers }
    Recurrence { cell, direction, weight, bias, input, output }
}

enums! {
    Place as u8 { 0 = Arena, 1 = Weight(weight) }
    Numbers<'a> as u8 { 0 = F32(numbers), 1 = F16(bits), 2 = I8 { values, scales } }
    Activation as u8 {
        0 = None, 1 = Relu, 2 = Relu6, 3 = Clip { low, high }, 4 = LeakyRelu(slope), 5 = HardSwish,
        6 = HardSigmoid { alpha, beta }, 7 = Sigmoid, 8 = Silu, 9 = Gelu, 10 = Tanh,
    }
    Order as u8 { 0 = ActivationLast, 1 = ResidualLast }
    PoolKind as u8 { 0 = Max, 1 = AverageInside, 2 = AverageAll }
    ResizeKind as u8 { 0 = NearestRound, 1 = NearestFloor, 2 = Bilinear, 3 = NearestRoundUp, 4 = NearestCeil }
    CoordinateMode as u8 {
        0 = HalfPixel, 1 = PytorchHalfPixel, 2 = AlignCorners, 3 = Asymmetric, 4 = HalfPixelSymmetric, 5 = TfHalfPixelForNn,
    }
    UnaryFunction as u8 {
        0 = Activation(activation), 1 = Exp, 2 = Log, 3 = Sqrt, 4 = Reciprocal, 5 = Negate, 6 = Absolute, 7 = Erf, 8 = Square,
    }
    BinaryFunction as u8 { 0 = Add, 1 = Subtract, 2 = Multiply, 3 = Divide, 4 = Minimum, 5 = Maximum, 6 = Power }
    Cell as u8 { 0 = Lstm, 1 = Gru, 2 = GruResetLast }
    Direction as u8 { 0 = Forward, 1 = Backward }
    Reduction as u8 { 0 = Sum, 1 = Mean, 2 = Minimum, 3 = Maximum }
    Op as u16 {
        0 = Conv(conv), 1 = ConvTranspose(conv), 2 = Pool { kind, window, input, output },
        3 = Resize { kind, coordinates, scale, input, output }, 4 = Copy { input, output }, 5 = Fill { value, output },
        6 = Unary { function, input, output }, 7 = Binary { function, activation, a, b, output },
        8 = Reduce { reduction, input, output }, 9 = Softmax { axis, input, output }, 10 = MatMul { a, b, output },
        11 = Recurrence(recurrence), 12 = Reverse { axis, input, output }, 13 = ArgMax { axis, input, output },
    }
}

/// Number of axes (u8), then place, offset, and size and stride of each axis.
impl<'a> Wire<'a> for View {
    fn write(&self, bytes: &mut Vec<u8>) {
        let Self { place, offset, dims, strides } = self;
        place.write(bytes);
        offset.write(bytes);
        (dims.len() as u8).write(bytes);
        dims.iter().chain(strides).for_each(|number| number.write(bytes));
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, PlanError> {
        let (place, offset) = (Place::read(reader)?, u32::read(reader)?);
        let axes = usize::from(u8::read(reader)?);
        if axes > MOST_AXES {
            return Err(PlanError::Meaningless { what: "a view with too many axes" });
        }
        let mut list = || (0..axes).map(|_| u32::read(reader)).collect::<Result<Vec<u32>, _>>();
        Ok(Self { place, offset, dims: list()?, strides: list()? })
    }
}
