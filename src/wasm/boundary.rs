//! Between JavaScript values and the types of the crate.

use core::fmt::Display;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use crate::check::CheckError;

/// What a binding returns: plain data, or `{ code, message }` to throw.
pub(super) type Crossing = Result<JsValue, JsValue>;

/// Reads an argument.
pub(super) fn read<T: DeserializeOwned>(value: JsValue, what: &str) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|error| invalid(format_args!("{what}: {error}")))
}

/// Reads an argument that may be left out.
pub(super) fn read_optional<T: DeserializeOwned>(
    value: JsValue,
    what: &str,
) -> Result<Option<T>, JsValue> {
    if value.is_undefined() || value.is_null() {
        Ok(None)
    } else {
        read(value, what).map(Some)
    }
}

/// Writes a result.
pub(super) fn write<T: Serialize + ?Sized>(value: &T) -> Crossing {
    let serializer = serde_wasm_bindgen::Serializer::new()
        .serialize_missing_as_null(true)
        .serialize_maps_as_objects(true);
    value.serialize(&serializer).map_err(invalid)
}

/// `ERR_INVALID_ARGUMENT`.
pub(super) fn invalid(message: impl Display) -> JsValue {
    thrown("ERR_INVALID_ARGUMENT", &message.to_string())
}

/// A mistake with its own code.
pub(super) fn mistake(error: &CheckError) -> JsValue {
    thrown(error.code(), &error.to_string())
}

fn thrown(code: &str, message: &str) -> JsValue {
    #[derive(Serialize, Deserialize)]
    struct Thrown<'a> {
        code: &'a str,
        message: &'a str,
    }
    serde_wasm_bindgen::to_value(&Thrown { code, message }).unwrap_or(JsValue::NULL)
}
