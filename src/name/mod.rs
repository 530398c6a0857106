//! Domain names in the one form the engine compares: lower case, absolute, at most 255 octets
//! (RFC 1035 §2.3.4, RFC 4343). U-labels never get in here: the caller turns them into A-labels
//! first (natively with [`Name::parse_unicode`], in JavaScript with the platform's URL parser).

mod punycode;

use core::fmt;
use core::str::FromStr;

use domain::base::name::{Name as Octets, ToName};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An absolute domain name, lower case. Written without its trailing dot, the root as `.`.
///
/// ```
/// use mxseal::Name;
/// let name = Name::parse("MX1.Example.COM.")?;
/// assert_eq!(name.to_string(), "mx1.example.com");
/// assert_eq!(name, Name::parse("mx1.example.com")?);
/// assert!(Name::parse("a..b").is_err());
/// # Ok::<(), mxseal::NameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(Octets<Vec<u8>>);

/// Why a text is not a domain name; `offset` counts bytes from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing between two dots, or nothing at all.
    EmptyLabel {
        /** Where the label should stand. */
        offset: usize,
    },
    /// A label of more than 63 octets (RFC 1035 §2.3.4).
    LongLabel {
        /** Where the label starts. */
        offset: usize,
    },
    /// More than 255 octets in wire form (RFC 1035 §2.3.4).
    LongName,
    /// A character outside printable ASCII; U-labels must come as A-labels (RFC 5890 §2.3.2.1).
    NotAscii {
        /** Where the character starts. */
        offset: usize,
    },
    /// A backslash that starts no escape of RFC 1035 §5.1.
    BadEscape {
        /** Where the backslash stands. */
        offset: usize,
    },
    /// UTS #46 refuses the U-labels.
    Idna,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyLabel { offset } => write!(f, "empty label at offset {offset}"),
            Self::LongLabel { offset } => {
                write!(f, "label at offset {offset} is longer than 63 octets")
            }
            Self::LongName => write!(f, "name is longer than 255 octets"),
            Self::NotAscii { offset } => {
                write!(f, "character at offset {offset} is not printable ASCII")
            }
            Self::BadEscape { offset } => write!(f, "broken escape at offset {offset}"),
            Self::Idna => write!(f, "name has no valid A-label form"),
        }
    }
}

impl std::error::Error for NameError {}

impl Name {
    /// Reads presentation form (RFC 1035 §5.1); a trailing dot is optional.
    ///
    /// # Errors
    /// A [`NameError`] with the offset of the first octet at fault.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text == "." {
            return Ok(Self::root());
        }
        let mut wire = Vec::with_capacity(text.len().saturating_add(2));
        let mut label = Vec::new();
        let mut label_start = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'.' => {
                    push_label(&mut wire, &mut label, label_start)?;
                    label_start = at.saturating_add(1);
                    at = label_start;
                    continue;
                }
                b'\\' => {
                    let (octet, used) = unescape(bytes.get(at..).unwrap_or_default())
                        .ok_or(NameError::BadEscape { offset: at })?;
                    label.push(octet);
                    at = at.saturating_add(used);
                    continue;
                }
                0x21..=0x7e => label.push(byte.to_ascii_lowercase()),
                _ => return Err(NameError::NotAscii { offset: at }),
            }
            at = at.saturating_add(1);
        }
        if !label.is_empty() || label_start == 0 || label_start < bytes.len() {
            push_label(&mut wire, &mut label, label_start)?;
        }
        wire.push(0);
        Octets::from_octets(wire)
            .map(Self)
            .map_err(|_| NameError::LongName)
    }

    /// Reads what a person types: U-labels become A-labels by UTS #46, non-transitional.
    ///
    /// # Errors
    /// As [`Name::parse`], and [`NameError::Idna`] where UTS #46 refuses the text.
    #[cfg(not(target_family = "wasm"))]
    pub fn parse_unicode(text: &str) -> Result<Self, NameError> {
        if text.is_ascii() {
            return Self::parse(text);
        }
        idna::domain_to_ascii(text)
            .map_err(|_| NameError::Idna)
            .and_then(|ascii| Self::parse(&ascii))
    }

    /// The root, `.`.
    #[must_use]
    pub fn root() -> Self {
        Self(Octets::root())
    }

    /// Takes any absolute name of the `domain` crate, compressed ones included.
    #[must_use]
    pub fn from_wire(name: &impl ToName) -> Self {
        let mut octets: Octets<Vec<u8>> = name.to_name();
        octets.make_canonical();
        Self(octets)
    }

    /// The uncompressed wire form, lower case: the canonical form of RFC 4034 §6.2.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The name as the `domain` crate knows it.
    #[must_use]
    pub fn as_wire(&self) -> &Octets<Vec<u8>> {
        &self.0
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_root()
    }

    /// The labels from left to right, without the root's empty one.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        self.0
            .iter()
            .map(domain::base::name::Label::as_slice)
            .filter(|label| !label.is_empty())
    }

    /// How many labels, the root's not counted (RFC 4034 §3.1.3).
    #[must_use]
    pub fn label_count(&self) -> usize {
        self.labels().count()
    }

    /// The name without its left-most label; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.parent().map(|name| Self::from_wire(&name))
    }

    /// Whether this is `other` or lies beneath it.
    #[must_use]
    pub fn ends_with(&self, other: &Self) -> bool {
        self.0.ends_with(&other.0)
    }

    /// The name with one label more at its left.
    ///
    /// # Errors
    /// A [`NameError`] where the label or the whole becomes too long.
    pub fn child(&self, label: &str) -> Result<Self, NameError> {
        if self.is_root() {
            Self::parse(label)
        } else {
            Self::parse(&format!("{label}.{self}"))
        }
    }

    /// Whether every label is letters, digits and inner hyphens, as a mail host's must be
    /// (RFC 5321 §4.1.2, RFC 1123 §2.1).
    #[must_use]
    pub fn is_host_name(&self) -> bool {
        !self.is_root()
            && self.labels().all(|label| {
                label
                    .iter()
                    .all(|octet| octet.is_ascii_alphanumeric() || *octet == b'-')
                    && label.first() != Some(&b'-')
                    && label.last() != Some(&b'-')
            })
    }

    /// The name for people: A-labels decoded (RFC 5891 §4.4), everything else as [`Display`](fmt::Display).
    #[must_use]
    pub fn to_unicode(&self) -> String {
        self.to_string()
            .split('.')
            .map(punycode::display_label)
            .collect::<Vec<_>>()
            .join(".")
    }
}

