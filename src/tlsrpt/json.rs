//! A JSON text (RFC 8259) as a tree that remembers where each value stands. Nothing is converted: numbers stay
//! digits, and members of one name all stay. Bounded in depth and in values, so that a small text can't become a
//! large tree.

use std::borrow::Cow;

use crate::limits;

/// A value and the octets `start..end` that it was read from.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind<'a>,
}

#[derive(Debug)]
pub(super) enum Kind<'a> {
    Null,
    Bool,
    /// As written.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl Node<'_> {
    /// What it is, in words.
    pub(super) fn word(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool => "a boolean",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "a string",
            Kind::List(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }
}

/// Why a text is no JSON, or is too much of it, and at which octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// What was expected there.
    Syntax(&'static str),
    /// A bound that is exceeded.
    Bound(&'static str, usize),
}

/// A whole text.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) root: Node<'a>,
    /// From where to where an escape is half of a surrogate pair and no more; each counts as U+FFFD.
    pub(super) halves: Vec<(usize, usize)>,
}

/// Reads one value of at most `most`, and nothing after it.
pub(super) fn parse(text: &str, most: usize) -> Result<Document<'_>, Fault> {
    let mut reader = Reader {
        text,
        at: 0,
        values: 0,
        most,
        halves: Vec::new(),
    };
    let root = reader.value(0)?;
    match reader.peek() {
        None => Ok(Document {
            root,
            halves: reader.halves,
        }),
        Some(_) => Err(reader.expected("the end of the text")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
    most: usize,
    halves: Vec<(usize, usize)>,
}

type Read<T> = Result<T, Fault>;

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Read<Node<'a>> {
        let next = self.peek();
        let start = self.at;
        self.values = self.values.saturating_add(1);
        if self.values > self.most {
            return Err(self.beyond("values", self.most));
        }
        if depth > limits::REPORT_DEPTH {
            return Err(self.beyond("levels", limits::REPORT_DEPTH));
        }
        let kind = match next {
            Some(b'{') => Kind::Object(self.object(depth)?),
            Some(b'[') => Kind::List(self.list(depth)?),
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            _ => self.literal()?,
        };
        Ok(Node {
            start,
            end: self.at,
            kind,
        })
    }

    fn object(&mut self, depth: usize) -> Read<Vec<(Cow<'a, str>, Node<'a>)>> {
        let mut members = Vec::new();
        self.step();
        if self.eat(b'}') {
            return Ok(members);
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.expected("a name in quotes"));
            }
            if members.len() == limits::REPORT_MEMBERS {
                return Err(self.beyond("members in one object", limits::REPORT_MEMBERS));
            }
            let name = self.string()?;
            if !self.eat(b':') {
                return Err(self.expected("`:`"));
            }
            members.push((name, self.value(depth.saturating_add(1))?));
            if self.eat(b'}') {
                return Ok(members);
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Read<Vec<Node<'a>>> {
        let mut list = Vec::new();
        self.step();
        if self.eat(b']') {
            return Ok(list);
        }
        loop {
            list.push(self.value(depth.saturating_add(1))?);
            if self.eat(b']') {
                return Ok(list);
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    /// At the opening quote. Borrowed where nothing is escaped.
    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.step();
        let mut start = self.at;
        let mut unescaped = String::new();
        loop {
            let from = start;
            match self.byte() {
                Some(b'"') => {
                    let rest = self.slice(from, self.at);
                    self.step();
                    return Ok(if unescaped.is_empty() {
                        Cow::Borrowed(rest)
                    } else {
                        Cow::Owned(unescaped + rest)
                    });
                }
                Some(b'\\') => {
                    unescaped.push_str(self.slice(from, self.at));
                    self.step();
                    unescaped.push(self.escape()?);
                    start = self.at;
                }
                Some(0x20..) => self.step(),
                Some(_) => return Err(self.expected("no control character")),
                None => return Err(self.expected("a closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let plain = match self.byte() {
            Some(escaped @ (b'"' | b'\\' | b'/')) => char::from(escaped),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.step();
                return self.unicode();
            }
            _ => return Err(self.expected("an escape")),
        };
        self.step();
        Ok(plain)
    }

    /// After `\u`.
    fn unicode(&mut self) -> Read<char> {
        let start = self.at.saturating_sub(2);
        let high = self.hex4()?;
        if (0xd800..0xdc00).contains(&high)
            && self
                .text
                .get(self.at..)
                .is_some_and(|rest| rest.starts_with("\\u"))
        {
            let back = self.at;
            self.at = back.saturating_add(2);
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                let joined = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(high).unwrap_or_else(|| {
            self.halves.push((start, self.at));
            char::REPLACEMENT_CHARACTER
        }))
    }

    fn hex4(&mut self) -> Read<u32> {
        let end = self.at.saturating_add(4);
        let digits = self.text.get(self.at..end).unwrap_or_default();
        let hexadecimal = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u32::from_str_radix(digits, 16) {
            Ok(code) if hexadecimal => {
                self.at = end;
                Ok(code)
            }
            _ => Err(self.expected("four hexadecimal digits")),
        }
    }

    fn number(&mut self) -> Read<&'a str> {
        let start = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _sign = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        Ok(self.slice(start, self.at))
    }

    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
        if self.at == start {
            return Err(self.expected("a digit"));
        }
        Ok(())
    }

    fn literal(&mut self) -> Read<Kind<'a>> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for (word, kind) in [
            ("null", Kind::Null),
            ("true", Kind::Bool),
            ("false", Kind::Bool),
        ] {
            if rest.starts_with(word) {
                self.at = self.at.saturating_add(word.len());
                return Ok(kind);
            }
        }
        Err(self.expected("a value"))
    }

    /// The next octet after white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.step();
        }
        self.byte()
    }

    /// White space, then the octet if it stands there.
    fn eat(&mut self, octet: u8) -> bool {
        self.peek();
        self.skip(octet)
    }

    fn skip(&mut self, octet: u8) -> bool {
        let there = self.byte() == Some(octet);
        if there {
            self.step();
        }
        there
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn expected(&self, what: &'static str) -> Fault {
        Fault {
            at: self.at,
            why: Why::Syntax(what),
        }
    }

    fn beyond(&self, what: &'static str, bound: usize) -> Fault {
        Fault {
            at: self.at,
            why: Why::Bound(what, bound),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn same(node: &Node<'_>, value: &Value) -> bool {
        match (&node.kind, value) {
            (Kind::Null, Value::Null) | (Kind::Bool, Value::Bool(_)) => true,
            (Kind::Number(digits), Value::Number(_)) => {
                serde_json::from_str::<Value>(digits).unwrap() == *value
            }
            (Kind::Text(ours), Value::String(theirs)) => ours == theirs,
            (Kind::List(ours), Value::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
            }
            (Kind::Object(ours), Value::Object(theirs)) => ours.iter().all(|(name, node)| {
                // The last of one name is the one that serde_json keeps.
                let last = ours.iter().rev().find(|(other, _)| other == name).unwrap();
                !std::ptr::eq(&raw const last.1, &raw const *node) || same(node, &theirs[&**name])
            }),
            _ => false,
        }
    }

    /// Held against serde_json: what is JSON, and what it says.
    fn agrees(text: &str) {
        match (
            parse(text, limits::REPORT_VALUES),
            serde_json::from_str::<Value>(text),
        ) {
            (Ok(document), Ok(value)) => {
                assert!(same(&document.root, &value), "{text}");
                assert!(document.halves.is_empty(), "{text}");
            }
            (Err(_), Err(_)) => {}
            // serde_json refuses halves of surrogate pairs and numbers beyond its own.
            (Ok(_), Err(error)) => {
                let error = error.to_string();
                assert!(
                    error.contains("surrogate")
                        || error.contains("out of range")
                        || error.contains("hex escape"),
                    "{text}: {error}"
                );
            }
            (Err(fault), Ok(_)) => {
                assert!(matches!(fault.why, Why::Bound(..)), "{text}: {fault:?}")
            }
        }
    }

    #[test]
    fn as_serde_json() {
        for text in [
            "",
            " ",
            "null",
            "nul",
            "true ",
            "-0",
            "00",
            "01",
            "1.",
            ".5",
            "-",
            "1e5",
            "1E+5",
            "1e",
            "+1",
            "\"a\"",
            "\"a",
            "\"\\u00e9\\n\\/\"",
            "\"\\x\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\u12\"",
            "\"\t\"",
            "[1,2,]",
            "[1 2]",
            "[]",
            "[ ]",
            "[[],{}]",
            "{\"a\":1,\"a\":2}",
            "{\"a\" : [1]}",
            "{a:1}",
            "{\"a\":1,}",
            "{,}",
            "null null",
            "\u{feff}1",
            "\"é\"",
            "[1]]",
            "NaN",
            "\"\\u+123\"",
        ] {
            agrees(text);
        }
    }

    #[test]
    fn bounds_are_kept() {
        let nested = "[".repeat(limits::REPORT_DEPTH + 2);
        let why = parse(&nested, limits::REPORT_VALUES).unwrap_err().why;
        assert_eq!(why, Why::Bound("levels", limits::REPORT_DEPTH));
        let many = format!("[{}0]", "0,".repeat(limits::REPORT_VALUES));
        let why = parse(&many, limits::REPORT_VALUES).unwrap_err().why;
        assert_eq!(why, Why::Bound("values", limits::REPORT_VALUES));
        let members = format!("{{{}\"a\":0}}", "\"a\":0,".repeat(limits::REPORT_MEMBERS));
        let why = parse(&members, limits::REPORT_VALUES).unwrap_err().why;
        assert_eq!(
            why,
            Why::Bound("members in one object", limits::REPORT_MEMBERS)
        );
    }

    proptest! {
        #[test]
        fn any_text_as_serde_json(text in r#"([\[\]{}:,"\\ utnae0-9.+-]|null|"a"|\\u[0-9a-f]{4}){0,40}"#) {
            agrees(&text);
        }
    }
}
