//! Who a request comes from: a token, a page's cookie, the visitor's signed cookie; and the address of the connection or,
//! behind a trusted proxy, of its header.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use proto::auth_v1::identify::Credential;
use proto::auth_v1::{CodeAsked, LoggedIn, Origin};

use super::Door;
use super::observe::current_request_id;
use super::problem::Refusal;
use crate::service::visitor::place;
use crate::service::{Caller, Person, ServiceError, administration};

/// How long a browser keeps the cookies by which visitors and devices are known: the longest that browsers allow.
pub const COOKIE_AGE: Duration = Duration::from_secs(400 * 24 * 3600);

/// Letters of a header that are handed on.
const LONGEST_HEADER: usize = 300;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Pages that were shown, also those that the browser keeps to go back to. Cookies of the device and the visitor stay: they keep
/// the owner in, and the count of who is nobody; models and programs are stored for the site, and tell nothing of anybody.
const FORGET_PAGES: HeaderValue = HeaderValue::from_static("\"cache\"");

/// Whether the cookies are for HTTPS only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cookies {
    #[default]
    Plain,
    /// Bound to this host and to HTTPS by the browser itself (`__Host-`).
    Secure,
}

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// A visitor, logged in or not.
    Visitor,
    /// Somebody who is logged in.
    Session,
    /// A device on which somebody has logged in.
    Device,
    /// A login that waits for its code.
    Ticket,
}

impl Cookies {
    fn name(self, cookie: Cookie) -> &'static str {
        match (self, cookie) {
            (Self::Plain, Cookie::Visitor) => "iia_visitor",
            (Self::Plain, Cookie::Session) => "iia_session",
            (Self::Plain, Cookie::Device) => "iia_device",
            (Self::Plain, Cookie::Ticket) => "iia_ticket",
            (Self::Secure, Cookie::Visitor) => "__Host-iia_visitor",
            (Self::Secure, Cookie::Session) => "__Host-iia_session",
            (Self::Secure, Cookie::Device) => "__Host-iia_device",
            (Self::Secure, Cookie::Ticket) => "__Host-iia_ticket",
        }
    }

    /// A cookie that lives so long; without an age, until the browser is closed.
    fn write(self, cookie: Cookie, value: &str, age: Option<Duration>) -> String {
        let name = self.name(cookie);
        let age = age.map_or(String::new(), |age| format!("; Max-Age={}", age.as_secs()));
        let secure = match self {
            Self::Plain => "",
            Self::Secure => "; Secure",
        };
        format!("{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}")
    }

    fn read(self, cookie: Cookie, headers: &HeaderMap) -> Option<&str> {
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        pairs
            .flat_map(|pairs| pairs.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == self.name(cookie)).then_some(value))
    }
}

/// The caller of a request, logged in or not.
#[derive(Clone, Debug)]
pub struct Visitor(pub Caller);

impl FromRequestParts<Door> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Refusal> {
        Ok(Self(of_request(door, parts).await?))
    }
}

/// The caller of a request that only somebody who is logged in may make.
#[derive(Clone, Debug)]
pub struct LoggedInPerson {
    pub person: Person,
    pub caller: Caller,
}

impl FromRequestParts<Door> for LoggedInPerson {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Refusal> {
        let caller = of_request(door, parts).await?;
        Ok(Self { person: caller.person()?.clone(), caller })
    }
}

/// The caller of a request that only an administrator may make.
#[derive(Clone, Debug)]
pub struct Administrator(pub administration::Administrator);

impl FromRequestParts<Door> for Administrator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Refusal> {
        let LoggedInPerson { person, caller } = LoggedInPerson::from_request_parts(parts, door).await?;
        let asked = door.service.administrators().await?;
        Ok(Self(administration::Administrator::of(&person, &caller.origin, asked)?))
    }
}

/// # Errors
/// [`ServiceError::Unauthenticated`] for a token that is not valid. A page's cookie that is not valid any more is as good as
/// none: whoever comes back after a month is a visitor again, not a failure.
pub async fn of_request(door: &Door, parts: &Parts) -> Result<Caller, ServiceError> {
    let origin = origin_of(door, parts);
    let cookies = door.rules.cookies;
    let person = match bearer(&parts.headers)? {
        Some(token) => Some(door.service.identify(&origin, Credential::Bearer(token.to_owned())).await?),
        None => match cookies.read(Cookie::Session, &parts.headers) {
            Some(cookie) => match door.service.identify(&origin, Credential::Cookie(cookie.to_owned())).await {
                Ok(person) => Some(person),
                Err(ServiceError::Refused { .. } | ServiceError::BadInput { .. }) => None,
                Err(error) => return Err(error),
            },
            None => None,
        },
    };
    let identity = door.service.identity(cookies.read(Cookie::Visitor, &parts.headers));
    Ok(Caller { identity, person, origin })
}

