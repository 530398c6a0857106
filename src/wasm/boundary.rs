//! Between JavaScript values and the types of the crate.

use core::fmt::Display;

use js_sys::{Array, ArrayBuffer, Number, Object, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

#[cfg(feature = "wasm-engine")]
use crate::check::CheckError;
use crate::limits;
use crate::value::Value;

/// What a binding returns: plain data, or `{ code, message }` to throw.
pub(super) type Crossing = Result<JsValue, JsValue>;

/// Reads an argument.
pub(super) fn read<T: DeserializeOwned>(value: JsValue, what: &str) -> Result<T, JsValue> {
    let value = plain(&value, limits::VALUE_DEPTH);
    T::deserialize(value).map_err(|error| invalid(format_args!("{what}: {error}")))
}

/// Takes plain data over: own enumerable fields of objects, those that are `undefined` left out.
fn plain(value: &JsValue, depth: u32) -> Value {
    if value.is_undefined() || value.is_null() {
        return Value::Null;
    }
    if let Some(value) = value.as_bool() {
        return Value::Bool(value);
    }
    if let Some(text) = value.as_string() {
        return Value::Text(text);
    }
    if let Some(number) = value.as_f64() {
        return integer(value, number);
    }
    if let Some(octets) = value.dyn_ref::<Uint8Array>() {
        return Value::Bytes(octets.to_vec());
    }
    if let Some(octets) = value.dyn_ref::<ArrayBuffer>() {
        return Value::Bytes(Uint8Array::new(octets).to_vec());
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Other("data that is nested too deeply");
    };
    if let Some(list) = value.dyn_ref::<Array>() {
        return Value::List(list.iter().map(|value| plain(&value, depth)).collect());
    }
    if value.is_function() {
        return Value::Other("a function");
    }
    let Some(object) = value.dyn_ref::<Object>() else {
        return Value::Other("no plain data");
    };
    let mut fields = Vec::new();
    for entry in Object::entries(object).iter() {
        let entry = Array::from(&entry);
        let value = entry.get(1);
        if let (Some(name), false) = (entry.get(0).as_string(), value.is_undefined()) {
            fields.push((name, plain(&value, depth)));
        }
    }
    Value::Map(fields)
}

/// Reads an argument that may be left out.
#[cfg(feature = "wasm-engine")]
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

#[expect(
    clippy::as_conversions,
    reason = "no other way from f64 to i64; a safe integer is exact"
)]
fn integer(value: &JsValue, number: f64) -> Value {
    if Number::is_safe_integer(value) {
        Value::Integer(number as i64)
    } else {
        Value::Other("a number that is no integer")
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
#[cfg(feature = "wasm-engine")]
pub(super) fn mistake(error: &CheckError) -> JsValue {
    thrown(error.code(), &error.to_string())
}

fn thrown(code: &str, message: &str) -> JsValue {
    #[derive(Serialize)]
    struct Thrown<'a> {
        code: &'a str,
        message: &'a str,
    }
    serde_wasm_bindgen::to_value(&Thrown { code, message }).unwrap_or(JsValue::NULL)
}
