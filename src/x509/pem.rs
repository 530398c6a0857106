//! PEM (RFC 7468), in and out. Text around the blocks is skipped, blocks of other labels too, and what a
//! PRIVATE KEY block holds is never decoded. Headers of RFC 1421 within a block are refused.

use core::fmt;

use base64ct::{Base64, Encoding};

use crate::{bytes::Bytes, limits};

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PemBlock {
    /// What stands after `BEGIN`: `CERTIFICATE`, `PUBLIC KEY` …
    pub label: String,
    /// The line of `BEGIN`, from 1.
    pub line: usize,
    /// What it holds; empty for private keys.
    pub der: Bytes,
}

/// Why a text is no PEM; lines count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemError {
    /// More octets than [`limits::PEM_OCTETS`].
    TooLong,
    /// More blocks than [`limits::PEM_BLOCKS`].
    TooMany,
    /// There is no block of the kind that was looked for.
    Absent,
    /// A block begins and does not end.
    Unfinished {
        /** The line of `BEGIN`. */
        line: usize,
    },
    /// `END` bears another label than `BEGIN`, or stands alone.
    UnexpectedEnd {
        /** The line of `END`. */
        line: usize,
    },
    /// The line is no base64.
    BadBase64 {
        /** The line; that of `BEGIN` where it is the block as a whole. */
        line: usize,
    },
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("text is too long"),
            Self::TooMany => f.write_str("too many PEM blocks"),
            Self::Absent => f.write_str("no `-----BEGIN CERTIFICATE-----` in the text"),
            Self::Unfinished { line } => write!(f, "block of line {line} has no `-----END`"),
            Self::UnexpectedEnd { line } => write!(f, "`-----END` of line {line} ends no block"),
            Self::BadBase64 { line } => write!(f, "line {line} is not base64"),
        }
    }
}

impl std::error::Error for PemError {}

/// The certificates of a text, in their order.
///
/// # Errors
/// A [`PemError`] with its line; [`PemError::Absent`] where there is none.
pub fn certificates_from_pem(text: &[u8]) -> Result<Vec<Bytes>, PemError> {
    let certificates: Vec<Bytes> = pem_blocks(text)?
        .into_iter()
        // RFC 7468 §5.1 names the two old labels that parsers meet.
        .filter(|block| {
            matches!(
                block.label.as_str(),
                "CERTIFICATE" | "X509 CERTIFICATE" | "X.509 CERTIFICATE"
            )
        })
        .map(|block| block.der)
        .collect();
    if certificates.is_empty() {
        Err(PemError::Absent)
    } else {
        Ok(certificates)
    }
}

/// Every block of a text, in their order; none is no error.
///
/// # Errors
/// A [`PemError`] with its line.
pub fn pem_blocks(text: &[u8]) -> Result<Vec<PemBlock>, PemError> {
    if text.len() > limits::PEM_OCTETS {
        return Err(PemError::TooLong);
    }
    let mut blocks = Vec::new();
    let mut open: Option<(PemBlock, Vec<u8>)> = None;
    for (index, line) in text.split(|octet| *octet == b'\n').enumerate() {
        let number = index.saturating_add(1);
        let line = line.trim_ascii();
        if let Some(label) = boundary(line, b"-----BEGIN ") {
            if let Some((block, _)) = open {
                return Err(PemError::Unfinished { line: block.line });
            }
            if blocks.len() >= limits::PEM_BLOCKS {
                return Err(PemError::TooMany);
            }
            let der = Bytes::default();
            open = Some((
                PemBlock {
                    label,
                    line: number,
                    der,
                },
                Vec::new(),
            ));
        } else if let Some(label) = boundary(line, b"-----END ") {
            match open.take() {
                Some((block, base64)) if block.label == label => {
                    blocks.push(close(block, &base64)?)
                }
                _ => return Err(PemError::UnexpectedEnd { line: number }),
            }
        } else if let Some((_, base64)) = &mut open {
            let is_base64 =
                |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=');
            let octets = line.iter().filter(|octet| !octet.is_ascii_whitespace());
            if !octets.clone().all(is_base64) {
                return Err(PemError::BadBase64 { line: number });
            }
            base64.extend(octets);
        }
    }
    match open {
        Some((block, _)) => Err(PemError::Unfinished { line: block.line }),
        None => Ok(blocks),
    }
}

