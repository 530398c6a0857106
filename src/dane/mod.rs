//! DANE: the TLSA record (RFC 6698, RFC 7218), and whether a set of them authenticates a host (RFC 7671, RFC 7672).

mod anchor;
mod discovery;
mod matching;
mod outcome;
mod tlsa;
mod tlsa_for;
mod tlsa_text;
mod usable;
mod verify;

pub use discovery::{tlsa_candidates, tlsa_name};
pub use outcome::{DaneMatch, DaneOutcome, DaneStatus, TlsaOutcome};
pub use tlsa::{Tlsa, parse_tlsa_wire};
pub use tlsa_for::{TlsaForError, tlsa_for};
pub use tlsa_text::parse_tlsa_text;
pub use usable::{DIGEST_ORDER, unusable};
pub use verify::{DaneOptions, verify_dane};
