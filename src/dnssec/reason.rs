//! Why an answer is not secure: a short code, the words, and the code of RFC 8914 where one fits.

use core::fmt;

use crate::dns::RecordType;
use crate::name::Name;
use crate::security::SecurityStatus;

/// What keeps an answer from being secure, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Insecure, bogus or indeterminate; never secure.
    pub status: SecurityStatus,
    /// The cause.
    pub reason: Reason,
    /// Owner of the RR set at fault.
    pub owner: Name,
    /// Its type.
    pub record_type: RecordType,
    /// What a resolver or host said, for look-ups that failed.
    pub detail: Option<String>,
}

impl Fault {
    pub(super) fn new(
        status: SecurityStatus,
        reason: Reason,
        owner: &Name,
        record_type: RecordType,
    ) -> Self {
        Self {
            status,
            reason,
            owner: owner.clone(),
            record_type,
            detail: None,
        }
    }

    pub(super) fn insecure(reason: Reason, owner: &Name, record_type: RecordType) -> Self {
        Self::new(SecurityStatus::Insecure, reason, owner, record_type)
    }

    pub(super) fn bogus(reason: Reason, owner: &Name, record_type: RecordType) -> Self {
        Self::new(SecurityStatus::Bogus, reason, owner, record_type)
    }
}

impl fmt::Display for Fault {
    /// `code: words (owner TYPE)`, and after that what was said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} ({} {})",
            self.reason.code(),
            self.reason.words(),
            self.owner,
            self.record_type
        )?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

/// Writes the enum and its table.
macro_rules! reasons {
    ($($variant:ident = $code:literal, $ede:expr, $words:literal;)*) => {
        /// The causes, each with a stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $(#[doc = concat!("`", $code, "`: ", $words, ".")] $variant,)*
        }

        impl Reason {
            /// Every cause.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const fn row(self) -> (&'static str, Option<u16>, &'static str) {
                match self {
                    $(Self::$variant => ($code, $ede, $words),)*
                }
            }
        }
    };
}

// In the order in which one explains more than another, where several signatures fail in several ways.
reasons! {
    WorkLimit = "work-limit", Some(6), "more work than any honest zone needs";
    SignatureExpired = "signature-expired", Some(7), "the signature has expired";
    SignatureNotYetValid = "signature-not-yet-valid", Some(8), "the signature is not valid yet";
    SignatureDates = "signature-expired-before-valid", Some(25), "the signature ends before it begins";
    SignatureInvalid = "signature-invalid", Some(6), "the signature does not verify";
    SignatureLabels = "signature-labels", Some(6), "the signature counts more labels than the name has";
    KeyUnsupported = "key-unsupported", Some(1), "the key is of a size that is not verified with";
    DnskeyMissing = "dnskey-missing", Some(9), "no key of the zone fits";
    NoZoneKeyBit = "no-zone-key-bit", Some(11), "the key is not a zone key";
    KeyRevoked = "key-revoked", Some(9), "the key is revoked";
    SignerNotZone = "signer-not-zone", Some(6), "the signer is no zone above the name";
    RrsigsMissing = "rrsigs-missing", Some(10), "signatures are missing in a signed zone";
    NsecMissing = "nsec-missing", Some(12), "the proof of non-existence is missing or does not fit";
    WildcardUnproven = "wildcard-unproven", Some(12), "nothing proves that no closer name stood before the wildcard";
    Nsec3Iterations = "nsec3-iterations", Some(27), "NSEC3 with too many iterations";
    ContradictoryAnswer = "contradictory-answer", Some(6), "the answer contradicts itself";
    UnsignedDelegation = "unsigned-delegation", None, "the zone is delegated without DS";
    OptOut = "opt-out", None, "an opt-out span leaves it open";
    AlgorithmUnsupported = "algorithm-unsupported", Some(1), "no algorithm of the DS records is supported";
    DigestUnsupported = "digest-unsupported", Some(2), "no digest of the DS records is supported";
    NoTrustAnchor = "no-trust-anchor", None, "no trust anchor lies above the name";
    ResolverStripsDnssec = "resolver-strips-dnssec", Some(5), "the resolver returns no signatures, not even for the anchor's keys; ask another one";
    LookupFailed = "lookup-failed", Some(5), "the records needed never came";
}

impl Reason {
    /// Kebab-case, stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// INFO-CODE of RFC 8914 §4, where one fits.
    #[must_use]
    pub fn ede(self) -> Option<u16> {
        self.row().1
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.row().2
    }
}
