//! Object identifiers (X.690 §8.19) as the octets that stand in the certificate, and the ones we know by
//! name. Kept as octets because arcs may be of any size.

use core::fmt;

/// An object identifier; written with dots.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Oid(Vec<u8>);

impl Oid {
    pub(super) fn from_der(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }

    /// The value octets of its DER.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Oid {
    /// Arcs beyond 128 bits, which no registry hands out, are written as `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut arc = Some(0u128);
        for octet in &self.0 {
            arc = arc
                .filter(|value| value.leading_zeros() >= 7)
                .map(|value| value << 7 | u128::from(octet & 0x7f));
            if octet & 0x80 != 0 {
                continue;
            }
            match (arc.replace(0), first) {
                // The first two arcs share one number (X.690 §8.19.4).
                (Some(value), true) => {
                    let root = (value / 40).min(2);
                    write!(f, "{root}.{}", value - root * 40)?;
                }
                (Some(value), false) => write!(f, ".{value}")?,
                (None, true) => f.write_str("2.?")?,
                (None, false) => f.write_str(".?")?,
            }
            first = false;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// RFC 5280 §4.2.1.
pub(super) const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x0e];
pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
pub(super) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
pub(super) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];
pub(super) const AUTHORITY_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x23];
pub(super) const EXT_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];

/// id-kp-serverAuth (RFC 5280 §4.2.1.12).
pub(super) const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// id-at-commonName (RFC 5280 appendix A.1).
pub(super) const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// emailAddress (RFC 2985 §5.2.1).
pub(super) const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01];

/// The short name of an attribute type (RFC 4514 §3, RFC 2985 §5.2.1, RFC 4519).
pub(super) fn attribute_name(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        COMMON_NAME => "CN",
        [0x55, 0x04, 0x05] => "serialNumber",
        [0x55, 0x04, 0x06] => "C",
        [0x55, 0x04, 0x07] => "L",
        [0x55, 0x04, 0x08] => "ST",
        [0x55, 0x04, 0x09] => "street",
        [0x55, 0x04, 0x0a] => "O",
        [0x55, 0x04, 0x0b] => "OU",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01] => "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19] => "DC",
        EMAIL_ADDRESS => "emailAddress",
        _ => return None,
    })
}

/// The name of a signature algorithm in the RFC that defines it (RFC 3279, 4055, 5758, 8410).
pub(super) fn signature_name(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, arc] => match arc {
            0x04 => "md5WithRSAEncryption",
            0x05 => "sha1WithRSAEncryption",
            0x0a => "id-RSASSA-PSS",
            0x0b => "sha256WithRSAEncryption",
            0x0c => "sha384WithRSAEncryption",
            0x0d => "sha512WithRSAEncryption",
            _ => return None,
        },
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01] => "ecdsa-with-SHA1",
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, arc] => match arc {
            0x02 => "ecdsa-with-SHA256",
            0x03 => "ecdsa-with-SHA384",
            0x04 => "ecdsa-with-SHA512",
            _ => return None,
        },
        [0x2b, 0x65, 0x70] => "id-Ed25519",
        [0x2b, 0x65, 0x71] => "id-Ed448",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_form() {
        for (octets, want) in [
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d][..], "1.2.840.113549"), // X.690 §8.19 by RFC 8017
            (&[0x88, 0x37, 0x03], "2.999.3"),                              // X.690 §8.19.5
            (&[0x55, 0x1d, 0x11], "2.5.29.17"),
            (&[0x69, 0xff, 0xff, 0xff, 0x7f], "2.25.268435455"),
            (&[0x2b, 0x80], "1.3"),
            (&[], ""),
        ] {
            assert_eq!(Oid::from_der(octets).to_string(), want);
        }
        let mut long = vec![0x69];
        long.extend([0xff; 20]);
        long.extend([0x7f, 0x01]);
        assert_eq!(Oid::from_der(&long).to_string(), "2.25.?.1");
    }
}
