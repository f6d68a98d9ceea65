//! A view of pictures (N, H, W, C) as the kernels take it: one picture at a time, pixels `ld` numbers apart.

use super::arena::{Readable, Span};
use super::kernels;
use crate::engine::plan::View;

#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub span: Span,
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    /// Numbers from one pixel to the next.
    pub ld: usize,
}

impl Picture {
    /// The pictures of a batch. The plan was checked: there are four axes, and rows follow each other.
    pub fn each_of(view: &View) -> Vec<Self> {
        let ([count, height, width, channels], [apart, _, pixel, _]) = (&view.dims[..], &view.strides[..]) else {
            return Vec::new();
        };
        let one = |n: u32| {
            let mut one = view.clone();
            one.offset += n * apart;
            one.dims[0] = 1;
            let [height, width, channels] = [height, width, channels].map(|size| *size as usize);
            Self { span: Span::of(&one), height, width, channels, ld: *pixel as usize }
        };
        (0..*count).map(one).collect()
    }

    pub fn rows<'a>(&self, readable: &Readable<'a>) -> kernels::Rows<'a> {
        kernels::Rows { data: readable.get(&self.span), ld: self.ld }
    }
}
