//! Colours as people see them: sRGB to OKLab and back, with arithmetic that rounds alike everywhere.
//!
//! Björn Ottosson, "A perceptual color space for image processing", 2020. The powers and roots are worked out by
//! Newton's method from basic operations, because a platform's own `powf` and `cbrt` differ in their last bits.

use std::sync::OnceLock;

/// A colour in OKLab: `l` 0 black to 1 white, `a` green to red, `b` blue to yellow (about -0.4 to 0.4).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Oklab {
    pub l: f32,
    pub a: f32,
    pub b: f32,
}

impl Oklab {
    pub fn from_rgb([red, green, blue]: [u8; 3]) -> Self {
        let [r, g, b] = [linear(red), linear(green), linear(blue)];
        let long = cube_root(0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b);
        let medium = cube_root(0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b);
        let short = cube_root(0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b);
        Self {
            l: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short,
            a: 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short,
            b: 0.025_904_037 * long + 0.782_771_77 * medium - 0.808_675_77 * short,
        }
    }

    /// The nearest sRGB colour; what lies outside is cut off at the edge.
    pub fn to_rgb(self) -> [u8; 3] {
        let cube = |x: f32| x * x * x;
        let long = cube(self.l + 0.396_337_78 * self.a + 0.215_803_76 * self.b);
        let medium = cube(self.l - 0.105_561_346 * self.a - 0.063_854_17 * self.b);
        let short = cube(self.l - 0.089_484_18 * self.a - 1.291_485_5 * self.b);
        [
            encode(4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short),
            encode(-1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short),
            encode(-0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short),
        ]
    }

    /// How far two colours are apart: hue and saturation count twice as much as lightness, as they do when people name colours.
    pub fn distance_squared(self, other: Self) -> f32 {
        let (l, a, b) = (self.l - other.l, self.a - other.a, self.b - other.b);
        l * l + 4.0 * (a * a + b * b)
    }

    pub fn chroma_squared(self) -> f32 {
        self.a * self.a + self.b * self.b
    }
}

/// `#rrggbb`.
pub fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// CIE lightness / 100 of a colour, 0 to 1.
pub fn lightness([r, g, b]: [u8; 3]) -> f32 {
    let y = 0.212_639 * linear(r) + 0.715_169 * linear(g) + 0.072_192 * linear(b);
    if y <= 216.0 / 24_389.0 { y * 9.032_963 } else { 1.16 * cube_root(y) - 0.16 }
}

/// sRGB's transfer function (IEC 61966-2-1), 8 bits to linear light.
fn linear(level: u8) -> f32 {
    static TABLE: OnceLock<[f32; 256]> = OnceLock::new();
    let table = TABLE.get_or_init(|| std::array::from_fn(|level| linear_of(level as f64 / 255.0) as f32));
    table[usize::from(level)]
}

fn linear_of(value: f64) -> f64 {
    if value <= 0.040_45 {
        return value / 12.92;
    }
    // x^2.4 = x^2 · (x^(1/5))^2
    let x = (value + 0.055) / 1.055;
    let mut fifth_root = 1.0;
    for _ in 0..40 {
        let fourth = fifth_root * fifth_root * fifth_root * fifth_root;
        fifth_root = (4.0 * fifth_root + x / fourth) / 5.0;
    }
    x * x * fifth_root * fifth_root
}

/// Linear light to the nearest 8-bit level, by search in the table of [`linear`].
fn encode(light: f32) -> u8 {
    let (mut low, mut high) = (0_u8, 255_u8);
    while low < high {
        let middle = low + (high - low) / 2;
        // `middle` is below 255 here: the search ends when the two meet.
        if light <= (linear(middle) + linear(middle + 1)) / 2.0 { high = middle } else { low = middle + 1 }
    }
    low
}

/// Cube root of a number that is not negative: a first guess from the exponent's bits, then Newton's method.
fn cube_root(x: f32) -> f32 {
    if x <= 1e-12 {
        return 0.0;
    }
    let mut root = f32::from_bits(x.to_bits() / 3 + 0x2a51_37a0);
    for _ in 0..3 {
        root = (2.0 * root + x / (root * root)) / 3.0;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_have_known_places() {
        // From the author's own table of the sRGB primaries.
        for (rgb, l, a, b) in [
            ([255, 255, 255], 1.0, 0.0, 0.0),
            ([0, 0, 0], 0.0, 0.0, 0.0),
            ([255, 0, 0], 0.627_955, 0.224_863, 0.125_846),
            ([0, 255, 0], 0.866_440, -0.233_887, 0.179_498),
            ([0, 0, 255], 0.452_014, -0.032_457, -0.311_528),
        ] {
            let lab = Oklab::from_rgb(rgb);
            let off = (lab.l - l).abs().max((lab.a - a).abs()).max((lab.b - b).abs());
            assert!(off < 2e-4, "{rgb:?}: {lab:?}");
        }
        assert!((lightness([119, 119, 119]) - 0.5003).abs() < 1e-3);
    }

    #[test]
    fn every_fifth_level_comes_back_unchanged() {
        for r in (0..=255).step_by(5) {
            for g in (0..=255).step_by(5) {
                for b in (0..=255).step_by(5) {
                    let rgb = [r, g, b].map(|v| u8::try_from(v).unwrap_or(255));
                    let back = Oklab::from_rgb(rgb).to_rgb();
                    let off = rgb.iter().zip(back).map(|(x, y)| x.abs_diff(y)).max();
                    assert!(off <= Some(1), "{rgb:?} came back as {back:?}");
                }
            }
        }
    }
}
