//! Extended DNS Errors (RFC 8914): what a resolver adds to a failure, in numbers and in words.
//! They are hints for people; no decision rests on them (RFC 8914 §6: they are not authenticated).

use core::fmt;

use crate::value::read_struct;
use serde::Serialize;

/// One EDE option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtendedError {
    /// INFO-CODE (RFC 8914 §4).
    pub info_code: u16,
    /// EXTRA-TEXT; octets that are no UTF-8 are replaced.
    pub text: String,
}

read_struct!(ExtendedError {
    info_code: "infoCode",
    text: "text",
});

impl ExtendedError {
    /// The purpose registered for the code (RFC 8914 §5.2, the IANA registry "Extended DNS Error Codes").
    #[must_use]
    pub fn purpose(&self) -> Option<&'static str> {
        PURPOSES.get(usize::from(self.info_code)).copied()
    }
}

impl fmt::Display for ExtendedError {
    /// Purpose, then the extra text in brackets. Controls in it are escaped: it is a stranger's text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.purpose() {
            Some(purpose) => f.write_str(purpose)?,
            None => write!(f, "EDE {}", self.info_code)?,
        }
        if self.text.is_empty() {
            return Ok(());
        }
        f.write_str(" (")?;
        for c in self.text.chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        f.write_str(")")
    }
}

/// By INFO-CODE.
const PURPOSES: [&str; 33] = [
    "Other Error",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value",
    "Unable to conform to policy",
    "Synthesized",
    "Invalid Query Type",
    "Rate Limited",
    "Over Quota",
];
