//! The `dns` room.

pub(crate) mod txt;
