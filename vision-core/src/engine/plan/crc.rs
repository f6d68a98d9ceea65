//! The checksum of a plan: CRC-32 as of ISO 3309 (polynomial 0x04c11db7 reflected), eight bytes at a time.

const POLYNOMIAL: u32 = 0xedb8_8320;

/// `TABLES[n][byte]`: what a byte that lies `n` places before the end of a group of eight does to the sum.
static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ POLYNOMIAL } else { sum >> 1 };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut place = 1;
    while place < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[place - 1][byte];
            tables[place][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        place += 1;
    }
    tables
}

/// Bytes of a step, a multiple of eight. A browser runs new code slowly until it has compiled it well, and moves to what it
/// compiled with the next call: so a long sum is many calls.
const STEP: usize = 1 << 14;

pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.chunks(STEP).fold(u32::MAX, step)
}

#[inline(never)]
fn step(mut sum: u32, bytes: &[u8]) -> u32 {
    let look_up = |place: usize, byte: u8| TABLES[place][usize::from(byte)];
    let (groups, rest) = bytes.as_chunks::<8>();
    for [a, b, c, d, e, f, g, h] in groups {
        let [p, q, r, s] = (sum ^ u32::from_le_bytes([*a, *b, *c, *d])).to_le_bytes();
        sum = look_up(7, p) ^ look_up(6, q) ^ look_up(5, r) ^ look_up(4, s);
        sum ^= look_up(3, *e) ^ look_up(2, *f) ^ look_up(1, *g) ^ look_up(0, *h);
    }
    rest.iter().fold(sum, |sum, byte| (sum >> 8) ^ look_up(0, (sum as u8) ^ byte))
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_published_check_values_come_out() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"The quick brown fox jumps over the lazy dog"), 0x414f_a339);
        // A million times the letter a.
        assert_eq!(crc32(&vec![b'a'; 1_000_000]), 0xdc25_bfbc);
    }
}
