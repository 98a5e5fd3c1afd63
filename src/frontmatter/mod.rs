//! Delimiters, YAML, TOML, JSON and plain front matter, and the DIALECTS table: a file's head becomes a Post.
