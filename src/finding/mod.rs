//! What the engine can say about what people publish: one catalogue of codes, one shape of finding.
//! A finding is a judgement on a fact (SEMANTICS §0). The caller's own mistakes are errors, not findings.

mod catalogue;
mod checked;
pub mod codes;
mod findings;

pub use catalogue::Entry;
pub(crate) use catalogue::catalogue;
pub use checked::{Checked, RecordOutcome, RrsetStatus};
pub(crate) use findings::Findings;

use core::fmt::Display;
use std::borrow::Cow;

use crate::value::read_struct;
use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Breaks protection or delivery.
    Error,
    /// Weakens it.
    Warning,
    /// Neutral.
    Info,
    /// Confirmed.
    Ok,
}

/// A place in a text. `line` and `column` count from 1, the column in characters;
/// `start` and `end` are byte offsets from the start of the text, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
}

read_struct!(Span {
    line: "line",
    column: "column",
    start: "start",
    end: "end",
});

impl Span {
    /// The span of the bytes `start..end` of `text`.
    ///
    /// ```
    /// use mxseal::Span;
    /// assert_eq!(Span::of(b"ab\ncd", 4, 5), Span { line: 2, column: 2, start: 4, end: 5 });
    /// ```
    #[must_use]
    pub fn of(text: &[u8], start: usize, end: usize) -> Self {
        let before = text.get(..start).unwrap_or(text);
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at.saturating_add(1));
        let line = before
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            .saturating_add(1);
        // A continuation byte of UTF-8 (10xxxxxx) starts no character.
        let characters = before
            .iter()
            .skip(line_start)
            .filter(|byte| **byte & 0xc0 != 0x80)
            .count();
        Self {
            line,
            column: characters.saturating_add(1),
            start,
            end,
        }
    }
}

/// A judgement: stable code, weight, what it is about, where, in words, by which rule, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Finding {
    /// Stable, kebab-case; a row of [`codes`].
    pub code: Cow<'static, str>,
    /// How much it weighs.
    pub severity: Severity,
    /// What it is about: a name, a host, a URL.
    pub subject: String,
    /// Where, if it is about a text.
    pub span: Option<Span>,
    /// One line, lower case, no full stop.
    pub message: String,
    /// The rule, as `RFC 8461 §3.2`.
    pub clause: Cow<'static, str>,
    /// What to do, where something can be done; for a text often the repaired line.
    pub remedy: Option<String>,
}

read_struct!(Finding {
    code: "code",
    severity: "severity",
    subject: "subject",
    span: "span",
    message: "message",
    clause: "clause",
    remedy: "remedy",
});

impl Finding {
    /// A finding by its row of the catalogue; `{0}`, `{1}` … in message and remedy become `arguments`.
    #[must_use]
    pub fn new(entry: &Entry, subject: impl Display, arguments: &[&dyn Display]) -> Self {
        Self {
            code: Cow::Borrowed(entry.code),
            severity: entry.severity,
            subject: subject.to_string(),
            span: None,
            message: fill(entry.message, arguments),
            clause: Cow::Borrowed(entry.clause),
            remedy: entry.remedy.map(|remedy| fill(remedy, arguments)),
        }
    }

    /// The same finding at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same finding with a remedy of its own.
    #[must_use]
    pub fn mend(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// Puts the arguments in their places. One pass: text that an argument brings along is never read again.
fn fill(template: &str, arguments: &[&dyn Display]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once('{') {
        out.push_str(before);
        let Some((digits, after)) = tail.split_once('}') else {
            out.push('{');
            rest = tail;
            continue;
        };
        match digits
            .parse::<usize>()
            .ok()
            .and_then(|index| arguments.get(index))
        {
            Some(argument) => {
                out.push_str(&printable(&argument.to_string()));
                rest = after;
            }
            None => {
                out.push('{');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What a stranger published, safe in one line of a terminal or a page: controls escaped, length capped.
fn printable(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        // Bidirectional controls could turn a message around (Unicode TR 36 §2.5).
        let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || hidden {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_fill_their_places_once() {
        assert_eq!(fill("a {0} b {1} {0}", &[&"x", &7]), "a x b 7 x");
        assert_eq!(fill("{0}", &[&"{1}", &"no"]), "{1}");
        assert_eq!(fill("{ {9} {0", &[&"x"]), "{ {9} {0");
        assert_eq!(
            fill("{0}", &[&"\u{1b}[2J\u{202e}é"]),
            "\\u{1b}[2J\\u{202e}é"
        );
    }

    #[test]
    fn spans_count_characters() {
        assert_eq!(
            Span::of("é: x".as_bytes(), 4, 5),
            Span {
                line: 1,
                column: 4,
                start: 4,
                end: 5
            }
        );
    }
}
