//! TLSA records as people write them: presentation form (RFC 6698 §2.2) with numbers or acronyms
//! (RFC 7218), the generic form (RFC 3597 §5), or a whole zone line (RFC 1035 §5.1).
//! Owner, TTL and class of a zone line are looked over and dropped.

use core::fmt;

use base64ct::{Base64, Base64Unpadded, Encoding};
use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_till, take_while1},
    character::complete::satisfy,
    combinator::{recognize, value},
};

use super::tlsa::{Field, Places, SUBJECT, Tlsa, judge, parse_tlsa_wire};
use crate::bytes::Bytes;
use crate::finding::{Checked, Entry, Finding, Span, codes::dane as codes};
use crate::limits;

/// Reads one TLSA record.
///
/// ```
/// use mxseal::dane::parse_tlsa_text;
/// let digest = "ab".repeat(32);
/// for text in [
///     format!("3 1 1 {digest}"),
///     format!("DANE-EE SPKI SHA2-256 {digest}"),
///     format!(r"\# 35 030101{digest}"),
///     format!("_25._tcp.mx.example. 3600 IN TLSA 3 1 1 ( {digest} )"),
/// ] {
///     assert_eq!(parse_tlsa_text(&text).value.unwrap().to_string(), format!("3 1 1 {digest}"));
/// }
/// ```
#[must_use]
pub fn parse_tlsa_text(text: &str) -> Checked<Tlsa> {
    let mut reading = Reading {
        text,
        findings: Vec::new(),
    };
    let value = reading.read();
    Checked {
        value,
        findings: reading.findings,
    }
}

/// A word and where it stands.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    /// Whether a line ended before it, outside of parentheses.
    after_line: bool,
}

impl Word<'_> {
    fn end(self) -> usize {
        self.start.saturating_add(self.text.len())
    }
}

struct Reading<'a> {
    text: &'a str,
    findings: Vec<Finding>,
}

