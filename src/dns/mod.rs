//! The `dns` room.
