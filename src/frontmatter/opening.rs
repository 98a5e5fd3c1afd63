//! What stands above a newsletter's opening: a title, which is the edition's. No other key means anything there.

use super::node::{Node, get};
use super::post::{template_code, unclosed};
use super::split::{Split, split};
use super::title::plain_title;
use super::{codes, locate, parse};
use crate::diagnostic::{Diagnostic, Place, Source};

/// The head of an opening.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpeningHead {
    /// The edition's title, plain text.
    pub title: Option<String>,
    /// Where the opening's own text begins.
    pub body: usize,
}

/// Reads the head of an opening; without front matter, all is text.
#[must_use]
pub fn read_opening(source: Source<'_>) -> (OpeningHead, Vec<Diagnostic>) {
    let (delimiter, front, body) = match split(source.text, true) {
        Split::Front { delimiter, front, body } => (delimiter, front, body),
        Split::Unclosed { delimiter, mark } => {
            return (OpeningHead { body: source.text.len(), ..OpeningHead::default() }, vec![unclosed(source, delimiter, mark)]);
        }
        Split::None | Split::Incomplete => return (OpeningHead::default(), Vec::new()),
    };
    let (map, mut found) = parse::parse(delimiter, source, &front);
    let place = |key: &str| locate(source.text, key).map_or_else(|| Place::file(source.path), |span| source.place(span));
    let title = match get(&map, "title") {
        Some(Node::Text(text) | Node::Number(text)) => Some(plain_title(text)).filter(|title| !title.is_empty()),
        Some(other) => {
            let message = format!("`title` is {}, not text", other.kind());
            found.push(Diagnostic::new(&codes::UNEXPECTED_TYPE, message).at(place("title")).help("write one text for `title`"));
            None
        }
        None => None,
    };
    if let Some(code) = title.as_deref().and_then(template_code) {
        let message = format!("`{code}` is template code and is printed as it stands");
        found.push(Diagnostic::new(&codes::TEMPLATE_IN_FRONT_MATTER, message).at(place("title")).help("write the text itself"));
    }
    let others: Vec<&str> = map.iter().map(|(key, _)| key.as_str()).filter(|key| !key.eq_ignore_ascii_case("title")).collect();
    if let Some(first) = others.first() {
        let (names, verb) = (others.join("`, `"), if others.len() == 1 { "does" } else { "do" });
        let message = format!("`{names}` {verb} nothing in an opening, where only `title` does");
        let help = "remove what does nothing; what the letter holds is said by its posts and postrider.yaml";
        found.push(Diagnostic::new(&codes::KEY_OF_OPENING, message).at(place(first)).help(help));
    }
    (OpeningHead { title, body }, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, &str, Vec<String>) {
        let (head, found) = read_opening(Source::new("newsletter/a.md", text));
        let told = |found: &Diagnostic| format!("{} {}", found.place.as_ref().map_or(0, |place| place.start.line), found.code);
        (head.title, &text[head.body..], found.iter().map(told).collect())
    }

    #[test]
    fn front_matter_of_any_kind_gives_the_edition_its_title_and_is_no_text() {
        for front in
            ["---\ntitle: On *rails*\n---\n", "+++\ntitle = \"On rails\"\n+++\n", "{\"title\": \"On rails\"}\n", "Title: On rails\n\n"]
        {
            assert_eq!(read(&format!("{front}Hello.")), (Some("On rails".to_owned()), "Hello.", vec![]), "{front}");
        }
        assert_eq!(read("---\ntitle: 42\n---\nHello."), (Some("42".to_owned()), "Hello.", vec![]));
        assert_eq!(read("Note: hello."), (None, "Note: hello.", vec![]));
    }

    #[test]
    fn what_means_nothing_there_is_named_once() {
        let (title, body, told) = read("---\ntitle: A\ndate: 2026-11-20\ntags: [a]\n---\nHello.");
        assert_eq!((title.as_deref(), body, told), (Some("A"), "Hello.", vec!["3 key-of-opening".to_owned()]));
    }

    #[test]
    fn faults_have_their_lines_and_are_never_mailed() {
        for (text, told) in [
            ("---\ntitle: A\n\nHello.", "1 unclosed-front-matter"),
            ("---\ntitle: [a]\n---\nHello.", "2 unexpected-type"),
            ("---\ntitle: Dear {{ subscriber.name }}\n---\nHello.", "2 template-in-front-matter"),
        ] {
            let (_, body, found) = read(text);
            assert!(!body.contains("title"), "{body}");
            assert_eq!(found, [told], "{text}");
        }
    }
}
