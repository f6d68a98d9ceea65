//! Who a request comes from: the signed cookie, and the address of the connection or, behind a trusted proxy, of its header.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::Door;
use crate::service::{Caller, ServiceError};

/// How long a browser keeps the cookie: the longest that browsers allow.
pub const COOKIE_AGE: Duration = Duration::from_secs(400 * 24 * 3600);

/// Whether the cookie is for HTTPS only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cookies {
    #[default]
    Plain,
    /// Bound to this host and to HTTPS by the browser itself (`__Host-`).
    Secure,
}

impl Cookies {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "iia_visitor",
            Self::Secure => "__Host-iia_visitor",
        }
    }

    fn write(self, value: &str) -> String {
        let (name, age) = (self.name(), COOKIE_AGE.as_secs());
        let secure = match self {
            Self::Plain => "",
            Self::Secure => "; Secure",
        };
        format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
    }

    fn read(self, headers: &HeaderMap) -> Option<&str> {
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        pairs
            .flat_map(|pairs| pairs.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == self.name()).then_some(value))
    }
}

/// The caller of a request.
#[derive(Clone, Debug)]
pub struct Visitor(pub Caller);

impl FromRequestParts<Door> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Infallible> {
        Ok(Self(of_request(door, parts)))
    }
}

pub fn of_request(door: &Door, parts: &Parts) -> Caller {
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let connection = connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let told = door.rules.address_header.as_ref().and_then(|name| last_address(&parts.headers, name));
    let cookie = door.rules.cookies.read(&parts.headers);
    door.service.caller(cookie, told.unwrap_or(connection))
}

/// Gives a new visitor the cookie that makes them known.
///
/// # Errors
/// When the database fails.
pub async fn introduce(door: &Door, caller: &Caller, response: &mut Response) -> Result<(), ServiceError> {
    if let Some(value) = door.service.cookie_for(caller).await? {
        let cookie = HeaderValue::from_str(&door.rules.cookies.write(&value)).map_err(ServiceError::internal)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(())
}

/// The entry that the nearest proxy added; those before it may be invented by the visitor.
fn last_address(headers: &HeaderMap, name: &HeaderName) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
    let bare = last.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; iia_visitor=x.y.z; c=d"));
        assert_eq!(Cookies::Plain.read(&headers), Some("x.y.z"));
        assert_eq!(Cookies::Secure.read(&headers), None);
    }

    #[test]
    fn the_last_entry_of_the_proxys_header_counts() {
        let name = HeaderName::from_static("x-forwarded-for");
        let cases = [
            ("203.0.113.9", Some("203.0.113.9")),
            ("10.0.0.1, 203.0.113.9", Some("203.0.113.9")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("203.0.113.9:4711", Some("203.0.113.9")),
            ("unknown", None),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(&name, HeaderValue::from_static(text));
            assert_eq!(last_address(&headers, &name), expected.map(|text| text.parse().expect("an address")), "{text}");
        }
    }
}
