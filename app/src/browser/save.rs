//! Files handed to the person: texts, and the picture with its boxes drawn on it.

use js_sys::Promise;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url};

/// A box to draw, in pixels of the upright image, with its colour as a CSS value.
pub struct Drawn {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub label: String,
    pub color: String,
}

/// Hands a blob to the person as a file.
pub fn download(name: &str, blob: &Blob) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    super::page::after_ms(10_000, move || {
        let _ = Url::revoke_object_url(&url);
    });
    Some(())
}

/// JSON with a line for each field, as people like to read it.
pub fn indented(json: &str) -> String {
    js_sys::JSON::parse(json)
        .and_then(|value| js_sys::JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &JsValue::from(2)))
        .map(String::from)
        .unwrap_or_else(|_| json.to_owned())
}

/// The picture with its boxes, as a PNG.
pub async fn annotated(url: &str, size_px: (u32, u32), boxes: &[Drawn]) -> Option<Blob> {
    let picture = HtmlImageElement::new().ok()?;
    picture.set_src(url);
    let decode: js_sys::Function = js_sys::Reflect::get(&picture, &"decode".into()).ok()?.dyn_into().ok()?;
    let decoded: Promise = decode.call0(&picture).ok()?.dyn_into().ok()?;
    JsFuture::from(decoded).await.ok()?;

    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(size_px.0);
    canvas.set_height(size_px.1);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let (width, height) = (f64::from(size_px.0), f64::from(size_px.1));
    context.draw_image_with_html_image_element_and_dw_and_dh(&picture, 0.0, 0.0, width, height).ok()?;
    draw_boxes(&context, width.max(height), boxes);

    let blob = Promise::new(&mut |resolve, _| {
        let take = Closure::once_into_js(move |blob: JsValue| resolve.call1(&JsValue::NULL, &blob));
        let _ = canvas.to_blob(take.unchecked_ref());
    });
    JsFuture::from(blob).await.ok()?.dyn_into().ok()
}

/// Lines and letters grow with the picture, so that they read the same on any size.
fn draw_boxes(context: &CanvasRenderingContext2d, longest_px: f64, boxes: &[Drawn]) {
    let line = (longest_px / 400.0).max(1.5);
    let letters = (longest_px / 55.0).max(11.0);
    context.set_font(&format!("600 {letters:.0}px Inter, sans-serif"));
    context.set_text_baseline("bottom");
    for drawn in boxes {
        context.set_stroke_style_str("rgba(0, 0, 0, 0.55)");
        context.set_line_width(line * 2.0);
        context.stroke_rect(drawn.x, drawn.y, drawn.width, drawn.height);
        context.set_stroke_style_str(&drawn.color);
        context.set_line_width(line);
        context.stroke_rect(drawn.x, drawn.y, drawn.width, drawn.height);
    }
    for drawn in boxes {
        let width = context.measure_text(&drawn.label).map(|m| m.width()).unwrap_or_default() + letters * 0.8;
        let bottom = if drawn.y > letters * 1.4 { drawn.y } else { drawn.y + letters * 1.4 };
        context.set_fill_style_str(&drawn.color);
        context.fill_rect(drawn.x, bottom - letters * 1.4, width, letters * 1.4);
        context.set_fill_style_str("#111");
        let _ = context.fill_text(&drawn.label, drawn.x + letters * 0.4, bottom - letters * 0.15);
    }
}
