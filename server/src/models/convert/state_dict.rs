//! A legacy PyTorch state dict (a pickle, not a zip): names to tensors, read without running anything.
//!
//! The format (torch/serialization.py, `_legacy_save`): three pickles of headers, the dict, the list of storage keys, then
//! each storage as a 64-bit count and its raw elements.

mod pickle;

use std::collections::BTreeMap;

use super::ConvertError;
use pickle::{Key, Value};

/// A dense tensor in row-major order; integers (counters) are kept as numbers too.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

pub type StateDict = BTreeMap<String, Tensor>;

/// The most elements of one storage; the largest network read here has 1.3 million in one.
const MOST_ELEMENTS: usize = 1 << 28;

fn error(detail: impl Into<String>) -> ConvertError {
    ConvertError::StateDict { detail: detail.into() }
}

/// What a name in the dict refers to.
struct View {
    storage: String,
    kind: ElementKind,
    offset: usize,
    shape: Vec<usize>,
    /// Elements between neighbours of each dimension; weights that came from TensorFlow are stored in its order.
    stride: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum ElementKind {
    F32,
    I64,
}

/// Reads a state dict.
///
/// # Errors
/// [`ConvertError::StateDict`] for anything that is not one.
pub fn read(bytes: &[u8]) -> Result<StateDict, ConvertError> {
    let mut rest = bytes;
    for _ in 0..3 {
        pickle::load(&mut rest)?;
    }
    let dict = pickle::load(&mut rest)?;
    let keys = pickle::load(&mut rest)?;
    let views = views(&dict)?;
    let kinds: BTreeMap<&str, ElementKind> = views.values().map(|v| (v.storage.as_str(), v.kind)).collect();
    let mut storages = BTreeMap::new();
    for key in list(&keys)? {
        let Value::Text(key) = key else { return Err(error("a storage key is not text")) };
        let kind = *kinds.get(&*key).ok_or_else(|| error("a storage that no tensor uses"))?;
        storages.insert(key.to_string(), storage(&mut rest, kind)?);
    }
    views.into_iter().map(|(name, view)| Ok((name, tensor(&view, &storages)?))).collect()
}

fn list(value: &Value) -> Result<Vec<Value>, ConvertError> {
    match value {
        Value::List(items) => Ok(items.borrow().clone()),
        _ => Err(error("the storage keys are not a list")),
    }
}

fn views(dict: &Value) -> Result<BTreeMap<String, View>, ConvertError> {
    let Value::Dict(entries) = dict else { return Err(error("it does not hold a dict")) };
    let mut views = BTreeMap::new();
    for (name, value) in entries.borrow().iter() {
        let Value::Text(name) = name else { return Err(error("a name is not text")) };
        views.insert(name.to_string(), view(value).ok_or_else(|| error(format!("`{name}` is not a plain tensor")))?);
    }
    Ok(views)
}

/// The arguments of `_rebuild_tensor_v2`: storage, offset, size, stride, requires_grad, hooks.
fn view(value: &Value) -> Option<View> {
    let Value::Tensor(arguments) = value else { return None };
    let [Value::Storage(storage), offset, size, stride, ..] = &arguments[..] else { return None };
    let [_, Value::Global(kind), Value::Text(key), ..] = &storage[..] else { return None };
    let kind = match kind {
        Key::FloatStorage => ElementKind::F32,
        Key::LongStorage => ElementKind::I64,
        Key::OrderedDict | Key::RebuildTensor => return None,
    };
    let (shape, stride) = (size.lengths()?, stride.lengths()?);
    let offset = usize::try_from(offset.integer()?).ok()?;
    (shape.len() == stride.len()).then(|| View { storage: key.to_string(), kind, offset, shape, stride })
}

fn storage(rest: &mut &[u8], kind: ElementKind) -> Result<Vec<f32>, ConvertError> {
    let short = || error("it breaks off inside its storages");
    let (count, after) = rest.split_first_chunk::<8>().ok_or_else(short)?;
    let count = usize::try_from(i64::from_le_bytes(*count)).ok().filter(|&n| n <= MOST_ELEMENTS).ok_or_else(short)?;
    let size = if kind == ElementKind::F32 { 4 } else { 8 };
    let (raw, after) = after.split_at_checked(count * size).ok_or_else(short)?;
    *rest = after;
    Ok(match kind {
        ElementKind::F32 => raw.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
        #[expect(clippy::cast_precision_loss, reason = "counters of batches, which nothing computes with")]
        ElementKind::I64 => raw.as_chunks::<8>().0.iter().map(|&b| i64::from_le_bytes(b) as f32).collect(),
    })
}

fn tensor(view: &View, storages: &BTreeMap<String, Vec<f32>>) -> Result<Tensor, ConvertError> {
    let outside = || error("a tensor lies outside its storage");
    let storage = storages.get(&view.storage).ok_or_else(outside)?;
    let count = view.shape.iter().try_fold(1_usize, |n, &d| n.checked_mul(d)).ok_or_else(outside)?;
    if count > MOST_ELEMENTS {
        return Err(outside());
    }
    let mut data = Vec::with_capacity(count);
    for index in 0..count {
        data.push(*element(view, index).and_then(|at| storage.get(at)).ok_or_else(outside)?);
    }
    Ok(Tensor { shape: view.shape.clone(), data })
}

/// Where the element of a row-major index lies in the storage.
fn element(view: &View, mut index: usize) -> Option<usize> {
    let mut at = view.offset;
    for (&length, &step) in view.shape.iter().zip(&view.stride).rev() {
        at = at.checked_add((index % length).checked_mul(step)?)?;
        index /= length;
    }
    Some(at)
}
