//! Moving numbers between two views: whole rows where both have them, tiles where one is the other transposed.

use super::loops::{Axis, Loops};

/// Rows of a transpose that are moved together, so that each line of the cache is used whole while it is there.
const TILE: usize = 16;

/// Moves numbers along loops over (output, input).
pub(super) fn copy_numbers(loops: &Loops<2>, input: &[f32], out: &mut [f32]) {
    let [outer, inner] = loops.inner();
    let ([out_step, in_step], [_, in_row]) = (inner.strides, outer.strides);
    loops.each(|[out_at, in_at]| {
        let (out, input) = (&mut out[out_at..], &input[in_at..]);
        match (out_step, in_step, inner.len) {
            // The channels of a pixel of few: a call per pixel would cost more than what it moves.
            (1, 1, 3) => short_rows::<3>(outer, input, out),
            (1, 1, 4) => short_rows::<4>(outer, input, out),
            (1, 1, _) => whole_rows([outer, inner], input, out),
            (1, _, 2) if in_row == 1 => interleaved::<2>([outer, inner], input, out),
            (1, _, 3) if in_row == 1 => interleaved::<3>([outer, inner], input, out),
            (1, _, 4) if in_row == 1 => interleaved::<4>([outer, inner], input, out),
            (1, _, _) if in_row == 1 => transposed([outer, inner], input, out),
            (1, 2, _) => every_other([outer, inner], input, out),
            _ => one_by_one([outer, inner], input, out),
        }
    });
}

fn whole_rows([outer, inner]: [Axis<2>; 2], input: &[f32], out: &mut [f32]) {
    let [out_row, in_row] = outer.strides;
    for row in 0..outer.len {
        out[row * out_row..][..inner.len].copy_from_slice(&input[row * in_row..][..inner.len]);
    }
}

fn short_rows<const LEN: usize>(outer: Axis<2>, input: &[f32], out: &mut [f32]) {
    let [out_row, in_row] = outer.strides;
    for row in 0..outer.len {
        let from = input[row * in_row..].first_chunk::<LEN>();
        let to = out[row * out_row..].first_chunk_mut::<LEN>();
        if let Some((to, from)) = to.zip(from) {
            *to = *from;
        }
    }
}

/// A few rows of the input become pixels: channels shuffled, or planes of colour.
fn interleaved<const LEN: usize>([outer, inner]: [Axis<2>; 2], input: &[f32], out: &mut [f32]) {
    let lines: [&[f32]; LEN] = std::array::from_fn(|line| &input[line * inner.strides[1]..][..outer.len]);
    let out_row = outer.strides[0];
    if out_row == LEN {
        let (pixels, _) = out.as_chunks_mut::<LEN>();
        for (at, pixel) in pixels.iter_mut().take(outer.len).enumerate() {
            *pixel = lines.map(|line| line[at]);
        }
    } else {
        for at in 0..outer.len {
            if let Some(pixel) = out[at * out_row..].first_chunk_mut::<LEN>() {
                *pixel = lines.map(|line| line[at]);
            }
        }
    }
}

/// Tiles of rows, so that neighbours in the input are read together.
fn transposed([outer, inner]: [Axis<2>; 2], input: &[f32], out: &mut [f32]) {
    let (out_row, in_step) = (outer.strides[0], inner.strides[1]);
    for first in (0..outer.len).step_by(TILE) {
        let tile = first..outer.len.min(first + TILE);
        for at in 0..inner.len {
            let line = &input[at * in_step + tile.start..][..tile.len()];
            for (row, number) in tile.clone().zip(line) {
                out[row * out_row + at] = *number;
            }
        }
    }
}

/// The first of each pair: channels unshuffled.
fn every_other([outer, inner]: [Axis<2>; 2], input: &[f32], out: &mut [f32]) {
    let [out_row, in_row] = outer.strides;
    for row in 0..outer.len {
        let (out, input) = (&mut out[row * out_row..][..inner.len], &input[row * in_row..]);
        let (pairs, rest) = input.as_chunks::<2>();
        for (out, [first, _]) in out.iter_mut().zip(pairs) {
            *out = *first;
        }
        // The last one may have no neighbour any more.
        if let Some((last, number)) = out.get_mut(pairs.len()).zip(rest.first()) {
            *last = *number;
        }
    }
}

fn one_by_one([outer, inner]: [Axis<2>; 2], input: &[f32], out: &mut [f32]) {
    let ([out_row, in_row], [out_step, in_step]) = (outer.strides, inner.strides);
    for row in 0..outer.len {
        for at in 0..inner.len {
            out[row * out_row + at * out_step] = input[row * in_row + at * in_step];
        }
    }
}
