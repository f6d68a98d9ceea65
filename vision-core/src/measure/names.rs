//! Plain names for colours: each name stands at one or more points of the colour space, and the nearest point names a colour.
//!
//! So every colour has a name, and colours that look alike have the same name or neighbouring ones. The points were set by
//! eye on a chart of the whole space; the words are those that people in Britain use of paint, cloth and weather.

use std::sync::OnceLock;

use super::oklab::Oklab;

/// A name at a point of the colour space.
struct Named {
    name: &'static str,
    /// The broad word: one of [`FAMILIES`].
    family: &'static str,
    rgb: u32,
}

/// The broad words that every name belongs to.
pub const FAMILIES: [&str; 12] =
    ["black", "white", "grey", "brown", "red", "pink", "orange", "yellow", "green", "turquoise", "blue", "purple"];

const fn named(name: &'static str, family: &'static str, rgb: u32) -> Named {
    Named { name, family, rgb }
}

/// Light to dark within a family.
const TABLE: &[Named] = &[
    named("white", "white", 0xff_ffff),
    named("white", "white", 0xf8_f8f8),
    named("off-white", "white", 0xf1_ece2),
    named("off-white", "white", 0xe9_e7e2),
    named("pale grey", "grey", 0xd9_d9d9),
    named("light grey", "grey", 0xb9_b9b9),
    named("grey", "grey", 0x96_9696),
    named("grey", "grey", 0x78_7878),
    named("dark grey", "grey", 0x5a_5a5a),
    named("dark grey", "grey", 0x46_4646),
    named("charcoal", "grey", 0x31_3131),
    named("near-black", "black", 0x1f_1f1f),
    named("black", "black", 0x0d_0d0d),
    named("black", "black", 0x00_0000),
    // Greys that lean towards a colour.
    named("pale grey-blue", "blue", 0xc3_ced9),
    named("grey-blue", "blue", 0x9a_a8b8),
    named("grey-blue", "blue", 0x72_8295),
    named("dark grey-blue", "blue", 0x4b_5868),
    named("dark grey-blue", "blue", 0x33_3e4d),
    named("blue-black", "black", 0x15_1b27),
    named("pale grey-green", "green", 0xc6_cfc4),
    named("grey-green", "green", 0x96_a394),
    named("grey-green", "green", 0x6c_796b),
    named("dark grey-green", "green", 0x48_5448),
    named("dark grey-green", "green", 0x30_3a31),
    named("green-black", "black", 0x16_1d17),
    named("warm grey", "grey", 0xc0_b8ae),
    named("warm grey", "grey", 0x9c_938a),
    named("taupe", "brown", 0x7d_7167),
    named("grey-brown", "brown", 0x5e_5248),
    named("dark grey-brown", "brown", 0x42_3932),
    named("brown-black", "black", 0x22_1b17),
    named("pale mauve", "purple", 0xcf_c4d2),
    named("mauve", "purple", 0xa5_92a8),
    named("grey-purple", "purple", 0x75_687c),
    named("dark grey-purple", "purple", 0x48_3f4e),
    named("dusty pink", "pink", 0xcd_b0ae),
    named("dusty pink", "pink", 0xb5_8f8e),
    // Browns and their light relations.
    named("ivory", "white", 0xf8_f2dc),
    named("cream", "yellow", 0xf3_e6c0),
    named("beige", "brown", 0xdf_d0b7),
    named("beige", "brown", 0xcd_bca2),
    named("sand", "brown", 0xd3_bc8c),
    named("sand", "brown", 0xbd_a678),
    named("tan", "brown", 0xc2_9a6b),
    named("light brown", "brown", 0xa5_8463),
    named("light brown", "brown", 0xa0_7748),
    named("brown", "brown", 0x85_5f3c),
    named("brown", "brown", 0x6d_4a2b),
    named("dark brown", "brown", 0x50_361f),
    named("dark brown", "brown", 0x3b_2717),
    named("very dark brown", "brown", 0x28_180d),
    named("reddish brown", "brown", 0x8f_5a45),
    named("reddish brown", "brown", 0x6f_3b2b),
    named("dark reddish brown", "brown", 0x4b_2319),
    named("khaki", "brown", 0xa7_9c6c),
    named("khaki", "brown", 0x84_7b51),
    named("olive", "green", 0x7b_7a35),
    named("olive", "green", 0x5d_5b27),
    named("dark olive", "green", 0x3c_3b1b),
    named("dark olive", "green", 0x28_2813),
    // Reds.
    named("bright red", "red", 0xff_1010),
    named("red", "red", 0xd4_2222),
    named("red", "red", 0xb4_1c20),
    named("crimson", "red", 0xc2_1a48),
    named("dark red", "red", 0x8e_1a1c),
    named("maroon", "red", 0x64_1618),
    named("very dark red", "red", 0x3a_0e10),
    named("burgundy", "red", 0x73_1f38),
    named("burgundy", "red", 0x4a_1526),
    named("brick red", "red", 0xa8_4437),
    // Pinks.
    named("pale pink", "pink", 0xfa_dfe1),
    named("pale pink", "pink", 0xf2_c4c9),
    named("light pink", "pink", 0xf4_a8b8),
    named("pink", "pink", 0xee_82a4),
    named("pink", "pink", 0xd9_7f93),
    named("rose", "pink", 0xc5_5f72),
    named("hot pink", "pink", 0xff_3c9c),
    named("deep pink", "pink", 0xd2_2f7d),
    named("salmon", "pink", 0xf3_9a85),
    named("salmon", "pink", 0xd7_8672),
    named("coral", "orange", 0xfb_6d55),
    named("coral", "orange", 0xe0_5d4b),
    named("peach", "orange", 0xfb_d3b4),
    named("peach", "orange", 0xf0_b48d),
    // Oranges.
    named("orange", "orange", 0xff_8a12),
    named("orange", "orange", 0xee_7420),
    named("bright orange", "orange", 0xff_5a08),
    named("dark orange", "orange", 0xcf_6410),
    named("burnt orange", "orange", 0xb1_4d18),
    named("rust", "orange", 0x8c_3c19),
    named("terracotta", "orange", 0xbe_6b4c),
    named("pale orange", "orange", 0xf8_ba72),
    named("amber", "orange", 0xfb_ac15),
    named("amber", "orange", 0xd9_8e1e),
    // Yellows.
    named("pale yellow", "yellow", 0xfb_f4c3),
    named("pale yellow", "yellow", 0xf3_e690),
    named("yellow", "yellow", 0xf6_e14a),
    named("bright yellow", "yellow", 0xff_f000),
    named("yellow", "yellow", 0xf8_d416),
    named("golden yellow", "yellow", 0xe6_b82c),
    named("mustard", "yellow", 0xc6_9d27),
    named("mustard", "yellow", 0xa5_8423),
    named("ochre", "yellow", 0xb5_7f33),
    named("ochre", "yellow", 0x8f_6622),
    // Greens.
    named("pale yellow-green", "green", 0xe4_efb6),
    named("yellow-green", "green", 0xc5_d35f),
    named("yellow-green", "green", 0xa2_b038),
    named("lime green", "green", 0xb9_f018),
    named("moss green", "green", 0x84_923d),
    named("moss green", "green", 0x63_7030),
    named("sage green", "green", 0xb3_c29a),
    named("sage green", "green", 0x8d_9e73),
    named("dull green", "green", 0x63_8055),
    named("dull green", "green", 0x4a_6441),
    named("pale green", "green", 0xcd_ecc6),
    named("light green", "green", 0x9b_d98e),
    named("light green", "green", 0x7c_bd6e),
    named("bright green", "green", 0x17_f02a),
    named("bright green", "green", 0x35_cf3a),
    named("green", "green", 0x4a_a63c),
    named("green", "green", 0x27_8a35),
    named("green", "green", 0x4b_7c2f),
    named("dark green", "green", 0x1d_6428),
    named("dark green", "green", 0x35_4f23),
    named("dark green", "green", 0x1b_4522),
    named("very dark green", "green", 0x10_2a14),
    named("very dark green", "green", 0x1e_2c14),
    named("mint green", "green", 0xb6_f0d0),
    named("mint green", "green", 0x86_e2b2),
    named("emerald green", "green", 0x16_b877),
    named("emerald green", "green", 0x10_8c5c),
    named("sea green", "green", 0x55_a283),
    named("sea green", "green", 0x36_7b62),
    named("dark sea green", "green", 0x1d_5543),
    // Between green and blue.
    named("pale turquoise", "turquoise", 0xc8_f1ee),
    named("light turquoise", "turquoise", 0x86_e0da),
    named("turquoise", "turquoise", 0x2c_cfc6),
    named("turquoise", "turquoise", 0x1c_a9a6),
    named("cyan", "turquoise", 0x10_eef6),
    named("light teal", "turquoise", 0x74_b3b2),
    named("teal", "turquoise", 0x3d_8a8c),
    named("teal", "turquoise", 0x14_7376),
    named("dark teal", "turquoise", 0x14_4f53),
    named("very dark teal", "turquoise", 0x0e_2e32),
    // Blues.
    named("pale blue", "blue", 0xdd_ecf8),
    named("pale blue", "blue", 0xc0_dcf2),
    named("light blue", "blue", 0x9d_c5ea),
    named("sky blue", "blue", 0x6d_bcf0),
    named("sky blue", "blue", 0x5b_9fdc),
    named("bright blue", "blue", 0x1a_9df5),
    named("dusty blue", "blue", 0x7f_a3c4),
    named("steel blue", "blue", 0x55_7fa6),
    named("steel blue", "blue", 0x3a_6287),
    named("blue", "blue", 0x2f_79cf),
    named("blue", "blue", 0x1f_5fb4),
    named("blue", "blue", 0x40_66c8),
    named("bright blue", "blue", 0x12_50ff),
    named("bright blue", "blue", 0x08_08ff),
    named("deep blue", "blue", 0x10_23b4),
    named("deep blue", "blue", 0x14_4690),
    named("dark blue", "blue", 0x1d_3f6e),
    named("dark blue", "blue", 0x1b_2f74),
    named("navy blue", "blue", 0x16_2a4e),
    named("navy blue", "blue", 0x10_1a45),
    named("navy blue", "blue", 0x05_0562),
    named("periwinkle", "blue", 0xa3_aeee),
    named("slate blue", "blue", 0x6a_77c0),
    named("slate blue", "blue", 0x53_5c92),
    // Purples.
    named("lavender", "purple", 0xdb_d5f4),
    named("lavender", "purple", 0xbd_b0e6),
    named("lilac", "purple", 0xe0_c3e8),
    named("lilac", "purple", 0xc8_a0d6),
    named("violet", "purple", 0x8a_63e6),
    named("violet", "purple", 0x70_30e0),
    named("indigo", "purple", 0x48_2cae),
    named("dark indigo", "purple", 0x2b_1c66),
    named("purple", "purple", 0x93_57b4),
    named("purple", "purple", 0x7c_2a94),
    named("purple", "purple", 0x6a_4690),
    named("bright purple", "purple", 0xa6_28ee),
    named("dark purple", "purple", 0x4d_1d62),
    named("dark purple", "purple", 0x3e_2a58),
    named("very dark purple", "purple", 0x25_1030),
    named("plum", "purple", 0x85_4672),
    named("plum", "purple", 0x63_2c52),
    named("dark plum", "purple", 0x3c_1a33),
    named("orchid", "purple", 0xda_6fd2),
    named("magenta", "purple", 0xf8_18e8),
    named("magenta", "purple", 0xcc_1cae),
    named("deep magenta", "purple", 0x92_1478),
];

