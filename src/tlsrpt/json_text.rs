//! A report as JSON text: as RFC 8460 §4.4 names its members, or as JavaScript has it. It checks nothing.

use core::fmt::Write as _;
use core::net::IpAddr;

use super::class::Class;
use super::report::{Extensions, Member, Report, Slot};

/// A report as JavaScript has it, as JSON: names in camel case, null for what there is not, `extensions` apart.
#[must_use]
pub fn report_for_javascript(mut report: Report) -> String {
    write_json(&mut report, true)
}

/// The JSON of a report: as the RFC has it, or as JavaScript does, with what else was there.
pub(super) fn write_json(report: &mut Report, camel: bool) -> String {
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

/// `failure-details` in JavaScript: `failureDetails`.
pub(super) fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
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
            self.text(&camel_case(name));
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