impl<'a> Reading<'a> {
    fn read(&mut self) -> Option<Tlsa> {
        // Every octet takes two digits; the rest is white space for people.
        if self.text.len() > limits::RDATA_OCTETS.saturating_mul(8) {
            return self.fail(
                &codes::TLSA_LONG,
                (0, self.text.len()),
                &[&limits::RDATA_OCTETS],
            );
        }
        if let Some(at) = self.text.find("-----BEGIN") {
            return self.fail(&codes::TLSA_PEM, (at, self.text.len()), &[]);
        }
        let words = self.words();
        let mut words = self.without_zone_line(&words);
        match words.split_first() {
            None => {
                return self.fail(&codes::TLSA_EMPTY, (0, self.text.len()), &[]);
            }
            Some((first, rest)) if first.text == r"\#" => return self.generic(rest),
            Some(_) => {}
        }
        let mut numbers = [0u8; 3];
        let mut places = [Span::of(b"", 0, 0); 3];
        for ((field, number), place) in Field::ALL.iter().zip(&mut numbers).zip(&mut places) {
            let Some((word, rest)) = words.split_first() else {
                let end = self.text.len();
                return self.fail(&codes::TLSA_FIELD_MISSING, (end, end), &[field]);
            };
            *number = self.number(*field, *word)?;
            *place = self.span((word.start, word.end()));
            words = rest;
        }
        let [usage, selector, matching_type] = numbers;
        let head = format!("{usage} {selector} {matching_type}");
        let data = self.data(words, &head, matching_type)?;
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return None;
        };
        let [usage_at, selector_at, matching_at] = places;
        let places = Places {
            usage: usage_at,
            selector: selector_at,
            matching_type: matching_at,
            data: self.span((first.start, last.end())),
        };
        let tlsa = Tlsa {
            usage,
            selector,
            matching_type,
            data: Bytes(data),
        };
        self.findings.extend(judge(&tlsa, Some(places)));
        Some(tlsa)
    }

    /// Words as in a zone file: white space between them, parentheses over lines, `;` comments.
    fn words(&mut self) -> Vec<Word<'a>> {
        let mut words = Vec::new();
        let (mut depth, mut after_line) = (0usize, false);
        let (mut unpaired, mut quote, mut odd_space) = (None, None, None);
        let mut rest = self.text;
        while let Ok((after, token)) = token(rest) {
            let start = self.text.len().saturating_sub(rest.len());
            rest = after;
            match token {
                Token::Word(text) => {
                    words.push(Word {
                        text,
                        start,
                        after_line: after_line && !words.is_empty(),
                    });
                    after_line = false;
                }
                Token::Open if depth > 0 => unpaired = unpaired.or(Some(start)),
                Token::Open => depth = 1,
                Token::Close if depth == 0 => unpaired = unpaired.or(Some(start)),
                Token::Close => depth = 0,
                Token::LineEnd => after_line |= depth == 0,
                Token::Quote => quote = quote.or(Some(start)),
                Token::OddSpace(c) => odd_space = odd_space.or(Some((start, c))),
                Token::Nothing => {}
            }
        }
        if depth > 0 {
            unpaired = unpaired.or_else(|| self.text.rfind('('));
        }
        for (at, entry) in [
            (unpaired, &codes::TLSA_PARENTHESES),
            (quote, &codes::TLSA_QUOTED),
        ] {
            if let Some(at) = at {
                self.note(entry, (at, at.saturating_add(1)), &[]);
            }
        }
        if let Some((at, c)) = odd_space {
            let shown = format!("U+{:04X}", u32::from(c));
            let place = (at, at.saturating_add(c.len_utf8()));
            self.note(&codes::TLSA_ODD_SPACE, place, &[&shown]);
        }
        words
    }

    /// Drops `[owner] [TTL] [class] TLSA`, in the orders that RFC 1035 §5.1 takes.
    fn without_zone_line<'w>(&mut self, words: &'w [Word<'a>]) -> &'w [Word<'a>] {
        let is_type = |word: &Word<'_>| {
            word.text.eq_ignore_ascii_case("TLSA") || word.text.eq_ignore_ascii_case("TYPE52")
        };
        let Some(at) = words.iter().take(4).position(is_type) else {
            return words;
        };
        let (prefix, rest) = words.split_at_checked(at).unwrap_or((words, &[]));
        let rest = rest.get(1..).unwrap_or_default();
        let Some(first) = prefix.first() else {
            return rest;
        };
        let (mut ttl, mut class) = (false, false);
        for (index, word) in prefix.iter().enumerate() {
            let known = if is_ttl(word.text) {
                !core::mem::replace(&mut ttl, true)
            } else if is_class_in(word.text) {
                !core::mem::replace(&mut class, true)
            } else {
                index == 0
            };
            if !known {
                self.note(
                    &codes::TLSA_LINE_PREFIX,
                    (word.start, word.end()),
                    &[&word.text],
                );
            }
        }
        let end = prefix.last().map_or(first.end(), |word| word.end());
        let shown = prefix.iter().map(|word| word.text).collect::<Vec<_>>();
        self.note(
            &codes::TLSA_ZONE_LINE,
            (first.start, end),
            &[&shown.join(" ")],
        );
        rest
    }

    fn number(&mut self, field: Field, word: Word<'_>) -> Option<u8> {
        let text = word.text;
        let is_number = text.bytes().all(|b| b.is_ascii_digit());
        let number = is_number.then(|| text.parse().ok()).flatten();
        if let Some(number) = number.or_else(|| field.value(text)) {
            return Some(number);
        }
        let place = (word.start, word.end());
        match Field::ALL.iter().find(|other| other.value(text).is_some()) {
            Some(other) => self.fail(&codes::TLSA_FIELD_ORDER, place, &[&text, other, &field]),
            None => {
                let acronyms = field.acronyms().iter().map(|(_, acronym)| *acronym);
                let acronyms = acronyms.collect::<Vec<_>>().join(", ");
                self.fail(&codes::TLSA_FIELD, place, &[&text, &field, &acronyms])
            }
        }
    }

    /// `\# LENGTH HEX…` (RFC 3597 §5).
    fn generic(&mut self, words: &[Word<'_>]) -> Option<Tlsa> {
        let end = self.text.len();
        let Some((length, words)) = words.split_first() else {
            return self.fail(&codes::TLSA_EMPTY, (end, end), &[]);
        };
        let rdata = if words.is_empty() {
            Vec::new() // `\# 0` is a whole record, and too short for a TLSA
        } else {
            self.hex(words, None)?
        };
        let announced = Some(length.text)
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|text| text.parse::<usize>().ok());
        if announced != Some(rdata.len()) {
            let place = (length.start, length.end());
            let arguments: [&dyn fmt::Display; 2] = [&length.text, &rdata.len()];
            return self.fail(&codes::TLSA_GENERIC_LENGTH, place, &arguments);
        }
        if let Some(word) = words.iter().find(|word| word.text.len() % 2 == 1) {
            self.note(
                &codes::TLSA_GENERIC_WORD,
                (word.start, word.end()),
                &[&word.text],
            );
        }
        let place = match (words.first(), words.last()) {
            (Some(first), Some(last)) => (first.start, last.end()),
            _ => (length.start, length.end()),
        };
        let span = self.span(place);
        let checked = parse_tlsa_wire(&rdata);
        let placed = checked.findings.into_iter().map(|finding| finding.at(span));
        self.findings.extend(placed);
        checked.value
    }

    fn data(&mut self, words: &[Word<'_>], head: &str, matching_type: u8) -> Option<Vec<u8>> {
        if words.is_empty() {
            let end = self.text.len();
            return self.fail(&codes::TLSA_DATA_MISSING, (end, end), &[]);
        }
        self.hex(words, Some((head, matching_type)))
    }

    /// Hexadecimal over several words. With the head of the record before it a repaired record can be given.
    fn hex(&mut self, words: &[Word<'_>], head: Option<(&str, u8)>) -> Option<Vec<u8>> {
        if let Some(word) = words.iter().find(|word| word.after_line) {
            let is_start = |word: &Word<'_>| {
                word.after_line
                    && (word.text.len() < 4 && word.text.bytes().all(|b| b.is_ascii_digit())
                        || word.text.contains(['_', '.', '\\'])
                        || Field::Usage.value(word.text).is_some())
            };
            if let Some(start) = words.iter().skip(1).find(|word| is_start(word)) {
                return self.fail(&codes::TLSA_SEVERAL, (start.start, start.end()), &[]);
            }
            self.note(&codes::TLSA_LINE_BREAK, (word.start, word.end()), &[]);
        }
        let joined: String = words.iter().map(|word| word.text).collect();
        let whole = match (words.first(), words.last()) {
            (Some(first), Some(last)) => (first.start, last.end()),
            _ => (0, 0),
        };
        for word in words {
            let Some((at, c)) = word
                .text
                .char_indices()
                .find(|(_, c)| !c.is_ascii_hexdigit())
            else {
                continue;
            };
            let (entry, mended) = not_hex(&joined, head);
            if let Some(entry) = entry {
                let finding = Finding::new(entry, SUBJECT, &[]).at(self.span(whole));
                self.findings.push(match mended {
                    Some(mended) => finding.mend(mended),
                    None => finding,
                });
                return None;
            }
            let at = word.start.saturating_add(at);
            let place = (at, at.saturating_add(c.len_utf8()));
            return self.fail(&codes::TLSA_HEX, place, &[&c]);
        }
        if joined.len() % 2 == 1 {
            return self.fail(&codes::TLSA_HEX_ODD, whole, &[&joined.len()]);
        }
        let octets = base16ct::mixed::decode_vec(&joined).ok()?;
        let fields = if head.is_some() { 3 } else { 0 };
        if octets.len().saturating_add(fields) > limits::RDATA_OCTETS {
            return self.fail(&codes::TLSA_LONG, whole, &[&limits::RDATA_OCTETS]);
        }
        Some(octets)
    }

    fn span(&self, (start, end): (usize, usize)) -> Span {
        Span::of(self.text.as_bytes(), start, end)
    }

    fn note(&mut self, entry: &Entry, place: (usize, usize), arguments: &[&dyn fmt::Display]) {
        let finding = Finding::new(entry, SUBJECT, arguments).at(self.span(place));
        self.findings.push(finding);
    }

    fn fail<T>(
        &mut self,
        entry: &Entry,
        place: (usize, usize),
        arguments: &[&dyn fmt::Display],
    ) -> Option<T> {
        self.note(entry, place, arguments);
        None
    }
}

