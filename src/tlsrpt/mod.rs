//! TLS-RPT: the record that asks for reports (RFC 8460 §3)..

mod record;
mod uri;

pub use record::{Record, RecordOutcome, parse_record};
