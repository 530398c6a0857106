//! MTA-STS: the record that announces a policy, the policy, its patterns, its fetch and its cache
//! (RFC 8461). Pure: nothing here looks up, fetches or knows the time; the sender's decision on top
//! of it is the `decide` room's.

mod cache;
mod fetch;
mod line;
mod max_age;
mod mode;
mod mx;
mod policy;
mod policy_file;
mod record;

pub use cache::{
    AttemptOutcome, CacheStep, CachedPolicy, FetchOutcome, LastAttempt, NextAction, TxtOutcome,
    next_cache_state,
};
pub use fetch::{FailureCause, FetchResult, FetchStatus, PolicyAnswer, classify_fetch, policy_url};
pub use mode::Mode;
pub use mx::{MxPattern, MxPatternError, match_mx};
pub use policy::Policy;
pub use policy_file::parse_policy;
pub use record::{Record, RecordOutcome, parse_record};
