//! Findings of the `dns` room.

use crate::finding::catalogue;

catalogue! {}
