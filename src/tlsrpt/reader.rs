//! Reads the JSON of a report (RFC 8460 §4.4) leniently: what real senders write is taken with a finding, and nothing
//! is lost: a member that has no field, or whose value has another type, is kept in `extensions`. The subject of a
//! finding is the path to its member.

use core::fmt::Display;
use std::borrow::Cow;

use super::class::{Class, otherwise};
use super::json::{self, Kind, Node, Why};
use super::json_text::camel_case;
use super::places::place;
use super::report::{
    DateRange, Extensions, FailureDetail, Member, PolicyDescription, Report, ReportedPolicy,
    SessionCounts, Slot,
};
use crate::finding::{Checked, Entry, Finding, Findings, Span, codes::report as codes};
use crate::limits;
use crate::time::Time;

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
    let mut reader = Reader::new(false);
    let value = reader.octets(json);
    let mut findings = reader.findings.close(&codes::FINDINGS_OMITTED, ROOT);
    place(json, &mut findings);
    Checked { value, findings }
}

/// Reads a report as JavaScript has it: names in camel case, `extensions` apart.
///
/// # Errors
/// The path to what is not of the type that it must be.
pub fn report_of_json(text: &str) -> Result<Report, String> {
    let mut reader = Reader::new(true);
    let report = reader.whole(text, limits::REPORT_VALUES.saturating_mul(4));
    match (report, reader.mistaken) {
        (Some(report), None) => Ok(report),
        (_, mistaken) => Err(mistaken.unwrap_or_else(|| ROOT.to_owned())),
    }
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

    fn at(&self) -> (usize, usize) {
        (self.start, self.end)
    }
}

