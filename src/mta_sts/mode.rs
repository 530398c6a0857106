//! The `mode` of a policy (RFC 8461 §3.2, §5), and the words people write instead.

use core::fmt;

use nom::{
    IResult, Parser, branch::alt, bytes::complete::tag, combinator::all_consuming,
    combinator::value,
};
use serde::{Deserialize, Serialize};

use crate::finding::{Entry, codes::mta_sts as codes};

/// What a sender does where validation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Deliver to no host that fails.
    Enforce,
    /// Deliver, and report.
    Testing,
    /// As though there were no policy.
    None,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        })
    }
}

/// `%s"testing" / %s"enforce" / %s"none"`.
pub(super) fn parse(text: &str) -> Result<Mode, Fault> {
    let parsed: IResult<&str, Mode> = all_consuming(alt((
        value(Mode::Testing, tag("testing")),
        value(Mode::Enforce, tag("enforce")),
        value(Mode::None, tag("none")),
    )))
    .parse(text);
    parsed.map(|(_, mode)| mode).map_err(|_| explain(text))
}

/// Why a text is no mode, and which one was meant.
pub(super) struct Fault {
    pub(super) entry: &'static Entry,
    pub(super) meant: Option<Mode>,
}

fn explain(text: &str) -> Fault {
    let lower = text.to_ascii_lowercase();
    let fault = |entry, meant| Fault { entry, meant };
    if let Ok(mode) = exact(&lower) {
        return fault(&codes::MODE_CASE, Some(mode));
    }
    if lower.contains(['|', '/']) || lower.contains(" or ") {
        return fault(&codes::MODE_TEMPLATE, None);
    }
    let bare = lower
        .trim_matches(|c: char| {
            matches!(
                c,
                '[' | ']' | '<' | '>' | '(' | ')' | '{' | '}' | '"' | '\'' | '`'
            )
        })
        .trim();
    if bare.len() < lower.len()
        && let Some(mode) = exact(bare).ok().or_else(|| synonym(bare))
    {
        return fault(&codes::MODE_BRACKETS, Some(mode));
    }
    let bare = bare.trim_matches(|c: char| c.is_ascii_punctuation());
    match exact(bare).ok().or_else(|| synonym(bare)) {
        Some(mode) => fault(&codes::MODE_WORD, Some(mode)),
        None => fault(&codes::MODE, None),
    }
}

fn exact(text: &str) -> Result<Mode, ()> {
    [Mode::Enforce, Mode::Testing, Mode::None]
        .into_iter()
        .find(|mode| mode.to_string() == text)
        .ok_or(())
}

fn synonym(text: &str) -> Option<Mode> {
    match text {
        "enforced" | "enforcing" | "enforcement" | "force" => Some(Mode::Enforce),
        "test" | "tests" | "tested" | "testing mode" | "test mode" => Some(Mode::Testing),
        "off" | "disabled" | "disable" | "null" => Some(Mode::None),
        _ => None,
    }
}