fn push_label(wire: &mut Vec<u8>, label: &mut Vec<u8>, offset: usize) -> Result<(), NameError> {
    match u8::try_from(label.len()) {
        Ok(0) => Err(NameError::EmptyLabel { offset }),
        Ok(length @ 1..=63) => {
            wire.push(length);
            wire.append(label);
            Ok(())
        }
        _ => Err(NameError::LongLabel { offset }),
    }
}

/// One escape of RFC 1035 §5.1, `\X` or `\DDD`: the octet and how many bytes it took.
fn unescape(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [_, a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
            let value = [a, b, c]
                .iter()
                .fold(0u16, |sum, digit| sum * 10 + u16::from(**digit - b'0'));
            u8::try_from(value)
                .ok()
                .map(|octet| (octet.to_ascii_lowercase(), 4))
        }
        [_, b'0'..=b'9', ..] => None,
        [_, octet @ 0x21..=0x7e, ..] => Some((octet.to_ascii_lowercase(), 2)),
        _ => None,
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str(".");
        }
        for (index, label) in self.labels().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            for octet in label {
                match octet {
                    b'.' | b'\\' | b'"' | b';' | b'(' | b')' | b'@' | b'$' => {
                        write!(f, "\\{}", char::from(*octet))?
                    }
                    0x21..=0x7e => write!(f, "{}", char::from(*octet))?,
                    _ => write!(f, "\\{octet:03}")?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl Ord for Name {
    /// The canonical order of RFC 4034 §6.1.
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.0.name_cmp(&other.0)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Name {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|error| serde::de::Error::custom(format_args!("`{text}`: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presentation_form() {
        for (text, want) in [
            (".", "."),
            ("A.b", "a.b"),
            ("a.b.", "a.b"),
            ("_25._tcp.mx.Example.", "_25._tcp.mx.example"),
            (r"a\.b.c", r"a\.b.c"),
            (r"\097.c", "a.c"),
            (r"\000.c", r"\000.c"),
        ] {
            assert_eq!(Name::parse(text).unwrap().to_string(), want, "{text}");
        }
        let long = "a".repeat(64);
        for (text, want) in [
            ("", NameError::EmptyLabel { offset: 0 }),
            ("a..b", NameError::EmptyLabel { offset: 2 }),
            (".a", NameError::EmptyLabel { offset: 0 }),
            ("a..", NameError::EmptyLabel { offset: 2 }),
            ("bücher.de", NameError::NotAscii { offset: 1 }),
            ("a b", NameError::NotAscii { offset: 1 }),
            (long.as_str(), NameError::LongLabel { offset: 0 }),
            (r"a\25", NameError::BadEscape { offset: 1 }),
            (r"a\256", NameError::BadEscape { offset: 1 }),
        ] {
            assert_eq!(Name::parse(text), Err(want), "{text}");
        }
        let label = "a".repeat(63);
        let fits = [label.as_str(), &label, &label, &"b".repeat(61)].join(".");
        assert!(Name::parse(&fits).is_ok());
        assert_eq!(Name::parse(&format!("{fits}b")), Err(NameError::LongName));
    }

    #[test]
    fn kinship() {
        let name = Name::parse("a.b.c").unwrap();
        assert_eq!(name.parent().unwrap().to_string(), "b.c");
        assert!(name.ends_with(&Name::parse("c").unwrap()) && name.ends_with(&Name::root()));
        assert!(
            !Name::parse("xb.c")
                .unwrap()
                .ends_with(&Name::parse("b.c").unwrap())
        );
        assert_eq!(
            Name::root()
                .child("x")
                .unwrap()
                .child("_y")
                .unwrap()
                .to_string(),
            "_y.x"
        );
        assert!(
            !Name::parse("_y.x").unwrap().is_host_name()
                && !Name::parse("-a.x").unwrap().is_host_name()
        );
    }

    #[test]
    fn unicode() {
        // RFC 3492 §7.1 (samples) and RFC 5891's own example of an A-label.
        assert_eq!(
            Name::parse("xn--bcher-kva.example").unwrap().to_unicode(),
            "bücher.example"
        );
        assert_eq!(
            Name::parse_unicode("Bücher.example").unwrap().to_string(),
            "xn--bcher-kva.example"
        );
        assert_eq!(
            Name::parse("xn--99999999.example").unwrap().to_unicode(),
            "xn--99999999.example"
        );
    }
}
