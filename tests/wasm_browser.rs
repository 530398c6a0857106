//! The boundary in Chromium, as `webdriver.json` starts it: `tests/wasm/mod.rs` says what is held.
#![cfg(all(target_family = "wasm", feature = "wasm"))]

mod wasm;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