fn origin_of(door: &Door, parts: &Parts) -> Origin {
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let connection = connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let told = door.rules.address_header.as_ref().and_then(|name| last_address(&parts.headers, name));
    let address = told.unwrap_or(connection);
    Origin {
        network: door.service.network(address),
        place: place(address),
        device: text(&parts.headers, &header::USER_AGENT),
        // A longer one is none of ours.
        device_cookie: door
            .rules
            .cookies
            .read(Cookie::Device, &parts.headers)
            .filter(|cookie| cookie.len() <= LONGEST_HEADER)
            .unwrap_or_default()
            .to_owned(),
        language: text(&parts.headers, &header::ACCEPT_LANGUAGE),
        request_id: current_request_id(),
    }
}

/// The token of `Authorization: Bearer TOKEN`.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ServiceError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token =
        value.to_str().ok().and_then(|value| value.split_once(' ')).map(|(scheme, token)| (scheme, token.trim()));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => Ok(Some(token)),
        _ => Err(ServiceError::Unauthenticated),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.chars().take(LONGEST_HEADER).collect()
}

/// The cookie of a visitor who has none yet.
pub struct Introduction(Option<HeaderValue>);

impl Introduction {
    pub fn tell(self, headers: &mut HeaderMap) {
        if let Some(cookie) = self.0 {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}

/// # Errors
/// When the database fails.
pub async fn introduction(door: &Door, caller: &Caller) -> Result<Introduction, ServiceError> {
    // Who is logged in is known by that; the visitor that they were keeps its cookie.
    if caller.person.is_some() {
        return Ok(Introduction(None));
    }
    let value = door.service.cookie_for(caller).await?;
    let cookie = value.map(|value| written(door, Cookie::Visitor, &value, Some(COOKIE_AGE))).transpose()?;
    Ok(Introduction(cookie))
}

/// Gives a visitor who has none yet the cookie by which they are known.
///
/// # Errors
/// When the database fails.
pub async fn introduce(door: &Door, caller: &Caller, response: &mut Response) -> Result<(), ServiceError> {
    introduction(door, caller).await?.tell(response.headers_mut());
    Ok(())
}

/// Gives a browser the cookies of somebody who has just logged in.
///
/// # Errors
/// When a cookie cannot be written.
pub fn welcome(door: &Door, logged_in: &LoggedIn, headers: &mut HeaderMap) -> Result<(), ServiceError> {
    let LoggedIn { cookie, cookie_max_age_secs, device_cookie, .. } = logged_in;
    if !cookie.is_empty() {
        let age = (*cookie_max_age_secs > 0).then(|| Duration::from_secs((*cookie_max_age_secs).into()));
        set(door, headers, Cookie::Session, cookie, age)?;
    }
    if !device_cookie.is_empty() {
        set(door, headers, Cookie::Device, device_cookie, Some(COOKIE_AGE))?;
    }
    Ok(())
}

/// Gives a browser the ticket by which its login goes on.
///
/// # Errors
/// When a cookie cannot be written.
pub fn hand_ticket(door: &Door, asked: &CodeAsked, headers: &mut HeaderMap) -> Result<(), ServiceError> {
    let CodeAsked { ticket, lives_secs } = asked;
    set(door, headers, Cookie::Ticket, ticket, Some(Duration::from_secs((*lives_secs).into())))
}

/// The ticket of a browser whose login waits for its code; empty where there is none.
pub fn ticket(door: &Door, headers: &HeaderMap) -> String {
    door.rules.cookies.read(Cookie::Ticket, headers).unwrap_or_default().to_owned()
}

/// Takes the ticket away.
///
/// # Errors
/// When a cookie cannot be written.
pub fn take_ticket(door: &Door, headers: &mut HeaderMap) -> Result<(), ServiceError> {
    set(door, headers, Cookie::Ticket, "", Some(Duration::ZERO))
}

/// Takes the cookie of a session away.
///
/// # Errors
/// When a cookie cannot be written.
pub fn dismiss(door: &Door, headers: &mut HeaderMap) -> Result<(), ServiceError> {
    headers.insert(CLEAR_SITE_DATA, FORGET_PAGES);
    set(door, headers, Cookie::Session, "", Some(Duration::ZERO))
}

fn set(
    door: &Door,
    headers: &mut HeaderMap,
    cookie: Cookie,
    value: &str,
    age: Option<Duration>,
) -> Result<(), ServiceError> {
    headers.append(header::SET_COOKIE, written(door, cookie, value, age)?);
    Ok(())
}

fn written(door: &Door, cookie: Cookie, value: &str, age: Option<Duration>) -> Result<HeaderValue, ServiceError> {
    HeaderValue::from_str(&door.rules.cookies.write(cookie, value, age)).map_err(ServiceError::internal)
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
        assert_eq!(Cookies::Plain.read(Cookie::Visitor, &headers), Some("x.y.z"));
        assert_eq!(Cookies::Plain.read(Cookie::Session, &headers), None);
        assert_eq!(Cookies::Secure.read(Cookie::Visitor, &headers), None);
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
