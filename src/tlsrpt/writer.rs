//! Writes a report strictly (RFC 8460 §4.4, §5): its JSON, the file name, the body for HTTPS, and a mail that is yet to
//! be signed. What RFC 8460 does not allow is refused, and so is what would break out of a header. gzip and DKIM are
//! the caller's.

use core::fmt::{self, Display, Write as _};
use core::net::IpAddr;
use std::borrow::Cow;

use base64ct::{Base64, Encoding};
use serde::Serialize;

use super::reader;
use super::report::{Class, Extensions, Member, Report, ReportedPolicy, Slot};
use crate::bytes::Bytes;
use crate::finding::Severity;
use crate::name::Name;
use crate::time::Time;
use crate::value::read_struct;

/// What RFC 8460 does not allow, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteError {
    path: String,
    why: Cow<'static, str>,
}

impl Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.why)
    }
}

impl core::error::Error for WriteError {}

/// How a report travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The sending domain; by RFC 8460 §5.3 that of the report's contact.
    pub submitter: Option<String>,
    /// The author of the mail; `None`: the report's contact.
    pub from: Option<String>,
    /// The recipient.
    pub to: Option<String>,
    /// The date of the mail.
    pub at: Time,
    /// Whether the body is compressed.
    pub gzip: bool,
}

read_struct!(Envelope {
    submitter: "submitter" or default,
    from: "from" or default,
    to: "to" or default,
    at: "at",
    gzip: "gzip",
});

/// A report ready to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Packed {
    /// Of the body over HTTPS (RFC 8460 §5.4).
    pub media_type: &'static str,
    /// RFC 8460 §5.1.
    pub file_name: String,
    /// RFC 8460 §5.3.
    pub mail: Mail,
}

/// A mail without its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Names and values, one line each.
    pub headers: Vec<(String, String)>,
    /// With CRLF line ends, lines no longer than 998 octets.
    pub body: Bytes,
}

/// The JSON of a report, as RFC 8460 §4.4 names its members.
///
/// # Errors
/// What RFC 8460 §4.4 does not allow, and whatever [`parse_report`](super::parse_report) would warn of.
pub fn report_json(report: &Report) -> Result<String, WriteError> {
    Checked::of(report)?;
    let json = write_json(&mut report.clone(), false);
    let read = reader::parse_report(json.as_bytes());
    match read
        .findings
        .into_iter()
        .find(|finding| finding.severity <= Severity::Warning)
    {
        Some(finding) => Err(WriteError {
            path: finding.subject,
            why: finding.message.into(),
        }),
        None => Ok(json),
    }
}

/// What goes around the body, which is the JSON or its gzip form.
///
/// # Errors
/// What RFC 8460 §4.4 and §5 do not allow.
pub fn pack_report(
    report: &Report,
    envelope: &Envelope,
    body: &[u8],
) -> Result<Packed, WriteError> {
    let Checked {
        contact,
        submitter,
        domain,
        start,
        end,
        id,
    } = Checked::of(report)?;
    if let Some(given) = &envelope.submitter
        && Name::parse(given).ok().as_ref() != Some(&submitter)
    {
        return Err(fault(
            "submitter",
            "is not the domain of the report's contact (RFC 8460 §5.3)",
        ));
    }
    let from = envelope.from.as_deref().unwrap_or(contact);
    mailbox("from", from)?;
    let (suffix, media_type) = if envelope.gzip {
        (".gz", "application/tlsrpt+gzip")
    } else {
        ("", "application/tlsrpt+json")
    };
    let unique: String = id
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(ID_OCTETS)
        .collect();
    let separator = if unique.is_empty() { "" } else { "!" };
    let (first, last) = (start.unix(), end.unix());
    let file_name = format!("{submitter}!{domain}!{first}!{last}{separator}{unique}.json{suffix}");
    let message_id = message_id(id, &submitter);
    let mut headers = vec![("From", from.to_owned())];
    if let Some(to) = envelope.to.as_deref() {
        mailbox("to", to)?;
        headers.push(("To", to.to_owned()));
    }
    headers.extend([
        ("Date", date(envelope.at)),
        ("Message-ID", message_id.clone()),
        (
            "Subject",
            format!("Report Domain: {domain} Submitter: {submitter} Report-ID: {message_id}"),
        ),
        ("TLS-Report-Domain", domain.to_string()),
        ("TLS-Report-Submitter", submitter.to_string()),
        // RFC 8689 §3: that no relay on the way holds it back either (RFC 8460 §5.3: failures are not honoured).
        ("TLS-Required", "No".to_owned()),
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("MIME-Version", "1.0".to_owned()),
        (
            "Content-Type",
            format!("multipart/report; report-type=\"tlsrpt\"; boundary=\"{BOUNDARY}\""),
        ),
    ]);
    let mut mail = format!(
        "--{BOUNDARY}\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\
         This is an aggregate TLS report (RFC 8460)\r\nabout {domain}\r\nfrom {submitter}\r\nfor {start} to {end}\r\n\
         --{BOUNDARY}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment;\r\n filename=\"{file_name}\"\r\n\r\n"
    );
    // RFC 2045 §6.8: no line of base64 is longer than 76. 57 octets make one.
    for line in body.chunks(57) {
        mail.push_str(&Base64::encode_string(line));
        mail.push_str("\r\n");
    }
    mail.push_str("--");
    mail.push_str(BOUNDARY);
    mail.push_str("--\r\n");
    Ok(Packed {
        media_type,
        file_name,
        mail: Mail {
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            body: Bytes(mail.into_bytes()),
        },
    })
}

