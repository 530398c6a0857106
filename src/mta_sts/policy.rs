//! A policy that obeys RFC 8461 §3.2. [`parse_policy`](super::parse_policy) makes one from a file;
//! reading one back from a cache checks it again.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Mode, MxPattern};
use crate::limits;

/// What a domain promises: which hosts take its mail over validated TLS, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// What to do where validation fails.
    pub mode: Mode,
    /// The hosts, in the order of the file. A pattern that can never match (an IPv4 address) is
    /// left out, so this may be empty though a mode is not `none`: then no host matches.
    pub mx: Vec<MxPattern>,
    /// Seconds of life from the fetch on, at most [`limits::MAX_AGE`].
    #[serde(deserialize_with = "max_age")]
    pub max_age: u64,
    /// Fields the RFC does not name, first of each, in their order; ignored by senders.
    #[serde(deserialize_with = "extensions")]
    pub extensions: Vec<(String, String)>,
    /// The lines as served, without their ends and without blank lines at the end; a TLS report
    /// quotes them (RFC 8460 §4.4).
    #[serde(deserialize_with = "lines")]
    pub lines: Vec<String>,
}

fn max_age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = u64::deserialize(deserializer)?;
    if seconds > limits::MAX_AGE {
        return Err(de::Error::custom(format_args!(
            "`maxAge` {seconds} is above {}",
            limits::MAX_AGE
        )));
    }
    Ok(seconds)
}

fn extensions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, String)>, D::Error> {
    let pairs = Vec::<(String, String)>::deserialize(deserializer)?;
    match pairs
        .iter()
        .find(|(key, value)| !super::line::is_extension(key, value))
    {
        Some((key, _)) => Err(de::Error::custom(format_args!("`{key}` is no extension"))),
        None => Ok(pairs),
    }
}

fn lines<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let lines = Vec::<String>::deserialize(deserializer)?;
    let octets: usize = lines.iter().map(String::len).sum();
    if octets > limits::POLICY_OCTETS {
        return Err(de::Error::custom("`lines` are longer than a policy may be"));
    }
    if lines.iter().any(|line| line.contains(['\r', '\n'])) {
        return Err(de::Error::custom("a line holds a line end"));
    }
    Ok(lines)
}
