//! The `mta_sts` room.
