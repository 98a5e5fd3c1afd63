//! Makes documents for tests: well-formed ones by XML's grammar, and ones with a piece removed, doubled or put in.
//!
//! Imports nothing of ours, so that the test against `xmllint` reads it, too.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Pieces that break a document, or do not, depending on where they land.
const HOSTILE: &[&str] = &[
    "<",
    ">",
    "&",
    "]]>",
    "--",
    "'",
    "\"",
    "</a>",
    "<a>",
    "<b/>",
    "<!",
    "<?",
    "?>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<!DOCTYPE a>",
    "&#0;",
    "&#x41;",
    "&e;",
    "&f;",
    "&m;",
    "&u;",
    "&x;",
    "&amp",
    "\u{1}",
    "\u{fffe}",
    "é",
    "=",
    "/",
    " ",
    ":",
    " xmlns:p=''",
    " xmlns:r='u'",
    " a='1'",
    " q:a='1'",
    " a=1",
    " b",
    "<?xml version='1.0'?>",
    "<?XmL ?>",
    "%",
    "%g;",
    ";",
    "\r",
    "[",
    "]",
    "(",
    ")",
    "|",
    ",",
    "*",
    "#",
    "xmlns",
    "r:",
    "p:",
    "x",
    "-",
    "1",
    "\u{d7}",
    "<!ENTITY e 'y'>",
    "<!ELEMENT a ANY>",
    "<",
    "&",
    "\"",
    "'",
];

const NAMES: &[&str] = &["a", "b", "p:a", "q:b", "é", "_x-y.z", "p:c", "a1"];

const TEXTS: &[&str] = &[
    "x",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "é",
    "\u{1f600}",
    "]",
    "]]",
    ">",
    "'",
    "\"",
    "&lt;",
    "&amp;",
    "&#65;",
    "&#xe9;",
    "&#13;",
    "&apos;",
    "&gt;",
    "&quot;",
    "&e;",
    "&f;",
    "-",
    "a=b",
    "%",
];

const COMMENTS: &[&str] = &["<!-- x -->", "<!---->", "<!-- - < & -->", "<?pi?>", "<?pi a='b'?>", "<?xml-x y? ?>"];

const SUBSETS: &[&str] = &[
    "<!ENTITY e 'x'>",
    "<!ENTITY e \"a&#38;amp;b\">",
    "<!ENTITY f '&e;&e;\r\n'>",
    "<!ENTITY f 'é&#9;&#13;'>",
    "<!ENTITY m '<b>&e;</b>'>",
    "<!ENTITY u '<b>'>",
    "<!ENTITY s SYSTEM 'x'>",
    "<!ENTITY % g 'y'>",
    "<!ELEMENT a (b|(c,d?)+)*>",
    "<!ELEMENT b (#PCDATA|a)*>",
    "<!ELEMENT c EMPTY>",
    "<!ATTLIST a b CDATA 'x' d (y|z) #IMPLIED>",
    "<!ATTLIST c b NMTOKEN #REQUIRED>",
    "<!NOTATION n PUBLIC 'x'>",
    "<!-- x -->",
    "<?pi y?>",
    " ",
    "\r\n",
];

