//! One SMTP connection as it went (RFC 3207, RFC 8460 §4.4): what the host saw, before any judgement.

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::dane::DaneOutcome;
use crate::mta_sts::FailureCause;
use crate::value::{self, Fields, read_from_fields, read_struct};
use crate::x509::WebPkiOutcome;

/// A connection to one address of a mail host, up to the EHLO after TLS.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Whether EHLO offered STARTTLS.
    pub starttls: bool,
    /// The certificates as sent, DER, leaf first.
    pub chain: Vec<Bytes>,
    /// The version as OpenSSL writes it, `TLSv1.3`.
    pub tls_version: Option<String>,
    /// Whether EHLO after TLS offered REQUIRETLS (RFC 8689 §2).
    pub require_tls: Option<bool>,
    /// The name the host greeted with.
    pub helo: Option<String>,
    /// The sender's address.
    pub sending_ip: Option<String>,
    /// The host's address.
    pub receiving_ip: Option<String>,
    /// Where it broke off, if it did.
    pub error: Option<SessionError>,
}

read_struct!(Session {
    starttls: "starttls",
    chain: "chain" or default,
    tls_version: "tlsVersion" or default,
    require_tls: "requireTls" or default,
    helo: "helo" or default,
    sending_ip: "sendingIp" or default,
    receiving_ip: "receivingIp" or default,
    error: "error" or default,
});

/// Where and how a connection broke off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionError {
    /// How far it had come.
    pub stage: SessionStage,
    /// A short code, the platform's own.
    pub code: String,
    /// The same in words.
    pub message: String,
}

read_struct!(SessionError {
    stage: "stage",
    code: "code",
    message: "message",
});

/// The steps of a connection in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionStage {
    /// TCP.
    Connect,
    /// The STARTTLS command (RFC 3207 §4).
    Starttls,
    /// TLS.
    Handshake,
    /// Any other SMTP dialogue.
    Smtp,
}

/// A session, and its chain held against the caller's roots: what a sender with these roots would see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedSession {
    /// The connection.
    #[serde(flatten)]
    pub session: Session,
    /// The path validation at the facts' time for this host; `None` where no roots were given.
    pub web_pki: Option<WebPkiOutcome>,
    /// The chain held against the host's TLSA records while a verdict is made; no fact, so it is never written.
    #[serde(skip)]
    pub dane: Option<DaneOutcome>,
}

impl ObservedSession {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        Ok(Self {
            web_pki: fields.take("webPki")?,
            dane: None,
            session: fields.rest()?,
        })
    }
}

read_from_fields!(ObservedSession, ObservedSession::read);

/// What is known of the connections to one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum SessionFacts {
    /// They were made.
    Observed {
        /// One an address, in the order of the addresses.
        sessions: Vec<ObservedSession>,
    },
    /// The observer could not even try.
    Failed {
        /// What stopped it.
        cause: FailureCause,
        /// The same in words.
        message: String,
    },
    /// The observer can't open port 25 (a browser, a Worker).
    Unsupported,
    /// There was nobody to ask.
    NotAsked {
        /// Why.
        reason: String,
    },
}

impl SessionFacts {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        match fields.kind()?.as_str() {
            "observed" => Ok(Self::Observed {
                sessions: fields.take("sessions")?,
            }),
            "failed" => Ok(Self::Failed {
                cause: fields.take("cause")?,
                message: fields.take("message")?,
            }),
            "unsupported" => Ok(Self::Unsupported),
            "not-asked" => Ok(Self::NotAsked {
                reason: fields.take("reason")?,
            }),
            other => Err(value::Error::unknown_kind(other)),
        }
    }
}

read_from_fields!(SessionFacts, SessionFacts::read);
