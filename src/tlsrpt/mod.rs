//! TLS-RPT (RFC 8460): the record that asks for reports, the report read and written, and the tally that
//! sessions go into.

mod json;
mod outcome;
mod reader;
mod record;
mod report;
mod uri;

pub use outcome::{HostPolicy, PolicyType};
pub use reader::parse_report;
pub use record::{Record, RecordOutcome, parse_record};
pub use report::{
    DateRange, Extensions, FailureDetail, PolicyDescription, Report, ReportedPolicy, SessionCounts,
};
