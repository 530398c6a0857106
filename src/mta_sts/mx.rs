//! The patterns of `mx` lines and what they match (RFC 8461 §3.2, §4.1; `Domain` of RFC 5321 §4.1.2),
//! and the mistakes people make in them. The certificate is checked against the MX host, never
//! against a pattern; that is not done here.

use core::fmt;
use core::net::Ipv6Addr;
use core::str::FromStr;

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_while1},
    combinator::{all_consuming, opt, recognize, verify},
    multi::separated_list1,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::{Entry, codes::mta_sts as codes};
use crate::name::{Name, NameError};

/// `["*."] Domain`: a host, or any host one label below a domain. Lower case.
///
/// ```
/// use mxseal::mta_sts::{MxPattern, MxPatternError};
/// assert_eq!(MxPattern::parse("*.Example.NET").map(|p| p.to_string()).as_deref(), Ok("*.example.net"));
/// assert_eq!(MxPattern::parse("mx.example.net."), Err(MxPatternError::TrailingDot));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MxPattern {
    wildcard: bool,
    name: Name,
}

/// Why a text is no pattern. Offsets count bytes from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MxPatternError {
    /// Four numbers: in the grammar, and matched by no host (RFC 8461 §4.1).
    Ipv4,
    /// In the grammar, and longer than a label or a name can be (RFC 1035 §2.3.4).
    Length,
    /// Nothing at all.
    Empty,
    /// `.`, which as an MX means: no mail (RFC 7505 §3).
    Null,
    /// An address literal, an IPv6 address, or an address with a decoration.
    Address,
    /// A character outside US-ASCII (RFC 8461 §3.2 wants A-labels).
    Unicode {
        /** Where it starts. */
        offset: usize,
    },
    /// `_`, which no mail host has.
    Underscore {
        /** Where it stands. */
        offset: usize,
    },
    /// A name as a zone file writes it.
    TrailingDot,
    /// `.example.com` for `*.example.com`.
    LeadingDot,
    /// The preference of an MX record before the host.
    Preference {
        /** Where the host starts. */
        host: usize,
    },
    /// More than one host.
    List,
    /// A `*` that is not the whole left-most label.
    Wildcard {
        /** Where it stands. */
        offset: usize,
    },
    /// A host in quotes or brackets, with a scheme, a port or punctuation.
    Decorated {
        /** Where the host starts. */
        start: usize,
        /** Where it ends. */
        end: usize,
    },
    /// Any other character or label that is out of place.
    OutOfPlace {
        /** Where it stands. */
        offset: usize,
    },
}

impl MxPatternError {
    /// Whether the ABNF of RFC 8461 §3.2 holds all the same: such a pattern breaks no policy, it
    /// only never matches.
    #[must_use]
    pub const fn is_grammatical(self) -> bool {
        matches!(self, Self::Ipv4 | Self::Length)
    }
}

impl fmt::Display for MxPatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ipv4 | Self::Address => "an address is no pattern",
            Self::Length => "label or name is too long",
            Self::Empty => "pattern is empty",
            Self::Null => "`.` is no pattern",
            Self::Unicode { .. } => "pattern is not in US-ASCII",
            Self::Underscore { .. } => "pattern holds `_`",
            Self::TrailingDot => "pattern ends with a dot",
            Self::LeadingDot => "pattern begins with a dot",
            Self::Preference { .. } => "pattern begins with a preference",
            Self::List => "pattern names several hosts",
            Self::Wildcard { .. } => "`*` is not the whole left-most label",
            Self::Decorated { .. } => "pattern is more than a host name",
            Self::OutOfPlace { .. } => "pattern is no domain name",
        })
    }
}

impl std::error::Error for MxPatternError {}

impl MxPattern {
    /// Reads a pattern, in any case, without white space around it.
    ///
    /// # Errors
    /// The [`MxPatternError`] that says best what was done wrong.
    pub fn parse(text: &str) -> Result<Self, MxPatternError> {
        let (wildcard, domain) = grammar(text).map_err(|_| explain(text))?;
        // A dotted quad is a `Domain`; it names an address, and an MX record cannot.
        if !wildcard && is_dotted_quad(domain) {
            return Err(MxPatternError::Ipv4);
        }
        match Name::parse(domain) {
            Ok(name) => Ok(Self { wildcard, name }),
            Err(NameError::LongLabel { .. } | NameError::LongName) => Err(MxPatternError::Length),
            Err(_) => Err(MxPatternError::OutOfPlace { offset: 0 }),
        }
    }

