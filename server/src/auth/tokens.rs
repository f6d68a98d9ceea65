//! Access tokens: JWTs that live for a quarter of an hour, signed with HMAC-SHA-256 and nothing else.

use std::sync::Once;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::AuthError;
use crate::service::Moment;
use crate::store::key_ring::KeyRing;

/// How long an access token is valid.
pub const LIVES: Duration = Duration::from_secs(15 * 60);

/// Who tokens are for.
const AUDIENCE: &str = "iia";

/// Seconds that clocks may differ.
const LEEWAY_SECS: u64 = 5;

/// How somebody has shown who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factors {
    /// By password.
    One,
    /// By password and a code.
    Two,
}

/// Whom a token is for.
#[derive(Clone, Copy, Debug)]
pub struct Claimed<'a> {
    pub account_id: &'a str,
    pub session_id: &'a str,
    pub role: &'a str,
    pub factors: Factors,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The account.
    pub sub: String,
    /// The session.
    pub sid: String,
    pub role: String,
    /// Whether the second factor was given.
    pub mfa: bool,
    iat: i64,
    nbf: i64,
    /// Seconds since 1970.
    pub exp: i64,
    jti: String,
}

pub struct Tokens {
    keys: KeyRing,
    issuer: String,
    validation: Validation,
}

impl Tokens {
    pub fn new(keys: KeyRing, issuer: String) -> Self {
        install_provider();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY_SECS;
        Self { keys, issuer, validation }
    }

    /// A token, and the seconds that it lives.
    ///
    /// # Errors
    /// When there is no key.
    pub fn issue(&self, claimed: &Claimed<'_>) -> Result<(String, u32), AuthError> {
        let key = self.keys.current().ok_or_else(|| AuthError::internal("no key signs tokens"))?;
        let now = Moment::now();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: claimed.account_id.into(),
            sid: claimed.session_id.into(),
            role: claimed.role.into(),
            mfa: claimed.factors == Factors::Two,
            iat: now.0 / 1000,
            nbf: now.0 / 1000,
            exp: now.after(LIVES).0 / 1000,
            jti: Uuid::now_v7().simple().to_string(),
        };
        let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::HS256) };
        let signed = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&key.secret()));
        Ok((signed.map_err(AuthError::internal)?, u32::try_from(LIVES.as_secs()).unwrap_or(u32::MAX)))
    }

    /// What the token says, if we signed it and it is valid now.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.find(&kid, Moment::now())?;
        let decoded = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&key.secret()), &self.validation);
        Some(decoded.ok()?.claims)
    }
}

/// The only algorithm that this process can sign or verify with: what a token's header names cannot change it, and the
/// crate's own collections of algorithms stay out of the build.
fn install_provider() {
    static PROVIDER: CryptoProvider =
        CryptoProvider { signer_factory: signer, verifier_factory: verifier, key_utils: KeyUtils::new_unimplemented() };
    static ONCE: Once = Once::new();
    // Whoever came first in this process has installed the same.
    ONCE.call_once(|| {
        let _ = PROVIDER.install_default();
    });
}

struct Hs256(Hmac<Sha256>);

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    Ok(Box::new(hs256(*algorithm, key.as_bytes())?))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    match key.kind() {
        DecodingKeyKind::SecretOrDer(secret) => Ok(Box::new(hs256(*algorithm, secret)?)),
        DecodingKeyKind::RsaModulusExponent { .. } => Err(ErrorKind::InvalidKeyFormat.into()),
    }
}

fn hs256(algorithm: Algorithm, secret: &[u8]) -> JwtResult<Hs256> {
    match algorithm {
        Algorithm::HS256 => Ok(Hs256(Hmac::new_from_slice(secret).map_err(|_| ErrorKind::InvalidKeyFormat)?)),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let mut mac = self.0.clone();
        mac.update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let mut mac = self.0.clone();
        mac.update(message);
        // In constant time.
        mac.verify_slice(signature).map_err(|_| SignatureError::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;
    use crate::store::key_ring::KeyFile;

    const OLENA: Claimed<'static> = Claimed { account_id: "a", session_id: "s", role: "user", factors: Factors::One };

    fn tokens() -> Tokens {
        let folder = tempfile::tempdir().expect("a folder for the test");
        Tokens::new(KeyRing::load(folder.path(), KeyFile::Tokens).expect("made"), "http://example.org".into())
    }

    fn part(token: &str, index: usize) -> Value {
        let part = token.split('.').nth(index).expect("three parts");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
    }

    fn with(token: &str, index: usize, change: impl FnOnce(&mut Value)) -> String {
        let mut value = part(token, index);
        change(&mut value);
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        parts[index] = URL_SAFE_NO_PAD.encode(value.to_string());
        parts.join(".")
    }

    #[test]
    fn a_token_says_who_and_until_when() {
        let tokens = tokens();
        let (token, lives) = tokens.issue(&OLENA).expect("issued");
        assert_eq!(lives, 900);
        let claims = tokens.verify(&token).expect("valid");
        assert_eq!((claims.sub.as_str(), claims.sid.as_str(), claims.role.as_str()), ("a", "s", "user"));
        assert_eq!(part(&token, 0)["alg"], "HS256");
        for claim in ["iss", "aud", "exp", "nbf", "iat", "jti", "role"] {
            assert!(!part(&token, 1)[claim].is_null(), "{claim}");
        }
    }

    #[test]
    fn no_token_is_believed_that_we_did_not_sign() {
        let tokens = tokens();
        let (token, _) = tokens.issue(&OLENA).expect("issued");
        let unsigned = format!("{}.", token.rsplit_once('.').expect("three parts").0);
        let forged = [
            with(&token, 1, |claims| claims["role"] = json!("administrator")),
            with(&token, 1, |claims| claims["exp"] = json!(4_000_000_000u32)),
            with(&token, 0, |header| header["alg"] = json!("none")),
            with(&unsigned, 0, |header| header["alg"] = json!("none")),
            with(&token, 0, |header| header["alg"] = json!("HS512")),
            with(&token, 0, |header| header["kid"] = json!("another")),
            unsigned,
            String::new(),
            "a.b.c".into(),
            token[..token.len() - 1].into(),
        ];
        for forged in forged {
            assert_eq!(tokens.verify(&forged), None, "{forged}");
        }
        assert_eq!(self::tokens().verify(&token), None, "a token of another installation");
        let elsewhere = Tokens::new(tokens.keys.clone(), "http://other.example.org".into());
        assert_eq!(elsewhere.verify(&token), None, "a token of another issuer");
    }

    #[test]
    fn a_token_outlives_the_rotation_of_keys() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let keys = KeyRing::load(folder.path(), KeyFile::Tokens).expect("made");
        let tokens = Tokens::new(keys, "http://example.org".into());
        let (token, _) = tokens.issue(&OLENA).expect("issued");
        tokens.keys.rotate(Moment::now()).expect("rotated");
        assert!(tokens.verify(&token).is_some());
        let (new, _) = tokens.issue(&OLENA).expect("issued");
        assert_ne!(part(&token, 0)["kid"], part(&new, 0)["kid"]);
    }
}
