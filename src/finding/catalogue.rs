//! The row of the catalogue and the one way to write a table of them.

use super::Severity;

/// One row: all that is constant about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Stable, kebab-case, never reused; IANA names verbatim where they exist.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The rule, as `RFC 8461 §3.2`.
    pub clause: &'static str,
    /// One line with places `{0}`, `{1}`.
    pub message: &'static str,
    /// What to do, with the same places.
    pub remedy: Option<&'static str>,
}

/// Writes one table of rows and `ALL`, the list of them.
macro_rules! catalogue {
    ($($name:ident = $code:literal, $severity:ident, $clause:literal, $message:literal $(, $remedy:literal)?;)*) => {
        $(
            #[doc = concat!("`", $code, "` (", $clause, "): ", $message)]
            pub const $name: $crate::finding::Entry = $crate::finding::Entry {
                code: $code,
                severity: $crate::finding::Severity::$severity,
                clause: $clause,
                message: $message,
                remedy: $crate::finding::catalogue!(@remedy $($remedy)?),
            };
        )*
        /// Every row of this table.
        pub const ALL: &[$crate::finding::Entry] = &[$($name),*];
    };
    (@remedy $remedy:literal) => { Some($remedy) };
    (@remedy) => { None };
}

pub(crate) use catalogue;
