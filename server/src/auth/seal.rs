//! Short secrets that lie in the database encrypted: AES-256-GCM, bound to the account that they are of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::AuthError;
use crate::store::secret_file::random;

/// # Errors
/// When the system has no randomness.
pub fn seal(key: &[u8; 32], account_id: &str, plain: &[u8]) -> Result<String, AuthError> {
    let nonce: [u8; NONCE_LEN] = random().map_err(AuthError::internal)?;
    let mut sealed = plain.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(account_id), &mut sealed)
        .map_err(|_| AuthError::internal("a secret cannot be encrypted"))?;
    Ok(STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

/// None where it is not what [`seal`] has written with this key for this account.
pub fn unseal(key: &[u8; 32], account_id: &str, sealed: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
    let (nonce, secret) = bytes.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut secret = secret.to_vec();
    let opened = cipher(key).ok()?.open_in_place(nonce, Aad::from(account_id), &mut secret).ok()?;
    Some(opened.to_vec())
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, AuthError> {
    let key = UnboundKey::new(&AES_256_GCM, key);
    key.map(LessSafeKey::new).map_err(|_| AuthError::internal("a key has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_for_its_account_alone() {
        let (key, other) = ([1; 32], [2; 32]);
        let sealed = seal(&key, "a", b"olena@example.org").expect("sealed");
        assert!(!sealed.contains("olena"));
        assert_eq!(unseal(&key, "a", &sealed).as_deref(), Some(&b"olena@example.org"[..]));
        assert_ne!(seal(&key, "a", b"olena@example.org").expect("sealed"), sealed, "never twice the same");
        for (key, account, sealed) in [(&other, "a", sealed.as_str()), (&key, "b", &sealed), (&key, "a", &sealed[1..])]
        {
            assert_eq!(unseal(key, account, sealed), None, "{account} {sealed}");
        }
        assert_eq!(unseal(&key, "a", ""), None);
    }
}
