//! The `x509` room.
