//! The caller's own mistakes (DESIGN §3). What a domain does wrong is never one.

use core::fmt;

use crate::dnssec::AnchorError;
use crate::name::NameError;

/// A mistake of the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckError {
    /// The domain is no domain name.
    InvalidDomain(NameError),
    /// The domain is a name that no mail address can have (RFC 5321 §4.1.2).
    NoMailDomain,
    /// A domain name too long to carry `_smtp._tls` or `mta-sts` before it.
    LongDomain,
    /// A need that was never handed out, or was answered already.
    UnknownNeed(u32),
    /// An answer of another kind than the need.
    WrongAnswer(u32),
    /// A trust anchor that is no DS or DNSKEY line.
    InvalidAnchor(AnchorError),
    /// An evidence file of another format or version.
    UnknownEvidence,
}

impl CheckError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidDomain(_) | Self::NoMailDomain | Self::LongDomain => "ERR_INVALID_DOMAIN",
            Self::UnknownNeed(_) => "ERR_UNKNOWN_NEED",
            Self::WrongAnswer(_) => "ERR_WRONG_ANSWER",
            Self::UnknownEvidence | Self::InvalidAnchor(_) => "ERR_INVALID_ARGUMENT",
        }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidDomain(error) => write!(f, "not a domain name: {error}"),
            Self::NoMailDomain => write!(
                f,
                "not a mail domain: labels are letters, digits and inner `-`, and the last is no number"
            ),
            Self::LongDomain => write!(
                f,
                "the domain name is too long to be looked up with `_smtp._tls` before it"
            ),
            Self::UnknownNeed(id) => {
                write!(f, "need {id} was never handed out or is answered already")
            }
            Self::WrongAnswer(id) => write!(f, "the answer is of another kind than need {id}"),
            Self::InvalidAnchor(error) => write!(f, "trust anchor: {error}"),
            Self::UnknownEvidence => {
                write!(f, "not evidence of format `mxseal-evidence`, version 1")
            }
        }
    }
}

impl std::error::Error for CheckError {}
