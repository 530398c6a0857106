//! Findings of the `check` room.

use crate::finding::catalogue;

catalogue! {}
