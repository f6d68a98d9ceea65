//! The small picture that stands for an account: cut to a square, made small, stripped of everything else, kept encrypted.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, crop_imm, resize};
use proto::auth_v1::Scope;

use super::thumbnail::DECODING;
use super::{Person, Service, ServiceError};
use crate::vision::Picture;

/// The side, for screens of twice the density.
const SIDE_PX: u32 = 256;

/// Of JPEG, in percent.
const QUALITY: u8 = 85;

impl Service {
    /// Takes the middle of a picture as the account's.
    ///
    /// # Errors
    /// The core's verdict on bytes that are no picture; `forbidden` for an API key.
    pub async fn set_avatar(&self, person: &Person, picture: Picture) -> Result<(), ServiceError> {
        person.session()?;
        let _place = DECODING.acquire().await.map_err(ServiceError::internal)?;
        let made =
            tokio::task::spawn_blocking(move || avatar(picture.bytes())).await.map_err(ServiceError::internal)?;
        let name = person.account.to_string();
        self.store.avatars.write(&name, &Bytes::from(made?)).await.map_err(ServiceError::internal)
    }

    /// A JPEG.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is none.
    pub async fn avatar(&self, person: &Person) -> Result<Bytes, ServiceError> {
        person.may(Scope::Profile)?;
        let found = self.store.avatars.read(&person.account.to_string()).await.map_err(ServiceError::internal)?;
        found.ok_or(ServiceError::NotFound)
    }

    pub async fn has_avatar(&self, person: &Person) -> bool {
        self.store.avatars.has(&person.account.to_string()).await
    }

    /// # Errors
    /// [`ServiceError::NotFound`] where there is none; `forbidden` for an API key.
    pub async fn remove_avatar(&self, person: &Person) -> Result<(), ServiceError> {
        person.session()?;
        if !self.has_avatar(person).await {
            return Err(ServiceError::NotFound);
        }
        self.store.avatars.remove(&person.account.to_string()).await.map_err(ServiceError::internal)
    }
}

fn avatar(picture: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let pixels = vision_core::decode::decode(picture)?.pixels;
    let (width, height) = pixels.dimensions();
    let side = width.min(height);
    let middle = crop_imm(&pixels, (width - side) / 2, (height - side) / 2, side, side).to_image();
    let small = resize(&middle, SIDE_PX, SIDE_PX, FilterType::Triangle);
    let mut encoded = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut encoded, QUALITY).encode_image(&small).map_err(ServiceError::internal)?;
    Ok(encoded.into_inner())
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgb, RgbImage};

    use super::*;

    #[test]
    fn the_middle_of_a_picture_becomes_a_square() {
        let third = |x: u32| if (100..200).contains(&x) { Rgb([200, 30, 30]) } else { Rgb([30, 30, 200]) };
        let wide = RgbImage::from_fn(300, 100, |x, _| third(x));
        let mut png = Cursor::new(Vec::new());
        wide.write_to(&mut png, ImageFormat::Png).expect("encoded");
        let jpeg = avatar(png.get_ref()).expect("made");
        let found = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).expect("a JPEG").to_rgb8();
        assert_eq!(found.dimensions(), (256, 256));
        assert!(found.pixels().all(|pixel| pixel.0[0] > 150 && pixel.0[2] < 100), "the middle third alone");
        assert!(avatar(b"no picture").is_err());
    }
}