/// What every part of a report needs of it, once it is known to be there.
struct Checked<'a> {
    contact: &'a str,
    submitter: Name,
    domain: Name,
    start: Time,
    end: Time,
    id: &'a str,
}

impl<'a> Checked<'a> {
    fn of(report: &'a Report) -> Result<Self, WriteError> {
        line("organization-name", report.organization_name.as_deref())?;
        line("report-id", report.report_id.as_deref())?;
        let contact = report.contact_info.as_deref().unwrap_or_default();
        let submitter = mailbox("contact-info", contact)?;
        let range = &report.date_range;
        let (Some(start), Some(end)) = (range.start_datetime, range.end_datetime) else {
            return Err(fault("date-range", MISSING));
        };
        if end <= start {
            return Err(fault("date-range", "ends before it begins"));
        }
        let mut others = report.extensions.first();
        let mut domain = None;
        for (at, reported) in report.policies.iter().enumerate() {
            let ReportedPolicy {
                policy,
                summary,
                failure_details: details,
                extensions,
            } = reported;
            let path = format!("policies[{at}].policy.policy-domain");
            let own = host(&path, policy.policy_domain.as_deref())?;
            if domain.as_ref().is_some_and(|first| *first != own) {
                return Err(fault(
                    &path,
                    "is another than that of the first policy: one report is about one domain",
                ));
            }
            domain = Some(own);
            let total = summary.total_failure_session_count;
            if details
                .iter()
                .any(|detail| detail.failed_session_count > total)
            {
                let path = format!("policies[{at}].failure-details");
                return Err(fault(&path, "tells of more sessions than failed in all"));
            }
            let inner = details.iter().map(|detail| &detail.extensions);
            for extensions in inner.chain([extensions, &policy.extensions, &summary.extensions]) {
                others = others.or(extensions.first());
            }
        }
        if let Some((name, _)) = others {
            return Err(fault(name, "is no member of RFC 8460 §4.4"));
        }
        let Some(domain) = domain else {
            return Err(fault("policies", "holds none"));
        };
        Ok(Self {
            contact,
            submitter,
            domain,
            start,
            end,
            id: report.report_id.as_deref().unwrap_or_default(),
        })
    }
}

fn fault(path: &str, why: &'static str) -> WriteError {
    WriteError {
        path: path.to_owned(),
        why: why.into(),
    }
}

/// A text of one line, not empty.
fn line(path: &str, text: Option<&str>) -> Result<(), WriteError> {
    match text {
        Some("") | None => Err(fault(path, MISSING)),
        Some(text) if text.chars().any(char::is_control) => {
            Err(fault(path, "holds a control character"))
        }
        _ => Ok(()),
    }
}

fn host(path: &str, text: Option<&str>) -> Result<Name, WriteError> {
    let name = Name::parse(text.unwrap_or_default()).ok();
    // People do receive mail at names with underscores.
    let is_plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    name.filter(|name| !name.is_root() && name.labels().flatten().all(is_plain))
        .ok_or_else(|| fault(path, "is no host name in A-labels"))
}

/// The domain of an addr-spec (RFC 5322 §3.4.1). Reading: the local part is a dot-atom; nobody reports from a quoted one.
fn mailbox(path: &str, text: &str) -> Result<Name, WriteError> {
    let found = text.rsplit_once('@').filter(|(local, _)| {
        local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
    });
    match found {
        Some((_, domain)) => host(path, Some(domain)),
        None => Err(fault(path, "is no mail address such as `tls@example.com`")),
    }
}