fn points() -> &'static [(Oklab, &'static Named)] {
    static POINTS: OnceLock<Vec<(Oklab, &'static Named)>> = OnceLock::new();
    POINTS.get_or_init(|| {
        TABLE
            .iter()
            .map(|named| {
                let [_, r, g, b] = named.rgb.to_be_bytes();
                (Oklab::from_rgb([r, g, b]), named)
            })
            .collect()
    })
}

fn nearest(color: Oklab) -> Option<&'static Named> {
    points()
        .iter()
        .min_by(|(a, _), (b, _)| a.distance_squared(color).total_cmp(&b.distance_squared(color)))
        .map(|(_, named)| *named)
}

/// The plain name of a colour, `grey-blue`.
pub fn name(color: Oklab) -> &'static str {
    nearest(color).map_or("grey", |named| named.name)
}

/// The broad word that a plain name belongs to (`grey-blue` is a `blue`); `None` for a word that is not in the table.
pub fn family(name: &str) -> Option<&'static str> {
    TABLE.iter().find(|named| named.name == name).map(|named| named.family)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn colours_have_the_names_people_give_them() {
        for (rgb, expected) in [
            ([255, 255, 255], "white"),
            ([0, 0, 0], "black"),
            ([128, 128, 128], "grey"),
            ([230, 25, 25], "red"),
            ([220, 190, 140], "sand"),
            ([75, 50, 30], "dark brown"),
            ([20, 30, 75], "navy blue"),
            ([122, 133, 147], "grey-blue"),
            ([245, 240, 228], "off-white"),
            ([20, 120, 40], "green"),
            ([255, 255, 0], "bright yellow"),
            ([255, 165, 0], "amber"),
            ([255, 192, 203], "pale pink"),
            ([0, 0, 255], "bright blue"),
            ([100, 185, 240], "sky blue"),
            ([64, 224, 208], "turquoise"),
        ] {
            assert_eq!(name(Oklab::from_rgb(rgb)), expected, "{rgb:?}");
        }
    }

    #[test]
    fn every_name_belongs_to_one_family_and_each_family_is_used() {
        let mut families = BTreeSet::new();
        for named in TABLE {
            assert_eq!(family(named.name), Some(named.family), "{} stands in two families", named.name);
            families.insert(named.family);
        }
        assert_eq!(families, FAMILIES.into_iter().collect());
    }

    #[test]
    fn no_point_of_the_table_is_hidden_behind_another() {
        for (lab, named) in points() {
            assert_eq!(nearest(*lab).map(|n| n.rgb), Some(named.rgb), "{}", named.name);
        }
    }

    /// One step of one channel leads to the same name or to one whose nearest point is a neighbour.
    #[test]
    fn near_identical_colours_have_the_same_or_neighbouring_names() {
        let step = |rgb: [u8; 3], channel: usize| {
            let mut next = rgb;
            next[channel] = next[channel].saturating_add(1);
            next
        };
        for r in (0..255).step_by(15) {
            for g in (0..255).step_by(15) {
                for b in (0..255).step_by(15) {
                    for channel in 0..3 {
                        let here = Oklab::from_rgb([r, g, b]);
                        let there = Oklab::from_rgb(step([r, g, b], channel));
                        let (Some(one), Some(two)) = (nearest(here), nearest(there)) else {
                            panic!("a colour without a name")
                        };
                        let point = |named: &Named| {
                            let [_, r, g, b] = named.rgb.to_be_bytes();
                            Oklab::from_rgb([r, g, b])
                        };
                        let (to_one, to_two) =
                            (point(one).distance_squared(here).sqrt(), point(two).distance_squared(here).sqrt());
                        assert!(
                            one.name == two.name || (to_two - to_one) < 0.06,
                            "{} and {} are not neighbours at {r} {g} {b}",
                            one.name,
                            two.name
                        );
                    }
                }
            }
        }
    }
}
