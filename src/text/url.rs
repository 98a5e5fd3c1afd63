//! References made absolute (RFC 3986 §5).
