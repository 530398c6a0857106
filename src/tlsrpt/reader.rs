//! Reads the JSON of a report (RFC 8460 §4.4) leniently: what real senders write is taken with a finding, and nothing
//! is lost: a member that has no field, or whose value has another type, is kept in `extensions`. The subject of a
//! finding is the path to its member.

use core::net::IpAddr;
use std::borrow::Cow;

use serde::Deserialize;

use super::json::{self, Kind, Node, Why};
use super::report::{
    DateRange, Extensions, FailureDetail, PolicyDescription, Report, ReportedPolicy, SessionCounts,
};
use crate::finding::{Checked, Entry, Finding, Findings, Span, codes::report as codes};
use crate::limits;
use crate::name::Name;
use crate::ordered::by_key;
use crate::result_type::ResultType;
use crate::time::Time;
use crate::value::Value;

/// Reads the JSON of a report. No value where it is no JSON, no object, or larger than [`limits::REPORT_OCTETS`].
///
/// ```
/// let json = br#"{"organization-name": "Example", "report-id": "1", "policies": [{"summary": {}}]}"#;
/// let checked = mxseal::tlsrpt::parse_report(json);
/// assert_eq!(checked.value.map(|report| report.policies.len()), Some(1));
/// assert!(checked.findings.iter().any(|finding| finding.subject == "date-range"));
/// ```
#[must_use]
pub fn parse_report(json: &[u8]) -> Checked<Report> {
    let mut reader = Reader::default();
    let value = reader.read(json);
    let mut findings = reader.findings.close(&codes::FINDINGS_OMITTED, ROOT);
    place(json, &mut findings);
    Checked { value, findings }
}

/// What a finding about the whole is about.
pub(super) const ROOT: &str = "report";

/// The object `{}` and what of it was not taken yet.
struct Object<'a> {
    path: String,
    members: Vec<(Cow<'a, str>, Node<'a>)>,
    extensions: Extensions,
    start: usize,
    end: usize,
}

