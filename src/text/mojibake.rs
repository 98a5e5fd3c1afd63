//! UTF-8 that was read as windows-1252 and saved again: found and undone.
