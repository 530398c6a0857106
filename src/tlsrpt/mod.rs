//! The `tlsrpt` room.