/// RFC 5322 §3.2.3.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// `<id-left@id-right>` (RFC 5322 §3.6.4): the report's id where it is one already, else what of it may stand there.
fn message_id(id: &str, submitter: &Name) -> String {
    let (left, right) = match id
        .rsplit_once('@')
        .map(|(left, right)| (left, Name::parse(right)))
    {
        Some((left, Ok(right))) if right.is_host_name() => (left, right),
        _ => (id, submitter.clone()),
    };
    let clean: String = left
        .chars()
        .take(ID_OCTETS)
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let atoms: Vec<&str> = clean.split('.').filter(|atom| !atom.is_empty()).collect();
    let left = if atoms.is_empty() {
        "report".to_owned()
    } else {
        atoms.join(".")
    };
    format!("<{left}@{right}>")
}

/// RFC 5322 §3.3.
fn date(at: Time) -> String {
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    // 1970-01-01 was a Thursday.
    let weekday =
        DAYS.get(usize::try_from(at.unix().div_euclid(86_400).rem_euclid(7)).unwrap_or_default());
    let month = part(5, 7)
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.saturating_sub(1)));
    let (weekday, month) = (weekday.unwrap_or(&""), month.unwrap_or(&""));
    format!(
        "{weekday}, {} {month} {} {} +0000",
        part(8, 10),
        part(0, 4),
        part(11, 19)
    )
}

/// A report as JavaScript has it, as JSON: names in camel case, null for what there is not, `extensions` apart.
#[must_use]
pub fn report_for_javascript(mut report: Report) -> String {
    write_json(&mut report, true)
}

/// The JSON of a report: as the RFC has it, or as JavaScript does, with what else was there.
fn write_json(report: &mut Report, camel: bool) -> String {
    let mut json = Json {
        out: String::new(),
        camel,
    };
    json.begin('{');
    json.members(report.members());
    json.name("date-range");
    json.begin('{');
    json.members(report.date_range.members());
    json.end('}');
    json.name("policies");
    json.begin('[');
    for reported in &mut report.policies {
        json.begin('{');
        json.name("policy");
        json.begin('{');
        json.members(reported.policy.members());
        json.close(&reported.policy.extensions);
        json.name("summary");
        json.begin('{');
        json.members(reported.summary.members());
        json.close(&reported.summary.extensions);
        json.name("failure-details");
        json.begin('[');
        for detail in &mut reported.failure_details {
            json.begin('{');
            json.members(detail.members());
            json.close(&detail.extensions);
        }
        json.end(']');
        json.close(&reported.extensions);
    }
    json.end(']');
    json.close(&report.extensions);
    json.out
}

struct Json {
    out: String,
    camel: bool,
}

impl Json {
    /// What stands before every value in an object or array but the first.
    fn separate(&mut self) {
        if !matches!(self.out.chars().next_back(), None | Some('{' | '[' | ':')) {
            self.out.push(',');
        }
    }

    fn begin(&mut self, bracket: char) {
        self.separate();
        self.out.push(bracket);
    }

    fn end(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    fn name(&mut self, name: &str) {
        if self.camel {
            self.text(&reader::camel_case(name));
        } else {
            self.text(name);
        }
        self.out.push(':');
    }

    fn members(&mut self, members: Vec<Member<'_>>) {
        for (name, class, slot) in members {
            // RFC 8460 knows no null: what there is not is left out, and an address that there never was.
            let value = match slot {
                Slot::Text(text) => text.as_deref().map(|text| match text.parse::<IpAddr>() {
                    // As RFC 5952 writes it.
                    Ok(address) if class == Class::Address && !self.camel => {
                        quote(&address.to_string())
                    }
                    _ => quote(text),
                }),
                Slot::Count(count) => count.map(|count| count.to_string()),
                Slot::Time(time) => time.map(|time| quote(&time.to_string())),
                Slot::Texts(texts) => {
                    if self.camel || class == Class::Lines || !texts.is_empty() {
                        self.name(name);
                        self.begin('[');
                        for text in texts {
                            self.text(text);
                        }
                        self.end(']');
                    }
                    continue;
                }
            };
            let absent = self.camel.then(|| "null".to_owned());
            if let Some(value) = value.or(absent) {
                self.name(name);
                self.out.push_str(&value);
            }
        }
    }

    /// Ends an object.
    fn close(&mut self, extensions: &Extensions) {
        if self.camel {
            self.name("extensions");
            self.begin('[');
            for (name, value) in extensions {
                self.begin('[');
                self.text(name);
                self.text(value);
                self.end(']');
            }
            self.end(']');
        }
        self.end('}');
    }

    fn text(&mut self, text: &str) {
        self.separate();
        self.out.push_str(&quote(text));
    }
}

/// RFC 8259 §7.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\0'..='\u{1f}' => {
                let _infallible = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

const MISSING: &str = "is missing";
/// Octets of a report's id that go into headers and file names, which have bounds of their own.
const ID_OCTETS: usize = 64;
/// `=_` stands in no line of base64 (RFC 2045 §6.7).
const BOUNDARY: &str = "=_mxseal.tlsrpt";
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
