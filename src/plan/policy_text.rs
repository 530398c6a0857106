//! A policy file and its id: written, then read by the engine's own parser (RFC 8461 §3.1, §3.2). The id follows the
//! content, so it changes where the policy does and nowhere else.

use base16ct::lower::encode_string as hex;
use serde::Serialize;

use crate::bytes::Bytes;
use crate::crypto::sha256;
use crate::finding::{Checked, Finding, codes::plan as codes};
use crate::mta_sts::{Mode, MxPattern, Policy, parse_policy, parse_record, policy_url};
use crate::name::Name;
use crate::ordered::by_key;

/// A policy file to serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedPolicy {
    /// Where (RFC 8461 §3.3).
    pub url: String,
    /// What senders are to do.
    pub mode: Mode,
    /// The `mx` lines.
    pub mx: Vec<MxPattern>,
    /// Seconds.
    pub max_age: u64,
    /// The file, with CRLF.
    pub text: String,
    /// The same in octets.
    pub body: Bytes,
    /// The id that announces it.
    pub id: String,
}

/// A policy that is known, with the id that announces it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) policy: Option<Policy>,
    pub(super) id: Option<String>,
}

impl Known {
    /// Of what is served and announced; a text that is no policy, or no id, is none.
    pub(super) fn new(body: &[u8], id: Option<&str>) -> Self {
        Self {
            policy: parse_policy(body).value,
            id: id
                .and_then(|id| parse_record(&[announcement(id)]).value)
                .map(|record| record.id),
        }
    }
}

impl PublishedPolicy {
    /// The same as it is known from now on.
    pub(super) fn known(&self) -> Known {
        Known::new(&self.body, Some(&self.id))
    }
}

/// The `_mta-sts` record of an id.
pub(super) fn announcement(id: &str) -> String {
    format!("v=STSv1; id={id};")
}

/// Writes a policy and reads it again; what the parser says of it is what a sender would.
pub(super) fn write_policy(
    domain: &Name,
    mode: Mode,
    max_age: u64,
    mx: &[String],
    before: &Known,
) -> Checked<PublishedPolicy> {
    let mut text = format!("version: STSv1\r\nmode: {mode}\r\n");
    for one in mx {
        text.push_str(&format!("mx: {one}\r\n"));
    }
    text.push_str(&format!("max_age: {max_age}\r\n"));
    let Checked {
        value,
        mut findings,
    } = parse_policy(text.as_bytes());
    // A line end within a pattern would smuggle in a field.
    for one in mx.iter().filter(|one| one.contains(['\r', '\n'])) {
        findings.push(Finding::new(&codes::PUBLISH_MX, domain, &[one]));
    }
    let checked = Checked { value, findings };
    let broken = checked.is_broken();
    Checked {
        value: checked
            .value
            .filter(|_| !broken)
            .map(|policy| PublishedPolicy {
                url: policy_url(domain),
                id: policy_id(&policy, before),
                mode: policy.mode,
                mx: policy.mx,
                max_age: policy.max_age,
                body: Bytes(text.clone().into_bytes()),
                text,
            }),
        findings: checked.findings,
    }
}

/// The id of a policy: that of the one before where it is the same, else made of its content, and never that of
/// another one before.
fn policy_id(policy: &Policy, before: &Known) -> String {
    let content = content(policy);
    if let Known {
        policy: Some(old),
        id: Some(id),
    } = before
        && self::content(old) == content
    {
        return id.clone();
    }
    let mut seed = content;
    loop {
        // RFC 8461 §3.1: 1 to 32 letters and digits.
        let id: String = hex(&sha256(seed.as_bytes()))
            .chars()
            .take(ID_LENGTH)
            .collect();
        if before.id.as_ref() != Some(&id) {
            return id;
        }
        seed.push('+');
    }
}

const ID_LENGTH: usize = 32;

/// What a policy says: mode, life, patterns in whatever order, extensions.
pub(super) fn content(policy: &Policy) -> String {
    let mut out = format!("{} {}", policy.mode, policy.max_age);
    let mut last = None;
    for pattern in by_key(&policy.mx, |pattern| pattern.to_string()) {
        if last != Some(pattern) {
            out.push_str(&format!(" {pattern}"));
        }
        last = Some(pattern);
    }
    for (name, value) in &policy.extensions {
        out.push_str(&format!("\n{name}: {value}"));
    }
    out
}