    /// Whether `host` is this name, or exactly one label below it where the pattern has a `*.`
    /// (RFC 8461 §4.1). An address never matches.
    #[must_use]
    pub fn matches(&self, host: &Name) -> bool {
        if is_dotted_quad(&host.to_string()) {
            return false;
        }
        if self.wildcard {
            host.parent().is_some_and(|parent| parent == self.name)
        } else {
            *host == self.name
        }
    }
}

/// The first pattern that matches the MX host (RFC 8461 §4.1).
///
/// ```
/// use mxseal::{Name, mta_sts::{MxPattern, match_mx}};
/// let patterns = [MxPattern::parse("mx.example.com").unwrap(), MxPattern::parse("*.example.net").unwrap()];
/// let matched = |host| match_mx(&patterns, &Name::parse(host).unwrap()).map(|p| p.to_string());
/// assert_eq!(matched("mx1.example.net"), Some("*.example.net".into()));
/// assert_eq!(matched("example.net"), None);
/// assert_eq!(matched("a.b.example.net"), None);
/// ```
#[must_use]
pub fn match_mx<'a>(patterns: &'a [MxPattern], host: &Name) -> Option<&'a MxPattern> {
    patterns.iter().find(|pattern| pattern.matches(host))
}

/// `["*."] sub-domain *("." sub-domain)`.
fn grammar(text: &str) -> Result<(bool, &str), nom::Err<nom::error::Error<&str>>> {
    let parsed: IResult<&str, (Option<&str>, &str)> =
        all_consuming((opt(tag("*.")), domain)).parse(text);
    parsed.map(|(_, (wildcard, domain))| (wildcard.is_some(), domain))
}

fn domain(input: &str) -> IResult<&str, &str> {
    // sub-domain = Let-dig [Ldh-str]: no hyphen at either end.
    let sub_domain = verify(
        take_while1(|c: char| c.is_ascii_alphanumeric() || c == '-'),
        |label: &str| !label.starts_with('-') && !label.ends_with('-'),
    );
    recognize(separated_list1(tag("."), sub_domain)).parse(input)
}

/// Four numbers: an address, whether or not one that can exist.
fn is_dotted_quad(text: &str) -> bool {
    let is_number =
        |label: &str| (1..=3).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_digit());
    text.split('.').count() == 4 && text.split('.').all(is_number)
}

fn is_pattern(text: &str) -> bool {
    grammar(text).is_ok()
}

/// Names the mistake: the first that applies, the most telling first.
fn explain(text: &str) -> MxPatternError {
    if text.is_empty() {
        return MxPatternError::Empty;
    }
    if text == "." {
        return MxPatternError::Null;
    }
    let undecorated = text
        .trim_matches(|c: char| matches!(c, '[' | ']' | '<' | '>' | '(' | ')' | '"' | '\'' | '`'));
    let unscoped = undecorated.to_ascii_lowercase();
    let unscoped = unscoped.trim_start_matches("ipv6:");
    if unscoped.parse::<Ipv6Addr>().is_ok() || is_dotted_quad(undecorated.trim_end_matches('.')) {
        return MxPatternError::Address;
    }
    if let Some(host) = after_preference(text) {
        return MxPatternError::Preference { host };
    }
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let words = || text.split(is_separator).filter(|word| !word.is_empty());
    let hosts = words().filter(|word| is_listed_host(word)).count();
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    if hosts > 1 && words().all(|word| is_listed_host(word) || is_number(word)) {
        return MxPatternError::List;
    }
    if let Some(decorated) = decorated(text) {
        return decorated;
    }
    if let Some(offset) = text.find(|c: char| !c.is_ascii()) {
        return MxPatternError::Unicode { offset };
    }
    let after_star = text.strip_prefix("*.").unwrap_or(text);
    if let Some(offset) = text.rfind('*')
        && (offset > 0 || after_star.len() == text.len() || after_star.is_empty())
    {
        return MxPatternError::Wildcard { offset };
    }
    if let Some(offset) = text.find('_') {
        return MxPatternError::Underscore { offset };
    }
    if text.strip_suffix('.').is_some_and(is_pattern) {
        return MxPatternError::TrailingDot;
    }
    if text.strip_prefix('.').is_some_and(is_pattern) {
        return MxPatternError::LeadingDot;
    }
    MxPatternError::OutOfPlace {
        offset: out_of_place(text),
    }
}

