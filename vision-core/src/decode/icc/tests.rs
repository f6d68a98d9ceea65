//! Profiles of all kinds against moxcms, which reads them too, and against what they say themselves.

use moxcms::{ColorProfile, Layout, TransformOptions};

use super::*;

/// Every eleventh level of three channels.
fn colors() -> Vec<u8> {
    let levels = || (0..=255u8).step_by(15);
    levels().flat_map(|r| levels().flat_map(move |g| levels().flat_map(move |b| [r, g, b]))).collect()
}

fn converted(profile: &[u8], colors: &[u8], channels: usize) -> Vec<u8> {
    let mut target = vec![0; colors.len() / channels * 3];
    Profile::read(profile)
        .and_then(|p| p.to_srgb())
        .expect("a profile that leads to sRGB")
        .convert(colors, &mut target);
    target
}

fn by_moxcms(profile: &[u8], colors: &[u8], layout: Layout, channels: usize) -> Vec<u8> {
    let mut target = vec![0; colors.len() / channels * 3];
    let profile = ColorProfile::new_from_slice(profile).expect("a profile for moxcms too");
    let options = TransformOptions { rendering_intent: profile.rendering_intent, ..TransformOptions::default() };
    let transform = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, options);
    transform.expect("a way to sRGB").transform(colors, &mut target).expect("as many pixels");
    target
}

/// The largest difference in levels, and how many numbers differ by more than one.
fn apart(a: &[u8], b: &[u8]) -> (u8, usize) {
    assert_eq!(a.len(), b.len());
    let differences = || a.iter().zip(b).map(|(a, b)| a.abs_diff(*b));
    (differences().max().unwrap_or(0), differences().filter(|d| *d > 1).count())
}

#[test]
fn curves_and_a_matrix_lead_where_moxcms_says() {
    let profiles = [
        ("sRGB", ColorProfile::new_srgb()),
        ("Display P3", ColorProfile::new_display_p3()),
        ("Adobe RGB", ColorProfile::new_adobe_rgb()),
        ("Rec. 2020", ColorProfile::new_bt2020()),
        ("ProPhoto RGB", ColorProfile::new_pro_photo_rgb()),
    ];
    for (name, profile) in profiles {
        let bytes = profile.encode().expect("a profile");
        let (most, visible) = apart(&converted(&bytes, &colors(), 3), &by_moxcms(&bytes, &colors(), Layout::Rgb, 3));
        assert!(
            most <= 2 && visible * 100 <= colors().len(),
            "{name}: {most} levels, {visible} numbers by more than one"
        );
    }
}

#[test]
fn a_grey_curve_leads_where_moxcms_says() {
    let greys: Vec<u8> = (0..=255).collect();
    for gamma in [1.0, 1.8, 2.2] {
        let bytes = ColorProfile::new_gray_with_gamma(gamma).encode().expect("a profile");
        let (most, _) = apart(&converted(&bytes, &greys, 1), &by_moxcms(&bytes, &greys, Layout::Gray, 1));
        assert!(most <= 1, "{gamma}: {most} levels");
    }
}

/// A profile of so many channels with one tag, for Lab.
fn with_table(space: &[u8; 4], version: u8, tag: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER_BYTES];
    bytes[8] = version;
    bytes[12..16].copy_from_slice(b"scnr");
    bytes[16..20].copy_from_slice(space);
    bytes[20..24].copy_from_slice(b"Lab ");
    bytes[36..40].copy_from_slice(b"acsp");
    // The white of D50.
    for (at, value) in [(68, 0xf6d6_u32), (72, 0x1_0000), (76, 0xd32d)] {
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    for number in [1, u32::from_be_bytes(*b"A2B0"), 144, tag.len() as u32] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(tag);
    let size = bytes.len() as u32;
    bytes[..4].copy_from_slice(&size.to_be_bytes());
    bytes
}

/// Lab of inks that swallow light, of 0 to 1 in 16 bits as version 2 stores it.
fn lab_of_inks([cyan, magenta, yellow, black]: [f32; 4]) -> [u16; 3] {
    let lightness = 100.0 * (1.0 - black) * (1.0 - 0.35 * cyan) * (1.0 - 0.45 * magenta) * (1.0 - 0.08 * yellow);
    let (a, b) = (70.0 * magenta - 35.0 * cyan, 85.0 * yellow - 45.0 * cyan - 5.0 * magenta);
    let chroma = 1.0 - black;
    [lightness / 100.0 * 65_280.0, (a * chroma + 128.0) * 256.0, (b * chroma + 128.0) * 256.0].map(|v| v as u16)
}

/// `mft2` with curves that leave everything as it is, and so many nodes a side.
fn mft2(channels: usize, side: usize, node: impl Fn(&[f32]) -> [u16; 3]) -> Vec<u8> {
    let mut tag = [b"mft2\0\0\0\0".as_slice(), &[channels as u8, 3, side as u8, 0]].concat();
    for at in 0..9 {
        tag.extend((if at % 4 == 0 { 65_536_i32 } else { 0 }).to_be_bytes());
    }
    tag.extend([0, 2, 0, 2]);
    (0..channels).for_each(|_| tag.extend([0, 0, 255, 255]));
    for at in 0..side.pow(channels as u32) {
        let place: Vec<f32> =
            (0..channels).rev().map(|axis| (at / side.pow(axis as u32) % side) as f32 / (side - 1) as f32).collect();
        node(&place).into_iter().for_each(|value| tag.extend(value.to_be_bytes()));
    }
    (0..3).for_each(|_| tag.extend([0, 0, 255, 255]));
    tag
}

