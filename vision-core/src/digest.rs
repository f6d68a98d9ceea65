//! What bytes are known by: pictures in receipts, models in caches.

use sha2::{Digest, Sha256};

/// SHA-256 as hexadecimal digits.
///
/// Piece by piece: a browser runs new code slowly until it has compiled it well, and moves to what it compiled with the next call.
pub fn sha256(bytes: &[u8]) -> String {
    const PIECE: usize = 1 << 16;
    let mut hasher = Sha256::new();
    bytes.chunks(PIECE).for_each(|piece| hasher.update(piece));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn the_published_values_come_out() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let million = vec![b'a'; 1_000_000];
        assert_eq!(sha256(&million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
}
