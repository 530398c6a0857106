//! The `dane` room.
