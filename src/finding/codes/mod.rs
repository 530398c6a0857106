//! The catalogue: one table a room. A code is stable and never reused.

pub mod dane;
pub mod decide;
pub mod dns;
pub mod dnssec;
pub mod explain;
pub mod mta_sts;
pub mod plan;
pub mod report;
pub mod tlsrpt;
pub mod x509;

use super::Entry;

/// Every table.
pub const TABLES: &[&[Entry]] = &[
    dane::ALL,
    decide::ALL,
    dns::ALL,
    dnssec::ALL,
    explain::ALL,
    mta_sts::ALL,
    report::ALL,
    plan::ALL,
    tlsrpt::ALL,
    x509::ALL,
];

/// The row of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Entry> {
    TABLES
        .iter()
        .flat_map(|table| table.iter())
        .find(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_well_formed() {
        let mut seen = std::collections::BTreeSet::new();
        for entry in TABLES.iter().flat_map(|table| table.iter()) {
            assert!(seen.insert(entry.code), "`{}` stands twice", entry.code);
            assert!(
                entry
                    .code
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "`{}` is not kebab-case",
                entry.code
            );
            assert!(
                entry.clause.contains('§') || entry.clause.starts_with("RFC "),
                "`{}` cites nothing",
                entry.code
            );
            assert!(
                !entry.message.ends_with('.'),
                "`{}` ends in a full stop",
                entry.code
            );
            let first = entry.message.chars().next().unwrap();
            let second = entry.message.chars().nth(1).unwrap();
            assert!(
                !first.is_uppercase() || second.is_uppercase() || second == '-',
                "`{}` starts in upper case",
                entry.code
            );
        }
    }
}
