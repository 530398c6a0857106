//! The set of types in an NSEC or NSEC3 record (RFC 4034 §4.1.2, RFC 5155 §3.2.1).

use core::fmt;

use super::RecordType;
use super::message::MessageError;
use super::wire::Reader;

/// Types that stand at a name. Kept as its windows, checked once: ascending, 1 to 32 octets each,
/// the last one not zero.
#[derive(Clone, PartialEq, Eq)]
pub struct TypeBitmap(Vec<Window>);

#[derive(Clone, PartialEq, Eq)]
struct Window {
    number: u8,
    bits: Vec<u8>,
}

impl TypeBitmap {
    /// Whether the type stands at the name.
    #[must_use]
    pub fn contains(&self, record_type: RecordType) -> bool {
        let [number, low] = u16::from(record_type).to_be_bytes();
        self.0
            .iter()
            .find(|window| window.number == number)
            .and_then(|window| window.bits.get(usize::from(low / 8)))
            .is_some_and(|octet| octet & (0x80 >> (low % 8)) != 0)
    }

    /// The types, ascending.
    pub fn iter(&self) -> impl Iterator<Item = RecordType> {
        self.0.iter().flat_map(|window| {
            (0..=u8::MAX)
                .map(|low| RecordType::from(u16::from_be_bytes([window.number, low])))
                .filter(|record_type| self.contains(*record_type))
        })
    }

    /// Reads the rest of the RDATA. An empty set is well-formed (RFC 5155 §7.1: an empty non-terminal).
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        let mut windows: Vec<Window> = Vec::new();
        while !reader.is_done() {
            let bad = MessageError::Bitmap {
                offset: reader.offset(),
            };
            let number = reader.u8()?;
            let bits = reader.string()?;
            // RFC 4034 §4.1.2: increasing order, 1 to 32 octets, no trailing zero octets.
            // Reading: BIND refuses what breaks this, and so do we; no signer makes it.
            let ascending = windows.last().is_none_or(|last| last.number < number);
            let trimmed = bits.last().is_some_and(|octet| *octet != 0);
            if !ascending || !trimmed || bits.len() > 32 {
                return Err(bad);
            }
            windows.push(Window { number, bits });
        }
        Ok(Self(windows))
    }
}

impl fmt::Display for TypeBitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, record_type) in self.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{record_type}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for TypeBitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(octets: &[u8]) -> Result<TypeBitmap, MessageError> {
        TypeBitmap::parse(&mut Reader::new(octets))
    }

    #[test]
    fn example_of_the_rfc() {
        // RFC 4034 §4.3: A MX RRSIG NSEC TYPE1234.
        let mut octets = vec![0x00, 0x06, 0x40, 0x01, 0x00, 0x00, 0x00, 0x03, 0x04, 0x1b];
        octets.extend([0; 26]);
        octets.push(0x20);
        let bitmap = parse(&octets).unwrap();
        assert_eq!(bitmap.to_string(), "A MX RRSIG NSEC TYPE1234");
        assert!(bitmap.contains(RecordType::Mx) && bitmap.contains(RecordType::Other(1234)));
        assert!(!bitmap.contains(RecordType::Txt) && !bitmap.contains(RecordType::Other(4660)));
    }

    #[test]
    fn what_breaks_the_rule_is_refused() {
        assert!(parse(&[]).unwrap().iter().next().is_none());
        for octets in [
            &[0, 0][..],
            &[0, 1, 0],
            &[0, 2, 0x40, 0],
            &[1, 1, 1, 0, 1, 1],
            &[1, 1, 1, 1, 1, 1],
            &[
                0, 33, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                1, 1, 1, 1, 1, 1, 1, 1,
            ],
            &[0],
            &[0, 2, 1],
        ] {
            assert!(parse(octets).is_err(), "{octets:?}");
        }
    }
}
