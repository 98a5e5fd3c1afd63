//! Settings from the environment: `POSTRIDER_SITE_URL` for `site.url`, and so on for every key without a free name.
//! The environment itself is read at the edge and handed in.

use super::keys::{KEYS, Key, Kind};
use crate::tree::Node;

/// What all our variables begin with.
const PREFIX: &str = "POSTRIDER_";

/// Secrets, which are no settings; each may also have its value in the file that `NAME_FILE` names.
const SECRETS: &[&str] = &["POSTRIDER_SMTP_PASSWORD", "POSTRIDER_LEDGER", "POSTRIDER_UNSUBSCRIBE_KEY"];

/// Returns the variable that overrides a key, if one does.
#[must_use]
pub fn variable(key: &Key) -> Option<String> {
    let name = format!("{PREFIX}{}", key.path.replace('.', "_").to_ascii_uppercase());
    (!key.path.contains('*') && !SECRETS.contains(&name.as_str())).then_some(name)
}

/// Returns the key that a variable overrides.
pub(super) fn key_of(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| variable(key).is_some_and(|variable| variable == name))
}

/// Returns the variable that was probably meant by an unknown one.
pub(super) fn nearest(name: &str) -> Option<String> {
    let secret = SECRETS.iter().any(|secret| name == *secret || name.strip_suffix("_FILE") == Some(secret));
    if secret || !name.starts_with(PREFIX) || name.len() > 100 {
        return None;
    }
    let known: Vec<String> = KEYS.iter().filter_map(variable).chain(SECRETS.iter().map(|secret| (*secret).to_owned())).collect();
    // All begin alike; only what follows counts.
    let rest = |name: &str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let own = rest(name);
    let alike = |other: &String| strsim::damerau_levenshtein(&own, &rest(other));
    let best = known.into_iter().map(|other| (alike(&other), other)).min()?;
    (best.0 <= 2 && own.len() > 4).then_some(best.1)
}

/// Returns a variable's text as the value that the key's YAML would give; lists are separated by commas.
pub(super) fn node(kind: Kind, text: &str) -> Node {
    let text = text.trim();
    match kind {
        Kind::Flag | Kind::Count | Kind::Port | Kind::Entries | Kind::Bytes | Kind::FileOrOff | Kind::FeedFolder => match text {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            _ if text.parse::<u64>().is_ok() => Node::Number(text.to_owned()),
            _ => Node::Text(text.to_owned()),
        },
        Kind::Globs | Kind::Urls | Kind::Codes | Kind::SomeOf(_) => {
            Node::List(text.split(',').map(|part| Node::Text(part.trim().to_owned())).collect())
        }
        _ => Node::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_share_a_variable() {
        let mut names: Vec<String> = KEYS.iter().filter_map(variable).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_number_is_one_wherever_a_key_takes_it() {
        for key in KEYS.iter().filter(|key| key.example.parse::<u64>().is_ok() || key.default.parse::<u64>().is_ok()) {
            assert_eq!(node(key.kind, " 25 "), Node::Number("25".to_owned()), "{}", key.path);
        }
    }

    #[test]
    fn secrets_are_no_settings_and_no_slips() {
        assert_eq!(key_of("POSTRIDER_LEDGER"), None);
        assert_eq!(nearest("POSTRIDER_SMTP_PASSWORD_FILE"), None);
        assert_eq!(nearest("POSTRIDER_LOG"), None);
        assert_eq!(nearest("POSTRIDER_SITE_ULR").as_deref(), Some("POSTRIDER_SITE_URL"));
        assert_eq!(key_of("POSTRIDER_SITE_URL").map(|key| key.path), Some("site.url"));
    }
}
