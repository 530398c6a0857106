//! Findings of the `x509` room.

use crate::finding::catalogue;

catalogue! {}
