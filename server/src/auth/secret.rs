//! Tokens that mean nothing but themselves: random, shown once, stored as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::AuthError;
use crate::store::secret_file::random;

/// 256 random bits behind a prefix that tells what they are for.
///
/// # Errors
/// When the system has no randomness.
pub fn new(prefix: &str) -> Result<String, AuthError> {
    let bytes: [u8; 32] = random().map_err(AuthError::internal)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// What is stored. A plain hash will do: 256 random bits cannot be guessed from it.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
