//! Findings of the `dane` room.

use crate::finding::catalogue;

catalogue! {}
