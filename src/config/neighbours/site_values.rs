//! What posts may ask for of a generator's configuration, `{{ site.motto }}` in Jekyll and `{{< param motto >}}` in Hugo, and what they
//! may not: what looks like a secret.

use crate::config::secrets;
use crate::model::SiteValue;
use crate::tree::{Map, Node};
use std::collections::BTreeMap;

/// What the name of a secret has in it.
const SECRET: [&str; 6] = ["token", "secret", "password", "passwd", "passphrase", "credential"];

/// Returns whether the name of a key says that its value is a secret: `api_key`, `accessToken`, but not `keywords`.
fn is_secret(name: &str) -> bool {
    let low = name.to_ascii_lowercase();
    let is_key =
        |text: &str| ["_key", "-key", "_keys", "-keys", "apikey"].iter().any(|end| text.ends_with(end)) || matches!(text, "key" | "keys");
    secrets::is_secret_name(name) || is_key(&low) || name.ends_with("Key") || SECRET.iter().any(|part| low.contains(part))
}

/// Adds the values of a mapping below a path; of two with one path the first counts.
pub(super) fn add(map: &Map, above: &str, spelling: fn(&str) -> String, out: &mut BTreeMap<String, SiteValue>) {
    for (name, node) in map.iter().filter(|(_, node)| *node != Node::Null) {
        let path = if above.is_empty() { spelling(name) } else { format!("{above}.{}", spelling(name)) };
        let value = if is_secret(name) { SiteValue::Withheld } else { value(node) };
        if let (Node::Map(below), SiteValue::Branch) = (node, &value) {
            add(below, &path, spelling, out);
        }
        out.entry(path).or_insert(value);
    }
}

fn value(node: &Node) -> SiteValue {
    let texts = match node {
        Node::Map(_) => return SiteValue::Branch,
        Node::List(items) => items.iter().map(Node::text).collect::<Option<Vec<_>>>(),
        node => node.text().map(|text| vec![text]),
    };
    match texts {
        Some(texts) if texts.iter().any(|text| secrets::has_password(text)) => SiteValue::Withheld,
        Some(texts) => SiteValue::Texts(texts),
        None => SiteValue::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for name in [
            "api_key",
            "key",
            "API-KEY",
            "apiKey",
            "token",
            "github_token",
            "accessToken",
            "db_password",
            "passwd",
            "pass",
            "credentials",
            "client_secret",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["keywords", "monkey", "motto", "keyboard", "passage", "url"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_stand_by_their_paths_and_secrets_are_kept_back() {
        let text = |text: &str| Node::Text(text.to_owned());
        let map = vec![
            (
                "a".to_owned(),
                Node::Map(vec![("b".to_owned(), text("c")), ("token".to_owned(), Node::Map(vec![("x".to_owned(), text("y"))]))]),
            ),
            ("list".to_owned(), Node::List(vec![text("1"), Node::Map(Map::new())])),
            ("ledger".to_owned(), text("postgres://u:p@h/db")),
        ];
        let mut out = BTreeMap::new();
        add(&map, "", str::to_owned, &mut out);
        let told: Vec<String> = out.iter().map(|(path, value)| format!("{path} {value:?}")).collect();
        assert_eq!(told, ["a Branch", "a.b Texts([\"c\"])", "a.token Withheld", "ledger Withheld", "list Other"]);
    }
}