/// The row that speaks of a mistake, and the repaired lines where they are known.
pub(super) fn fault(value: &str, error: MxPatternError) -> (&'static Entry, Option<String>) {
    let line = |host: &str| Some(format!("mx: {}", host.trim_end_matches('.')));
    let slice = |start: usize, end: usize| line(value.get(start..end).unwrap_or_default());
    match error {
        MxPatternError::Ipv4 => (&codes::MX_IPV4, None),
        MxPatternError::Length => (&codes::MX_LENGTH, None),
        MxPatternError::Null => (&codes::MX_NULL, None),
        MxPatternError::Address => (&codes::MX_ADDRESS, None),
        MxPatternError::Unicode { .. } => (&codes::MX_UNICODE, None),
        MxPatternError::Underscore { .. } => (&codes::MX_UNDERSCORE, None),
        MxPatternError::TrailingDot => (&codes::MX_TRAILING_DOT, line(value)),
        MxPatternError::LeadingDot => (&codes::MX_LEADING_DOT, line(&format!("*{value}"))),
        MxPatternError::Preference { host } => (&codes::MX_PREFERENCE, slice(host, value.len())),
        MxPatternError::List => {
            let hosts: Vec<_> = value
                .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
                .filter(|word| is_listed_host(word))
                .filter_map(line)
                .collect();
            (&codes::MX_LIST, Some(hosts.join("\n")))
        }
        MxPatternError::Wildcard { .. } => (&codes::MX_WILDCARD, None),
        MxPatternError::Decorated { start, end } => (&codes::MX_DECORATED, slice(start, end)),
        MxPatternError::Empty | MxPatternError::OutOfPlace { .. } => (&codes::MX, None),
    }
}

/// One of the hosts of a list, as [`MxPatternError::List`] means it.
fn is_listed_host(word: &str) -> bool {
    word.contains('.') && is_pattern(word.trim_end_matches('.'))
}

/// `10 mx.example.com`, `Priority 5: mx.example.com`: where the host starts.
fn after_preference(text: &str) -> Option<usize> {
    let start = text
        .rfind(|c: char| c.is_whitespace() || c == ':')
        .map(|at| at.saturating_add(1))?;
    let (before, host) = text.split_at_checked(start)?;
    let mut words = before
        .split(|c: char| c.is_whitespace() || c == ':')
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek()?;
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let is_word = |word: &str| {
        ["in", "mx", "priority", "prio", "preference", "pref"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    let host_like = host.contains('.') && is_pattern(host.trim_end_matches('.'));
    (host_like && words.all(|word| is_number(word) || is_word(word))).then_some(start)
}

/// A pattern inside of something else.
fn decorated(text: &str) -> Option<MxPatternError> {
    let lower = text.to_ascii_lowercase();
    let mut start = [
        "smtp://", "smtps://", "https://", "http://", "mailto:", "mx:", "mx=",
    ]
    .iter()
    .find(|scheme| lower.starts_with(**scheme))
    .map_or(0, |scheme| scheme.len());
    let is_edge = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '[' | ']' | '<' | '>' | '(' | ')' | '"' | '\'' | '`' | ',' | ';' | '/' | '\\' | '@'
            )
    };
    let inner = text.get(start..)?;
    start = start.saturating_add(
        inner
            .len()
            .saturating_sub(inner.trim_start_matches(is_edge).len()),
    );
    let mut inner = inner.trim_matches(is_edge);
    if let Some((host, port)) = inner.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
    {
        inner = host;
    }
    let inner = inner.trim_end_matches('.');
    let end = start.saturating_add(inner.len());
    if inner.len() < text.len() && is_dotted_quad(inner) {
        return Some(MxPatternError::Address);
    }
    // A trailing dot alone has a word of its own.
    let only_dots = start == 0 && text.trim_end_matches('.') == inner;
    (!only_dots && inner.len() < text.len() && is_pattern(inner))
        .then_some(MxPatternError::Decorated { start, end })
}

/// The first character or empty or hyphen-edged label that the grammar does not take.
fn out_of_place(text: &str) -> usize {
    let mut at = 0usize;
    for label in text.split('.') {
        let odd = label.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '*');
        if let Some(odd) = odd {
            return at.saturating_add(odd);
        }
        if label.is_empty() || label.starts_with('-') {
            return at;
        }
        if label.ends_with('-') {
            return at.saturating_add(label.len()).saturating_sub(1);
        }
        at = at.saturating_add(label.len()).saturating_add(1);
    }
    0
}

impl fmt::Display for MxPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.wildcard {
            f.write_str("*.")?;
        }
        fmt::Display::fmt(&self.name, f)
    }
}

impl fmt::Debug for MxPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl FromStr for MxPattern {
    type Err = MxPatternError;
    fn from_str(text: &str) -> Result<Self, MxPatternError> {
        Self::parse(text)
    }
}

impl Serialize for MxPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MxPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|error| serde::de::Error::custom(format_args!("`{text}`: {error}")))
    }
}
