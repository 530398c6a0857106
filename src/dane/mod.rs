//! DANE: the TLSA record (RFC 6698, RFC 7218, RFC 7671, RFC 7672).

mod tlsa;
mod tlsa_text;

pub use tlsa::{Tlsa, parse_tlsa_wire};
pub use tlsa_text::parse_tlsa_text;
