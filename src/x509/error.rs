//! Why octets are no certificate. Offsets count from the start of the certificate.

use core::fmt;

/// What is wrong with the DER, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateError {
    /// More octets than [`crate::limits::CERTIFICATE_OCTETS`].
    TooLong,
    /// The element goes on beyond what contains it.
    Truncated {
        /** Where the octets run out. */
        offset: usize,
    },
    /// A tag or length that DER does not write so (X.690 §8.1.2, §10.1).
    BadHeader {
        /** Where the element starts. */
        offset: usize,
    },
    /// Another kind of element should stand here (RFC 5280 §4.1).
    UnexpectedElement {
        /** Where the element starts. */
        offset: usize,
    },
    /// Octets are left over.
    TrailingData {
        /** Where they start. */
        offset: usize,
    },
    /// The right kind of element with a value it cannot have.
    BadValue {
        /** Where the value starts. */
        offset: usize,
    },
    /// An extension stands twice (RFC 5280 §4.2).
    DuplicateExtension {
        /** Where the second one starts. */
        offset: usize,
    },
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, offset) = match self {
            Self::TooLong => return f.write_str("certificate is too long"),
            Self::Truncated { offset } => ("certificate ends early", offset),
            Self::BadHeader { offset } => ("no DER tag and length", offset),
            Self::UnexpectedElement { offset } => ("another element is expected", offset),
            Self::TrailingData { offset } => ("octets are left over", offset),
            Self::BadValue { offset } => ("value is not allowed here", offset),
            Self::DuplicateExtension { offset } => ("extension stands twice", offset),
        };
        write!(f, "{what} at offset {offset}")
    }
}

impl std::error::Error for CertificateError {}
