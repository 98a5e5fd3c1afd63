//! The formats: entries in, bytes out, and the check that reads them back.
