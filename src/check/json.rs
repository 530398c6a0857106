//! The JSON of files: what `JSON.stringify` writes of the same value, octets as base64 (RFC 4648 §4).

use std::io;

use base64ct::{Base64, Encoding};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::ser::{Formatter, Serializer};

use crate::limits;

/// Writes a verdict, evidence or facts as compact JSON.
///
/// # Errors
/// None for the types of this crate; for others as `serde_json`.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, OctetsAsBase64))?;
    String::from_utf8(out).map_err(serde::ser::Error::custom)
}

/// Reads what [`to_json`] writes.
///
/// # Errors
/// A `serde_json` error: with line and column where the text is no JSON, with the path to the field, such as
/// `options: port`, where a value is not of the wanted type; also where the text is longer than
/// [`limits::EVIDENCE_OCTETS`].
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    if text.len() > limits::EVIDENCE_OCTETS {
        let error = format_args!("longer than {} octets", limits::EVIDENCE_OCTETS);
        return Err(serde::de::Error::custom(error));
    }
    serde_json::from_str(text)
}

struct OctetsAsBase64;

impl Formatter for OctetsAsBase64 {
    fn write_byte_array<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        value: &[u8],
    ) -> io::Result<()> {
        write!(writer, "\"{}\"", Base64::encode_string(value))
    }
}