impl Object<'_> {
    fn path(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// What it means that a member is missing.
#[derive(Clone, Copy)]
enum Missing {
    Nothing,
    /// Senders have no address where no connection was made.
    Address,
    Fault,
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    findings: Findings,
}

impl<'a> Reader<'a> {
    fn read(&mut self, json: &'a [u8]) -> Option<Report> {
        if json.len() > limits::REPORT_OCTETS {
            self.raise(&codes::TOO_LARGE, ROOT, (0, 0), &limits::REPORT_OCTETS, &"");
            return None;
        }
        let Ok(text) = core::str::from_utf8(json) else {
            self.raise(&codes::ENCODING, ROOT, (0, 0), &"", &"");
            return None;
        };
        let bare = text.strip_prefix('\u{feff}');
        if bare.is_some() {
            self.raise(&codes::BOM, ROOT, (0, 0), &"", &"");
        }
        // Spans count from here; `place` adds the mark.
        self.text = bare.unwrap_or(text);
        let root = match json::parse(self.text) {
            Ok(root) => root,
            Err(fault) => {
                let at = (fault.at, fault.at);
                match fault.why {
                    Why::Syntax(what) => self.raise(&codes::NOT_JSON, ROOT, at, &what, &""),
                    Why::Bound(what, bound) => {
                        self.raise(&codes::TOO_MANY, ROOT, at, &what, &bound)
                    }
                }
                return None;
            }
        };
        if !matches!(root.kind, Kind::Object(_)) {
            let at = (root.start, root.end);
            self.raise(&codes::NOT_OBJECT, ROOT, at, &root.word(), &"");
            return None;
        }
        let mut nowhere = Extensions::new();
        let mut root = self.object(root, String::new(), "", &mut nowhere)?;
        Some(Report {
            organization_name: self.text(&mut root, "organization-name", Missing::Fault),
            date_range: self.date_range(&mut root),
            contact_info: self.text(&mut root, "contact-info", Missing::Fault),
            report_id: self.text(&mut root, "report-id", Missing::Fault),
            policies: self.policies(&mut root),
            extensions: self.close(root),
        })
    }

    fn date_range(&mut self, root: &mut Object<'a>) -> DateRange {
        let Some(mut range) = self.inner(root, "date-range") else {
            return DateRange::default();
        };
        let found = DateRange {
            start_datetime: self.time(&mut range, "start-datetime"),
            end_datetime: self.time(&mut range, "end-datetime"),
        };
        let at = (range.start, range.end);
        if let (Some(start), Some(end)) = (found.start_datetime, found.end_datetime)
            && end < start
        {
            self.raise(&codes::DATE_RANGE, "date-range", at, &start, &end);
        }
        // The range has no place for them.
        for (name, json) in self.close(range) {
            root.extensions.push((format!("date-range.{name}"), json));
        }
        found
    }

    fn policies(&mut self, root: &mut Object<'a>) -> Vec<ReportedPolicy> {
        let mut policies = Vec::new();
        for mut entry in self.objects(root, "policies", Missing::Nothing) {
            let policy = self.policy(&mut entry);
            let summary = self.counts(&mut entry);
            let details = self.objects(&mut entry, "failure-details", Missing::Nothing);
            let failure_details: Vec<_> = details.into_iter().map(|one| self.detail(one)).collect();
            let told = failure_details.iter().fold(0_u64, |sum, detail| {
                sum.saturating_add(detail.failed_session_count.unwrap_or_default())
            });
            // More than all may be told: one session can fail in several ways (RFC 8460 §4).
            if let Some(total) = summary
                .total_failure_session_count
                .filter(|total| *total > told)
            {
                let at = (entry.start, entry.end);
                self.raise(
                    &codes::FAILURES_UNTOLD,
                    &entry.path.clone(),
                    at,
                    &total,
                    &told,
                );
            }
            policies.push(ReportedPolicy {
                policy,
                summary,
                failure_details,
                extensions: self.close(entry),
            });
        }
        if policies.is_empty() {
            let at = (root.start, root.end);
            self.raise(&codes::POLICIES_MISSING, "policies", at, &"", &"");
        }
        policies
    }

    fn policy(&mut self, entry: &mut Object<'a>) -> PolicyDescription {
        let Some(mut policy) = self.inner(entry, "policy") else {
            return PolicyDescription::default();
        };
        let is_type = |word: &str| matches!(word, "tlsa" | "sts" | "no-policy-found");
        let is_domain = |text: &str| Name::parse(text).is_ok_and(|name| !name.is_root());
        PolicyDescription {
            policy_type: self.known(
                &mut policy,
                "policy-type",
                Missing::Fault,
                &codes::POLICY_TYPE,
                &is_type,
            ),
            policy_string: self.texts(&mut policy, "policy-string"),
            policy_domain: self.known(
                &mut policy,
                "policy-domain",
                Missing::Fault,
                &codes::POLICY_DOMAIN,
                &is_domain,
            ),
            mx_host: self.texts(&mut policy, "mx-host"),
            extensions: self.close(policy),
        }
    }

    fn counts(&mut self, entry: &mut Object<'a>) -> SessionCounts {
        let Some(mut summary) = self.inner(entry, "summary") else {
            return SessionCounts::default();
        };
        SessionCounts {
            total_successful_session_count: self
                .count(&mut summary, "total-successful-session-count"),
            total_failure_session_count: self.count(&mut summary, "total-failure-session-count"),
            extensions: self.close(summary),
        }
    }

    fn detail(&mut self, mut detail: Object<'a>) -> FailureDetail {
        let is_type = |word: &str| ResultType::deserialize(Value::Text(word.to_owned())).is_ok();
        let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
        let (address, nothing) = (Missing::Address, Missing::Nothing);
        FailureDetail {
            result_type: self.known(
                &mut detail,
                "result-type",
                Missing::Fault,
                &codes::RESULT_TYPE,
                &is_type,
            ),
            sending_mta_ip: self.known(
                &mut detail,
                "sending-mta-ip",
                address,
                &codes::ADDRESS,
                &is_address,
            ),
            receiving_mx_hostname: self.text(&mut detail, "receiving-mx-hostname", address),
            receiving_mx_helo: self.text(&mut detail, "receiving-mx-helo", nothing),
            receiving_ip: self.known(
                &mut detail,
                "receiving-ip",
                address,
                &codes::ADDRESS,
                &is_address,
            ),
            failed_session_count: self.count(&mut detail, "failed-session-count"),
            additional_information: self.text(&mut detail, "additional-information", nothing),
            failure_reason_code: self.text(&mut detail, "failure-reason-code", nothing),
            extensions: self.close(detail),
        }
    }

    /// Takes a node as an object; of a repeated member the last stays, as with JSON.parse and most others. Where it
    /// is none, it is kept as the holder's `name`.
    fn object(
        &mut self,
        node: Node<'a>,
        path: String,
        name: &str,
        holder: &mut Extensions,
    ) -> Option<Object<'a>> {
        let (start, end) = (node.start, node.end);
        let Kind::Object(all) = node.kind else {
            self.keep(&node, &path, name, "an object", holder);
            return None;
        };
        let mut object = Object {
            path,
            members: Vec::new(),
            extensions: Vec::new(),
            start,
            end,
        };
        let mut rest = all.into_iter();
        while let Some((name, node)) = rest.next() {
            if rest.as_slice().iter().any(|(later, _)| *later == name) {
                let path = object.path(&name);
                self.raise(
                    &codes::MEMBER_REPEATED,
                    &path,
                    (node.start, node.end),
                    &name,
                    &"",
                );
                self.set_aside(&node, &name, &mut object.extensions);
            } else {
                object.members.push((name, node));
            }
        }
        Some(object)
    }

    /// A member that is there and not null.
    fn take(
        &mut self,
        object: &mut Object<'a>,
        name: &'static str,
        missing: Missing,
    ) -> Option<Node<'a>> {
        let found = object.members.iter().position(|(known, _)| known == name);
        let Some(at) = found else {
            let entry = match missing {
                Missing::Nothing => return None,
                Missing::Address => &codes::ADDRESS_MISSING,
                Missing::Fault => &codes::MEMBER_MISSING,
            };
            let place = (object.start, object.end);
            self.raise(entry, &object.path(name), place, &name, &"");
            return None;
        };
        let (_, node) = object.members.remove(at);
        if matches!(node.kind, Kind::Null) {
            self.raise(
                &codes::MEMBER_NULL,
                &object.path(name),
                (node.start, node.end),
                &name,
                &"",
            );
            return None;
        }
        Some(node)
    }

    fn inner(&mut self, object: &mut Object<'a>, name: &'static str) -> Option<Object<'a>> {
        let node = self.take(object, name, Missing::Fault)?;
        let path = object.path(name);
        self.object(node, path, name, &mut object.extensions)
    }

    /// The elements of a member, each with its path.
    fn list(
        &mut self,
        object: &mut Object<'a>,
        name: &'static str,
        missing: Missing,
    ) -> Vec<Node<'a>> {
        match self.take(object, name, missing) {
            None => Vec::new(),
            Some(Node {
                kind: Kind::List(list),
                ..
            }) => list,
            Some(node) => {
                let path = object.path(name);
                self.keep(&node, &path, name, "an array", &mut object.extensions);
                Vec::new()
            }
        }
    }

    fn objects(
        &mut self,
        holder: &mut Object<'a>,
        name: &'static str,
        missing: Missing,
    ) -> Vec<Object<'a>> {
        let mut objects = Vec::new();
        for (at, node) in self.list(holder, name, missing).into_iter().enumerate() {
            let own = format!("{name}[{at}]");
            let path = holder.path(&own);
            objects.extend(self.object(node, path, &own, &mut holder.extensions));
        }
        objects
    }

    /// An array of strings; one string alone is taken for it, as RFC 8460 itself writes it in appendix B.
    fn texts(&mut self, object: &mut Object<'a>, name: &'static str) -> Vec<String> {
        let Some(node) = self.take(object, name, Missing::Nothing) else {
            return Vec::new();
        };
        let path = object.path(name);
        let list = match node.kind {
            Kind::List(list) => list,
            Kind::Text(text) => {
                self.raise(&codes::NOT_LIST, &path, (node.start, node.end), &name, &"");
                return vec![text.into_owned()];
            }
            _ => {
                self.keep(
                    &node,
                    &path,
                    name,
                    "an array of strings",
                    &mut object.extensions,
                );
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for (at, node) in list.into_iter().enumerate() {
            if let Kind::Text(text) = node.kind {
                texts.push(text.into_owned());
                continue;
            }
            let own = format!("{name}[{at}]");
            let path = object.path(&own);
            self.keep(&node, &path, &own, "a string", &mut object.extensions);
        }
        texts
    }

    fn text(
        &mut self,
        object: &mut Object<'a>,
        name: &'static str,
        missing: Missing,
    ) -> Option<String> {
        self.string(object, name, missing).map(|(text, _)| text)
    }

    fn string(
        &mut self,
        object: &mut Object<'a>,
        name: &'static str,
        missing: Missing,
    ) -> Option<(String, (usize, usize))> {
        let node = self.take(object, name, missing)?;
        if let Kind::Text(text) = node.kind {
            return Some((text.into_owned(), (node.start, node.end)));
        }
        let path = object.path(name);
        self.keep(&node, &path, name, "a string", &mut object.extensions);
        None
    }

    /// A string that should be of a kind; another stays as it is, with the finding `otherwise`.
    fn known(
        &mut self,
        object: &mut Object<'a>,
        name: &'static str,
        missing: Missing,
        otherwise: &Entry,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let (text, at) = self.string(object, name, missing)?;
        if !is_known(&text) {
            self.raise(otherwise, &object.path(name), at, &text, &"");
        }
        Some(text)
    }

    fn time(&mut self, range: &mut Object<'a>, name: &'static str) -> Option<Time> {
        let (text, at) = self.string(range, name, Missing::Fault)?;
        let path = range.path(name);
        let found = text.parse().ok().or_else(|| {
            let zoned = ["Z", "T00:00:00Z"]
                .iter()
                .find_map(|end| format!("{text}{end}").parse().ok());
            if zoned.is_some() {
                self.raise(&codes::TIME_ZONE, &path, at, &name, &text);
            }
            zoned
        });
        if found.is_none() {
            self.raise(&codes::TIME, &path, at, &name, &text);
            let raw = self.text.get(at.0..at.1).unwrap_or_default();
            range.extensions.push((name.to_owned(), raw.to_owned()));
        }
        found
    }

    fn count(&mut self, object: &mut Object<'a>, name: &'static str) -> Option<u64> {
        let node = self.take(object, name, Missing::Fault)?;
        let path = object.path(name);
        let place = (node.start, node.end);
        let (digits, quoted) = match &node.kind {
            Kind::Number(digits) => (*digits, false),
            Kind::Text(text) => (&**text, true),
            _ => {
                self.keep(&node, &path, name, "a number", &mut object.extensions);
                return None;
            }
        };
        // `u64` would take a sign.
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let count = digits
            .parse()
            .ok()
            .filter(|count| plain && *count <= limits::REPORT_COUNT);
        if count.is_none() {
            self.raise(&codes::COUNT, &path, place, &name, &digits);
            self.set_aside(&node, name, &mut object.extensions);
        } else if quoted {
            self.raise(&codes::NUMBER_TEXT, &path, place, &name, &"");
        }
        count
    }

    /// What is left of an object is what the RFC does not name.
    fn close(&mut self, mut object: Object<'a>) -> Extensions {
        for (name, node) in core::mem::take(&mut object.members) {
            let path = object.path(&name);
            self.raise(
                &codes::MEMBER_UNKNOWN,
                &path,
                (node.start, node.end),
                &name,
                &"",
            );
            self.set_aside(&node, &name, &mut object.extensions);
        }
        object.extensions
    }

    /// A value of another type than `wanted`.
    fn keep(
        &mut self,
        node: &Node<'_>,
        path: &str,
        name: &str,
        wanted: &str,
        holder: &mut Extensions,
    ) {
        let (entry, word) = (&codes::MEMBER_TYPE, node.word());
        self.findings.raise(entry, || {
            let finding = Finding::new(entry, path, &[&name, &word, &wanted]);
            finding.at(unplaced((node.start, node.end)))
        });
        self.set_aside(node, name, holder);
    }

    fn set_aside(&self, node: &Node<'_>, name: &str, holder: &mut Extensions) {
        let json = self.text.get(node.start..node.end).unwrap_or_default();
        holder.push((name.to_owned(), json.to_owned()));
    }

    fn raise(
        &mut self,
        entry: &Entry,
        path: &str,
        at: (usize, usize),
        first: &dyn core::fmt::Display,
        second: &dyn core::fmt::Display,
    ) {
        self.findings.raise(entry, || {
            Finding::new(entry, path, &[first, second]).at(unplaced(at))
        });
    }
}

/// A span that [`place`] will complete.
fn unplaced((start, end): (usize, usize)) -> Span {
    Span {
        line: 1,
        column: 1,
        start,
        end,
    }
}

/// Lines and columns of all findings, in one pass over the text, however long its lines are.
fn place(json: &[u8], findings: &mut [Finding]) {
    let (shift, text) = match json.strip_prefix(b"\xef\xbb\xbf") {
        Some(text) => (3, text),
        None => (0, json),
    };
    let spans = findings
        .iter_mut()
        .filter_map(|finding| finding.span.as_mut());
    let (mut at, mut line, mut column) = (0, 1_usize, 1_usize);
    for span in by_key(spans, |span| span.start) {
        for byte in text.get(at..span.start).unwrap_or_default() {
            if *byte == b'\n' {
                line = line.saturating_add(1);
                column = 1;
            } else if *byte & 0xc0 != 0x80 {
                column = column.saturating_add(1);
            }
        }
        at = span.start;
        (span.line, span.column) = (line, column);
        span.start = span.start.saturating_add(shift);
        span.end = span.end.saturating_add(shift);
    }
}