fn words(from: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<String>> {
    vec(select(from), 0..=most).prop_map(|words| words.into_iter().map(str::to_owned).collect())
}

/// Makes the attributes of an element, each with another name.
fn attributes() -> impl Strategy<Value = Vec<String>> {
    vec((select(&["b", "c", "p:b", "q:c", "xml:lang", "é"][..]), words(TEXTS, 3), any::<bool>()), 0..4).prop_map(|list| {
        let mut seen = std::collections::HashSet::new();
        let mut out = Vec::new();
        for (name, value, double) in list {
            if seen.insert(name) {
                let quote = if double { "\"" } else { "'" };
                out.extend([" ".to_owned(), name.to_owned(), "=".to_owned(), quote.to_owned()]);
                out.extend(value.into_iter().filter(|v| v != quote));
                out.push(quote.to_owned());
            }
        }
        out
    })
}

/// Makes an element as a list of pieces; one that stands alone declares its prefixes.
fn element() -> impl Strategy<Value = Vec<String>> {
    let leaf = (select(NAMES), attributes()).prop_map(|(name, attributes)| {
        let mut out = vec!["<".to_owned(), name.to_owned()];
        out.extend(attributes);
        out.push("/>".to_owned());
        out
    });
    leaf.prop_recursive(4, 24, 4, |inner| {
        let text = words(TEXTS, 4).prop_map(|text| if text.concat().contains("]]>") { Vec::new() } else { text });
        let cdata = words(&["<", "&", "]", "x", "\r\n", "é", ">"], 4)
            .prop_map(|text| vec!["<![CDATA[".to_owned(), text.concat().replace("]]>", ""), "]]>".to_owned()])
            .prop_map(
                |parts| if parts[1].ends_with(']') && parts.concat().contains("]]]>") { vec!["<![CDATA[]]>".to_owned()] } else { parts },
            );
        let part = prop_oneof![4 => text, 1 => cdata, 1 => words(COMMENTS, 1), 3 => inner];
        (select(NAMES), attributes(), vec(part, 0..5)).prop_map(|(name, attributes, parts)| {
            let mut out = vec!["<".to_owned(), name.to_owned()];
            out.extend(attributes);
            out.push(">".to_owned());
            let mut before_was_text = false;
            for part in parts {
                // Two texts beside each other could make `]]>`.
                let is_text = part.first().is_none_or(|p| !p.starts_with('<'));
                if !(is_text && before_was_text) {
                    out.extend(part);
                }
                before_was_text = is_text;
            }
            out.extend(["</".to_owned(), name.to_owned(), ">".to_owned()]);
            out
        })
    })
}

/// Makes a well-formed document as a list of pieces.
pub(crate) fn pieces() -> impl Strategy<Value = Vec<String>> {
    let declaration = select(&["", "<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding='utf-8' standalone='yes'?>\n"][..]);
    (declaration, words(COMMENTS, 1), words(SUBSETS, 4), element(), words(COMMENTS, 1)).prop_map(
        |(declaration, before, subset, element, after)| {
            let mut out = vec![declaration.to_owned()];
            out.extend(before);
            out.push("<!DOCTYPE a [".to_owned());
            out.extend(subset);
            // Whatever the text refers to is declared.
            out.extend(["<!ENTITY e 'x'>", "<!ENTITY f 'y&e;'>", "]>", "\n", "<root xmlns:p='u' xmlns:q='v'>"].map(str::to_owned));
            out.extend(element);
            out.push("</root>".to_owned());
            out.extend(after);
            out
        },
    )
}

/// What is done to one piece.
#[derive(Debug, Clone)]
enum Change {
    Remove(Index),
    Double(Index),
    Insert(Index, &'static str),
    Replace(Index, &'static str),
    /// Removes one character of a piece.
    Cut(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<Index>().prop_map(Change::Remove),
        any::<Index>().prop_map(Change::Double),
        (any::<Index>(), select(HOSTILE)).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (any::<Index>(), select(HOSTILE)).prop_map(|(at, piece)| Change::Replace(at, piece)),
        (any::<Index>(), any::<Index>()).prop_map(|(at, inside)| Change::Cut(at, inside)),
    ]
}

fn apply(pieces: &mut Vec<String>, change: &Change) {
    if pieces.is_empty() {
        return;
    }
    let len = pieces.len();
    match change {
        Change::Remove(at) => {
            pieces.remove(at.index(len));
        }
        Change::Double(at) => {
            let piece = pieces[at.index(len)].clone();
            pieces.insert(at.index(len), piece);
        }
        Change::Insert(at, piece) => pieces.insert(at.index(len), (*piece).to_owned()),
        Change::Replace(at, piece) => (*piece).clone_into(&mut pieces[at.index(len)]),
        Change::Cut(at, inside) => {
            let piece = &mut pieces[at.index(len)];
            let mut chars: Vec<char> = piece.chars().collect();
            if !chars.is_empty() {
                chars.remove(inside.index(chars.len()));
            }
            *piece = chars.into_iter().collect();
        }
    }
}

/// Makes a well-formed document.
pub(crate) fn document() -> impl Strategy<Value = String> {
    pieces().prop_map(|pieces| pieces.concat())
}

/// Makes a document with up to three changes, which may or may not have broken it.
pub(crate) fn changed() -> impl Strategy<Value = String> {
    (pieces(), vec(change(), 1..4)).prop_map(|(mut pieces, changes)| {
        for change in &changes {
            apply(&mut pieces, change);
        }
        pieces.concat()
    })
}
