//! What is said of a report beside the report: the mail it came in (RFC 8460 §5.3), and files that never came to JSON.
//! Signatures are not verified here: DKIM needs the DNS and the mail as it was.

use super::reader::{self, ROOT};
use super::report::Report;
use crate::finding::{Checked, Finding, codes::report as codes};
use crate::limits;
use crate::value::read_struct;

/// The headers of a report mail, and of the part that the report stood in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailHeaders {
    /// Whether there is a DKIM-Signature.
    pub signed: bool,
    /// TLS-Report-Domain.
    pub domain: Option<String>,
    /// TLS-Report-Submitter.
    pub submitter: Option<String>,
    /// The media type of the part.
    pub media_type: String,
    /// How many parts are reports, the one that is read included.
    pub reports: u32,
}

read_struct!(MailHeaders {
    signed: "signed",
    domain: "domain" or default,
    submitter: "submitter" or default,
    media_type: "mediaType",
    reports: "reports" or default,
});

/// Reads the JSON of a report that came in a mail. Where the two disagree the report counts (RFC 8460 §5.6).
#[must_use]
pub fn parse_report_mail(json: &[u8], headers: &MailHeaders) -> Checked<Report> {
    let mut checked = reader::parse_report(json);
    let findings = &mut checked.findings;
    // RFC 8460 §3: reports without a signature MUST be ignored by the recipient.
    if !headers.signed {
        findings.push(Finding::new(&codes::MAIL_UNSIGNED, "mail", &[]));
    }
    if !matches!(
        headers.media_type.as_str(),
        "application/tlsrpt+gzip" | "application/tlsrpt+json"
    ) {
        let finding = Finding::new(&codes::MAIL_TYPE, "mail", &[&headers.media_type]);
        findings.push(finding);
    }
    // RFC 8460 §5.3: two parts, for people and for machines.
    if headers.reports > 1 {
        findings.push(Finding::new(
            &codes::MAIL_PARTS,
            "mail",
            &[&headers.reports],
        ));
    }
    let Some(report) = &checked.value else {
        return checked;
    };
    // RFC 8460 §5.3: the submitter MUST match the domain of the contact.
    if let (Some(submitter), Some(contact)) = (&headers.submitter, &report.contact_info)
        && let Some((_, domain)) = contact.rsplit_once('@')
        && !domain.eq_ignore_ascii_case(submitter)
    {
        let finding = Finding::new(&codes::MAIL_SUBMITTER, "mail", &[submitter, &domain]);
        findings.push(finding);
    }
    if let Some(domain) = &headers.domain {
        let mut domains = report
            .policies
            .iter()
            .filter_map(|policy| policy.policy.policy_domain.as_deref());
        if !domains.any(|own| own.eq_ignore_ascii_case(domain)) {
            findings.push(Finding::new(&codes::MAIL_DOMAIN, "mail", &[domain]));
        }
    }
    checked
}

/// What there is to say of a file that could not be brought to JSON: `too-large`, `mail-too-large`, `compression`,
/// `mail-empty`, `mail-encrypted`, or `mail` for any other word.
#[must_use]
pub fn unreadable_report(why: &str, detail: &str) -> Checked<Report> {
    let (octets, mail_octets) = (limits::REPORT_OCTETS, limits::REPORT_MAIL_OCTETS);
    let finding = match why {
        "too-large" => Finding::new(&codes::TOO_LARGE, ROOT, &[&octets]),
        "mail-too-large" => Finding::new(&codes::MAIL_TOO_LARGE, "mail", &[&mail_octets]),
        "compression" => Finding::new(&codes::COMPRESSION, ROOT, &[&detail]),
        "mail-empty" => Finding::new(&codes::MAIL_EMPTY, "mail", &[&detail]),
        "mail-encrypted" => Finding::new(&codes::MAIL_ENCRYPTED, "mail", &[&detail]),
        _ => Finding::new(&codes::MAIL, "mail", &[&detail]),
    };
    Checked {
        value: None,
        findings: vec![finding],
    }
}
