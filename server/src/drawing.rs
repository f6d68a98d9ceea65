//! Findings drawn on their picture: a box and a label for each object, a thinner box and five points for each face.

use ab_glyph::{Font, FontRef, ScaleFont};
use image::{Rgb, RgbImage};
use vision_core::report::{Rect, Report, Standing};

/// DejaVu Sans Condensed reduced to Latin; its licence lies beside it.
const FONT: &[u8] = include_bytes!("../assets/DejaVuSansCondensed-latin.ttf");

/// Colours that are told apart on most pictures and by most eyes (M. Okabe and K. Ito, "Color universal design", 2008).
const COLORS: [[u8; 3]; 6] =
    [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233]];
const FACE: [u8; 3] = [240, 228, 66];

/// Draws all findings that are not doubted.
pub fn draw(pixels: &mut RgbImage, report: &Report) {
    let long = pixels.width().max(pixels.height()) as f32;
    let line = (long / 400.0).round().max(2.0) as i64;
    let text_px = (long / 45.0).clamp(12.0, 64.0);
    for face in report.faces.iter().filter(|f| f.standing != Standing::Doubted) {
        frame(pixels, face.bounds, (line / 2).max(1), FACE);
        for point in face.landmarks {
            fill(pixels, point.x as i64 - line / 2, point.y as i64 - line / 2, line, line, FACE);
        }
    }
    // The most certain last, so that its label is on top.
    for object in report.objects.iter().rev().filter(|o| o.standing != Standing::Doubted) {
        let color = COLORS[object.class_index as usize % COLORS.len()];
        frame(pixels, object.bounds, line, color);
        label(pixels, &format!("{} {:.2}", object.label, object.score), object.bounds, text_px, color);
    }
}

fn frame(pixels: &mut RgbImage, bounds: Rect, line: i64, color: [u8; 3]) {
    // Far more than a side of any picture, and far less than what overflows.
    let [x, y, width, height] = [bounds.x, bounds.y, bounds.width, bounds.height].map(|v| v.clamp(-1e6, 1e6) as i64);
    fill(pixels, x, y, width, line, color);
    fill(pixels, x, y + height - line, width, line, color);
    fill(pixels, x, y, line, height, color);
    fill(pixels, x + width - line, y, line, height, color);
}

/// Fills a rectangle; what lies outside the picture is left out.
fn fill(pixels: &mut RgbImage, x: i64, y: i64, width: i64, height: i64, color: [u8; 3]) {
    let across = x.max(0)..(x + width).min(i64::from(pixels.width()));
    for row in y.max(0)..(y + height).min(i64::from(pixels.height())) {
        for column in across.clone() {
            pixels.put_pixel(column as u32, row as u32, Rgb(color));
        }
    }
}

/// A label above the box, or inside it where there is no room above.
fn label(pixels: &mut RgbImage, text: &str, bounds: Rect, text_px: f32, ground: [u8; 3]) {
    let Ok(font) = FontRef::try_from_slice(FONT) else { return };
    let font = font.as_scaled(text_px);
    let pad = text_px * 0.25;
    let width: f32 = text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum::<f32>() + 2.0 * pad;
    let height = font.height() + pad;
    let left = bounds.x.min(pixels.width() as f32 - width).max(0.0);
    let top = if bounds.y >= height { bounds.y - height } else { bounds.y.max(0.0) };
    fill(pixels, left as i64, top as i64, width.ceil() as i64, height.ceil() as i64, ground);
    let ink = if luminance(ground) > 140.0 { [0; 3] } else { [255; 3] };
    let mut at = ab_glyph::point(left + pad, top + pad / 2.0 + font.ascent());
    for c in text.chars() {
        let id = font.glyph_id(c);
        if let Some(outline) = font.outline_glyph(id.with_scale_and_position(text_px, at)) {
            let corner = outline.px_bounds().min;
            outline.draw(|x, y, cover| {
                let (px, py) = (corner.x as i64 + i64::from(x), corner.y as i64 + i64::from(y));
                blend(pixels, px, py, ink, cover);
            });
        }
        at.x += font.h_advance(id);
    }
}

fn luminance([r, g, b]: [u8; 3]) -> f32 {
    0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)
}

fn blend(pixels: &mut RgbImage, x: i64, y: i64, ink: [u8; 3], cover: f32) {
    let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
    if let Some(pixel) = pixels.get_pixel_mut_checked(x, y) {
        let mix = |under: u8, over: u8| (f32::from(under) * (1.0 - cover) + f32::from(over) * cover).round() as u8;
        pixel.0 = [mix(pixel.0[0], ink[0]), mix(pixel.0[1], ink[1]), mix(pixel.0[2], ink[2])];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_reads_and_has_what_labels_need() {
        let font = FontRef::try_from_slice(FONT).expect("the font is part of the executable");
        for c in "abcdefghijklmnopqrstuvwxyz 0123456789.-".chars() {
            assert_ne!(font.glyph_id(c).0, 0, "{c:?} is missing");
        }
    }

    #[test]
    fn boxes_beyond_the_picture_are_cut_off() {
        let mut pixels = RgbImage::new(40, 30);
        let bounds = Rect { x: -20.0, y: 10.0, width: 500.0, height: 15.0 };
        frame(&mut pixels, bounds, 2, [9, 9, 9]);
        assert_eq!(pixels.get_pixel(5, 24).0, [9, 9, 9]);
        label(&mut pixels, "dining table 0.51", bounds, 14.0, [200, 200, 0]);
        assert_eq!(pixels.get_pixel(1, 12).0, [200, 200, 0]);
        let far = Rect { x: f32::MAX, y: f32::MIN, width: f32::INFINITY, height: f32::NAN };
        frame(&mut pixels, far, 2, [9, 9, 9]);
    }
}
