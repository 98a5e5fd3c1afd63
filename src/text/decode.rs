//! Bytes to text: byte order marks, UTF-8, windows-1252.
