//! The picture with its boxes. Boxes are drawn in the picture's own pixels and grow and shrink with it.

use leptos::prelude::*;
use vision_core::report::Rect;

use crate::erased::Erase as _;
use crate::state::{BoxMark, Focus, Session, percent};
use crate::text;

#[component]
pub fn PictureFigure() -> impl IntoView {
    let session = expect_context::<Session>();
    let url = Memo::new(move |_| session.picture.with(|p| p.as_ref().map(|p| (p.url.clone(), p.name.clone()))));
    let size_px = Memo::new(move |_| {
        let shown = session.shown.with(|s| s.size_px);
        session.picture.with(|p| p.as_ref().and_then(|p| p.size_px)).or(shown)
    });
    let can_show = Memo::new(move |_| session.picture.with(|p| p.as_ref().is_some_and(|p| p.size_px.is_some())));
    let ratio = move || {
        let (width, height) = size_px.get().unwrap_or((3, 2));
        format!("--ratio:{:.5};--wide:{width}px", f64::from(width.max(1)) / f64::from(height.max(1)))
    };
    let boxes = Memo::new(move |_| session.shown.with(|s| s.boxes.clone()));
    let has_boxes = move || session.boxes_on.get() && size_px.get().is_some();
    view! {
        <figure class:one=move || session.lit.with(|l| l.any()) style=ratio>
            <div class="frame">
                {move || {
                    let (url, name) = url.get().unwrap_or_default();
                    if can_show.get() {
                        view! { <img src=url alt=text::picture_alt(&name) /> }.erased_late()
                    } else {
                        view! { <p class="no-show">{text::CANNOT_SHOW}</p> }.erased_late()
                    }
                }}
                {move || {
                    has_boxes()
                        .then(|| {
                            let (width, height) = size_px.get().unwrap_or_default();
                            let drawn = boxes.get();
                            overlay(session, drawn, width, height)
                        })
                }}
            </div>
        </figure>
    }
    .erased_late()
}

/// The boxes, large ones first so that small ones lie on top and can be reached.
fn overlay(session: Session, mut boxes: Vec<BoxMark>, width: u32, height: u32) -> impl IntoView {
    boxes.sort_by(|a, b| b.rect.area().total_cmp(&a.rect.area()));
    let labels = boxes.iter().map(|mark| label(session, mark, width, height)).collect_view();
    let shapes = boxes.into_iter().map(|mark| shape(session, mark)).collect_view();
    view! {
        <svg viewBox=format!("0 0 {width} {height}") preserveAspectRatio="none" role="group" aria-label=text::OVERLAY>
            {shapes}
        </svg>
        <div class="tags" aria-hidden="true">
            {labels}
        </div>
    }
    .erased_late()
}

fn shape(session: Session, mark: BoxMark) -> impl IntoView {
    let BoxMark { id, rect, label, score, hue, is_face, faint } = mark;
    let Rect { x, y, width, height } = rect;
    let lit = {
        let id = id.clone();
        move || session.lit.with(|l| l.findings.contains(&id))
    };
    let focus = {
        let id = id.clone();
        move || session.focus.set(Focus::Finding(id.clone()))
    };
    let let_go = move || session.focus.set(Focus::Nothing);
    let (entered, focused, clicked) = (focus.clone(), focus.clone(), focus);
    view! {
        <g
            id=format!("box-{id}")
            class="box"
            class:face=is_face
            class:faint=faint
            class:lit=lit
            tabindex="0"
            role="button"
            aria-label=text::box_label(&label, &percent(score))
            style=format!("--c:{}", hue.css())
            on:mouseenter=move |_| entered()
            on:mouseleave=move |_| let_go()
            on:focus=move |_| focused()
            on:blur=move |_| let_go()
            on:click=move |_| clicked()
        >
            <rect class="halo" x=x y=y width=width height=height></rect>
            <rect class="line" x=x y=y width=width height=height></rect>
        </g>
    }
    .erased_late()
}

/// The name above a box; inside it where there is no room above.
fn label(session: Session, mark: &BoxMark, width: u32, height: u32) -> impl IntoView + use<> {
    let share = |part: f32, whole: u32| f64::from(part) / f64::from(whole.max(1)) * 100.0;
    let (left, top) = (share(mark.rect.x, width).clamp(0.0, 100.0), share(mark.rect.y, height).clamp(0.0, 100.0));
    let id = mark.id.clone();
    let lit = move || session.lit.with(|l| l.findings.contains(&id));
    view! {
        <span
            class="tag"
            class:inside={top < 5.0}
            class:only-lit={mark.is_face || mark.faint}
            class:lit=lit
            style=format!("left:{left:.2}%;top:{top:.2}%;--c:{}", mark.hue.css())
        >
            {mark.label.clone()}
        </span>
    }
    .erased_late()
}
