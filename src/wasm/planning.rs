//! Publishing and planning for JavaScript.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::boundary::{Crossing, invalid, read, write};
use crate::plan::{self, PublishRequest, RolloverRequest};

/// `publishSts(o): Publication`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = publishSts)]
pub fn publish_sts(request: JsValue) -> Crossing {
    let request: PublishRequest = read(request, "arguments")?;
    write(&plan::publish(&request).map_err(invalid)?)
}

/// `planRollover(o): Rollover`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = planRollover)]
pub fn plan_rollover(request: JsValue) -> Crossing {
    let request: RolloverRequest = read(request, "arguments")?;
    write(&plan::plan_rollover(&request).map_err(invalid)?)
}
