//! How an IANA registry of numbers and mnemonics becomes an enum: registry order, registry
//! spelling, and the rest by its number (RFC 3597 §5).

use core::fmt;

/// The text is neither a mnemonic of the registry nor its generic form with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownMnemonic;

impl fmt::Display for UnknownMnemonic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither a known mnemonic nor its generic form such as `TYPE65280`")
    }
}

impl std::error::Error for UnknownMnemonic {}

/// The number behind a generic form such as `TYPE65280` (RFC 3597 §5), upper or lower case.
pub(super) fn generic(text: &str, prefix: &str) -> Option<u16> {
    let (head, digits) = text.split_at_checked(prefix.len())?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain && head.eq_ignore_ascii_case(prefix))
        .then(|| digits.parse().ok())
        .flatten()
}

/// Writes the enum, its two conversions with `u16`, its text in both directions and its serde form.
macro_rules! registry {
    ($(#[$meta:meta])* $name:ident, $prefix:literal: $($variant:ident = $value:literal $text:literal;)*) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "` (", $value, ").")]
                $variant,
            )*
            /// Any other value. One that has a name above is never held here by [`From<u16>`].
            Other(u16),
        }

        impl From<u16> for $name {
            fn from(value: u16) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl From<$name> for u16 {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $value,)*
                    $name::Other(other) => other,
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$variant => f.pad($text),)*
                    Self::Other(other) => f.pad(&format!(concat!($prefix, "{}"), other)),
                }
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::dns::registry::UnknownMnemonic;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $(
                    if text.eq_ignore_ascii_case($text) {
                        return Ok(Self::$variant);
                    }
                )*
                $crate::dns::registry::generic(text, $prefix)
                    .map(Self::from)
                    .ok_or($crate::dns::registry::UnknownMnemonic)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse()
                    .map_err(|error| serde::de::Error::custom(format_args!("`{text}`: {error}")))
            }
        }
    };
}

pub(super) use registry;
