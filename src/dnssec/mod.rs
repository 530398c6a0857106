//! DNSSEC validation without I/O and without trust in any resolver (RFC 4033–4035, 4509, 5155, 6672, 6840, 8914,
//! 9276, 9904, 9905). Every answer gets one of four statuses, and the reason where it is not secure.
//!
//! Limitations: class IN only; Ed448 counts as unsupported; trust anchors do not roll over (RFC 5011) by
//! themselves; types ANY and RRSIG get no proof of completeness.

mod algorithm;
mod anchor;
mod cache;
mod denial;
mod judge;
mod lookup;
mod reason;
mod rrset;
mod validator;
mod work;
mod zone;

pub use anchor::{AnchorError, AnchorKey, ROOT_ANCHORS, TrustAnchor};
pub use cache::{ChainCacheEntry, ZoneStatus};
pub use lookup::{ChainDs, ChainKey, ChainLink, ChainSignature, Lookup, LookupHop, LookupResult};
pub use reason::{Fault, Reason};
pub use validator::{Limits, Status, Validator};
