//! What became of the HTTPS request for a policy (RFC 8461 §3.3), and the result type that a TLS
//! report gives it (RFC 8460 §4.3). The request itself, its time limit and the addresses it may go
//! to are the host's and the driver's.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::Policy;
use super::policy_file::{SUBJECT, parse_policy};
use crate::bytes::Bytes;
use crate::finding::{Entry, Finding, codes::mta_sts as codes};
use crate::limits;
use crate::name::Name;
use crate::result_type::ResultType;
use crate::value::{self, Fields, read_from_fields, read_struct};

/// What the host brings back from `https://mta-sts.<domain>/.well-known/mta-sts.txt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum PolicyAnswer {
    /// An HTTP response came.
    Policy {
        /// Its status code.
        http_status: u16,
        /// Its `Content-Type`, if it had one.
        content_type: Option<String>,
        /// Its body; a host may stop reading after [`limits::POLICY_OCTETS`] and one octet.
        body: Bytes,
        /// Whether the platform saw a redirect, followed or not.
        redirected: bool,
    },
    /// None came.
    Failed {
        /// Why, as far as the platform tells.
        cause: FailureCause,
        /// The platform's words.
        message: String,
    },
    /// The host cannot fetch.
    Unsupported,
}

impl PolicyAnswer {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        match fields.kind()?.as_str() {
            "policy" => Ok(Self::Policy {
                http_status: fields.take("httpStatus")?,
                content_type: fields.take("contentType")?,
                body: fields.take("body")?,
                redirected: fields.take("redirected")?,
            }),
            "failed" => Ok(Self::Failed {
                cause: fields.take("cause")?,
                message: fields.take("message")?,
            }),
            "unsupported" => Ok(Self::Unsupported),
            other => Err(value::Error::unknown_kind(other)),
        }
    }
}

read_from_fields!(PolicyAnswer, PolicyAnswer::read);

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureCause {
    /// Not in time.
    Timeout,
    /// No connection.
    Connect,
    /// The name did not resolve.
    Dns,
    /// The TLS handshake or the certificate failed.
    Tls,
    /// The platform hides the cause.
    Opaque,
}

/// Whether a valid policy came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FetchStatus {
    /// A valid policy.
    Fetched,
    /// None.
    Failed,
}

/// A fetch, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FetchResult {
    /// Whether a valid policy came.
    pub status: FetchStatus,
    /// The policy.
    pub policy: Option<Policy>,
    /// What a TLS report says where it failed; `None` too where the host cannot fetch at all.
    pub result_type: Option<ResultType>,
    /// Why it failed: `tls`, `dns`, `connect`, `timeout`, `fetch-opaque`, `not-public`, `redirect`,
    /// `http-404` (any status), `content-type`, `oversize`, `grammar`, `unsupported`.
    pub reason: Option<String>,
    /// The status code of the response.
    pub http_status: Option<u16>,
    /// The body of a response of status 200, at most [`limits::POLICY_OCTETS`].
    pub raw: Option<Bytes>,
    /// What there is to say, the policy's own findings included.
    pub findings: Vec<Finding>,
}

read_struct!(FetchResult {
    status: "status",
    policy: "policy",
    result_type: "resultType",
    reason: "reason",
    http_status: "httpStatus",
    raw: "raw",
    findings: "findings",
});

/// Where the policy of a domain must come from (RFC 8461 §3.3).
#[must_use]
pub fn policy_url(domain: &Name) -> String {
    format!("https://mta-sts.{domain}/.well-known/mta-sts.txt")
}

