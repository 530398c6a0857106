//! Findings of the `mta_sts` room.

use crate::finding::catalogue;

catalogue! {}
