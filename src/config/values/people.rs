//! People: `Name`, `Name <mail@example.org>`, or a mapping.

use super::{Checked, Fault, Value, text, web_url, word, wrong_type};
use crate::config::codes;
use crate::config::keys::Key;
use crate::model::Author;
use crate::text::suggest::did_you_mean;
use crate::tree::Node;

const AUTHOR_KEYS: [&str; 3] = ["name", "email", "uri"];

pub(super) fn authors(key: &Key, node: &Node, raw: Option<&str>) -> Checked {
    let Node::List(items) = node else {
        return author(key, node, raw).map(|author| Value::Authors(vec![author]));
    };
    let mut authors = Vec::new();
    let mut faults = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match author(key, item, None) {
            Ok(author) => authors.push(author),
            Err(found) => faults.extend(found.into_iter().map(|fault| fault.below(at.to_string()))),
        }
    }
    if faults.is_empty() { Ok(Value::Authors(authors)) } else { Err(faults) }
}

pub(super) fn author(key: &Key, node: &Node, raw: Option<&str>) -> Result<Author, Vec<Fault>> {
    let Node::Map(entries) = node else {
        let named = text(key, node, raw).and_then(|name| if name.is_empty() { Err(wrong_type(key, &Node::Null)) } else { Ok(name) });
        return named.and_then(|text| author_from_text(&text)).map_err(|fault| vec![fault]);
    };
    let mut author = Author::default();
    let mut faults = Vec::new();
    for (name, value) in entries {
        if let Err(fault) = author_part(key, &mut author, name, value) {
            faults.push(fault.below(name.clone()));
        }
    }
    if author.name.is_empty() && faults.is_empty() {
        faults.push(Fault::value("an author has no `name`", "add `name:`"));
    }
    if faults.is_empty() { Ok(author) } else { Err(faults) }
}

/// Reads `Name`, `Name <mail@example.org>` or `Name <https://example.org>`, as front matter does.
pub(super) fn author_from_text(text: &str) -> Result<Author, Fault> {
    let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.split_once('<')).filter(|(name, _)| !name.trim().is_empty())
    else {
        return Ok(Author { name: text.to_owned(), ..Author::default() });
    };
    let mut author = Author { name: name.trim().to_owned(), ..Author::default() };
    if address.contains("://") {
        author.uri = Some(web_url(address)?);
    } else {
        author.email = Some(email(address)?);
    }
    Ok(author)
}

pub(super) fn author_part(key: &Key, author: &mut Author, name: &str, value: &Node) -> Result<(), Fault> {
    if *value == Node::Null && AUTHOR_KEYS.contains(&name) {
        return Ok(());
    }
    match name {
        "name" => author.name = text(key, value, None)?,
        "email" => author.email = Some(word(key, value).and_then(|text| email(&text))?),
        "uri" => author.uri = Some(word(key, value).and_then(|text| web_url(&text))?),
        _ => {
            let known = if name == "url" { Some("did you mean `uri`?".to_owned()) } else { did_you_mean(name, AUTHOR_KEYS) };
            let help = known.unwrap_or_else(|| "an author has `name`, `email` and `uri`".to_owned());
            let message = format!("an author has no key `{name}`");
            return Err(Fault { code: &codes::UNKNOWN_KEY, message, help: Some(help), below: Vec::new(), at_key: true });
        }
    }
    Ok(())
}

pub(super) fn email(text: &str) -> Result<String, Fault> {
    let good = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if good && !text.contains(|c: char| c.is_whitespace() || "<>,;\"()".contains(c)) {
        return Ok(text.to_owned());
    }
    Err(Fault::value(format!("`{text}` is no e-mail address"), "write an address such as `ada@example.org`"))
}
