//! The TLSA record of a certificate or public key (RFC 6698 §2.1), given as DER or PEM (RFC 7468).

use core::fmt;

use super::Tlsa;
use super::matching::{association_data, digest};
use crate::bytes::Bytes;
use crate::x509::{is_certificate, is_spki, pem_blocks};

/// Why there is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsaForError {
    /// A usage, selector or matching type without a public meaning.
    UnknownParameter,
    /// Neither certificate nor public key.
    NoInput,
    /// A private key, which nobody should hand out.
    PrivateKey,
    /// Selector Cert(0) with a public key.
    NeedsCertificate,
}

impl fmt::Display for TlsaForError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownParameter => "usage is 0 to 3, selector 0 or 1, matching type 0 to 2",
            Self::NoInput => "neither a certificate nor a public key, in DER or PEM",
            Self::PrivateKey => "a private key: give its certificate or public key",
            Self::NeedsCertificate => "selector 0 needs a certificate, and this is a public key",
        })
    }
}

impl std::error::Error for TlsaForError {}

/// The record that names the certificate or key. Of a PEM text with several, the first counts.
///
/// ```
/// use mxseal::dane::{TlsaForError, tlsa_for};
/// // An Ed25519 key (RFC 8410 §10.1), and its SHA2-256 by `openssl dgst`.
/// let pem = b"-----BEGIN PUBLIC KEY-----
/// MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
/// -----END PUBLIC KEY-----
/// ";
/// assert_eq!(
///     tlsa_for(pem, 3, 1, 1)?.to_string(),
///     "3 1 1 a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f",
/// );
/// assert_eq!(tlsa_for(pem, 3, 0, 1), Err(TlsaForError::NeedsCertificate));
/// # Ok::<(), TlsaForError>(())
/// ```
///
/// # Errors
/// A [`TlsaForError`] where there is nothing to make it of.
pub fn tlsa_for(
    input: &[u8],
    usage: u8,
    selector: u8,
    matching_type: u8,
) -> Result<Tlsa, TlsaForError> {
    if usage > 3 || selector > 1 || matching_type > 2 {
        return Err(TlsaForError::UnknownParameter);
    }
    let mut data = of(input, selector, matching_type);
    if data == Err(TlsaForError::NoInput) {
        for block in pem_blocks(input).map_err(|_| TlsaForError::NoInput)? {
            data = if block.label.ends_with("PRIVATE KEY") {
                Err(TlsaForError::PrivateKey)
            } else {
                of(&block.der, selector, matching_type)
            };
            // A key before its certificate does no harm.
            if !matches!(data, Err(TlsaForError::PrivateKey | TlsaForError::NoInput)) {
                break;
            }
        }
    }
    Ok(Tlsa {
        usage,
        selector,
        matching_type,
        data: Bytes(data?),
    })
}

/// The association data of DER.
fn of(der: &[u8], selector: u8, matching_type: u8) -> Result<Vec<u8>, TlsaForError> {
    if is_certificate(der) {
        association_data(der, selector, matching_type).ok_or(TlsaForError::NoInput)
    } else if !is_spki(der) {
        Err(TlsaForError::NoInput)
    } else if selector == 0 {
        Err(TlsaForError::NeedsCertificate)
    } else {
        Ok(digest(der, matching_type))
    }
}
