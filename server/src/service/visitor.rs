//! Who asks: somebody who is logged in, or an anonymous visitor, known by a signed cookie; and the network that they come
//! from, known by a keyed hash.
//!
//! A cookie says how much its owner is taken to have used when it was given: as much as the most that anyone of the
//! same network has used within the window. So a visitor who drops the cookie begins where they stopped, while pupils
//! of one school who all open the page before the first of them is through have a full count each.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proto::auth_v1::{Origin, Scope};
use serde::Serialize;
use uuid::Uuid;

use super::{Moment, Person, Service, ServiceError};
use crate::config::live::NETWORK_WINDOW;
use crate::store::key::ServerKey;
use crate::store::quota::{Charge, ChargeBy};

/// The first bits of an IPv6 address that one subscriber has (RFC 6177).
const IPV6_PREFIX_BITS: u32 = 64;

/// Truncated HMAC: enough against guessing, and short.
const NETWORK_HASH_BYTES: usize = 16;

/// Who a request comes from, as it shows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    pub identity: Identity,
    /// Somebody who is logged in.
    pub person: Option<Person>,
    /// Where the request comes from, as the auth service is told.
    pub origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The request carried a cookie of ours.
    Known { visitor: Uuid, began_at: u32 },
    /// It did not; if it makes something, this is the visitor it belongs to.
    New { visitor: Uuid },
}

impl Identity {
    pub fn visitor(self) -> Uuid {
        match self {
            Self::Known { visitor, .. } | Self::New { visitor } => visitor,
        }
    }
}

impl Caller {
    /// Whose the analyses are: the account's, or the visitor's.
    pub fn owner(&self) -> Uuid {
        self.person.as_ref().map_or(self.identity.visitor(), |person| person.account)
    }

    /// # Errors
    /// [`ServiceError::Unauthenticated`] when nobody is logged in.
    pub fn person(&self) -> Result<&Person, ServiceError> {
        self.person.as_ref().ok_or(ServiceError::Unauthenticated)
    }

    /// Whether an API key, if there is one, is for analyses.
    pub(super) fn may_analyze(&self) -> Result<(), ServiceError> {
        self.person.as_ref().map_or(Ok(()), |person| person.may(Scope::Analyses))
    }

    /// What the visitor is charged, whether or not they are logged in.
    pub(super) fn charge(&self) -> Charge {
        let by = match self.identity {
            Identity::Known { began_at, .. } => ChargeBy::Visitor { began_at },
            Identity::New { .. } => ChargeBy::Network,
        };
        Charge { visitor: self.identity.visitor(), network: self.origin.network.clone(), by }
    }
}

/// What is left of the anonymous analyses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Quota {
    /// Analyses that an anonymous visitor has.
    pub limit: u32,
    /// Analyses that are left.
    pub remaining: u32,
    /// Whether somebody is logged in: then both numbers mean nothing.
    pub unlimited: bool,
}

impl Service {
    /// Reads the visitor's cookie; one that we did not sign is as good as none.
    pub fn identity(&self, cookie: Option<&str>) -> Identity {
        cookie.and_then(|value| read_cookie(&self.key, value)).unwrap_or(Identity::New { visitor: Uuid::now_v7() })
    }

    /// The keyed hash of an address prefix.
    pub fn network(&self, address: IpAddr) -> String {
        network(&self.key, address)
    }

    /// The value of the cookie that a new visitor is given; `None` for one who has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cookie_for(&self, caller: &Caller) -> Result<Option<String>, ServiceError> {
        let Identity::New { visitor } = caller.identity else { return Ok(None) };
        let since_ms = Moment::now().before(NETWORK_WINDOW).0;
        let began_at = self.store.used_by_network(&caller.origin.network, since_ms).await?;
        Ok(Some(write_cookie(&self.key, visitor, began_at)))
    }

    /// # Errors
    /// When the database fails.
    pub async fn quota(&self, caller: &Caller) -> Result<Quota, ServiceError> {
        let limits = self.live.now().await?.quota();
        let remaining = self.store.left(&caller.charge(), limits, Moment::now().0).await?;
        Ok(Quota { limit: limits.per_visitor, remaining, unlimited: caller.person.is_some() })
    }
}

fn write_cookie(key: &ServerKey, visitor: Uuid, began_at: u32) -> String {
    let said = format!("{}.{began_at}", visitor.simple());
    let tag = URL_SAFE_NO_PAD.encode(key.tag("visitor", &said));
    format!("{said}.{tag}")
}

fn read_cookie(key: &ServerKey, value: &str) -> Option<Identity> {
    let (said, tag) = value.rsplit_once('.')?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    if !key.is_tag("visitor", said, &tag) {
        return None;
    }
    let (visitor, began_at) = said.split_once('.')?;
    Some(Identity::Known { visitor: Uuid::parse_str(visitor).ok()?, began_at: began_at.parse().ok()? })
}

/// The address prefix as its owner may see it.
pub fn place(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("{}/24", Ipv4Addr::from_bits(address.to_bits() & 0xffff_ff00)),
        IpAddr::V6(address) => format!("{}/48", Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80))),
    }
}

fn network(key: &ServerKey, address: IpAddr) -> String {
    let prefix = match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}", address.to_bits() >> (128 - IPV6_PREFIX_BITS)),
    };
    let tag = key.tag("network", &prefix);
    hex::encode(tag.get(..NETWORK_HASH_BYTES).unwrap_or(&tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ServerKey {
        ServerKey::load(tempfile::tempdir().expect("a folder for the test").path()).expect("made")
    }

    #[test]
    fn only_our_own_cookies_are_believed() {
        let key = key();
        let visitor = Uuid::now_v7();
        let cookie = write_cookie(&key, visitor, 7);
        assert_eq!(read_cookie(&key, &cookie), Some(Identity::Known { visitor, began_at: 7 }));
        let forged = cookie.replacen(".7.", ".0.", 1);
        for bad in [forged.as_str(), "", ".", "a.b.c", &cookie[..cookie.len() - 1], &format!("{cookie}A")] {
            assert_eq!(read_cookie(&key, bad), None, "{bad}");
        }
        assert_eq!(read_cookie(&self::key(), &cookie), None, "a cookie of another installation");
    }

    #[test]
    fn a_place_is_no_address() {
        let of = |text: &str| place(text.parse().expect("an address"));
        assert_eq!(of("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("2001:db8:1:2::3"), "2001:db8:1::/48");
    }

    #[test]
    fn a_network_is_an_address_or_an_ipv6_prefix() {
        let key = key();
        let of = |text: &str| network(&key, text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:2:ffff::4"));
        assert_ne!(of("2001:db8:1:2::3"), of("2001:db8:1:3::3"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert!(!of("192.0.2.1").contains("192"));
    }
}
