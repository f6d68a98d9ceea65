//! The checksum of a plan: XXH64 with the seed 0 (Collet: "XXHash fast digest algorithm", specification 0.1.1). Four sums that do not wait for
//! each other take eight bytes a step each, which a processor does as fast as it reads them.

const PRIMES: [u64; 5] =
    [0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63, 0x27d4_eb2f_1656_67c5];
/// Bytes of a stripe: eight for each of the four sums.
const STRIPE: usize = 32;
/// Bytes of a step, whole stripes. A browser runs new code slowly until it has compiled it well, and moves to what it
/// compiled with the next call: so a long sum is many calls.
const STEP: usize = 1 << 14;

pub fn xxh64(bytes: &[u8]) -> u64 {
    let [one, two, three, four, five] = PRIMES;
    let (stripes, rest) = bytes.as_chunks::<STRIPE>();
    let mut sum = five;
    if !stripes.is_empty() {
        let start = [one.wrapping_add(two), two, 0, one.wrapping_neg()];
        let sums = stripes.chunks(STEP / STRIPE).fold(start, step);
        sum = sums.iter().zip([1, 7, 12, 18]).fold(0, |sum, (one, by)| sum.wrapping_add(one.rotate_left(by)));
        for each in sums {
            sum = (sum ^ round(0, each)).wrapping_mul(one).wrapping_add(four);
        }
    }
    sum = sum.wrapping_add(bytes.len() as u64);
    let (eights, rest) = rest.as_chunks::<8>();
    for eight in eights {
        sum = (sum ^ round(0, u64::from_le_bytes(*eight))).rotate_left(27).wrapping_mul(one).wrapping_add(four);
    }
    let (fours, rest) = rest.as_chunks::<4>();
    for each in fours {
        sum ^= u64::from(u32::from_le_bytes(*each)).wrapping_mul(one);
        sum = sum.rotate_left(23).wrapping_mul(two).wrapping_add(three);
    }
    for byte in rest {
        sum = (sum ^ u64::from(*byte).wrapping_mul(five)).rotate_left(11).wrapping_mul(one);
    }
    sum = (sum ^ (sum >> 33)).wrapping_mul(two);
    sum = (sum ^ (sum >> 29)).wrapping_mul(three);
    sum ^ (sum >> 32)
}

#[inline(never)]
fn step(mut sums: [u64; 4], stripes: &[[u8; STRIPE]]) -> [u64; 4] {
    for stripe in stripes {
        let (eights, _) = stripe.as_chunks::<8>();
        for (sum, eight) in sums.iter_mut().zip(eights) {
            *sum = round(*sum, u64::from_le_bytes(*eight));
        }
    }
    sums
}

fn round(sum: u64, input: u64) -> u64 {
    sum.wrapping_add(input.wrapping_mul(PRIMES[1])).rotate_left(31).wrapping_mul(PRIMES[0])
}

#[cfg(test)]
mod tests {
    use super::xxh64;

    #[test]
    fn the_published_check_values_come_out() {
        assert_eq!(xxh64(b""), 0xef46_db37_51d8_e999);
        assert_eq!(xxh64(b"a"), 0xd24e_c4f1_a98c_6e5b);
        assert_eq!(xxh64(b"abc"), 0x44bc_2cf5_ad77_0999);
        assert_eq!(xxh64(b"Nobody inspects the spammish repetition"), 0xfbce_a83c_8a37_8bf1);
        // As the reference implementation has them; of several steps.
        assert_eq!(xxh64(&vec![b'a'; 1_000_000]), 0xdc48_3aaa_9b4f_dc40);
        let bytes: Vec<u8> = (0..100_003_u32).map(|n| (n % 251) as u8).collect();
        assert_eq!(xxh64(&bytes), 0xcbab_15ce_50b1_eb20);
    }
}
