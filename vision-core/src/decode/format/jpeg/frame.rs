//! The frame header of a JPEG: which processes and samplings are decoded, and what the channels mean.

use crate::error::AnalyzeError;

use super::super::super::raster::{damaged, unsupported};
use super::super::super::reader::Reader;

/// How the channels of a picture are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    Grey,
    Ycc,
    Rgb,
    Cmyk,
    Ycck,
}

impl Channels {
    pub(super) fn pixel_format(self) -> &'static str {
        match self {
            Self::Grey => "l8",
            Self::Ycc | Self::Rgb => "rgb8",
            Self::Cmyk | Self::Ycck => "cmyk8",
        }
    }

    /// The transform of Adobe's marker that tells the decoder the same; grey and luma with chroma are its default.
    pub(super) fn adobe_transform(self) -> Option<u8> {
        match self {
            Self::Grey | Self::Ycc => None,
            Self::Rgb | Self::Cmyk => Some(0),
            Self::Ycck => Some(2),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Component {
    id: u8,
    horizontal: u8,
    vertical: u8,
    quantization: u8,
}

/// A part and the whole that it is of.
pub(super) type Share = (u32, u32);

#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) is_progressive: bool,
    components: Vec<Component>,
}

/// SOF0 to SOF15 without the three codes among them that mean something else (DHT, JPG, DAC).
pub(super) fn is_frame_header(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

impl Frame {
    pub(super) fn parse(marker: u8, body: &[u8]) -> Result<Self, AnalyzeError> {
        match marker {
            0xc0..=0xc2 => {}
            0xc3 | 0xc7 | 0xcb | 0xcf => return Err(unsupported("it is a lossless JPEG of the old kind")),
            0xc5 | 0xc6 => return Err(unsupported("it is a hierarchical JPEG")),
            _ => return Err(unsupported("it is a JPEG with arithmetic coding")),
        }
        let mut reader = Reader::new(body);
        let (Some(precision), Some(height), Some(width), Some(count)) =
            (reader.u8(), reader.u16_be(), reader.u16_be(), reader.u8())
        else {
            return Err(damaged("its frame header is too short"));
        };
        if precision != 8 {
            return Err(unsupported("it is a JPEG with more than 8 bits"));
        }
        if body.len() != 6 + 3 * usize::from(count) || !matches!(count, 1 | 3 | 4) {
            return Err(damaged("its frame header does not have one, three or four channels"));
        }
        let components = std::iter::from_fn(|| reader.array::<3>()).map(Component::from).collect::<Vec<_>>();
        let frame = Self { width, height, is_progressive: marker == 0xc2, components };
        frame.check()?;
        Ok(frame)
    }

    fn check(&self) -> Result<(), AnalyzeError> {
        if self.width == 0 || self.height == 0 {
            return Err(damaged("it says that it has no pixels"));
        }
        for (at, component) in self.components.iter().enumerate() {
            if self.components.iter().take(at).any(|other| other.id == component.id) {
                return Err(damaged("two of its channels have one name"));
            }
            if component.quantization > 3 {
                return Err(damaged("a channel names a table that cannot be"));
            }
        }
        if self.components.len() > 1 && !self.is_common_sampling() {
            return Err(unsupported("it is a JPEG with an unusual sampling of colours"));
        }
        Ok(())
    }

    /// The first channel (and black) in full, the two of colour in full, halves or quarters: what encoders write.
    fn is_common_sampling(&self) -> bool {
        let [first, second, third, rest @ ..] = self.components.as_slice() else { return true };
        let sampling = |component: &Component| (component.horizontal, component.vertical);
        let luma = matches!(sampling(first), (1 | 2 | 4, 1 | 2 | 4));
        let chroma = sampling(second) == (1, 1) && sampling(third) == (1, 1);
        luma && chroma && rest.iter().all(|black| sampling(black) == sampling(first))
    }

    pub(super) fn channel_places(&self) -> std::ops::Range<usize> {
        0..self.components.len()
    }

    /// The channel of a name as a grey picture of its own: its place, its frame, its shares of columns and rows (A.1.1).
    pub(super) fn channel(&self, id: u8) -> Option<(usize, Self, Share, Share)> {
        let place = self.components.iter().position(|component| component.id == id)?;
        let component = *self.components.get(place)?;
        let most = |factor: fn(&Component) -> u8| self.components.iter().map(factor).max().map_or(1, u32::from);
        let across = (u32::from(component.horizontal), most(|component| component.horizontal));
        let down = (u32::from(component.vertical), most(|component| component.vertical));
        let side = |px: u16, (part, whole): Share| u16::try_from((u32::from(px) * part).div_ceil(whole.max(1))).ok();
        let grey = Self {
            width: side(self.width, across)?,
            height: side(self.height, down)?,
            is_progressive: self.is_progressive,
            components: vec![Component { horizontal: 1, vertical: 1, ..component }],
        };
        Some((place, grey, across, down))
    }

    pub(super) fn marker(&self) -> u8 {
        if self.is_progressive { 0xc2 } else { 0xc0 }
    }

    /// The body of a frame header that says what this frame is; a single channel is never subsampled, whatever its
    /// factors said (A.2.2).
    pub(super) fn encoded(&self) -> Vec<u8> {
        let mut body = vec![8];
        body.extend_from_slice(&self.height.to_be_bytes());
        body.extend_from_slice(&self.width.to_be_bytes());
        body.push(self.components.len() as u8);
        for Component { id, horizontal, vertical, quantization } in &self.components {
            let factors = if self.components.len() == 1 { 0x11 } else { horizontal << 4 | vertical };
            body.extend_from_slice(&[*id, factors, *quantization]);
        }
        body
    }

    /// Checks a scan header: it names channels of this frame, each once, and tables that can be.
    pub(super) fn check_scan(&self, body: &[u8]) -> Result<(), AnalyzeError> {
        let mut reader = Reader::new(body);
        let count = reader.u8().map_or(0, usize::from);
        if !(1..=self.components.len()).contains(&count) || body.len() != 4 + 2 * count {
            return Err(damaged("a scan header does not fit the frame"));
        }
        let mut seen = [false; 4];
        for _ in 0..count {
            let (Some(id), Some(tables)) = (reader.u8(), reader.u8()) else {
                return Err(damaged("a scan header is too short"));
            };
            let place = self.components.iter().position(|component| component.id == id);
            let seen = place.and_then(|place| seen.get_mut(place));
            if seen.is_none_or(|seen| std::mem::replace(seen, true)) || tables >> 4 > 3 || tables & 15 > 3 {
                return Err(damaged("a scan names a channel or a table that is not there"));
            }
        }
        Ok(())
    }

    /// How the channels are to be understood: by JFIF, Adobe's marker or the channels' names, as libjpeg decides it.
    pub(super) fn channels(&self, is_jfif: bool, adobe: Option<u8>) -> Result<Channels, AnalyzeError> {
        let ids: Vec<u8> = self.components.iter().map(|component| component.id).collect();
        Ok(match (ids.as_slice(), adobe) {
            ([_], _) => Channels::Grey,
            // The decoder goes by these names before anything else.
            (b"RGB", _) => Channels::Rgb,
            ([_, _, _], Some(0)) if !is_jfif => Channels::Rgb,
            ([_, _, _], _) => Channels::Ycc,
            ([_, _, _, _], Some(2)) => Channels::Ycck,
            ([_, _, _, _], _) => Channels::Cmyk,
            _ => return Err(damaged("its frame header does not have one, three or four channels")),
        })
    }

    /// Coefficients of 16 bits for each sample (progressive and multi-scan pictures hold them all), the decoded and the
    /// converted picture.
    pub(super) fn peak_bytes_per_px(&self, channels: Channels) -> u64 {
        let area = |component: &Component| u64::from(component.horizontal) * u64::from(component.vertical);
        let most = self.components.iter().map(area).max().unwrap_or(1).max(1);
        let samples: u64 = self.components.iter().map(area).sum::<u64>().div_ceil(most);
        let (decoded, converted) = match channels {
            Channels::Grey => (1, 3),
            Channels::Ycc | Channels::Rgb => (3, 0),
            Channels::Cmyk | Channels::Ycck => (4, 3),
        };
        decoded + (2 * samples).max(converted)
    }
}

impl From<[u8; 3]> for Component {
    fn from([id, factors, quantization]: [u8; 3]) -> Self {
        Self { id, horizontal: factors >> 4, vertical: factors & 15, quantization }
    }
}
