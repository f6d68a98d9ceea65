//! The part of the pickle format that a state dict uses. Nothing is imported or called: four names are known, others refused.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::ConvertError;
use super::error;

/// The globals that a state dict of weights names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    OrderedDict,
    RebuildTensor,
    FloatStorage,
    LongStorage,
}

#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool,
    Integer(i64),
    Text(Rc<str>),
    Tuple(Rc<[Value]>),
    List(Rc<RefCell<Vec<Value>>>),
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    Global(Key),
    /// The persistent id of a storage: its kind, key, place, length.
    Storage(Rc<[Value]>),
    /// The arguments that a tensor is rebuilt from.
    Tensor(Rc<[Value]>),
    Mark,
}

impl Value {
    pub fn integer(&self) -> Option<i64> {
        if let Self::Integer(value) = self { Some(*value) } else { None }
    }

    /// A tuple of sizes.
    pub fn lengths(&self) -> Option<Vec<usize>> {
        let Self::Tuple(items) = self else { return None };
        items.iter().map(|v| usize::try_from(v.integer()?).ok()).collect()
    }
}

/// Reads one pickle from the front of `rest` and moves `rest` behind it.
///
/// # Errors
/// An operation that a state dict does not use, or a stream that breaks off.
pub fn load(rest: &mut &[u8]) -> Result<Value, ConvertError> {
    let mut machine = Machine { rest, stack: Vec::new(), memo: BTreeMap::new() };
    loop {
        let [operation] = machine.take()?;
        if operation == b'.' {
            return machine.pop();
        }
        machine.step(operation)?;
    }
}

struct Machine<'a, 'b> {
    rest: &'a mut &'b [u8],
    stack: Vec<Value>,
    memo: BTreeMap<u32, Value>,
}

