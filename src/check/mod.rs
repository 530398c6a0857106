//! The driver of a check, without I/O: it says what it needs, takes what comes, and ends with a verdict.
//! Which questions there are is decided here; what the answers mean is decided elsewhere (`decide`).

mod dns_answers;
mod driver;
mod error;
mod evidence;
mod json;
mod need;
mod observe;

pub use driver::{Check, Start};
pub use error::CheckError;
pub use evidence::{Evidence, Recorded};
pub use json::{from_json, to_json};
pub use need::{Answer, Need, NeedKind, Target};
