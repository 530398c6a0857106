//! The findings of one text, bounded: a hostile text can raise one on every line.

use super::{Entry, Finding, Severity};
use crate::limits;

/// Findings in the order they were raised, at most [`limits::FINDINGS`].
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    has_error: bool,
    omitted: usize,
}

impl Findings {
    /// Makes and adds one, or only counts it where the list is full: no work is spent on what is not
    /// shown. The first error always gets in: a broken text must never look like an absent one.
    pub(crate) fn raise(&mut self, entry: &Entry, make: impl FnOnce() -> Finding) {
        let is_error = entry.severity == Severity::Error;
        if self.list.len() >= limits::FINDINGS.saturating_sub(1) {
            self.omitted = self.omitted.saturating_add(1);
            if !is_error || self.has_error {
                return;
            }
            self.list.pop();
        }
        self.has_error |= is_error;
        self.list.push(make());
    }

    /// The list; where findings were left out, `omitted` closes it with their number.
    pub(crate) fn close(mut self, omitted: &Entry, subject: &str) -> Vec<Finding> {
        if self.omitted > 0 {
            self.list
                .push(Finding::new(omitted, subject, &[&self.omitted]));
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::mta_sts;

    #[test]
    fn a_full_list_keeps_an_error() {
        let mut findings = Findings::default();
        let flood = 3 * limits::FINDINGS;
        for _ in 0..flood {
            let entry = &mta_sts::MIXED_LINE_ENDS;
            findings.raise(entry, || Finding::new(entry, "x", &[]));
        }
        for entry in [&mta_sts::BOM, &mta_sts::HTML] {
            findings.raise(entry, || Finding::new(entry, "x", &[]));
        }
        let list = findings.close(&mta_sts::FINDINGS_OMITTED, "x");
        assert_eq!(list.len(), limits::FINDINGS);
        let errors: Vec<_> = list
            .iter()
            .filter(|f| f.severity == Severity::Error)
            .collect();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].code, mta_sts::BOM.code);
        // flood + 2 raised; the list holds FINDINGS - 1 of them.
        let omitted = flood + 2 - (limits::FINDINGS - 1);
        assert!(list.last().unwrap().message.contains(&omitted.to_string()));
    }
}
