//! A tally as octets, for a store or another worker: a versioned form of its own, read with suspicion. All numbers are
//! in groups of 7 bits, the lowest first, the high bit on all but the last; texts are preceded by their length.

use super::tally::{Cell, Tally};
use crate::limits;

/// Begins every file; the last octet is the version.
const MAGIC: &[u8] = b"mxseal-tally\x01";

/// The octets are no tally of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TallyError;

impl core::fmt::Display for TallyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("not the octets of a tally")
    }
}

impl core::error::Error for TallyError {}

impl Tally {
    /// The whole tally; equal tallies have equal octets.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_number(&mut out, self.total);
        for table in &self.tables {
            put_length(&mut out, table.cells.len());
            for (_, cell) in &table.cells {
                put_length(&mut out, cell.key.len());
                out.extend_from_slice(&cell.key);
                for count in &cell.counts {
                    put_number(&mut out, *count);
                }
            }
        }
        out
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Octets that no tally writes.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, TallyError> {
        let body = octets.strip_prefix(MAGIC).ok_or(TallyError)?;
        let mut reader = Reader::new(body);
        let tally = reader.tally().ok_or(TallyError)?;
        // One form only: what is not in order, repeated, beyond a bound or written at greater length is not ours.
        if tally.to_bytes() == octets {
            Ok(tally)
        } else {
            Err(TallyError)
        }
    }
}

/// Takes octets from the front.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    fn tally(&mut self) -> Option<Tally> {
        let mut tally = Tally {
            total: self.number()?,
            ..Tally::default()
        };
        for (place, table) in tally.tables.iter_mut().enumerate() {
            for _ in 0..self.number()? {
                let length = self.length()?;
                let key = self.take(length)?.to_vec();
                Reader::new(&key).key(place)?;
                let mut counts = Vec::new();
                for _ in 0..table.width {
                    counts.push(self.number()?);
                }
                table.add(Cell { key, counts });
            }
        }
        self.0.is_empty().then_some(tally)
    }

    /// Whether the whole is a key of a table.
    fn key(&mut self, place: usize) -> Option<()> {
        if place < 2 {
            read_day_domain(self)?;
        } else {
            self.take(16)?;
        }
        if place > 0 {
            // Policy types, or result types; then the policy and its hosts, or the five texts of a failure.
            let (words, lists) = if place == 1 { (3, 2) } else { (11, 1) };
            self.octet().filter(|word| *word < words)?;
            for _ in 0..lists {
                self.texts()?;
            }
        }
        self.0.is_empty().then_some(())
    }

    pub(super) fn octet(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let octet = self.octet()?;
            number |= u64::from(octet & 0x7f).checked_shl(shift)?;
            if octet & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    pub(super) fn texts(&mut self) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for _ in 0..self.number()? {
            let length = self
                .length()
                .filter(|length| *length <= 4 * limits::TALLY_POLICY_OCTETS)?;
            texts.push(core::str::from_utf8(self.take(length)?).ok()?.to_owned());
        }
        Some(texts)
    }
}

/// The days since 1970 and the domain, with which keys begin.
pub(super) fn read_day_domain(reader: &mut Reader<'_>) -> Option<(i64, String)> {
    let day = i64::from_be_bytes(*reader.take(8)?.first_chunk()?);
    let domain = reader.texts()?.pop()?;
    Some((day, domain))
}

/// Texts, preceded by their number.
pub(super) fn put_texts(out: &mut Vec<u8>, texts: &[String]) {
    put_length(out, texts.len());
    for text in texts {
        put_length(out, text.len());
        out.extend_from_slice(text.as_bytes());
    }
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    put_number(out, u64::try_from(length).unwrap_or(u64::MAX));
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return out.push(low & 0x7f);
        }
        out.push(low | 0x80);
    }
}
