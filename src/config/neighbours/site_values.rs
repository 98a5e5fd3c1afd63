//! What posts may ask for of a generator's configuration, `{{ site.motto }}` in Jekyll and `{{< param motto >}}` in Hugo, and what they
//! may not: what looks like a secret.

use crate::config::secrets;
use crate::model::SiteValue;
use crate::text::scalar::{Scalar, Scalars};
use crate::tree::{Map, Node};
use std::collections::BTreeMap;

/// What the name of a secret has in it.
const SECRET: [&str; 6] = ["token", "secret", "password", "passwd", "passphrase", "credential"];

/// The words of which one is in the name of a secret.
const WORDS: [&str; 9] = ["pwd", "pw", "auth", "oauth", "bearer", "dsn", "pat", "salt", "webhook"];

/// How secrets begin that are known by it, wherever they stand.
const BEGINNINGS: [&str; 13] = [
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "rk_live_",
    "AKIA",
    "-----BEGIN ",
    "https://hooks.slack.com/services/",
    "https://discord.com/api/webhooks/",
];

/// Returns the words of a name, in small letters: `signingSalt` has two.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_small {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    words
}

/// Returns whether a text is a secret by itself: it begins as one does, or is an address with a name before its host.
fn looks_secret(text: &str) -> bool {
    let has_user = || {
        let rest =
            text.split_once("://").filter(|(scheme, _)| scheme.bytes().all(|octet| octet.is_ascii_alphanumeric())).map(|(_, rest)| rest);
        rest.is_some_and(|rest| rest.split(['/', '?', '#']).next().is_some_and(|host| host.contains('@')))
    };
    secrets::has_password(text) || BEGINNINGS.iter().any(|begin| text.starts_with(begin)) || has_user()
}

/// Returns whether the name of a key says that its value is a secret: `api_key`, `accessToken`, but not `keywords`.
fn is_secret(name: &str) -> bool {
    let low = name.to_ascii_lowercase();
    let is_key =
        |text: &str| ["_key", "-key", "_keys", "-keys", "apikey"].iter().any(|end| text.ends_with(end)) || matches!(text, "key" | "keys");
    secrets::is_secret_name(name)
        || is_key(&low)
        || name.ends_with("Key")
        || SECRET.iter().any(|part| low.contains(part))
        || words(name).iter().any(|word| WORDS.contains(&word.as_str()))
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
    let is_secret = |scalar: &Scalar| matches!(scalar, Scalar::Text(text) | Scalar::Number(text) if looks_secret(text));
    match node.scalars() {
        _ if matches!(node, Node::Map(_)) => SiteValue::Branch,
        Some(Scalars::One(one)) if is_secret(&one) => SiteValue::Withheld,
        Some(Scalars::List(items)) if items.iter().any(is_secret) => SiteValue::Withheld,
        Some(told) => SiteValue::Told(told),
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
            "pwd",
            "smtp_pw",
            "auth",
            "basicAuth",
            "bearer",
            "sentry-dsn",
            "github_pat",
            "signing_salt",
            "webhook",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in
            ["keywords", "monkey", "motto", "keyboard", "passage", "url", "author", "authors", "pwa", "patch", "salty", "google_analytics"]
        {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_that_are_secrets_by_themselves_are_known() {
        for text in ["https://abc@sentry.example/1", "ghp_0123", "https://hooks.slack.com/services/T0/B0/X", "sk_live_1", "smtp://u:p@h"] {
            assert!(looks_secret(text), "{text}");
        }
        for text in
            ["https://social.example/@ada", "ada@example.org", "mailto:ada@example.org", "G-12345", "skies", "https://x.example/?a=b@c"]
        {
            assert!(!looks_secret(text), "{text}");
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
        assert_eq!(told, ["a Branch", "a.b Told(One(Text(\"c\")))", "a.token Withheld", "ledger Withheld", "list Other"]);
    }
}