/// Judges what the host brought back. `lenient_content_type` turns a wrong media type into a warning.
///
/// ```
/// use mxseal::{ResultType, mta_sts::{FailureCause, PolicyAnswer, classify_fetch}};
/// let answer = PolicyAnswer::Failed { cause: FailureCause::Tls, message: "expired".into() };
/// let result = classify_fetch(&answer, false);
/// assert_eq!(result.result_type, Some(ResultType::StsWebpkiInvalid));
/// assert_eq!(result.reason.as_deref(), Some("tls"));
/// ```
#[must_use]
pub fn classify_fetch(answer: &PolicyAnswer, lenient_content_type: bool) -> FetchResult {
    match answer {
        PolicyAnswer::Policy {
            http_status,
            content_type,
            body,
            redirected,
        } => response(
            *http_status,
            content_type.as_deref(),
            body,
            *redirected,
            lenient_content_type,
        ),
        PolicyAnswer::Failed { cause, message } => {
            let (result_type, reason, entry) = match cause {
                FailureCause::Tls => (ResultType::StsWebpkiInvalid, "tls", &codes::FETCH_TLS),
                FailureCause::Dns => (ResultType::StsPolicyFetchError, "dns", &codes::FETCH_DNS),
                FailureCause::Connect => (
                    ResultType::StsPolicyFetchError,
                    "connect",
                    &codes::FETCH_CONNECT,
                ),
                FailureCause::Timeout => (
                    ResultType::StsPolicyFetchError,
                    "timeout",
                    &codes::FETCH_TIMEOUT,
                ),
                FailureCause::Opaque => (
                    ResultType::StsPolicyFetchError,
                    "fetch-opaque",
                    &codes::FETCH_OPAQUE,
                ),
            };
            FetchResult::failed(result_type, reason, entry, message)
        }
        PolicyAnswer::Unsupported => FetchResult {
            result_type: None,
            ..FetchResult::failed(
                ResultType::StsPolicyFetchError,
                "unsupported",
                &codes::FETCH_UNSUPPORTED,
                &"",
            )
        },
    }
}

impl FetchResult {
    /// The result where the policy host has no public address and nothing was fetched.
    #[must_use]
    pub fn not_public(addresses: &dyn fmt::Display) -> Self {
        Self::failed(
            ResultType::StsPolicyFetchError,
            "not-public",
            &codes::FETCH_NOT_PUBLIC,
            addresses,
        )
    }

    fn failed(
        result_type: ResultType,
        reason: impl Into<String>,
        entry: &Entry,
        argument: &dyn fmt::Display,
    ) -> Self {
        Self {
            status: FetchStatus::Failed,
            policy: None,
            result_type: Some(result_type),
            reason: Some(reason.into()),
            http_status: None,
            raw: None,
            findings: vec![Finding::new(entry, SUBJECT, &[argument])],
        }
    }
}

fn response(
    http_status: u16,
    content_type: Option<&str>,
    body: &[u8],
    redirected: bool,
    lenient_content_type: bool,
) -> FetchResult {
    let fetch_error = |reason: &str, entry| {
        let failed =
            FetchResult::failed(ResultType::StsPolicyFetchError, reason, entry, &http_status);
        FetchResult {
            http_status: Some(http_status),
            ..failed
        }
    };
    // RFC 8461 §3.3: 3xx redirects MUST NOT be followed; valid only if the code is 200.
    if redirected || (300..400).contains(&http_status) {
        return fetch_error("redirect", &codes::FETCH_REDIRECT);
    }
    if http_status != 200 {
        return fetch_error(&format!("http-{http_status}"), &codes::FETCH_STATUS);
    }
    let kept = body.get(..limits::POLICY_OCTETS).unwrap_or(body);
    let invalid = |reason: &str, findings: Vec<Finding>| FetchResult {
        status: FetchStatus::Failed,
        policy: None,
        result_type: Some(ResultType::StsPolicyInvalid),
        reason: Some(reason.to_owned()),
        http_status: Some(http_status),
        raw: Some(Bytes(kept.to_vec())),
        findings,
    };
    let mut findings = Vec::new();
    if !content_type.is_some_and(is_text_plain) {
        let shown = content_type.unwrap_or("no media type");
        let entry = if lenient_content_type {
            &codes::FETCH_MEDIA_TYPE_LENIENT
        } else {
            &codes::FETCH_MEDIA_TYPE
        };
        findings.push(Finding::new(entry, SUBJECT, &[&shown]));
        if !lenient_content_type {
            return invalid("content-type", findings);
        }
    }
    let checked = parse_policy(body);
    findings.extend(checked.findings);
    match checked.value {
        Some(policy) => FetchResult {
            status: FetchStatus::Fetched,
            policy: Some(policy),
            result_type: None,
            reason: None,
            http_status: Some(http_status),
            raw: Some(Bytes(kept.to_vec())),
            findings,
        },
        None if body.len() > limits::POLICY_OCTETS => invalid("oversize", findings),
        None => invalid("grammar", findings),
    }
}

/// RFC 8461 §3.2: the media type is `text/plain`; parameters are ignored.
fn is_text_plain(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type
        .trim_matches([' ', '\t'])
        .eq_ignore_ascii_case("text/plain")
}
