//! TLS-RPT (RFC 8460): the record that asks for reports, the report read and written, and the tally that
//! sessions go into.

mod json;
mod mail;
mod outcome;
mod reader;
mod record;
mod report;
mod tally;
mod tally_bytes;
mod uri;
mod writer;

pub use mail::{MailHeaders, parse_report_mail, unreadable_report};
pub use outcome::{HostPolicy, PolicyType};
pub use reader::{parse_report, report_of_json};
pub use record::{Record, RecordOutcome, parse_record};
pub use report::{
    DateRange, Extensions, FailureDetail, PolicyDescription, Report, ReportedPolicy, SessionCounts,
};
pub use tally::{Peer, Tally};
pub use tally_bytes::TallyError;
pub use writer::{
    Envelope, Mail, Packed, WriteError, pack_report, report_for_javascript, report_json,
};
