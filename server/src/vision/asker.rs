//! For whom a picture is analysed: those who ask at the same time take turns, so nobody waits behind another's hundred pictures.

use std::net::SocketAddr;
use std::sync::Arc;

use tonic::metadata::{Ascii, MetadataMap, MetadataValue};

/// The metadata key with which a gateway says for whom it asks.
const KEY: &str = "iia-asker";

/// Longer names are cut: they are only compared.
const MAX_BYTES: usize = 64;

/// A name that tells one who asks from another; it means nothing else and gives no rights.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asker(Arc<str>);

impl Asker {
    pub fn new(name: &str) -> Self {
        let mut end = name.len().min(MAX_BYTES);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        Self(name[..end].into())
    }

    /// Whom the call's metadata names; whoever sits at the other end of the connection where they name nobody.
    pub fn of_call(metadata: &MetadataMap, peer: Option<SocketAddr>) -> Self {
        match metadata.get(KEY).and_then(|value| value.to_str().ok()) {
            Some(name) => Self::new(name),
            None => Self::new(&peer.map_or_else(String::new, |peer| peer.to_string())),
        }
    }

    /// Writes the name into the metadata of a call to another process.
    pub fn tell(&self, metadata: &mut MetadataMap) {
        // A name that cannot be written is left out: turns are then taken by connection.
        if let Ok(value) = self.0.parse::<MetadataValue<Ascii>>() {
            metadata.insert(KEY, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_travels_and_a_connection_stands_in_for_it() {
        let mut metadata = MetadataMap::new();
        let peer = Some(SocketAddr::from(([10, 0, 0, 1], 7)));
        assert_eq!(Asker::of_call(&metadata, peer), Asker::new("10.0.0.1:7"));
        Asker::new("visitor 1").tell(&mut metadata);
        assert_eq!(Asker::of_call(&metadata, peer), Asker::new("visitor 1"));
        let mut none = MetadataMap::new();
        Asker::new("line\nbreak").tell(&mut none);
        assert_eq!(Asker::of_call(&none, None), Asker::new(""));
        assert_eq!(Asker::new(&"é".repeat(40)), Asker::new(&"é".repeat(32)));
    }
}