#[test]
fn tables_of_inks_lead_where_moxcms_says() {
    let tag = mft2(4, 9, |inks| lab_of_inks([inks[0], inks[1], inks[2], inks[3]]));
    let profile = with_table(b"CMYK", 2, &tag);
    let levels = || (0..=255u8).step_by(51);
    let inks: Vec<u8> = levels()
        .flat_map(|c| levels().flat_map(move |m| levels().flat_map(move |y| levels().flat_map(move |k| [c, m, y, k]))))
        .collect();
    let (ours, theirs) = (converted(&profile, &inks, 4), by_moxcms(&profile, &inks, Layout::Rgba, 4));
    let (most, visible) = apart(&ours, &theirs);
    assert!(most <= 6 && visible * 20 <= ours.len(), "{most} levels, {visible} of {} by more than one", ours.len());
    assert!(converted(&profile, &[0; 4], 4).iter().all(|level| *level >= 254), "no ink is white");
    assert!(converted(&profile, &[0, 0, 0, 255], 4).iter().all(|level| *level <= 1), "black ink is black");
}

#[test]
fn tables_of_colors_lead_where_moxcms_says() {
    let tag = mft2(3, 17, |light| lab_of_inks([1.0 - light[0], 1.0 - light[1], 1.0 - light[2], 0.0]));
    let profile = with_table(b"RGB ", 2, &tag);
    let (ours, theirs) = (converted(&profile, &colors(), 3), by_moxcms(&profile, &colors(), Layout::Rgb, 3));
    let (most, visible) = apart(&ours, &theirs);
    assert!(most <= 6 && visible * 20 <= ours.len(), "{most} levels, {visible} of {} by more than one", ours.len());
}

/// `mAB ` with a matrix alone: its three numbers are Lab themselves.
fn mab_of_lab() -> Vec<u8> {
    let mut tag = b"mAB \0\0\0\0\x03\x03\0\0".to_vec();
    // Last curves at 32, matrix at 68, no others.
    for offset in [32_u32, 68, 0, 0, 0] {
        tag.extend(offset.to_be_bytes());
    }
    (0..3).for_each(|_| tag.extend(b"curv\0\0\0\0\0\0\0\0"));
    for at in 0..12 {
        tag.extend((if at < 9 && at % 4 == 0 { 65_536_i32 } else { 0 }).to_be_bytes());
    }
    tag
}

#[test]
fn lab_of_version_4_is_read_as_it_is_written() {
    let profile = with_table(b"RGB ", 4, &mab_of_lab());
    // Lab (100, 0, 0), (0, 0, 0) and (53.2, 80.1, 67.2), which is sRGB's red.
    let pixels = [255, 128, 128, 0, 128, 128, 136, 208, 195];
    let [white, black, red]: [[u8; 3]; 3] =
        converted(&profile, &pixels, 3).as_chunks().0.try_into().expect("three pixels");
    assert!(white.iter().all(|level| *level >= 254) && black.iter().all(|level| *level <= 1), "{white:?} {black:?}");
    assert!(red[0] >= 250 && red[1] <= 12 && red[2] <= 12, "{red:?}");
}

#[test]
fn a_profile_says_its_name() {
    let name = |bytes: &[u8]| Profile::read(bytes).and_then(|profile| profile.name());
    let srgb = ColorProfile::new_display_p3().encode().expect("a profile");
    assert_eq!(name(&srgb).as_deref(), Some("Display P3"));
    let mut old = with_table(b"RGB ", 2, b"desc\0\0\0\0\0\0\0\x09Scanner 1\0\0\0\0");
    old[132..136].copy_from_slice(b"desc");
    assert_eq!(name(&old).as_deref(), Some("Scanner 1"));
}

#[test]
fn whatever_is_cut_off_or_claimed_gives_none_and_no_panic() {
    let ink = with_table(b"CMYK", 2, &mft2(4, 3, |inks| lab_of_inks([inks[0], inks[1], inks[2], inks[3]])));
    let p3 = ColorProfile::new_display_p3().encode().expect("a profile");
    for (whole, channels) in [(&ink, 4), (&p3, 3), (&with_table(b"RGB ", 4, &mab_of_lab()), 3)] {
        let step = (whole.len() / 40).max(1);
        for end in (0..whole.len()).step_by(step) {
            let _ = Profile::read(&whole[..end]).map(|profile| (profile.name(), profile.to_srgb().is_some()));
        }
        // A byte that is another one, in the table of contents and where tables begin: what offsets, counts and sides claim is not true.
        for at in (HEADER_BYTES..230.min(whole.len())).step_by(3) {
            let mut wrong = whole.clone();
            wrong[at] ^= 255;
            if let Some(transform) = Profile::read(&wrong).and_then(|profile| profile.to_srgb()) {
                transform.convert(&vec![200; channels * 2], &mut [0; 6]);
            }
        }
    }
}
