//! Markdown to entry HTML, summary and plain text.
