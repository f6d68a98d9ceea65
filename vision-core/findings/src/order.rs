//! Putting things in order, with one copy of the machine code for all of them: `slice::sort_by` is compiled anew for every type
//! and comparison, some 2 kB gzipped each of the browser's worker, where the lists are short and sorted once.

use std::cmp::Ordering;

/// As `slice::sort_by`: what compares equal stays in the order in which it was.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut places = sorted_places(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    // Along each circle of places, every item is swapped to where it belongs.
    for start in 0..places.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut places[at], at);
            if from == start || from == at {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

/// As `slice::sort`.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Thousands of counts or levels, the smallest first.
#[inline(never)]
pub fn sort_counts(counts: &mut [u32]) {
    counts.sort_unstable();
}

/// Thousands of numbers, the smallest first, in the order of `f32::total_cmp`.
pub fn sort_numbers(numbers: &mut [f32]) {
    const SIGN: u32 = 1 << 31;
    let key = |bits: u32| if bits & SIGN == 0 { bits | SIGN } else { !bits };
    let bits = |key: u32| if key & SIGN == 0 { !key } else { key & !SIGN };
    let mut keys: Vec<u32> = numbers.iter().map(|number| key(number.to_bits())).collect();
    sort_counts(&mut keys);
    numbers.iter_mut().zip(keys).for_each(|(number, key)| *number = f32::from_bits(bits(key)));
}

/// For each place the item that belongs there.
#[inline(never)]
fn sorted_places(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without any order to them.
    fn numbers(len: usize) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(12_345_u32), |n| Some(n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)))
            .take(len)
    }

    #[test]
    fn every_list_comes_out_as_the_standard_library_sorts_it() {
        for len in (0..70).chain([1000]) {
            // A few keys only, so that many are equal and their order shows.
            let items: Vec<(u32, usize)> = numbers(len).map(|n| n >> 28).zip(0..).collect();
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by(&mut ours, |a, b| b.0.cmp(&a.0));
            theirs.sort_by_key(|item| std::cmp::Reverse(item.0));
            assert_eq!(ours, theirs);
            sort(&mut ours);
            theirs.sort();
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn numbers_are_in_their_total_order() {
        let special = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -f32::NAN, 1e-40, -1e-40];
        let mut ours: Vec<f32> = numbers(500).map(f32::from_bits).chain(special).collect();
        let mut theirs = ours.clone();
        sort_numbers(&mut ours);
        theirs.sort_by(f32::total_cmp);
        assert_eq!(
            ours.iter().map(|n| n.to_bits()).collect::<Vec<_>>(),
            theirs.iter().map(|n| n.to_bits()).collect::<Vec<_>>()
        );
    }
}
