//! A policy engine for SMTP transport security: may this mail go to this host, under which TLS
//! requirements, and why?

mod bytes;
mod check;
pub mod crypto;
pub mod dane;
mod decide;
pub mod dns;
mod facts;
mod finding;
pub mod limits;
pub mod mta_sts;
mod name;
mod result_type;
mod security;
mod time;
pub mod tlsrpt;
pub mod x509;

pub use bytes::Bytes;
pub use finding::{Checked, Entry, Finding, RecordOutcome, RrsetStatus, Severity, Span, codes};
pub use name::{Name, NameError};
pub use result_type::ResultType;
pub use security::{Security, SecuritySource, SecurityStatus};
pub use time::{Time, TimeError};