/// Data that is not hexadecimal, but known to be something else; with the repaired record.
fn not_hex(joined: &str, head: Option<(&str, u8)>) -> (Option<&'static Entry>, Option<String>) {
    let mended = |hex: &str| head.map(|(head, _)| format!("{head} {}", hex.to_ascii_lowercase()));
    let bare = joined.replace(':', "");
    if bare.len() < joined.len() && !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return (Some(&codes::TLSA_HEX_COLONS), mended(&bare));
    }
    let wanted = match head {
        Some((_, 1)) => 32,
        Some((_, 2)) => 64,
        _ => return (None, None),
    };
    let decoded = Base64::decode_vec(joined).or_else(|_| Base64Unpadded::decode_vec(joined));
    match decoded {
        Ok(octets) if octets.len() == wanted => (
            Some(&codes::TLSA_BASE64),
            mended(&base16ct::lower::encode_string(&octets)),
        ),
        _ => (None, None),
    }
}

/// A TTL, in seconds or with the units that name servers take.
fn is_ttl(word: &str) -> bool {
    let unit = |c: char| matches!(c.to_ascii_lowercase(), 's' | 'm' | 'h' | 'd' | 'w');
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || unit(c))
}

fn is_class_in(word: &str) -> bool {
    word.eq_ignore_ascii_case("IN") || word.eq_ignore_ascii_case("CLASS1")
}

#[derive(Debug, Clone, Copy)]
enum Token<'a> {
    Word(&'a str),
    Open,
    Close,
    LineEnd,
    Quote,
    OddSpace(char),
    Nothing,
}

fn token(input: &str) -> IResult<&str, Token<'_>> {
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}');
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r');
    let comment = (tag(";"), take_till(|c| c == '\n'));
    let word = take_while1(move |c: char| {
        !c.is_whitespace() && !matches!(c, '(' | ')' | ';') && !quote(c)
    });
    alt((
        value(Token::Open, tag("(")),
        value(Token::Close, tag(")")),
        value(Token::LineEnd, tag("\n")),
        value(Token::Quote, satisfy(quote)),
        value(Token::Nothing, recognize(comment)),
        value(Token::Nothing, take_while1(blank)),
        satisfy(char::is_whitespace).map(Token::OddSpace),
        word.map(Token::Word),
    ))
    .parse(input)
}
