//! Language tags (RFC 5646).
