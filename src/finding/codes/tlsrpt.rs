//! Findings of the `tlsrpt` room.

use crate::finding::catalogue;

catalogue! {}
