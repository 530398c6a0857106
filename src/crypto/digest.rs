//! Message digests (FIPS 180-4), one function each. SHA-1 is here for DS records of digest type 1 and
//! for NSEC3 (RFC 5155 §5), which know no other.

use sha2::Digest;

/// SHA-1 of the octets.
#[must_use]
pub fn sha1(octets: &[u8]) -> [u8; 20] {
    sha1::Sha1::digest(octets).into()
}

/// SHA-256 of the octets.
#[must_use]
pub fn sha256(octets: &[u8]) -> [u8; 32] {
    sha2::Sha256::digest(octets).into()
}

/// SHA-384 of the octets.
#[must_use]
pub fn sha384(octets: &[u8]) -> [u8; 48] {
    sha2::Sha384::digest(octets).into()
}

/// SHA-512 of the octets.
#[must_use]
pub fn sha512(octets: &[u8]) -> [u8; 64] {
    sha2::Sha512::digest(octets).into()
}

#[cfg(test)]
mod tests {
    use base16ct::lower::encode_string as hex;

    use super::*;

    #[test]
    fn examples_of_the_standard() {
        // FIPS 180-4 example "abc" (NIST, Examples with Intermediate Values).
        assert_eq!(
            hex(&sha1(b"abc")),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert_eq!(
            hex(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hex(&sha384(b"abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\
             8086072ba1e7cc2358baeca134c825a7"
        );
        assert_eq!(
            hex(&sha512(b"abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        );
    }
}
