//! The `max_age` of a policy, in seconds (RFC 8461 §3.2), and what people write instead.

use nom::{IResult, Parser, bytes::complete::take_while_m_n, combinator::all_consuming};

use crate::finding::{Entry, codes::mta_sts as codes};
use crate::limits;

/// `1*10(DIGIT)`, as it stands: the cap is the caller's.
pub(super) fn parse(text: &str) -> Result<u64, Fault> {
    let digits = take_while_m_n(1, 10, |c: char| c.is_ascii_digit());
    let parsed: IResult<&str, &str> = all_consuming(digits).parse(text);
    match parsed.ok().and_then(|(_, digits)| digits.parse().ok()) {
        Some(seconds) => Ok(seconds),
        None => Err(explain(text)),
    }
}

/// Why a text is no `max_age`, and what was meant.
pub(super) struct Fault {
    pub(super) entry: &'static Entry,
    pub(super) meant: Option<u64>,
}

fn explain(text: &str) -> Fault {
    let fault = |entry, meant: Option<u64>| Fault {
        entry,
        meant: meant.map(|seconds| seconds.min(limits::MAX_AGE)),
    };
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && digits == text.len() {
        return fault(&codes::MAX_AGE_LONG, None);
    }
    let bare = text.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | ';' | ','));
    if bare.len() < text.len()
        && let Ok(seconds) = bare.parse()
    {
        return fault(&codes::MAX_AGE_SEPARATOR, Some(seconds));
    }
    if let Some(seconds) = grouped(text) {
        return fault(&codes::MAX_AGE_SEPARATOR, Some(seconds));
    }
    match with_unit(text) {
        Some(seconds) => fault(&codes::MAX_AGE_UNIT, Some(seconds)),
        None => fault(&codes::MAX_AGE, None),
    }
}

/// `604,800`: groups of three after the first.
fn grouped(text: &str) -> Option<u64> {
    let mut groups = text.split([',', '_', '.', '\'', ' ']);
    let first = groups.next()?;
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        joined.push_str(group);
    }
    let fits = (1..=3).contains(&first.len()) && joined.len() <= 12;
    (fits && joined.bytes().all(|b| b.is_ascii_digit()))
        .then(|| joined.parse().ok())
        .flatten()
}

/// `7d`, `1 week`.
fn with_unit(text: &str) -> Option<u64> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(at)?;
    let number: u64 = number.parse().ok()?;
    let unit = unit.trim().to_ascii_lowercase();
    let seconds = match unit.trim_end_matches('s') {
        "" if unit == "s" => 1,
        "sec" | "second" => 1,
        "m" | "min" | "minute" => 60,
        "h" | "hr" | "hour" => 3_600,
        "d" | "day" => 86_400,
        "w" | "week" => 604_800,
        "month" => 2_592_000,
        "y" | "yr" | "year" => 31_536_000,
        _ => return None,
    };
    Some(number.saturating_mul(seconds))
}
