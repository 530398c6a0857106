//! DNS messages: the question as octets, the answer as records, and what the answer says at the end
//! of its aliases (RFC 1035, RFC 3597, RFC 6672, RFC 6891, RFC 8914, RFC 2308, RFC 5321 §5.1).
//!
//! Nothing here sends anything, and nothing believes or disbelieves: the security of an answer is
//! the `dnssec` room's affair. Only class IN is asked for and read.

mod address;
mod dnssec_records;
mod extended_error;
mod message;
mod mx;
mod question;
mod rcode;
mod rdata;
mod record;
mod record_data;
mod record_type;
mod registry;
mod resolved;
pub(crate) mod txt;
pub(crate) mod txt_record;
mod type_bitmap;
mod wire;

pub use address::is_public;
pub use dnssec_records::{Dnskey, Ds, Nsec, Nsec3, Nsec3param, Rrsig, nsec3_hash};
pub use extended_error::ExtendedError;
pub use message::{Malformed, Message, MessageError};
pub use mx::{MxHost, MxSet, MxStatus};
pub use question::{Question, query, query_checked};
pub use rcode::Rcode;
pub use rdata::Rdata;
pub use record::Record;
pub use record_data::{RecordData, Soa, TlsaData};
pub use record_type::RecordType;
pub use registry::UnknownMnemonic;
pub use resolved::{Hop, Outcome, Resolved, resolve};
pub use type_bitmap::TypeBitmap;