/// Writes one block, lines of 64 characters (RFC 7468 §2).
///
/// ```
/// use mxseal::x509::to_pem;
/// assert_eq!(to_pem("CERTIFICATE", b"abc"), "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n");
/// ```
#[must_use]
pub fn to_pem(label: &str, der: &[u8]) -> String {
    // 48 octets make 64 characters.
    let lines: String = der
        .chunks(48)
        .map(|chunk| Base64::encode_string(chunk) + "\n")
        .collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

fn boundary(line: &[u8], start: &[u8]) -> Option<String> {
    let label = line.strip_prefix(start)?.strip_suffix(b"-----")?;
    core::str::from_utf8(label).ok().map(str::to_owned)
}

fn close(mut block: PemBlock, base64: &[u8]) -> Result<PemBlock, PemError> {
    if !block.label.ends_with("PRIVATE KEY") {
        block.der = Base64::decode_vec(
            core::str::from_utf8(base64).map_err(|_| PemError::BadBase64 { line: block.line })?,
        )
        .map_err(|_| PemError::BadBase64 { line: block.line })?
        .into();
    }
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_their_faults() {
        let good = "Subject: x\n-----BEGIN A-----\r\nYW Jj\r\nZGVm\n-----END A-----\nrest";
        assert_eq!(
            pem_blocks(good.as_bytes()),
            Ok(vec![PemBlock {
                label: "A".to_owned(),
                line: 2,
                der: b"abcdef".to_vec().into()
            }])
        );
        let key = "-----BEGIN EC PRIVATE KEY-----\nYWJj\n-----END EC PRIVATE KEY-----\n";
        assert!(pem_blocks(key.as_bytes()).unwrap()[0].der.is_empty());
        for (text, want) in [
            (
                "-----BEGIN A-----\nYWJj\n",
                PemError::Unfinished { line: 1 },
            ),
            (
                "\n-----BEGIN A-----\n-----BEGIN A-----\n",
                PemError::Unfinished { line: 2 },
            ),
            ("-----END A-----", PemError::UnexpectedEnd { line: 1 }),
            (
                "-----BEGIN A-----\nYWJj\n-----END B-----",
                PemError::UnexpectedEnd { line: 3 },
            ),
            (
                "-----BEGIN A-----\nYWJj\nProc-Type: 4\n-----END A-----",
                PemError::BadBase64 { line: 3 },
            ),
            (
                "-----BEGIN A-----\nYWJ\n-----END A-----",
                PemError::BadBase64 { line: 1 },
            ),
        ] {
            assert_eq!(pem_blocks(text.as_bytes()), Err(want), "{text}");
        }
        assert_eq!(
            certificates_from_pem(good.as_bytes()),
            Err(PemError::Absent)
        );
        assert_eq!(
            pem_blocks(&vec![b' '; limits::PEM_OCTETS + 1]),
            Err(PemError::TooLong)
        );
        let many = to_pem("A", b"").repeat(limits::PEM_BLOCKS + 1);
        assert_eq!(pem_blocks(many.as_bytes()), Err(PemError::TooMany));
    }

    #[test]
    fn lines_are_64_characters() {
        let octets: Vec<u8> = (0..=255).collect();
        let text = to_pem("X", &octets);
        assert!(text.lines().all(|line| line.len() <= 64));
        assert_eq!(pem_blocks(text.as_bytes()).unwrap()[0].der.0, octets);
    }
}
