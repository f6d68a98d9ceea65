//! TLS between a gateway and a vision service: whose certificates are believed, and which are shown. All are PEM files.

use std::path::{Path, PathBuf};

use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity, ServerTlsConfig};

use crate::config::{ServeSettings, VisionSettings};

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("the file `{}` cannot be read", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("the file `{}` holds no {what} in PEM form", path.display())]
    Contents { path: PathBuf, what: &'static str },
    #[error("a certificate or its key cannot be used")]
    Unusable { source: tonic::transport::Error },
}

const CERTIFICATE: &str = "CERTIFICATE";

/// Of every kind: `PRIVATE KEY`, `EC PRIVATE KEY`, `RSA PRIVATE KEY`.
const KEY: &str = "PRIVATE KEY";

/// Where a gateway's vision service is, and what makes it sure of that.
///
/// # Errors
/// When a file cannot be read, or is not what it should be.
pub fn endpoint(address: &str, settings: &ServeSettings) -> Result<Endpoint, TlsError> {
    let unusable = |source| TlsError::Unusable { source };
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(unusable)?;
    if endpoint.uri().scheme_str() != Some("https") {
        return Ok(endpoint);
    }
    let mut tls = match &settings.vision_ca {
        Some(ca) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem(ca, CERTIFICATE)?)),
        None => ClientTlsConfig::new().with_webpki_roots(),
    };
    if let Some(identity) = identity(settings.vision_cert.as_deref(), settings.vision_key.as_deref())? {
        tls = tls.identity(identity);
    }
    endpoint.tls_config(tls).map_err(unusable)
}

/// What a vision service shows its callers and asks of them; none: it speaks without TLS.
///
/// # Errors
/// When a file cannot be read, or is not what it should be.
pub fn server(settings: &VisionSettings) -> Result<Option<ServerTlsConfig>, TlsError> {
    let Some(identity) = identity(settings.tls_cert.as_deref(), settings.tls_key.as_deref())? else { return Ok(None) };
    let tls = ServerTlsConfig::new().identity(identity);
    Ok(Some(match &settings.tls_client_ca {
        Some(ca) => tls.client_ca_root(Certificate::from_pem(pem(ca, CERTIFICATE)?)),
        None => tls,
    }))
}

fn identity(certificate: Option<&Path>, key: Option<&Path>) -> Result<Option<Identity>, TlsError> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(Identity::from_pem(pem(certificate, CERTIFICATE)?, pem(key, KEY)?))),
        _ => Ok(None),
    }
}

/// A file that holds a section of that label; one without it would be taken for an empty list.
fn pem(path: &Path, label: &'static str) -> Result<String, TlsError> {
    let text = std::fs::read_to_string(path).map_err(|source| TlsError::File { path: path.to_owned(), source })?;
    let begins = |line: &str| line.starts_with("-----BEGIN ") && line.ends_with(&format!("{label}-----"));
    if text.lines().any(|line| begins(line.trim())) {
        return Ok(text);
    }
    let what = if label == CERTIFICATE { "certificate" } else { "private key" };
    Err(TlsError::Contents { path: path.to_owned(), what })
}
