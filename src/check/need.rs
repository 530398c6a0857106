//! What a check asks its host for, and what the host may answer (DESIGN §3).

use core::net::IpAddr;

use serde::Serialize;

use crate::bytes::Bytes;
use crate::dns::RecordType;
use crate::facts::Session;
use crate::mta_sts::{FailureCause, PolicyAnswer};
use crate::name::Name;
use crate::value::{self, Fields, read_from_fields, read_struct};

/// One thing to find out. `id` is good for one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    /// What to give [`Check::feed`](super::Check::feed) with the answer.
    pub id: u32,
    /// 1 the domain, 2 its hosts and its policy, 3 TLSA, 4 SMTP.
    pub stage: u8,
    /// What to find out.
    #[serde(flatten)]
    pub kind: NeedKind,
}

/// What to find out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum NeedKind {
    /// Ask the DNS.
    Dns {
        /// The message to send, id 0.
        query: Bytes,
        /// Its name, for people.
        name: Name,
        /// Its type, for people.
        #[serde(rename = "type")]
        record_type: RecordType,
    },
    /// Fetch the policy.
    Policy {
        /// The URL.
        url: String,
        /// The only addresses to connect to.
        addresses: Vec<IpAddr>,
    },
    /// Speak SMTP up to the EHLO after TLS.
    Starttls {
        /// With whom.
        target: Target,
    },
}

impl NeedKind {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        match fields.kind()?.as_str() {
            "dns" => Ok(Self::Dns {
                query: fields.take("query")?,
                name: fields.take("name")?,
                record_type: fields.take("type")?,
            }),
            "policy" => Ok(Self::Policy {
                url: fields.take("url")?,
                addresses: fields.take("addresses")?,
            }),
            "starttls" => Ok(Self::Starttls {
                target: fields.take("target")?,
            }),
            other => Err(value::Error::unknown_kind(other)),
        }
    }
}

read_from_fields!(NeedKind, NeedKind::read);

/// A mail host to connect to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The MX host.
    pub host: Name,
    /// The SMTP port.
    pub port: u16,
    /// The name to send as SNI.
    pub server_name: Name,
    /// One session for each; nothing is resolved again.
    pub addresses: Vec<IpAddr>,
}

read_struct!(Target {
    host: "host",
    port: "port",
    server_name: "serverName",
    addresses: "addresses",
});

/// What a host may answer. A time-out is an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Answer {
    /// To a DNS need: the message as it came.
    Dns {
        /// Its octets.
        message: Bytes,
    },
    /// To a policy need: the HTTP response.
    Policy {
        /// Its status code.
        http_status: u16,
        /// Its `Content-Type`.
        content_type: Option<String>,
        /// Its body.
        body: Bytes,
        /// Whether there was a redirect.
        redirected: bool,
    },
    /// To a STARTTLS need: one session an address.
    Starttls {
        /// The sessions.
        sessions: Vec<Session>,
    },
    /// To any: it did not work.
    Failed {
        /// Why, as far as the platform tells.
        cause: FailureCause,
        /// The platform's words.
        message: String,
    },
    /// To any: this host can't do that.
    Unsupported,
}

impl Answer {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        match fields.kind()?.as_str() {
            "dns" => Ok(Self::Dns {
                message: fields.take("message")?,
            }),
            "policy" => Ok(Self::Policy {
                http_status: fields.take("httpStatus")?,
                content_type: fields.take("contentType")?,
                body: fields.take("body")?,
                redirected: fields.take_or_default("redirected")?,
            }),
            "starttls" => Ok(Self::Starttls {
                sessions: fields.take("sessions")?,
            }),
            "failed" => Ok(Self::Failed {
                cause: fields.take("cause")?,
                message: fields.take_or_default("message")?,
            }),
            "unsupported" => Ok(Self::Unsupported),
            other => Err(value::Error::unknown_kind(other)),
        }
    }

    /// Whether it can answer that need.
    pub(super) fn fits(&self, need: &NeedKind) -> bool {
        matches!(
            (self, need),
            (Self::Dns { .. }, NeedKind::Dns { .. })
                | (Self::Policy { .. }, NeedKind::Policy { .. })
                | (Self::Starttls { .. }, NeedKind::Starttls { .. })
                | (Self::Failed { .. } | Self::Unsupported, _)
        )
    }

    /// The same as the `mta_sts` room knows it; `None` for answers to other needs.
    pub(super) fn into_policy(self) -> Option<PolicyAnswer> {
        match self {
            Self::Policy {
                http_status,
                content_type,
                body,
                redirected,
            } => Some(PolicyAnswer::Policy {
                http_status,
                content_type,
                body,
                redirected,
            }),
            Self::Failed { cause, message } => Some(PolicyAnswer::Failed { cause, message }),
            Self::Unsupported => Some(PolicyAnswer::Unsupported),
            Self::Dns { .. } | Self::Starttls { .. } => None,
        }
    }
}

read_from_fields!(Answer, Answer::read);

/// The short code of a cause, for a look-up's reason.
pub(super) fn cause_code(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::Timeout => "timeout",
        FailureCause::Connect => "connect",
        FailureCause::Dns => "dns",
        FailureCause::Tls => "tls",
        FailureCause::Opaque => "opaque",
    }
}
