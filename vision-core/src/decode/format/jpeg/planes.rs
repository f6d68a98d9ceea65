//! Baseline JPEGs with a scan for each channel: every scan is decoded as a grey picture of its own, then they are joined.
//!
//! The decoder takes such scans for one picture's rows and mixes them up where channels differ in resolution.

use crate::error::AnalyzeError;

use super::super::super::header::Decode;
use super::super::super::raster::{Raster, Samples, damaged, unsupported};
use super::frame::{Channels, Frame};
use super::segments::{Segments, marker};
use super::{decode_stream, push_segment, ycc_to_light};

/// One channel and how its sides relate to the picture's.
struct Plane {
    raster: Raster,
    /// Share of the picture's columns and rows that it has: (1, 2) for half of them.
    across: (u32, u32),
    down: (u32, u32),
}

impl Plane {
    fn at(&self, x: u32, y: u32) -> u8 {
        let column = (x * self.across.0 / self.across.1).min(self.raster.width - 1);
        let row = (y * self.down.0 / self.down.1).min(self.raster.height - 1);
        let place = row as usize * self.raster.width as usize + column as usize;
        self.raster.data.get(place).copied().unwrap_or(128)
    }
}

pub(super) fn decode(bytes: &[u8], frame: &Frame, channels: Channels) -> Result<Decode, AnalyzeError> {
    let mut tables = vec![0xff, marker::SOI];
    let mut planes: Vec<Option<Plane>> = frame.channel_places().map(|_| None).collect();
    let mut partial = false;
    for segment in Segments::new(bytes) {
        let segment = segment?;
        match segment.marker {
            marker::DHT | marker::DQT | marker::DRI => push_segment(&mut tables, segment.marker, segment.body),
            marker::SOS => {
                let [1, id, ..] = *segment.body else {
                    return Err(unsupported("it is a JPEG with an unusual order of scans"));
                };
                let (place, grey, across, down) =
                    frame.channel(id).ok_or_else(|| damaged("a scan names a channel that is not there"))?;
                let mut stream = tables.clone();
                push_segment(&mut stream, grey.marker(), &grey.encoded());
                push_segment(&mut stream, marker::SOS, segment.body);
                stream.extend_from_slice(segment.scan);
                stream.extend_from_slice(&[0xff, marker::EOI]);
                let decode = decode_stream(&stream, &grey, Channels::Grey)?;
                partial |= decode.partial;
                if let Some(plane) = planes.get_mut(place) {
                    *plane = Some(Plane { raster: decode.raster, across, down });
                }
            }
            _ => {}
        }
    }
    let planes: Option<Vec<Plane>> = planes.into_iter().collect();
    let planes = planes.ok_or_else(|| damaged("one of its channels has no scan"))?;
    Ok(Decode { raster: join(&planes, frame, channels)?, partial })
}

fn join(planes: &[Plane], frame: &Frame, channels: Channels) -> Result<Raster, AnalyzeError> {
    let samples = if planes.len() == 4 { Samples::InvertedCmyk8 } else { Samples::Rgb8 };
    let mut raster = Raster::new(frame.width.into(), frame.height.into(), samples)?;
    let rows = raster.data.chunks_exact_mut(usize::from(frame.width) * planes.len());
    for (y, row) in (0..).zip(rows) {
        for (x, pixel) in (0..).zip(row.chunks_exact_mut(planes.len())) {
            for (sample, plane) in pixel.iter_mut().zip(planes) {
                *sample = plane.at(x, y);
            }
            if let (Channels::Ycc | Channels::Ycck, [first, second, third, ..]) = (channels, pixel) {
                let light = ycc_to_light(*first, *second, *third);
                // Ink is stored upside down, as Adobe does: 255 less the light of its complement.
                let [a, b, c] = if channels == Channels::Ycck { light.map(|light| 255 - light) } else { light };
                (*first, *second, *third) = (a, b, c);
            }
        }
    }
    Ok(raster)
}
