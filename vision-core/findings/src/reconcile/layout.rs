//! Where the colours of a picture lie: a coarse grid whose cells tell sky from sand and snow from a white wall.

use serde::{Deserialize, Serialize};

/// A grid over the upright picture, row by row from the top left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    pub columns: u32,
    pub rows: u32,
    pub cells: Vec<Cell>,
}

/// The mean colour of a cell (CIE Lab, D65) and how much its lightness varies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// 0 black to 100 white.
    pub lightness: f32,
    pub a: f32,
    pub b: f32,
    /// Standard deviation of the lightness inside the cell.
    pub deviation: f32,
}

/// What a cell of one colour may be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Green,
    Blue,
    White,
    Sand,
    Grey,
    Dark,
    Other,
}

/// A part of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Top,
    Bottom,
    All,
}

impl Cell {
    fn chroma(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// Hue in degrees, 0 to 360.
    fn hue(&self) -> f32 {
        self.b.atan2(self.a).to_degrees().rem_euclid(360.0)
    }

    pub fn ground(&self) -> Ground {
        let (chroma, hue, light) = (self.chroma(), self.hue(), self.lightness);
        if light < 16.0 {
            return Ground::Dark;
        }
        match hue {
            _ if chroma < 3.5 && light > 76.0 => Ground::White,
            _ if chroma < 7.0 && light > 84.0 => Ground::White,
            _ if (215.0..300.0).contains(&hue) && chroma < 14.0 && light > 76.0 => Ground::White,
            h if (60.0..122.0).contains(&h) && (3.5..7.0).contains(&chroma) && light > 62.0 => Ground::Sand,
            _ if chroma < 7.0 => Ground::Grey,
            h if (100.0..165.0).contains(&h) && chroma > 9.0 => Ground::Green,
            h if (195.0..300.0).contains(&h) && chroma > 9.0 => Ground::Blue,
            h if (50.0..95.0).contains(&h) && chroma < 32.0 && light > 48.0 => Ground::Sand,
            _ => Ground::Other,
        }
    }
}

impl Layout {
    /// The share of a zone's cells that look like `ground`, 0 to 1; 0 where nothing was measured.
    pub fn share(&self, zone: Zone, ground: Ground) -> f32 {
        let rows = self.rows.max(1) as usize;
        let band = rows.div_ceil(3);
        let mut seen = 0u32;
        let mut alike = 0u32;
        for (row, cells) in self.cells.chunks(self.columns.max(1) as usize).enumerate() {
            let inside = match zone {
                Zone::Top => row < band,
                Zone::Bottom => row + band >= rows,
                Zone::All => true,
            };
            if inside {
                seen += cells.len() as u32;
                alike += cells.iter().filter(|c| c.ground() == ground).count() as u32;
            }
        }
        if seen == 0 { 0.0 } else { alike as f32 / seen as f32 }
    }

    /// How even the lightness is inside the cells of a zone that look like `ground`: their mean deviation.
    pub fn roughness(&self, ground: Ground) -> f32 {
        let alike: Vec<f32> = self.cells.iter().filter(|c| c.ground() == ground).map(|c| c.deviation).collect();
        if alike.is_empty() { 0.0 } else { alike.iter().sum::<f32>() / alike.len() as f32 }
    }
}