struct Reader<'a> {
    text: &'a str,
    findings: Findings,
    /// Whether names are as in JavaScript.
    camel: bool,
    /// The path to the first value that was set aside.
    mistaken: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(camel: bool) -> Self {
        Self {
            text: "",
            findings: Findings::default(),
            camel,
            mistaken: None,
        }
    }

    fn octets(&mut self, json: &'a [u8]) -> Option<Report> {
        if json.len() > limits::REPORT_OCTETS {
            self.raise(&codes::TOO_LARGE, ROOT, (0, 0), &[&limits::REPORT_OCTETS]);
            return None;
        }
        let Ok(text) = core::str::from_utf8(json) else {
            self.raise(&codes::ENCODING, ROOT, (0, 0), &[]);
            return None;
        };
        let bare = text.strip_prefix('\u{feff}');
        if bare.is_some() {
            self.raise(&codes::BOM, ROOT, (0, 0), &[]);
        }
        // Spans count from after the mark; `place` adds it.
        self.whole(bare.unwrap_or(text), limits::REPORT_VALUES)
    }

    fn whole(&mut self, text: &'a str, most: usize) -> Option<Report> {
        self.text = text;
        let root = match json::parse(text, most) {
            Ok(document) => {
                for half in document.halves {
                    self.raise(&codes::SURROGATE, ROOT, half, &[]);
                }
                document.root
            }
            Err(fault) => {
                let at = (fault.at, fault.at);
                match fault.why {
                    Why::Syntax(what) => self.raise(&codes::NOT_JSON, ROOT, at, &[&what]),
                    Why::Bound(what, bound) => {
                        self.raise(&codes::TOO_MANY, ROOT, at, &[&what, &bound])
                    }
                }
                return None;
            }
        };
        if !matches!(root.kind, Kind::Object(_)) {
            let (at, word) = ((root.start, root.end), root.word());
            self.raise(&codes::NOT_OBJECT, ROOT, at, &[&word]);
            return None;
        }
        let mut nowhere = Extensions::new();
        let mut root = self.object(root, String::new(), "", &mut nowhere)?;
        let mut report = Report::default();
        self.fill(&mut root, report.members());
        report.date_range = self.date_range(&mut root);
        for entry in self.objects(&mut root, "policies") {
            let policy = self.policy(entry);
            report.policies.push(policy);
        }
        if report.policies.is_empty() {
            self.raise(&codes::POLICIES_MISSING, "policies", root.at(), &[]);
        }
        report.extensions = self.close(root);
        Some(report)
    }

    fn date_range(&mut self, root: &mut Object<'a>) -> DateRange {
        let mut found = DateRange::default();
        let Some(mut range) = self.inner(root, "date-range") else {
            return found;
        };
        self.fill(&mut range, found.members());
        if let (Some(start), Some(end)) = (found.start_datetime, found.end_datetime)
            && end < start
        {
            self.raise(
                &codes::DATE_RANGE,
                "date-range",
                range.at(),
                &[&start, &end],
            );
        }
        // The range has no place for them.
        for (name, json) in self.close(range) {
            root.extensions.push((format!("date-range.{name}"), json));
        }
        found
    }

    fn policy(&mut self, mut entry: Object<'a>) -> ReportedPolicy {
        let mut policy = PolicyDescription::default();
        if let Some(mut inner) = self.inner(&mut entry, "policy") {
            self.fill(&mut inner, policy.members());
            policy.extensions = self.close(inner);
        }
        let mut summary = SessionCounts::default();
        if let Some(mut inner) = self.inner(&mut entry, "summary") {
            self.fill(&mut inner, summary.members());
            summary.extensions = self.close(inner);
        }
        let mut failure_details = Vec::new();
        let mut told = 0_u64;
        for mut inner in self.objects(&mut entry, "failure-details") {
            let mut detail = FailureDetail::default();
            self.fill(&mut inner, detail.members());
            detail.extensions = self.close(inner);
            told = told.saturating_add(detail.failed_session_count.unwrap_or_default());
            failure_details.push(detail);
        }
        // More than all may be told: one session can fail in several ways (RFC 8460 §4).
        let total = summary.total_failure_session_count.unwrap_or_default();
        if total > told {
            self.raise(
                &codes::FAILURES_UNTOLD,
                &entry.path,
                entry.at(),
                &[&total, &told],
            );
        }
        ReportedPolicy {
            policy,
            summary,
            failure_details,
            extensions: self.close(entry),
        }
    }

    /// Reads all members of an object that are no objects.
    fn fill(&mut self, object: &mut Object<'a>, members: Vec<Member<'_>>) {
        for (name, class, slot) in members {
            let absent = match class {
                Class::Lines | Class::Patterns | Class::Remark | Class::Uri => None,
                // There is none where no connection was made.
                Class::Host | Class::Address => Some(&codes::ADDRESS_MISSING),
                _ => Some(&codes::MEMBER_MISSING),
            };
            let Some(node) = self.take(object, name, absent) else {
                continue;
            };
            let path = object.path(name);
            let is_read = match slot {
                Slot::Text(slot) => {
                    *slot = self.string(&node, class, &path);
                    slot.is_some()
                }
                Slot::Count(slot) => {
                    *slot = self.count(&node, &path);
                    slot.is_some()
                }
                Slot::Time(slot) => {
                    *slot = self.time(&node, class, &path);
                    slot.is_some()
                }
                Slot::Texts(slot) => {
                    self.texts(node, class, name, object, slot);
                    continue;
                }
            };
            if !is_read {
                self.set_aside(&node, &path, name, &mut object.extensions);
            }
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
            self.refuse(&node, &path, "an object");
            self.set_aside(&node, &path, name, holder);
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
                let (path, at) = (object.path(&name), (node.start, node.end));
                self.raise(&codes::MEMBER_REPEATED, &path, at, &[&name]);
                self.set_aside(&node, &path, &name, &mut object.extensions);
            } else {
                object.members.push((name, node));
            }
        }
        Some(object)
    }

    /// A member that is there and not null; otherwise with the finding `absent`.
    fn take(
        &mut self,
        object: &mut Object<'a>,
        name: &str,
        absent: Option<&'static Entry>,
    ) -> Option<Node<'a>> {
        let spelt = if self.camel {
            Cow::Owned(camel_case(name))
        } else {
            Cow::Borrowed(name)
        };
        let found = object.members.iter().position(|(known, _)| *known == spelt);
        let Some(at) = found else {
            if let Some(entry) = absent {
                self.raise(entry, &object.path(name), object.at(), &[&name]);
            }
            return None;
        };
        let (_, node) = object.members.remove(at);
        if matches!(node.kind, Kind::Null) {
            let at = (node.start, node.end);
            self.raise(&codes::MEMBER_NULL, &object.path(name), at, &[&name]);
            return None;
        }
        Some(node)
    }

    fn inner(&mut self, object: &mut Object<'a>, name: &str) -> Option<Object<'a>> {
        let node = self.take(object, name, Some(&codes::MEMBER_MISSING))?;
        let path = object.path(name);
        self.object(node, path, name, &mut object.extensions)
    }

    /// The objects of an array that may be missing.
    fn objects(&mut self, holder: &mut Object<'a>, name: &str) -> Vec<Object<'a>> {
        let mut objects = Vec::new();
        for (at, node) in self.list(holder, name).into_iter().enumerate() {
            let own = format!("{name}[{at}]");
            let path = holder.path(&own);
            objects.extend(self.object(node, path, &own, &mut holder.extensions));
        }
        objects
    }

    fn list(&mut self, holder: &mut Object<'a>, name: &str) -> Vec<Node<'a>> {
        match self.take(holder, name, None) {
            None => Vec::new(),
            Some(Node {
                kind: Kind::List(list),
                ..
            }) => list,
            Some(node) => {
                let path = holder.path(name);
                self.refuse(&node, &path, "an array");
                self.set_aside(&node, &path, name, &mut holder.extensions);
                Vec::new()
            }
        }
    }

    /// An array of strings; one string alone is taken for it, as RFC 8460 itself writes it in appendix B.
    fn texts(
        &mut self,
        node: Node<'a>,
        class: Class,
        name: &str,
        object: &mut Object<'a>,
        texts: &mut Vec<String>,
    ) {
        let path = object.path(name);
        let Kind::List(list) = node.kind else {
            if let Some(text) = self.string(&node, class, &path) {
                self.raise(&codes::NOT_LIST, &path, (node.start, node.end), &[&name]);
                texts.push(text);
            } else {
                self.set_aside(&node, &path, name, &mut object.extensions);
            }
            return;
        };
        for (at, node) in list.into_iter().enumerate() {
            let own = format!("{name}[{at}]");
            let path = object.path(&own);
            match self.string(&node, class, &path) {
                Some(text) => texts.push(text),
                None => self.set_aside(&node, &path, &own, &mut object.extensions),
            }
        }
    }

    fn string(&mut self, node: &Node<'_>, class: Class, path: &str) -> Option<String> {
        let Kind::Text(text) = &node.kind else {
            self.refuse(node, path, "a string");
            return None;
        };
        if let Some(entry) = otherwise(class, text) {
            self.raise(entry, path, (node.start, node.end), &[text]);
        }
        Some(text.to_string())
    }

    fn time(&mut self, node: &Node<'_>, class: Class, path: &str) -> Option<Time> {
        let at = (node.start, node.end);
        let text = self.string(node, class, path)?;
        if let Ok(time) = text.parse() {
            return Some(time);
        }
        for end in ["Z", "T00:00:00Z"] {
            if let Ok(time) = format!("{text}{end}").parse() {
                self.raise(&codes::TIME_ZONE, path, at, &[&path, &text]);
                return Some(time);
            }
        }
        self.raise(&codes::TIME, path, at, &[&path, &text]);
        None
    }

    fn count(&mut self, node: &Node<'_>, path: &str) -> Option<u64> {
        let at = (node.start, node.end);
        let (digits, quoted) = match &node.kind {
            Kind::Number(digits) => (*digits, false),
            Kind::Text(text) => (&**text, true),
            _ => {
                self.refuse(node, path, "a number");
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
            self.raise(&codes::COUNT, path, at, &[&path, &digits]);
        } else if quoted {
            self.raise(&codes::NUMBER_TEXT, path, at, &[&path]);
        }
        count
    }

    /// What is left of an object is what the RFC does not name.
    fn close(&mut self, mut object: Object<'a>) -> Extensions {
        for (name, node) in core::mem::take(&mut object.members) {
            if self.camel
                && name == "extensions"
                && let Kind::List(pairs) = &node.kind
            {
                object.extensions.extend(pairs.iter().filter_map(pair));
                continue;
            }
            let path = object.path(&name);
            self.raise(
                &codes::MEMBER_UNKNOWN,
                &path,
                (node.start, node.end),
                &[&name],
            );
            self.set_aside(&node, &path, &name, &mut object.extensions);
        }
        object.extensions
    }

    /// Says that a value is not of the type that its place asks for.
    fn refuse(&mut self, node: &Node<'_>, path: &str, wanted: &str) {
        let (word, at) = (node.word(), (node.start, node.end));
        self.raise(&codes::MEMBER_TYPE, path, at, &[&path, &word, &wanted]);
    }

    fn set_aside(&mut self, node: &Node<'_>, path: &str, name: &str, holder: &mut Extensions) {
        let json = self.text.get(node.start..node.end).unwrap_or_default();
        holder.push((name.to_owned(), json.to_owned()));
        if self.camel && self.mistaken.is_none() {
            self.mistaken = Some(path.to_owned());
        }
    }

    fn raise(
        &mut self,
        entry: &Entry,
        path: &str,
        (start, end): (usize, usize),
        arguments: &[&dyn Display],
    ) {
        self.findings.raise(entry, || {
            // Line and column come later, for all of them.
            Finding::new(entry, path, arguments).at(Span {
                line: 1,
                column: 1,
                start,
                end,
            })
        });
    }
}

/// Name and JSON text.
fn pair(node: &Node<'_>) -> Option<(String, String)> {
    let Kind::List(pair) = &node.kind else {
        return None;
    };
    match pair.as_slice() {
        [
            Node {
                kind: Kind::Text(name),
                ..
            },
            Node {
                kind: Kind::Text(json),
                ..
            },
        ] => Some((name.to_string(), json.to_string())),
        _ => None,
    }
}
