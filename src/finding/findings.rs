//! The findings of one text, bounded: a hostile text can raise one on every line.

use super::{Entry, Finding, Severity};
use crate::limits;

/// Findings in the order they were raised, at most [`limits::FINDINGS`].
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    omitted: usize,
}

impl Findings {
    /// Adds one, or counts it where the list is full. The first error always stays: a broken text
    /// must never look like an absent one.
    pub(crate) fn push(&mut self, finding: Finding) {
        if self.list.len() < limits::FINDINGS.saturating_sub(1) {
            self.list.push(finding);
            return;
        }
        self.omitted = self.omitted.saturating_add(1);
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        if is_error(&finding) && !self.list.iter().any(is_error) {
            self.list.pop();
            self.list.push(finding);
        }
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
            findings.push(Finding::new(&mta_sts::MIXED_LINE_ENDS, "x", &[]));
        }
        findings.push(Finding::new(&mta_sts::BOM, "x", &[]));
        findings.push(Finding::new(&mta_sts::HTML, "x", &[]));
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
