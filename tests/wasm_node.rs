//! The boundary in Node: `tests/wasm/mod.rs` says what is held.
#![cfg(all(target_family = "wasm", feature = "wasm"))]

mod wasm;
