//! `OpenSearch` 1.1, its response elements: what a feed of search results says of the search.

use crate::text::value::word::{Case, one_of};
use crate::text::value::{media_type, name};
use crate::validate::codes::{
    INVALID_ENCODING, INVALID_INTEGER, INVALID_LANGUAGE, INVALID_NON_NEGATIVE_INTEGER, INVALID_VALUE, NOT_URL_ENCODED, TOO_LONG,
    UNDECLARED_PREFIX, UNEXPECTED_TEXT,
};
use crate::validate::scene::Scene;
use crate::validate::table::{Content, Element, Role, Vocabulary, attribute, element, many, on, optional};
use crate::validate::types::{INTEGER, LANGUAGE, NON_NEGATIVE};
use crate::validate::value::{Flaws, Type};
use std::fmt::Write as _;

/// The response elements of `OpenSearch`.
pub static OPENSEARCH: Vocabulary = Vocabulary {
    name: "OpenSearch",
    prefix: "opensearch",
    uris: &["http://a9.com/-/spec/opensearch/1.1/", "http://a9.com/-/spec/opensearchrss/1.0/"],
    elements: &[
        on(Role::FEED, optional(&TOTAL_RESULTS)),
        on(Role::FEED, optional(&START_INDEX)),
        on(Role::FEED, optional(&ITEMS_PER_PAGE)),
        on(Role::FEED, many(&QUERY)),
    ],
    attributes: &[],
    closed: true,
};

static TOTAL_RESULTS: Element =
    element("totalResults", "OpenSearch 1.1 \"totalResults\"").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER);
static START_INDEX: Element = element("startIndex", "OpenSearch 1.1 \"startIndex\"").value(&INTEGER, &INVALID_INTEGER);
static ITEMS_PER_PAGE: Element =
    element("itemsPerPage", "OpenSearch 1.1 \"itemsPerPage\"").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER);
static QUERY: Element = element("Query", "OpenSearch 1.1 \"Query\"").content(Content::Empty(&UNEXPECTED_TEXT)).attributes(&[
    attribute("role").required().value(&QUERY_ROLE, &INVALID_VALUE),
    attribute("title").value(&SHORT, &TOO_LONG),
    attribute("totalResults").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    attribute("searchTerms").value(&ENCODED, &NOT_URL_ENCODED),
    attribute("count").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    attribute("startIndex").value(&INTEGER, &INVALID_INTEGER),
    attribute("startPage").value(&INTEGER, &INVALID_INTEGER),
    attribute("language").value(&ANY_LANGUAGE, &INVALID_LANGUAGE),
    attribute("inputEncoding").value(&CHARSET, &INVALID_ENCODING),
    attribute("outputEncoding").value(&CHARSET, &INVALID_ENCODING),
]);

const ROLES: [&str; 6] = ["request", "example", "related", "correction", "subset", "superset"];

/// A word of `OpenSearch`, or a name of another vocabulary with its prefix.
static QUERY_ROLE: Type = Type {
    name: "a role of a query",
    check: |value, scene, flaws| match value.trim().split_once(':') {
        Some((prefix, _)) => check_prefix(value, prefix, scene, flaws),
        None => flaws.extend(one_of(value, &ROLES, Case::Exact).err(), |_| None),
    },
};

fn check_prefix(value: &str, prefix: &str, scene: &Scene<'_, '_>, flaws: &mut Flaws) {
    if scene.reader.prefix_in_scope(prefix).is_none() {
        let start = value.find(prefix).unwrap_or(0);
        let flaw =
            flaws.raise(&UNDECLARED_PREFIX, start..start + prefix.len(), format!("has the prefix `{prefix}`, which is not declared"));
        flaw.help(format!("declare it with `xmlns:{prefix}`, or write a role of OpenSearch, like `request`"));
    }
}

static SHORT: Type =
    Type { name: "a title of 256 characters or fewer", check: |value, _, flaws| flaws.extend(name::at_most(value, 256).err(), |_| None) };

/// Text that is percent-encoded. `OpenSearch`'s own examples leave blanks as they are.
static ENCODED: Type = Type {
    name: "percent-encoded",
    check: |value, _, flaws| {
        let is_hex = |at: usize| value.as_bytes().get(at..at + 2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        let is_bad = |(at, c): &(usize, char)| !c.is_ascii() || *c == '%' && !is_hex(at + 1) || "<>\"{}|\\^`".contains(*c);
        if let Some((at, c)) = value.char_indices().find(is_bad) {
            let mut encoded = String::new();
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(encoded, "%{byte:02X}");
            }
            flaws.add(at..at + c.len_utf8(), format!("has `{c}` in it")).help(format!("write `{encoded}` for `{c}`"));
        }
    },
};

/// A language tag, or `*` for any.
static ANY_LANGUAGE: Type = Type {
    name: "a language tag",
    check: |value, scene, flaws| {
        if value.trim() != "*" {
            (LANGUAGE.check)(value, scene, flaws);
        }
    },
};

static CHARSET: Type =
    Type { name: "a character encoding", check: |value, _, flaws| flaws.extend(media_type::charset(value).err(), |_| None) };

#[cfg(test)]
mod tests {
    use crate::validate::tests::findings_of;

    fn query(inside: &str) -> Vec<String> {
        let found = findings_of(&format!(
            "<rss version='2.0' xmlns:opensearch='http://a9.com/-/spec/opensearch/1.1/'><channel><title>T</title>\
             <link>https://example.org/</link><description>D</description>{inside}</channel></rss>"
        ));
        let short = |found: String| {
            let (code, _) = found.split_once(' ')?;
            found.split_once("opensearch:").map(|(_, rest)| format!("{code} {rest}"))
        };
        found.into_iter().filter_map(short).collect()
    }

    #[test]
    fn what_a_search_says_of_itself_is_judged() {
        for (inside, found) in [
            ("<opensearch:totalResults>4230000</opensearch:totalResults><opensearch:startIndex>-1</opensearch:startIndex>", vec![]),
            ("<opensearch:itemsPerPage>10</opensearch:itemsPerPage><opensearch:Query role='request' searchTerms='New York'/>", vec![]),
            ("<opensearch:Query role='x:own' xmlns:x='https://example.org/x' language='*' inputEncoding='UTF-8' startPage='1'/>", vec![]),
            ("<opensearch:totalResults>-4</opensearch:totalResults>", vec!["invalid-non-negative-integer totalResults"]),
            ("<opensearch:startIndex>2.1</opensearch:startIndex>", vec!["invalid-integer startIndex"]),
            ("<opensearch:itemsPerPage>x</opensearch:itemsPerPage>", vec!["invalid-non-negative-integer itemsPerPage"]),
            ("<opensearch:Query/>", vec!["missing-attribute Query@role"]),
            ("<opensearch:Query role='x:own'/>", vec!["undeclared-prefix Query@role"]),
            ("<opensearch:Query role='reqest'/>", vec!["invalid-value Query@role"]),
            ("<opensearch:Query role='request' searchTerms='100%'/>", vec!["not-url-encoded Query@searchTerms"]),
            ("<opensearch:Query role='request' outputEncoding='utf_8'/>", vec!["invalid-encoding Query@outputEncoding"]),
            ("<opensearch:Url/>", vec!["undefined-element Url"]),
        ] {
            assert_eq!(query(inside), found, "{inside}");
        }
        let long = format!("<opensearch:Query role='request' title='{}'/>", "x".repeat(257));
        assert_eq!(query(&long), ["too-long Query@title"]);
    }
}