impl<'b> Machine<'_, 'b> {
    fn step(&mut self, operation: u8) -> Result<(), ConvertError> {
        match operation {
            0x80 => self.take::<1>().map(|_| ()),
            b'(' => self.push(Value::Mark),
            b'N' => self.push(Value::None),
            0x88 | 0x89 => self.push(Value::Bool),
            b'K' => self.take::<1>().and_then(|[b]| self.push(Value::Integer(b.into()))),
            b'M' => self.take().and_then(|b| self.push(Value::Integer(u16::from_le_bytes(b).into()))),
            b'J' => self.take().and_then(|b| self.push(Value::Integer(i32::from_le_bytes(b).into()))),
            0x8a => self.long(),
            b'X' => self.text(),
            b')' => self.push(Value::Tuple(Rc::new([]))),
            0x85..=0x87 => self.tuple_of(usize::from(operation - 0x84)),
            b't' => self.above_mark().and_then(|items| self.push(Value::Tuple(items.into()))),
            b']' => self.push(Value::List(Rc::default())),
            b'}' => self.push(Value::Dict(Rc::default())),
            b'a' => self.pop().and_then(|item| self.extend(vec![item])),
            b'e' => self.above_mark().and_then(|items| self.extend(items)),
            b's' => self.pop_many(2).and_then(|pair| self.set(pair)),
            b'u' => self.above_mark().and_then(|pairs| self.set(pairs)),
            b'q' => self.take::<1>().and_then(|[b]| self.remember(b.into())),
            b'r' => self.take().and_then(|b| self.remember(u32::from_le_bytes(b))),
            b'h' => self.take::<1>().and_then(|[b]| self.recall(b.into())),
            b'j' => self.take().and_then(|b| self.recall(u32::from_le_bytes(b))),
            b'c' => self.global(),
            b'R' => self.reduce(),
            // The dict's attributes (versions of the layers): of no use here.
            b'b' => self.pop().map(|_| ()),
            b'Q' => self.persistent(),
            other => Err(error(format!("it uses the pickle operation {other:#04x}, which weights do not need"))),
        }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ConvertError> {
        let (head, tail) = self.rest.split_first_chunk::<N>().ok_or_else(|| error("it breaks off"))?;
        *self.rest = tail;
        Ok(*head)
    }

    fn take_slice(&mut self, length: usize) -> Result<&'b [u8], ConvertError> {
        let (head, tail) = self.rest.split_at_checked(length).ok_or_else(|| error("it breaks off"))?;
        *self.rest = tail;
        Ok(head)
    }

    fn line(&mut self) -> Result<&'b [u8], ConvertError> {
        let end = self.rest.iter().position(|&b| b == b'\n').ok_or_else(|| error("it breaks off"))?;
        let line = self.take_slice(end)?;
        self.take::<1>()?;
        Ok(line)
    }

    #[expect(clippy::unnecessary_wraps, reason = "one arm of many that can fail")]
    fn push(&mut self, value: Value) -> Result<(), ConvertError> {
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, ConvertError> {
        self.stack.pop().ok_or_else(|| error("it takes from an empty stack"))
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Value>, ConvertError> {
        let start = self.stack.len().checked_sub(count).ok_or_else(|| error("it takes from an empty stack"))?;
        Ok(self.stack.split_off(start))
    }

    fn above_mark(&mut self) -> Result<Vec<Value>, ConvertError> {
        let mark =
            self.stack.iter().rposition(|v| matches!(v, Value::Mark)).ok_or_else(|| error("a mark is missing"))?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    fn tuple_of(&mut self, count: usize) -> Result<(), ConvertError> {
        let items = self.pop_many(count)?;
        self.push(Value::Tuple(items.into()))
    }

    /// Little-endian two's complement; longer than 8 bytes is only the format's magic number, whose value nothing needs.
    fn long(&mut self) -> Result<(), ConvertError> {
        let [length] = self.take()?;
        let raw = self.take_slice(length.into())?;
        let negative = raw.last().is_some_and(|b| b & 0x80 != 0);
        let mut wide = [if negative { 0xff } else { 0 }; 8];
        for (to, from) in wide.iter_mut().zip(raw) {
            *to = *from;
        }
        self.push(Value::Integer(i64::from_le_bytes(wide)))
    }

    fn text(&mut self) -> Result<(), ConvertError> {
        let length = u32::from_le_bytes(self.take()?);
        let raw = self.take_slice(usize::try_from(length).map_err(|_| error("a text is too long"))?)?;
        let text = std::str::from_utf8(raw).map_err(|_| error("a text is not UTF-8"))?;
        self.push(Value::Text(text.into()))
    }

    fn extend(&mut self, items: Vec<Value>) -> Result<(), ConvertError> {
        let Some(Value::List(list)) = self.stack.last() else { return Err(error("it appends to what is no list")) };
        list.borrow_mut().extend(items);
        Ok(())
    }

    fn set(&mut self, pairs: Vec<Value>) -> Result<(), ConvertError> {
        let Some(Value::Dict(dict)) = self.stack.last() else { return Err(error("it sets items of what is no dict")) };
        let mut pairs = pairs.into_iter();
        while let Some(key) = pairs.next() {
            let value = pairs.next().ok_or_else(|| error("a key has no value"))?;
            dict.borrow_mut().push((key, value));
        }
        Ok(())
    }

    fn remember(&mut self, index: u32) -> Result<(), ConvertError> {
        let top = self.stack.last().cloned().ok_or_else(|| error("it takes from an empty stack"))?;
        self.memo.insert(index, top);
        Ok(())
    }

    fn recall(&mut self, index: u32) -> Result<(), ConvertError> {
        let value = self.memo.get(&index).cloned().ok_or_else(|| error("it recalls what it never kept"))?;
        self.push(value)
    }

    fn global(&mut self) -> Result<(), ConvertError> {
        let (module, name) = (self.line()?, self.line()?);
        let key = match (module, name) {
            (b"collections", b"OrderedDict") => Key::OrderedDict,
            (b"torch._utils", b"_rebuild_tensor_v2") => Key::RebuildTensor,
            (b"torch", b"FloatStorage") => Key::FloatStorage,
            (b"torch", b"LongStorage") => Key::LongStorage,
            _ => {
                let names = format!("{}.{}", String::from_utf8_lossy(module), String::from_utf8_lossy(name));
                return Err(error(format!("it names `{names}`, which weights do not need")));
            }
        };
        self.push(Value::Global(key))
    }

    fn reduce(&mut self) -> Result<(), ConvertError> {
        let arguments = self.pop()?;
        let function = self.pop()?;
        match (function, arguments) {
            (Value::Global(Key::OrderedDict), Value::Tuple(none)) if none.is_empty() => {
                self.push(Value::Dict(Rc::default()))
            }
            (Value::Global(Key::RebuildTensor), Value::Tuple(arguments)) => self.push(Value::Tensor(arguments)),
            _ => Err(error("it calls what weights do not need")),
        }
    }

    fn persistent(&mut self) -> Result<(), ConvertError> {
        match self.pop()? {
            Value::Tuple(id) => self.push(Value::Storage(id)),
            _ => Err(error("a persistent id is not a tuple")),
        }
    }
}
