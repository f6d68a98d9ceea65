//! Strides under changes of axes: which reshapes and transposes are nothing but another view of the same numbers.

use super::graph::AxisChange;

/// Strides of a buffer of its own whose axes lie in this order, outermost first.
pub(super) fn dense(shape: &[u32], order: &[usize]) -> Vec<u32> {
    let mut strides = vec![0; shape.len()];
    let mut next = 1_u32;
    for axis in order.iter().rev() {
        strides[*axis] = next;
        next = next.saturating_mul(shape[*axis]);
    }
    strides
}

/// Axes by stride, outermost first. An axis of one lies right inside of an axis with the same stride: that is where `dense`
/// gives it that stride.
pub(super) fn order_of(shape: &[u32], strides: &[u32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..shape.len()).collect();
    order.sort_by_key(|axis| (std::cmp::Reverse(strides[*axis]), shape[*axis] == 1));
    order
}

/// Channels innermost for pictures, as they come for the rest.
pub(super) fn usual_order(axes: usize) -> Vec<usize> {
    match axes {
        4 => vec![0, 2, 3, 1],
        axes => (0..axes).collect(),
    }
}

/// Strides after the change, if no number has to move.
pub(super) fn push(change: &AxisChange, shape: &[u32], strides: &[u32]) -> Option<Vec<u32>> {
    let mut result = strides.to_vec();
    match change {
        AxisChange::Add(at) => result.insert(*at, 1),
        AxisChange::Remove(at) => drop(result.remove(*at)),
        AxisChange::Move(from, to) => {
            let moved = result.remove(*from);
            result.insert(*to, moved);
        }
        AxisChange::Reshape(at, from, to) => {
            let range = *at..at + from.len();
            let new = reshaped(shape.get(range.clone())?, strides.get(range.clone())?, to)?;
            result.splice(range, new);
        }
    }
    Some(result)
}

/// Strides before the change, if no number has to move; `strides` are those after it.
pub(super) fn pull(change: &AxisChange, shape_after: &[u32], strides: &[u32]) -> Option<Vec<u32>> {
    let inverse = match change {
        AxisChange::Add(at) => AxisChange::Remove(*at),
        AxisChange::Remove(at) => AxisChange::Add(*at),
        AxisChange::Move(from, to) => AxisChange::Move(*to, *from),
        AxisChange::Reshape(at, from, to) => AxisChange::Reshape(*at, to.clone(), from.clone()),
    };
    push(&inverse, shape_after, strides)
}

/// Blocks of axes with the same number of numbers on both sides; each block on the left must be one row of numbers.
fn reshaped(from: &[u32], strides: &[u32], to: &[u32]) -> Option<Vec<u32>> {
    let mut result = vec![1; to.len()];
    let axes: Vec<(u32, u32)> =
        from.iter().copied().zip(strides.iter().copied()).filter(|(dim, _)| *dim != 1).collect();
    let (mut left, mut right) = (0, 0);
    while left < axes.len() {
        let (mut volume_left, mut volume_right) = (u64::from(axes[left].0), 1_u64);
        let (first_left, first_right) = (left, right);
        left += 1;
        while volume_left != volume_right {
            if volume_left < volume_right {
                volume_left *= u64::from(axes.get(left)?.0);
                left += 1;
            } else {
                volume_right *= u64::from(*to.get(right)?);
                right += 1;
            }
        }
        let block = &axes[first_left..left];
        let is_row = block.windows(2).all(|pair| u64::from(pair[0].1) == u64::from(pair[1].1) * u64::from(pair[1].0));
        if !is_row {
            return None;
        }
        let mut stride = block.last()?.1;
        for axis in (first_right..right).rev() {
            result[axis] = stride;
            stride = stride.saturating_mul(to[axis]);
        }
    }
    to.get(right..)?.iter().all(|dim| *dim == 1).then_some(result)
}

/// The order in which a copy should lay its axes so that so many from `at` on can be merged: side by side, where the
/// innermost of them was.
pub(super) fn order_for_merge(shape: &[u32], strides: &[u32], at: usize, count: usize) -> Vec<usize> {
    let mut order = order_of(shape, strides);
    let merged = at..at + count;
    let Some(last) = order.iter().rposition(|axis| merged.contains(axis)) else { return order };
    let outside = order[..last].iter().filter(|axis| !merged.contains(axis)).count();
    order.retain(|axis| !merged.contains(axis));
    order.splice(outside..outside, merged);
    order
}

/// Strides of N, H, W, C for the kernels, if pixels have their channels side by side and rows follow each other.
pub(super) fn of_picture(dims: [u32; 4], strides: [u32; 4]) -> Option<[u32; 4]> {
    let [count, height, width, channels] = dims;
    let [apart, row, pixel, channel] = strides;
    if channels > 1 && channel != 1 {
        return None;
    }
    let pixel = match (width, height) {
        (1, 1) => channels,
        (1, _) => row,
        _ => pixel,
    };
    let rows_follow = height == 1 || row == width.checked_mul(pixel)?;
    let row = width.checked_mul(pixel)?;
    let apart = if count == 1 { height.checked_mul(row)? } else { apart };
    (rows_follow && pixel >= channels).then_some([apart, row, pixel, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_of_channels_costs_one_copy() {
        // 1 x 6 x 4 x 5, channels innermost: split into 2 x 3, swapped, merged.
        let shape = [1, 6, 4, 5];
        let strides = dense(&shape, &usual_order(4));
        assert_eq!(strides, [120, 1, 30, 6]);
        let split = push(&AxisChange::Reshape(1, vec![6], vec![2, 3]), &shape, &strides).expect("a split is a view");
        assert_eq!(split, [120, 3, 1, 30, 6]);
        let swapped = push(&AxisChange::Move(1, 2), &[1, 2, 3, 4, 5], &split).expect("a transpose is a view");
        let shape = [1, 3, 2, 4, 5];
        let merge = AxisChange::Reshape(1, vec![3, 2], vec![6]);
        assert_eq!(push(&merge, &shape, &swapped), None);
        let copied = dense(&shape, &order_for_merge(&shape, &swapped, 1, 2));
        assert_eq!(push(&merge, &shape, &copied), Some(vec![120, 1, 30, 6]));
    }

    #[test]
    fn pulling_undoes_pushing() {
        let shape = [1, 12, 4, 6];
        let strides = dense(&shape, &usual_order(4));
        let changes = [
            (AxisChange::Move(1, 3), vec![1, 4, 6, 12]),
            (AxisChange::Reshape(2, vec![4, 6], vec![24]), vec![1, 12, 24]),
            (AxisChange::Reshape(1, vec![12], vec![3, 1, 4]), vec![1, 3, 1, 4, 4, 6]),
            (AxisChange::Add(2), vec![1, 12, 1, 4, 6]),
        ];
        for (change, after) in changes {
            let pushed = push(&change, &shape, &strides).expect("a view");
            assert_eq!(pull(&change, &after, &pushed), Some(strides.clone()), "{change:?}");
        }
    }

    #[test]
    fn a_picture_of_one_column_takes_its_pixels_from_its_rows() {
        assert_eq!(of_picture([1, 5, 1, 3], [15, 3, 99, 1]), Some([15, 3, 3, 1]));
        assert_eq!(of_picture([1, 5, 2, 3], [60, 12, 4, 1]), None, "gaps between rows");
        assert_eq!(of_picture([1, 1, 1, 3], [0, 0, 0, 1]), Some([3, 3, 3, 1]));
        assert_eq!(of_picture([1, 2, 2, 3], [4, 2, 1, 4]), None, "channels apart");
    }
}
