//! What a domain publishes, and the order in which it may change it (RFC 8461 §8, RFC 7671 §8): records and policy
//! for a goal, dated steps from here to there; and what it learns from the reports it gets (RFC 8460): many in one, and
//! what their failures come from. Pure: what is seen and what time it is are arguments. Nothing is looked up, sent or
//! signed here.

mod explain;
mod hosts;
mod policy_change;
mod policy_text;
mod policy_world;
mod publish;
mod rollover;
mod schedule;
mod summary;
mod tlsa_change;
mod tlsa_set;
mod zone;

pub use explain::{DomainFailures, explain, explain_failures};
pub use policy_change::PolicyChange;
pub use policy_text::PublishedPolicy;
pub use policy_world::PolicyState;
pub use publish::{HostRequest, Publication, PublishRequest, Published, publish};
pub use rollover::{Change, PlanError, RolloverRequest, Timing, plan_rollover};
pub use schedule::{Probe, Rollover, RolloverKind, RolloverStep, StepStatus, Wait};
pub use summary::{DomainSummary, FailureSummary, Summary, SummaryGroup, summarize_reports};
pub use tlsa_change::TlsaChange;
pub use zone::PublishedRecord;
