//! Reading of a policy file (RFC 8461 §3.2), strict in what it takes and generous in what it says:
//! every line at fault gets a finding, with the repaired line where it is known.
//! The HTTPS answer around the file is [`classify_fetch`](super::classify_fetch)'s.

use core::fmt::Display;

use super::line::{self, Line, Pair};
use super::mx::{self, MxPattern, MxPatternError};
use super::{Mode, Policy, max_age, mode};
use crate::finding::{Checked, Entry, Finding, Findings, Span, codes::mta_sts as codes};
use crate::limits;
use crate::ordered::Set;

/// What findings about a policy are about.
pub(super) const SUBJECT: &str = "mta-sts.txt";

/// Reads a policy file. A value stands if and only if the policy is valid.
///
/// ```
/// use mxseal::mta_sts::{Mode, parse_policy};
/// let policy = parse_policy(b"version: STSv1\r\nmode: enforce\r\nmx: *.example.net\r\nmax_age: 604800\r\n");
/// assert_eq!(policy.value.map(|policy| policy.mode), Some(Mode::Enforce));
/// let broken = parse_policy(b"version: STSv1\nmode: enforced\nmx: mx.example.net\nmax_age: 604800\n");
/// assert!(broken.value.is_none());
/// assert_eq!(broken.findings[0].remedy.as_deref(), Some("mode: enforce"));
/// ```
#[must_use]
pub fn parse_policy(body: &[u8]) -> Checked<Policy> {
    let mut reading = Reading::new(body);
    let value = reading.read();
    Checked {
        value: value.filter(|_| reading.sound),
        findings: reading.findings.close(&codes::FINDINGS_OMITTED, SUBJECT),
    }
}

struct Reading<'a> {
    body: &'a [u8],
    findings: Findings,
    /// Whether the policy is valid so far.
    sound: bool,
    /// Keys seen, whatever their value.
    seen: Set<&'a str>,
    /// Known keys that a broken line meant: they are not called missing too.
    meant: Set<&'static str>,
    mode: Option<Mode>,
    max_age: Option<(u64, Place)>,
    mx: Vec<MxPattern>,
    /// The same, to find the ones that repeat.
    patterns: Set<MxPattern>,
    extensions: Vec<(String, String)>,
}

impl<'a> Reading<'a> {
    fn new(body: &'a [u8]) -> Self {
        Self {
            body,
            findings: Findings::default(),
            sound: true,
            seen: Set::new(),
            meant: Set::new(),
            mode: None,
            max_age: None,
            mx: Vec::new(),
            patterns: Set::new(),
            extensions: Vec::new(),
        }
    }

    fn read(&mut self) -> Option<Policy> {
        if self.body.len() > limits::POLICY_OCTETS {
            let end = self.body.len();
            self.broken(
                &codes::OVERSIZE,
                (limits::POLICY_OCTETS, end),
                &[&limits::POLICY_OCTETS],
            );
            return None;
        }
        let text = match core::str::from_utf8(self.body) {
            Ok(text) => text,
            Err(error) => {
                let at = error.valid_up_to();
                let octet = self.body.get(at).copied().unwrap_or_default();
                self.broken(
                    &codes::NOT_UTF8,
                    (at, at.saturating_add(1)),
                    &[&format!("0x{octet:02x}")],
                );
                return None;
            }
        };
        let mut start = 0;
        if text.starts_with(BOM) {
            start = BOM.len_utf8();
            self.broken(&codes::BOM, (0, start), &[]);
        }
        let text = text.get(start..).unwrap_or_default();
        if is_html(text) {
            self.broken(&codes::HTML, (start, self.body.len()), &[]);
            return None;
        }
        let mut lines = self.lines(text, start);
        self.drop_blank_end(&mut lines);
        let as_served = lines.iter().map(|line| line.text.to_owned()).collect();
        let fields = self.skip_front_matter(&lines);
        if fields.is_empty() {
            self.broken(&codes::EMPTY, (start, self.body.len()), &[]);
            return None;
        }
        for line in fields {
            self.line(*line);
        }
        self.whole(as_served)
    }

