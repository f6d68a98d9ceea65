//! Small pictures of analyses, made when they are looked at: what is kept is the picture as it was sent, and nothing else.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::thumbnail;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{Caller, Service, ServiceError};

/// The longer side, for screens of twice the density.
const LONGEST_PX: u32 = 480;

/// Of JPEG, in percent.
const QUALITY: u8 = 80;

/// Pictures that are decoded at once: each may take some hundred megabytes of memory.
pub(super) static DECODING: Semaphore = Semaphore::const_new(2);

impl Service {
    /// The picture of an analysis, upright, as a small JPEG.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it was not kept or is somebody else's.
    pub async fn thumbnail(&self, caller: &Caller, id: Uuid) -> Result<Bytes, ServiceError> {
        let (picture, _) = self.picture(caller, id).await?;
        let _place = DECODING.acquire().await.map_err(ServiceError::internal)?;
        let small = tokio::task::spawn_blocking(move || small(&picture)).await.map_err(ServiceError::internal)?;
        Ok(Bytes::from(small?))
    }
}

fn small(picture: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let pixels = vision_core::decode::decode(picture)?.pixels;
    let (width, height) = pixels.dimensions();
    let scaled = |side: u32| {
        let longest = u64::from(width.max(height).max(1));
        u32::try_from(u64::from(side) * u64::from(LONGEST_PX) / longest).unwrap_or(LONGEST_PX).max(1)
    };
    // What is small already stays as it is.
    let pixels =
        if width.max(height) > LONGEST_PX { thumbnail(&pixels, scaled(width), scaled(height)) } else { pixels };
    let mut encoded = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut encoded, QUALITY).encode_image(&pixels).map_err(ServiceError::internal)?;
    Ok(encoded.into_inner())
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, RgbImage};

    use super::*;

    #[test]
    fn a_picture_becomes_small_and_keeps_its_shape() {
        for (size, expected) in [((2000, 1000), (480, 240)), ((1, 3000), (1, 480)), ((300, 200), (300, 200))] {
            let mut png = Cursor::new(Vec::new());
            RgbImage::new(size.0, size.1).write_to(&mut png, ImageFormat::Png).expect("encoded");
            let jpeg = small(png.get_ref()).expect("made small");
            let found = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).expect("a JPEG").to_rgb8();
            assert_eq!(found.dimensions(), expected);
        }
        assert!(small(b"no picture").is_err());
    }
}
