//! TLS between gateway and vision service: each believes only whom its settings name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use server::config::{ServeOptions, ServeSettings, VisionOptions, VisionSettings};
use server::vision::remote::Remote;
use server::vision::run::{Manner, Reflection};
use server::vision::{Vision as _, tls};

use super::support::{Server, StandIn, VisionServer, limits, picture, vision_service_in};

/// Certificates of a test, in a folder that goes with it.
struct Authority {
    folder: tempfile::TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("signed");
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).expect("written");
        Self { folder, issuer: Issuer::new(params, key) }
    }

    fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate for that name, and its key.
    fn signed(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("signed");
        let at = |end: &str| self.folder.path().join(format!("{name}.{end}"));
        std::fs::write(at("pem"), certificate.pem()).expect("written");
        std::fs::write(at("key"), key.serialize_pem()).expect("written");
        (at("pem"), at("key"))
    }
}

/// A vision service with that certificate, which asks its callers for one where an authority is named.
fn vision(certificate: (PathBuf, PathBuf), client_ca: Option<PathBuf>) -> VisionServer {
    let options = VisionOptions {
        tls_cert: Some(certificate.0),
        tls_key: Some(certificate.1),
        tls_client_ca: client_ca,
        ..VisionOptions::default()
    };
    let settings = VisionSettings::resolve(options).expect("settings that are valid");
    let tls = tls::server(&settings).expect("files that can be read");
    assert!(tls.is_some());
    vision_service_in(Arc::new(StandIn::default()), limits(2, 100), Manner { reflection: Reflection::Off, tls })
}

/// The vision service at that address, as a gateway with these settings sees it.
fn seen_from(beside: &VisionServer, address: &str, options: ServeOptions) -> Remote {
    let address = format!("{address}:{}", beside.address.port());
    let options = ServeOptions { vision: Some(address.clone()), ..options };
    let settings = ServeSettings::resolve(options).expect("settings that are valid");
    let _inside = beside.runtime.enter();
    Remote::new(tls::endpoint(&address, &settings).expect("files that can be read"))
}

fn is_ready(beside: &VisionServer, address: &str, options: ServeOptions) -> bool {
    let remote = seen_from(beside, address, options);
    beside.runtime.block_on(remote.ready()).is_ok()
}

fn believing(ca: &Path) -> ServeOptions {
    ServeOptions { vision_ca: Some(ca.to_owned()), ..ServeOptions::default() }
}

#[test]
fn a_gateway_reads_pictures_over_a_connection_that_both_sides_are_sure_of() {
    let (services, gateways) = (Authority::new(), Authority::new());
    let beside = vision(services.signed("localhost"), Some(gateways.ca()));
    let (vision_cert, vision_key) = gateways.signed("gateway");
    let shown = || ServeOptions {
        vision_cert: Some(vision_cert.clone()),
        vision_key: Some(vision_key.clone()),
        ..believing(&services.ca())
    };
    let remote = seen_from(&beside, "https://localhost", shown());
    let data = Arc::new(tempfile::tempdir().expect("a folder for the test"));
    let server = Server::on(Arc::new(remote), None, ServeOptions::default(), Arc::new(StandIn::default()), data);
    assert_eq!(server.client().get("/readyz").status, 200);
    assert_eq!(server.client().analyze(picture::GOOD).status, 201);

    assert!(!is_ready(&beside, "https://localhost", believing(&services.ca())), "shows no certificate");
    let (vision_cert, vision_key) = services.signed("stranger");
    let stranger =
        ServeOptions { vision_cert: Some(vision_cert), vision_key: Some(vision_key), ..believing(&services.ca()) };
    assert!(!is_ready(&beside, "https://localhost", stranger), "shows another authority's");
    assert!(!is_ready(&beside, "https://localhost", ServeOptions { vision_ca: Some(gateways.ca()), ..shown() }));
    assert!(!is_ready(&beside, "http://127.0.0.1", ServeOptions::default()), "without TLS");
}

#[test]
fn a_vision_service_is_believed_by_its_name_and_its_authority() {
    let authority = Authority::new();
    let beside = vision(authority.signed("localhost"), None);
    assert!(is_ready(&beside, "https://localhost", believing(&authority.ca())));
    assert!(!is_ready(&beside, "https://127.0.0.1", believing(&authority.ca())), "by another name");
    assert!(!is_ready(&beside, "https://localhost", believing(&Authority::new().ca())), "signed by somebody else");
    assert!(!is_ready(&beside, "https://localhost", ServeOptions::default()), "nobody that browsers trust");
}

#[test]
fn files_that_are_no_certificates_are_told_at_the_start() {
    let authority = Authority::new();
    let (certificate, key) = authority.signed("localhost");
    let told = |ca: &Path| {
        let address = "https://localhost:1";
        let options = ServeOptions { vision: Some(address.into()), ..believing(ca) };
        let settings = ServeSettings::resolve(options).expect("settings that are valid");
        tls::endpoint(address, &settings).expect_err("no certificate").to_string()
    };
    assert!(told(&key).contains("holds no certificate"), "{}", told(&key));
    assert!(told(Path::new("/no/such/file.pem")).contains("cannot be read"));
    let options =
        VisionOptions { tls_cert: Some(certificate.clone()), tls_key: Some(certificate), ..VisionOptions::default() };
    let settings = VisionSettings::resolve(options).expect("settings that are valid");
    let error = tls::server(&settings).expect_err("no key").to_string();
    assert!(error.contains("holds no private key"), "{error}");
    for (options, setting) in [
        (VisionOptions { tls_key: Some(key.clone()), ..VisionOptions::default() }, "tls_cert"),
        (VisionOptions { tls_client_ca: Some(authority.ca()), ..VisionOptions::default() }, "tls_client_ca"),
    ] {
        let error = VisionSettings::resolve(options).expect_err(setting).to_string();
        assert!(error.contains(setting), "{error}");
    }
}
