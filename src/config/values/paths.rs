//! Paths and patterns of files, folders and addresses.

use super::{Fault, Value, word};
use crate::config::keys::Key;
use crate::tree::Node;

/// Refuses paths that lead out of the folder they are meant for, and those of another system.
pub(super) fn no_parent(text: &str) -> Result<&str, Fault> {
    if text.contains('\\') {
        return Err(Fault::value(format!("`{text}` holds a backslash"), format!("write `{}`", text.replace('\\', "/"))));
    }
    if text.split('/').any(|part| part == "..") {
        return Err(Fault::value(format!("`{text}` leads out of its folder"), "write a path without `..`"));
    }
    Ok(text)
}

pub(super) fn is_absolute(text: &str) -> bool {
    let drive = text.get(1..2) == Some(":") && text.starts_with(|c: char| c.is_ascii_alphabetic());
    text.starts_with('/') || drive
}

/// Returns a relative path without `./` and without `/` at its end.
pub(super) fn inside(text: &str) -> Result<String, Fault> {
    if text.starts_with("~/") || is_absolute(text) {
        return Err(Fault::value(format!("`{text}` is no path inside the site"), "write a path relative to the site's folder"));
    }
    let parts: Vec<&str> = no_parent(text)?.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    Ok(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

pub(super) fn output(text: &str) -> Result<String, Fault> {
    if is_absolute(text) { Ok(text.to_owned()) } else { inside(text) }
}

pub(super) fn glob(text: &str) -> Result<String, Fault> {
    let text = inside(text)?;
    let unclear =
        |error: globset::Error| Fault::value(format!("`{text}` is no glob: {}", error.kind()), "write a pattern such as `posts/**/*.md`");
    globset::Glob::new(&text).map_err(unclear)?;
    Ok(text)
}

pub(super) fn file(text: &str) -> Result<String, Fault> {
    let name = inside(text)?;
    let bad = name == "." || text.ends_with('/') || name.contains(['?', '#', '*', '"', '<', '>', '|', ':']);
    if bad { Err(Fault::value(format!("`{text}` is no file name"), "write a name such as `feeds/rss.xml`")) } else { Ok(name) }
}

/// `false` is the empty text.
pub(super) fn file_or_off(key: &Key, node: &Node) -> Result<Value, Fault> {
    match node {
        Node::Bool(false) => Ok(Value::Text(String::new())),
        Node::Bool(true) => Err(Fault::value("`true` is no file name", format!("write `{}`, or leave the key out", key.default))),
        _ => word(key, node).and_then(|text| file(&text)).map(Value::Text),
    }
}

/// Returns a path with `/` at both ends.
pub(super) fn url_path(text: &str) -> Result<String, Fault> {
    let parts: Vec<&str> = no_parent(text)?.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.is_empty() || text.contains(['?', '#', ':', ' ']) {
        return Err(Fault::value(format!("`{text}` is no path below the site's address"), "write a path such as `/de/`"));
    }
    Ok(format!("/{}/", parts.join("/")))
}

/// Returns the pattern of a feed's folder with `/` at its end; `false` is the empty text.
pub(super) fn feed_folder(key: &Key, node: &Node) -> Result<Value, Fault> {
    let text = match node {
        Node::Bool(false) => return Ok(Value::Text(String::new())),
        Node::Bool(true) => key.example.to_owned(),
        _ => word(key, node)?,
    };
    let parts: Vec<&str> = no_parent(&text)?.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let wrong = |message: String| Fault::value(message, format!("write `{}`", key.example));
    if text.contains(['?', '#', '*']) || text.contains("://") {
        return Err(wrong(format!("`{text}` is no folder")));
    }
    let placeholders = text.split(':').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default());
    match placeholders.collect::<Vec<_>>().as_slice() {
        ["slug"] => Ok(Value::Text(format!("{}/", parts.join("/")))),
        [] => Err(wrong(format!("`{text}` holds no `:slug`, so all its feeds would be one file"))),
        _ => Err(wrong(format!("`{text}` holds more than one `:slug`"))),
    }
}