    /// `line term line term …`, where term = LF / CRLF.
    fn lines(&mut self, text: &'a str, start: usize) -> Vec<Line<'a>> {
        let mut at = start;
        let mut lines = Vec::new();
        let (mut lf, mut crlf) = (false, false);
        let parsed = line::split(text)
            .map(|(_, parsed)| parsed)
            .unwrap_or_default();
        for (text, term) in parsed {
            lines.push(Line { text, start: at });
            lf |= term == "\n";
            crlf |= term == "\r\n";
            at = at.saturating_add(text.len()).saturating_add(term.len());
        }
        if lf && crlf {
            let first = lines.first().map_or(0, |line| line.text.len());
            self.note(
                &codes::MIXED_LINE_ENDS,
                (start, start.saturating_add(first)),
                &[],
            );
        }
        lines
    }

    /// The grammar has one optional term at the end.
    // Reading: further blank lines there are an editor's, and to refuse the policy for them would
    // send mail in the clear; a sender that keeps to the letter may refuse it, so they are warned of.
    fn drop_blank_end(&mut self, lines: &mut Vec<Line<'a>>) {
        let is_blank = |line: &Line<'_>| line.text.chars().all(line::is_wsp);
        let mut first_blank = None;
        while let Some(line) = lines.last().filter(|line| is_blank(line)) {
            first_blank = Some(line.start);
            lines.pop();
        }
        // The end of the last line is not a blank line: `split` gives no line after it.
        if let Some(start) = first_blank
            && !lines.is_empty()
        {
            self.note(&codes::BLANK_END, (start, self.body.len()), &[]);
        }
    }

    /// `---` … `---` on top: a site generator's, served as it stands.
    fn skip_front_matter<'l>(&mut self, lines: &'l [Line<'a>]) -> &'l [Line<'a>] {
        let is_fence = |line: &Line<'_>| line.text.trim_end_matches(line::is_wsp) == "---";
        let Some((opening, rest)) = lines.split_first().filter(|(line, _)| is_fence(line)) else {
            return lines;
        };
        let closing = rest.iter().position(is_fence);
        let last = closing.and_then(|at| rest.get(at)).unwrap_or(opening);
        let end = last.start.saturating_add(last.text.len());
        self.broken(&codes::FRONT_MATTER, (opening.start, end), &[]);
        let mut fields = rest
            .get(closing.map_or(0, |at| at.saturating_add(1))..)
            .unwrap_or_default();
        while let Some((line, after)) = fields.split_first()
            && line.text.is_empty()
        {
            fields = after;
        }
        fields
    }

    fn line(&mut self, line: Line<'a>) {
        let Line { text, start } = line;
        let end = start.saturating_add(text.len());
        let is_control = |c: char| c.is_ascii_control() && c != '\t';
        if let Some(at) = text.find(is_control) {
            let at = start.saturating_add(at);
            let c = text.chars().find(|c| is_control(*c)).unwrap_or_default();
            let entry = if c == '\r' {
                &codes::BARE_CR
            } else {
                &codes::CONTROL
            };
            self.broken(
                entry,
                (at, at.saturating_add(1)),
                &[&format!("0x{:02x}", u32::from(c))],
            );
            if let Ok(pair) = line::pair(line) {
                self.meant(pair.key);
            }
            return;
        }
        let bare = text.trim_start_matches(line::is_wsp);
        let bare_start = end.saturating_sub(bare.len());
        if bare.is_empty() {
            self.broken(&codes::BLANK_LINE, (start, end), &[]);
            return;
        }
        if bare.starts_with(['#', ';']) || bare.starts_with("//") {
            self.broken(&codes::COMMENT, (bare_start, end), &[]);
            return;
        }
        if bare_start > start {
            let mended = bare.trim_end_matches(line::is_wsp);
            self.mend(&codes::INDENTED, (start, bare_start), &[], mended);
        }
        let line = Line {
            text: bare,
            start: bare_start,
        };
        match line::pair(line) {
            Ok(pair) => self.pair(pair),
            Err(fault) => {
                let at = |offset: usize| bare_start.saturating_add(offset);
                let span = (at(fault.start), at(fault.end));
                match &fault.mended {
                    Some(mended) => {
                        self.mend(fault.entry, span, &[&fault.argument], mended);
                        self.meant(mended.split_once(':').map_or("", |(key, _)| key));
                    }
                    None => self.broken(fault.entry, span, &[&fault.argument]),
                }
            }
        }
    }

    fn pair(&mut self, pair: Pair<'a>) {
        let Pair { key, value, .. } = pair;
        let whole = (
            pair.start,
            pair.value_end.max(pair.start.saturating_add(key.len())),
        );
        // RFC 8461 §3.2: of a duplicated field (all but `mx`) all entries but the first are ignored.
        // Reading: so the first decides though its value is wrong, and a later one does no harm
        // though its value is.
        if !self.seen.insert(key) && key != "mx" {
            self.note(&codes::REPEATED, whole, &[&key]);
            return;
        }
        if value.is_empty() {
            self.broken(&codes::VALUE_EMPTY, whole, &[&key]);
            return;
        }
        if KNOWN.contains(&key) {
            self.known(pair);
            return;
        }
        let span = (pair.value_start, pair.value_end);
        if !line::is_extension_value(value) {
            let mended = format!("{key}: {}", value.replace('\t', " "));
            self.mend(&codes::TAB, span, &[&key], &mended);
            return;
        }
        let key_span = (pair.start, pair.start.saturating_add(key.len()));
        if key.eq_ignore_ascii_case("nmx") {
            let mended = format!("mx: {value}");
            self.raise(&codes::NMX, key_span, &[], Some(&mended));
        } else if let Some(meant) = near_key(key) {
            let mended = format!("{meant}: {value}");
            self.raise(&codes::NEAR_KEY, key_span, &[&key, &meant], Some(&mended));
        }
        self.extensions.push((key.to_owned(), value.to_owned()));
    }

    fn known(&mut self, pair: Pair<'a>) {
        let Pair { key, mut value, .. } = pair;
        // No value of these keys may hold a `#`.
        let comment = value
            .find('#')
            .filter(|at| *at == 0 || value.get(..*at).is_some_and(|v| v.ends_with(line::is_wsp)));
        if let Some(at) = comment {
            let comment_start = pair.value_start.saturating_add(at);
            value = value
                .get(..at)
                .unwrap_or_default()
                .trim_end_matches(line::is_wsp);
            let span = (comment_start, pair.value_end);
            // Where the rest is broken too, its own finding says how to mend it.
            let rest_is_sound = match key {
                "version" => value == "STSv1",
                "mode" => mode::parse(value).is_ok(),
                "max_age" => max_age::parse(value).is_ok(),
                _ => MxPattern::parse(value).is_ok(),
            };
            if rest_is_sound {
                self.mend(&codes::COMMENT, span, &[], &format!("{key}: {value}"));
            } else {
                self.broken(&codes::COMMENT, span, &[]);
            }
            if value.is_empty() {
                return;
            }
        }
        let span = (
            pair.value_start,
            pair.value_start.saturating_add(value.len()),
        );
        match key {
            "version" if value == "STSv1" => {}
            "version" => self.broken(&codes::VERSION, span, &[&value]),
            "mode" => match mode::parse(value) {
                Ok(mode) => self.mode = Some(mode),
                Err(mode::Fault {
                    entry,
                    meant: Some(meant),
                }) => {
                    let mended = format!("mode: {meant}");
                    self.mend(entry, span, &[&value, &meant], &mended);
                }
                Err(fault) => self.broken(fault.entry, span, &[&value]),
            },
            "max_age" => match max_age::parse(value) {
                Ok(seconds) => self.max_age = Some((seconds, span)),
                Err(fault) => match fault.meant {
                    Some(meant) => {
                        self.mend(fault.entry, span, &[&value], &format!("max_age: {meant}"));
                    }
                    None => self.broken(fault.entry, span, &[&value]),
                },
            },
            _ => self.mx(value, span),
        }
    }

    fn mx(&mut self, value: &str, span: Place) {
        let error = match MxPattern::parse(value) {
            Ok(pattern) => {
                if !self.patterns.insert(pattern.clone()) {
                    self.note(&codes::MX_REPEATED, span, &[&pattern]);
                }
                self.mx.push(pattern);
                return;
            }
            Err(error) => error,
        };
        // A dotted quad is a `Domain`: it breaks nothing, it only never matches.
        self.sound &= error.is_grammatical();
        let (entry, mended) = mx::fault(value, error);
        let odd = match error {
            MxPatternError::OutOfPlace { offset } => value
                .get(offset..)
                .and_then(|rest| rest.chars().next())
                .map_or_else(|| "the end".to_owned(), |c| c.to_string()),
            _ => String::new(),
        };
        let offset = match error {
            MxPatternError::OutOfPlace { offset }
            | MxPatternError::Unicode { offset }
            | MxPatternError::Underscore { offset }
            | MxPatternError::Wildcard { offset } => offset,
            _ => 0,
        };
        let span = (span.0.saturating_add(offset), span.1);
        self.raise(entry, span, &[&value, &odd], mended.as_deref());
    }

    /// What no single line can say: required keys, and the life of the policy.
    fn whole(&mut self, lines: Vec<String>) -> Option<Policy> {
        let end = (self.body.len(), self.body.len());
        for (key, entry) in [
            ("version", &codes::VERSION_MISSING),
            ("mode", &codes::MODE_MISSING),
            ("max_age", &codes::MAX_AGE_MISSING),
        ] {
            if !self.stands(key) {
                self.broken(entry, end, &[]);
            }
        }
        if !self.stands("mx")
            && let Some(mode) = self.mode
            && mode != Mode::None
        {
            self.broken(&codes::MX_MISSING, end, &[&mode]);
        }
        let (mode, (seconds, span)) = (self.mode?, self.max_age?);
        let max_age = seconds.min(limits::MAX_AGE);
        if seconds > limits::MAX_AGE {
            // Reading: the RFC gives the greatest value and not what to do above it; to refuse the
            // policy would send mail in the clear.
            let arguments: [&dyn Display; 2] = [&seconds, &limits::MAX_AGE];
            self.note(&codes::MAX_AGE_CAPPED, span, &arguments);
        } else if seconds < DAY && mode != Mode::None {
            self.note(&codes::MAX_AGE_SHORT, span, &[&seconds]);
        }
        Some(Policy {
            mode,
            mx: core::mem::take(&mut self.mx),
            max_age,
            extensions: core::mem::take(&mut self.extensions),
            lines,
        })
    }

    fn meant(&mut self, key: &str) {
        self.meant
            .extend(KNOWN.into_iter().find(|known| *known == key));
    }

    fn stands(&self, key: &str) -> bool {
        self.seen.contains(key) || self.meant.contains(key)
    }

    /// One that leaves the policy valid.
    fn note(&mut self, entry: &Entry, place: Place, arguments: &[&dyn Display]) {
        self.raise(entry, place, arguments, None);
    }

    /// One that does not.
    fn broken(&mut self, entry: &Entry, place: Place, arguments: &[&dyn Display]) {
        self.sound = false;
        self.raise(entry, place, arguments, None);
    }

    /// The same, and the repaired line.
    fn mend(&mut self, entry: &Entry, place: Place, arguments: &[&dyn Display], line: &str) {
        self.sound = false;
        self.raise(entry, place, arguments, Some(line));
    }

    fn raise(
        &mut self,
        entry: &Entry,
        (start, end): Place,
        arguments: &[&dyn Display],
        mended: Option<&str>,
    ) {
        let body = self.body;
        self.findings.raise(entry, || {
            let finding = Finding::new(entry, SUBJECT, arguments).at(Span::of(body, start, end));
            match mended {
                Some(mended) => finding.mend(mended),
                None => finding,
            }
        });
    }
}

/// First byte, and first byte after.
type Place = (usize, usize);

/// The key that was meant, where a key is not known but close.
fn near_key(key: &str) -> Option<&'static str> {
    let plain = key.to_ascii_lowercase().replace(['-', '.', '_'], "");
    KNOWN
        .into_iter()
        .find(|known| plain == known.replace('_', ""))
        .or(match plain.as_str() {
            "mxs" | "mxhost" | "mxrecord" | "host" => Some("mx"),
            "ver" | "v" => Some("version"),
            "age" | "ttl" | "maxages" => Some("max_age"),
            "modes" | "policy" => Some("mode"),
            _ => None,
        })
}

fn is_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(2).collect();
    let mut chars = start.chars();
    chars.next() == Some('<')
        && chars
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '!' | '?'))
}

const KNOWN: [&str; 4] = ["version", "mode", "mx", "max_age"];
const BOM: char = '\u{feff}';
const DAY: u64 = 86_400;
