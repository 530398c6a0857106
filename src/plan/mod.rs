//! What a domain publishes, and the order in which it may change it (RFC 8461 §8, RFC 7671 §8): records and policy
//! for a goal, dated steps from here to there. Pure: what is seen and what time it is are arguments. Nothing is
//! looked up, sent or signed here.

mod hosts;
mod policy_change;
mod policy_text;
mod policy_world;
mod publish;
mod rollover;
mod schedule;
mod tlsa_change;
mod tlsa_set;
mod zone;

pub use policy_change::{PolicyChange, PolicyGoal};
pub use policy_text::PublishedPolicy;
pub use policy_world::PolicyState;
pub use publish::{
    HostRequest, Previous, Publication, PublishRequest, Published, Reports, publish,
};
pub use rollover::{Change, PlanError, RolloverRequest, Timing, plan_rollover};
pub use schedule::{Probe, Rollover, RolloverKind, RolloverStep, StepStatus, Wait};
pub use tlsa_change::TlsaChange;
pub use zone::PublishedRecord;
