//! What a domain learns from the reports it gets (RFC 8460): many in one, and what their failures come from.

mod explain;
mod summary;

pub use explain::{DomainFailures, explain, explain_failures};
pub use summary::{DomainSummary, FailureSummary, Summary, SummaryGroup, summarize_reports};
