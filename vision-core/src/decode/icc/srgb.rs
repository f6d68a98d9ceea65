//! From the colours that profiles lead to, seen under D50, to sRGB (IEC 61966-2-1).

use super::Connection;
use super::lut::Lut;

/// White under D50, as profiles have it (ICC.1:2022, 7.2.16).
const WHITE: [f32; 3] = [0.9642, 1.0, 0.8249];

/// XYZ under D50 to sRGB's light: the inverse of the colours of sRGB's own profile, D65 adapted to D50 by Bradford's matrix.
const FROM_XYZ: [[f32; 3]; 3] =
    [[3.133_856, -1.616_867, -0.490_615], [-0.978_768, 1.916_142, 0.033_454], [0.071_945, -0.228_991, 1.405_243]];

/// XYZ is stored in 0 to 1 + 32767/32768.
const LARGEST_XYZ: f32 = 1.0 + 32_767.0 / 32_768.0;

/// Entries from no light to all: in the steepest part, a fifth of a level apart.
const LIGHT_STEPS: usize = 16_384;

/// What a table of a profile gives, as sRGB of 0 to 1.
pub fn of([x, y, z]: [f32; 3], lut: &Lut<'_>, connection: Connection) -> [f32; 3] {
    let xyz = match connection {
        Connection::Xyz => [x, y, z].map(|value| value * LARGEST_XYZ),
        Connection::Lab => {
            // Version 2 stores 100 as FF00 and 0 of `a` and `b` as 8000 of FFFF.
            let scale = if lut.is_old_lab { 65_535.0 / 65_280.0 } else { 1.0 };
            xyz_of_lab([x * 100.0 * scale, y * 255.0 * scale - 128.0, z * 255.0 * scale - 128.0])
        }
    };
    light(xyz).map(encoded)
}

/// A grey's curve gives its light, or its lightness.
pub fn of_grey(value: f32, connection: Connection) -> [f32; 3] {
    let light = match connection {
        Connection::Xyz => value,
        Connection::Lab => xyz_of_lab([value * 100.0, 0.0, 0.0])[1],
    };
    [encoded(light); 3]
}

/// sRGB's light; outside of 0 to 1 where sRGB has no such colour.
pub fn light([x, y, z]: [f32; 3]) -> [f32; 3] {
    FROM_XYZ.map(|[a, b, c]| a * x + b * y + c * z)
}

/// The level of light, for evenly spread shares of all light.
pub fn levels() -> Vec<u8> {
    (0..LIGHT_STEPS).map(|step| super::grid::level(encoded(step as f32 / (LIGHT_STEPS - 1) as f32))).collect()
}

fn encoded(light: f32) -> f32 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// CIE 1976 L*a*b*, with the white that profiles have.
fn xyz_of_lab([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let y = (lightness + 16.0) / 116.0;
    let cube = |t: f32| if t > 6.0 / 29.0 { t * t * t } else { (t - 4.0 / 29.0) * (108.0 / 841.0) };
    let [white_x, white_y, white_z] = WHITE;
    [cube(y + a / 500.0) * white_x, cube(y) * white_y, cube(y - b / 200.0) * white_z]
}
