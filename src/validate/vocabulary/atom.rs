//! Atom 1.0 (RFC 4287), as a feed of its own and inside RSS.

use super::relations::{LINK_RELATION, relation};
use crate::diagnostic::Code;
use crate::text::value::{is_space, mail, media_type, number, plain, trim, uri};
use crate::validate::codes::{
    ATOM_LINK_NOT_EMPTY, ATTR_NOT_BLANK, BAD_CHARACTERS, CONTAINS_EMAIL, CONTAINS_HTML, INVALID_ADDR_SPEC, INVALID_FULL_LINK,
    INVALID_LANGUAGE, INVALID_LINK, INVALID_MIME_TYPE, INVALID_NON_NEGATIVE_INTEGER, INVALID_RFC3339_DATE, INVALID_TEXT_TYPE, MISSING_HREF,
    MISSING_SOURCE_ELEMENT, NOT_BLANK, UNEXPECTED_TEXT, UNEXPECTED_WHITESPACE, UNREGISTERED_ATOM_LINK_REL,
};
use crate::validate::scene::{Frame, Scene, Subtree};
use crate::validate::table::{
    Attribute, Child, Content, Element, Fact, Role, Vocabulary, attribute, element, many, on, one, optional, required,
};
use crate::validate::types::{ABSOLUTE, ADDRESS, IDENTIFIER, LANGUAGE, MEDIA_TYPE, REFERENCE, RFC3339, SOME_TEXT, TEXT, uri_code};
use crate::validate::value::{Flaws, Type};

/// Atom 1.0.
pub static ATOM: Vocabulary = Vocabulary {
    name: "Atom",
    prefix: "atom",
    uris: &["http://www.w3.org/2005/Atom"],
    elements: &[
        on(ANY, many(&AUTHOR)),
        on(ANY, many(&CATEGORY)),
        on(ANY, many(&CONTRIBUTOR)),
        on(ANY.or(Role::TOMBSTONE), many(&LINK)),
        on(ANY, optional(&ID)),
        on(ANY, optional(&RIGHTS)),
        on(ANY, optional(&TITLE)),
        on(ANY, optional(&UPDATED)),
        on(FEEDS, optional(&GENERATOR)),
        on(FEEDS, optional(&ICON)),
        on(FEEDS, optional(&LOGO)),
        on(FEEDS, optional(&SUBTITLE)),
        on(Role::ENTRY, optional(&CONTENT)),
        on(Role::ENTRY, optional(&PUBLISHED)),
        on(Role::ENTRY, optional(&SUMMARY)),
        on(Role::ENTRY.or(Role::TOMBSTONE), optional(&SOURCE)),
        on(Role::PERSON, optional(&NAME)),
        on(Role::PERSON, optional(&URI)),
        on(Role::PERSON, optional(&EMAIL)),
    ],
    attributes: &[],
    closed: true,
};

const ANY: Role = Role::FEED.or(Role::ENTRY);
const FEEDS: Role = Role::FEED;

/// Atom 0.3, which Atom 1.0 replaced in 2005: it is named, and not judged.
pub static ATOM_03: Vocabulary = Vocabulary {
    name: "Atom 0.3",
    prefix: "",
    uris: &["http://purl.org/atom/ns#", "http://purl.org/atom/ns", "http://example.com/newformat#"],
    elements: &[],
    attributes: &[],
    closed: false,
};

/// `feed` or `entry` of Atom 0.3.
pub static OBSOLETE: Element = element("feed", "RFC 4287 §1.2").content(Content::Anything).attributes(&[attribute("version")]);

/// `feed`. Around it stands nothing, so what belongs into a root belongs here.
pub static FEED: Element = element("feed", "RFC 4287 §4.1.1").role(Role::FEED.or(Role::ROOT)).children(&[
    many(&AUTHOR),
    many(&CATEGORY),
    many(&CONTRIBUTOR),
    optional(&GENERATOR),
    optional(&ICON),
    required(&ID),
    many(&LINK),
    optional(&LOGO),
    optional(&RIGHTS),
    optional(&SUBTITLE),
    required(&TITLE),
    required(&UPDATED),
    many(&ENTRY),
]);

/// `entry`.
pub static ENTRY: Element = element("entry", "RFC 4287 §4.1.2").role(Role::ENTRY).children(&[
    many(&AUTHOR),
    many(&CATEGORY),
    optional(&CONTENT),
    many(&CONTRIBUTOR),
    required(&ID),
    many(&LINK),
    optional(&PUBLISHED),
    optional(&RIGHTS),
    optional(&SOURCE),
    optional(&SUMMARY),
    required(&TITLE),
    required(&UPDATED),
]);

static SOURCE: Element = element("source", "RFC 4287 §4.2.11").role(Role::SOURCE).children(&[
    many(&AUTHOR),
    many(&CATEGORY),
    many(&CONTRIBUTOR),
    optional(&GENERATOR),
    optional(&ICON),
    one(&ID, &MISSING_SOURCE_ELEMENT),
    many(&LINK),
    optional(&LOGO),
    optional(&RIGHTS),
    optional(&SUBTITLE),
    one(&TITLE, &MISSING_SOURCE_ELEMENT),
    one(&UPDATED, &MISSING_SOURCE_ELEMENT),
]);

static TITLE: Element = text("title", "RFC 4287 §4.2.14").fact(Fact::Title);
static SUBTITLE: Element = text("subtitle", "RFC 4287 §4.2.12").fact(Fact::Summary);
static SUMMARY: Element = text("summary", "RFC 4287 §4.2.13").fact(Fact::Summary);
static RIGHTS: Element = text("rights", "RFC 4287 §4.2.10");
static CONTENT: Element = element("content", "RFC 4287 §4.1.3")
    .role(Role::TEXT)
    .content(Content::Declared(content))
    .attributes(&[attribute("type").value(&CONTENT_TYPE, &INVALID_MIME_TYPE), attribute("src").value(&REFERENCE_OR_EMPTY, &INVALID_LINK)])
    .fact(Fact::Content);

static ID: Element = element("id", "RFC 4287 §4.2.6").value(&ATOM_ID, &INVALID_LINK).fact(Fact::Id);
static UPDATED: Element = element("updated", "RFC 4287 §4.2.15").value(&RFC3339, &INVALID_RFC3339_DATE).fact(Fact::Updated);
static PUBLISHED: Element = element("published", "RFC 4287 §4.2.9").value(&RFC3339, &INVALID_RFC3339_DATE).fact(Fact::Published);
static ICON: Element = element("icon", "RFC 4287 §4.2.5").value(&IRI_REFERENCE, &INVALID_LINK).fact(Fact::Image);
static LOGO: Element = element("logo", "RFC 4287 §4.2.8").value(&IRI_REFERENCE, &INVALID_LINK).fact(Fact::Image);
static GENERATOR: Element = element("generator", "RFC 4287 §4.2.4")
    .value(&LABEL_TEXT, &NOT_BLANK)
    .attributes(&[attribute("uri").value(&REFERENCE, &INVALID_LINK), attribute("version").value(&LABEL, &ATTR_NOT_BLANK)]);

static AUTHOR: Element = element("author", "RFC 4287 §4.2.1").role(Role::PERSON).children(PERSON).fact(Fact::Author);
static CONTRIBUTOR: Element = element("contributor", "RFC 4287 §4.2.3").role(Role::PERSON).children(PERSON);

/// What a person construct holds.
const PERSON: &[Child] = &[required(&NAME), optional(&URI), optional(&EMAIL)];

static NAME: Element = element("name", "RFC 4287 §3.2.1").value(&PERSON_NAME, &NOT_BLANK);
static URI: Element = element("uri", "RFC 4287 §3.2.2").value(&IRI_REFERENCE, &INVALID_LINK);
static EMAIL: Element = element("email", "RFC 4287 §3.2.3").value(&EMAIL_ADDRESS, &INVALID_ADDR_SPEC);

static CATEGORY: Element =
    element("category", "RFC 4287 §4.2.2").role(Role::CATEGORY).content(Content::Value(&TEXT, &UNEXPECTED_TEXT)).attributes(&[
        attribute("term").required().value(&SOME_TEXT, &NOT_BLANK),
        attribute("scheme").value(&ABSOLUTE, &INVALID_FULL_LINK),
        attribute("label").value(&LABEL, &ATTR_NOT_BLANK),
    ]);

static LINK: Element = element("link", "RFC 4287 §4.2.7")
    .role(Role::LINK)
    .content(Content::Empty(&ATOM_LINK_NOT_EMPTY))
    .attributes(&[
        attribute("href").or_missing(&MISSING_HREF).value(&REFERENCE_OR_EMPTY, &INVALID_LINK),
        attribute("rel").value(&LINK_RELATION, &UNREGISTERED_ATOM_LINK_REL),
        attribute("type").value(&MEDIA_TYPE, &INVALID_MIME_TYPE),
        attribute("hreflang").value(&LANGUAGE, &INVALID_LANGUAGE),
        attribute("title").value(&LABEL, &ATTR_NOT_BLANK),
        attribute("length").value(&LENGTH, &INVALID_NON_NEGATIVE_INTEGER),
    ])
    .fact(Fact::Link);

/// The attribute that says how a text construct is to be read.
pub const TEXT_ATTRIBUTES: &[Attribute] = &[attribute("type").value(&TEXT_TYPE, &INVALID_TEXT_TYPE)];

/// Begins a row for a text construct (RFC 4287 §3.1).
pub const fn text(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).role(Role::TEXT).content(Content::Declared(text_construct)).attributes(TEXT_ATTRIBUTES)
}

/// Returns how a text construct is to be read. A type that it may not have is taken for what it means elsewhere.
pub fn text_construct(scene: &Scene<'_, '_>) -> Subtree {
    match scene.here().value("type").map_or("", str::trim) {
        "html" => Subtree::Html,
        "xhtml" => Subtree::Xhtml,
        other => match media_type::essence(other).as_deref() {
            Some("text/html") => Subtree::Html,
            Some(essence) if media_type::is_xml(essence) => Subtree::Xml,
            _ => Subtree::Plain,
        },
    }
}

/// Returns how content is to be read (RFC 4287 §4.1.3.3).
fn content(scene: &Scene<'_, '_>) -> Subtree {
    let here = scene.here();
    if here.attribute("src").is_some() {
        return Subtree::Rows;
    }
    match here.value("type").map_or("", str::trim) {
        "" | "text" | "html" | "xhtml" => text_construct(scene),
        other => match media_type::essence(other).as_deref() {
            Some("text/html") => Subtree::Html,
            Some(essence) if media_type::is_composite(essence) => Subtree::Skipped,
            Some(essence) if media_type::is_xml(essence) => Subtree::Xml,
            Some(essence) if media_type::is_text(essence) => Subtree::Plain,
            // A composite type is wrong itself; what stands there is anybody's guess.
            Some(essence) if media_type::is_composite(essence) => Subtree::Skipped,
            Some(_) => Subtree::Binary,
            None => Subtree::Skipped,
        },
    }
}

/// An identifier that is not blank: blank, it is neither a text nor an address.
static ATOM_ID: Type = Type {
    name: "an identifier",
    check: |value, scene, flaws| {
        (IDENTIFIER.check)(value, scene, flaws);
        if value.chars().all(is_space) {
            flaws.raise(&INVALID_FULL_LINK, 0..value.len(), "is no absolute IRI").help("write a `tag:` URI, or the permanent address");
        } else if flaws.0.is_empty() {
            // A scheme that nobody reviewed may mean something else by the time the entry is read.
            flaws.extend(uri::registered_scheme(value).err(), uri_code);
        }
    },
};

/// An IRI reference as the text of an element.
static IRI_REFERENCE: Type = Type {
    name: "an IRI reference",
    check: |value, scene, flaws| {
        if value.chars().all(is_space) {
            flaws.raise(&NOT_BLANK, 0..value.len(), "is blank").help("write an address in it, or leave it out");
        }
        in_one_piece(value, scene, &REFERENCE, flaws);
    },
};

/// A mail address without white space around it.
static EMAIL_ADDRESS: Type = Type { name: "a mail address", check: |value, scene, flaws| in_one_piece(value, scene, &ADDRESS, flaws) };

/// Judges a value that has no white space around it (RFC 4287 §2); with it, the rest is judged as well.
fn in_one_piece(value: &str, scene: &Scene<'_, '_>, kind: &Type, flaws: &mut Flaws) {
    let (inner, start) = trim(value);
    if inner.is_empty() || inner.len() == value.len() {
        return (kind.check)(value, scene, flaws);
    }
    let range = if start > 0 { 0..start } else { inner.len()..value.len() };
    flaws.raise(&UNEXPECTED_WHITESPACE, range, "has white space around it").help("leave the white space out");
    let from = flaws.0.len();
    (kind.check)(inner, scene, flaws);
    for flaw in flaws.0.iter_mut().skip(from) {
        flaw.range = flaw.range.start + start..flaw.range.end + start;
    }
}

/// An IRI reference as an attribute, where none at all means the document itself.
pub static REFERENCE_OR_EMPTY: Type = Type {
    name: "an IRI reference",
    check: |value, _, flaws| {
        let mut found = Vec::new();
        uri::reference(value, uri::Charset::Iri, &mut found);
        found.retain(|flaw| flaw.kind != uri::Kind::Empty || !value.is_empty());
        found.extend(uri::registered_scheme(value).err().filter(|_| found.is_empty()));
        flaws.extend(found, uri_code);
    },
};

/// How a text construct is to be read.
static TEXT_TYPE: Type = Type {
    name: "a type of text, which is `text`, `html` or `xhtml`",
    check: |value, _, flaws| {
        let is_html = value.contains("html");
        match value {
            "text" | "html" | "xhtml" => {}
            blank if blank.trim().is_empty() => {
                flaws.raise(&ATTR_NOT_BLANK, 0..value.len(), "is blank").help("leave `type` out, which means `text`");
            }
            _ => {
                let code = if value.contains('/') { &INVALID_TEXT_TYPE } else { &INVALID_MIME_TYPE };
                let flaw = flaws.raise(code, 0..value.len(), "is not a type of text, which is `text`, `html` or `xhtml`");
                flaw.help(if is_html { "write `html`" } else { "write `text`" });
            }
        }
    },
};

/// How content is to be read, or what is at `src`.
static CONTENT_TYPE: Type = Type {
    name: "a type of content, which is `text`, `html`, `xhtml` or a media type",
    check: |value, scene, flaws| {
        let is_elsewhere = scene.here().attribute("src").is_some();
        match value {
            "text" | "html" | "xhtml" if is_elsewhere => {
                flaws.add(0..value.len(), "says nothing of what is at `src`").help("write the media type of what is there");
            }
            "text" | "html" | "xhtml" => {}
            blank if blank.trim().is_empty() => {
                flaws.raise(&ATTR_NOT_BLANK, 0..value.len(), "is blank").help("leave `type` out, which means `text`");
            }
            _ => {
                flaws.extend(media_type::media_type(value).err(), |_| None);
                if media_type::essence(value).is_some_and(|essence| media_type::is_composite(&essence)) {
                    flaws.add(0..value.len(), "is made of several parts, which content may not be");
                }
            }
        }
    },
};

/// The name of a person.
static PERSON_NAME: Type = Type {
    name: "a name",
    check: |value, _, flaws| {
        label(value, &NOT_BLANK, flaws);
        flaws.extend(mail::name_without_address(value).err(), |_| Some(&CONTAINS_EMAIL));
    },
};

/// A few words without markup, as the text of an element.
static LABEL_TEXT: Type = Type { name: "plain text", check: |value, _, flaws| label(value, &NOT_BLANK, flaws) };

/// A few words without markup, as an attribute.
static LABEL: Type = Type { name: "plain text", check: |value, _, flaws| label(value, &ATTR_NOT_BLANK, flaws) };

fn label(value: &str, blank: &'static Code, flaws: &mut Flaws) {
    flaws.extend(plain::not_blank(value).err(), |_| Some(blank));
    let mut found = Vec::new();
    plain::find_html(value, &mut found);
    plain::find_bad_characters(value, &mut found);
    // An ampersand before a word is text here: nothing is to be unescaped.
    found.retain(|flaw| flaw.kind != plain::Kind::Ambiguous);
    flaws.extend(found, |kind| match kind {
        plain::Kind::C1 | plain::Kind::Replacement | plain::Kind::Mojibake => Some(&BAD_CHARACTERS),
        _ => Some(&CONTAINS_HTML),
    });
}

/// How many bytes are at the end of a link.
static LENGTH: Type =
    Type { name: "a number of bytes", check: |value, _, flaws| flaws.extend(number::non_negative(value).err(), |_| None) };

/// Returns whether a `link` has a relation, by its short name or its IRI.
#[must_use]
pub fn has_relation(link: &Frame<'_>, name: &str) -> bool {
    relation(link.value("rel")) == name
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::{findings_of, in_channel, in_entry, in_feed, judge};
    use proptest::prelude::*;

    /// Asserts that each fragment raises just what is named.
    fn table(judge: fn(&str) -> Vec<String>, rows: &[(&str, &[&str])]) {
        for (fragment, expected) in rows {
            assert_eq!(judge(fragment), *expected, "{fragment}");
        }
    }

    #[test]
    fn a_feed_has_each_element_as_often_as_it_may() {
        table(
            in_feed,
            &[
                ("<icon>favicon.ico</icon><logo>logo.png</logo><rights>R</rights><subtitle>S</subtitle>", &[]),
                ("<category term='a'/><category term='b'/><contributor><name>N</name></contributor><author><name>M</name></author>", &[]),
                ("<icon>a</icon><icon>b</icon>", &["duplicate-element feed/icon"]),
                ("<published>2026-11-01T10:00:00Z</published>", &["undefined-element feed/published"]),
                ("<generator uri='https://example.org/' version='1'>G</generator>", &[]),
                (
                    "<generator uri='a b' version=''>G</generator>",
                    &["invalid-uri-char feed/generator@uri", "attr-not-blank feed/generator@version"],
                ),
                ("<icon>a b</icon>", &["invalid-uri-char feed/icon"]),
                ("<icon> a\n</icon>", &["unexpected-whitespace feed/icon"]),
                ("<logo/>", &["invalid-link feed/logo", "not-blank feed/logo"]),
            ],
        );
        let found = findings_of("<feed xmlns='http://www.w3.org/2005/Atom'/>");
        assert_eq!(found, ["missing-element feed/id", "missing-element feed/title", "missing-element feed/updated", "missing-self feed"]);
    }

    #[test]
    fn an_entry_has_each_element_as_often_as_it_may() {
        table(
            in_entry,
            &[
                ("<published>2026-11-01T10:00:00Z</published><rights>R</rights><content>C</content>", &[]),
                ("<subtitle>S</subtitle>", &["undefined-element feed/entry/subtitle"]),
                ("<published>2026-11-01</published>", &["invalid-rfc3339-date feed/entry/published"]),
                ("<id>https://example.org/%7ea</id>", &["non-canonical-uri feed/entry/id"]),
                ("<id> https://example.org/1</id>", &["unexpected-whitespace feed/entry/id"]),
                ("<id/>", &["invalid-full-link feed/entry/id", "not-blank feed/entry/id"]),
                ("<id>1</id>", &["invalid-full-link feed/entry/id"]),
                (
                    "<source><link rel='self' href='a'/></source>",
                    &[
                        "missing-source-element feed/entry/source/id",
                        "missing-source-element feed/entry/source/title",
                        "missing-source-element feed/entry/source/updated",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn persons_categories_and_links_say_what_they_must() {
        table(
            in_entry,
            &[
                ("<author><name>N</name><uri>/about</uri><email>n@example.org</email></author>", &[]),
                ("<author/>", &["missing-element feed/entry/author/name"]),
                ("<author><name>n@example.org</name></author>", &["contains-email feed/entry/author/name"]),
                ("<author><name>&lt;b>N&lt;/b></name></author>", &["contains-html feed/entry/author/name"]),
                ("<author><name>N</name><email> n@example.org</email></author>", &["unexpected-whitespace feed/entry/author/email"]),
                ("<author><name>N</name><email>n@</email></author>", &["invalid-addr-spec feed/entry/author/email"]),
                ("<author><name>N</name><url>a</url></author>", &["undefined-element feed/entry/author/url"]),
                ("<category term='t' scheme='https://example.org/tags' label='T'/>", &[]),
                ("<category/>", &["missing-attribute feed/entry/category@term"]),
                (
                    "<category term='' scheme='tags' label=''/>",
                    &[
                        "not-blank feed/entry/category@term",
                        "invalid-full-link feed/entry/category@scheme",
                        "attr-not-blank feed/entry/category@label",
                    ],
                ),
                ("<link rel='via' href='' type='text/html' hreflang='en' title='T' length='0'/>", &[]),
                ("<link rel='via'/>", &["missing-href feed/entry/link@href"]),
                ("<link rel='via' href='a' length='many'/>", &["invalid-non-negative-integer feed/entry/link@length"]),
                ("<link rel='via' href='a' hreflang='no_tag'/>", &["invalid-language feed/entry/link@hreflang"]),
                ("<link rel='via' href='a' type='html'/>", &["invalid-mime-type feed/entry/link@type"]),
                ("<link rel='via' href='a' title='&lt;b>c&lt;/b>'/>", &["contains-html feed/entry/link@title"]),
                ("<link rel='via' href='a' media='x'/>", &["unexpected-attribute feed/entry/link@media"]),
                ("<link rel='via' href='a'>b</link>", &["atom-link-not-empty feed/entry/link"]),
                ("<link rel='' href='a'/>", &["attr-not-blank feed/entry/link@rel"]),
                ("<link rel='Via' href='a'/>", &["unregistered-atom-link-rel feed/entry/link@rel"]),
                ("<link rel='a/b' href='a'/>", &["unregistered-atom-link-rel feed/entry/link@rel"]),
                ("<link rel='https://example.org/rel' href='a'/>", &[]),
                (
                    "<link rel='http://www.iana.org/assignments/relation/bogus' href='a'/>",
                    &["unregistered-atom-link-rel feed/entry/link@rel"],
                ),
            ],
        );
    }

    #[test]
    fn the_type_of_a_text_is_one_of_three_and_that_of_content_may_be_a_media_type() {
        table(
            in_entry,
            &[
                ("<summary type='text'>S</summary>", &[]),
                ("<summary type='text/plain'>S</summary>", &["invalid-text-type feed/entry/summary@type"]),
                ("<summary type=''>S</summary>", &["attr-not-blank feed/entry/summary@type"]),
                ("<content type='text/plain'>C</content>", &[]),
                ("<content type='plain'>C</content>", &["invalid-mime-type feed/entry/content@type"]),
                ("<content type='multipart/mixed'>C</content>", &["invalid-mime-type feed/entry/content@type"]),
            ],
        );
        let both = in_entry("<summary type='markdown'>S</summary>");
        assert_eq!(both, ["invalid-mime-type feed/entry/summary@type"]);
    }

    #[test]
    fn elements_of_atom_extend_rss() {
        let atom = |inside: &str| in_channel(&inside.replace(" NS", " xmlns='http://www.w3.org/2005/Atom'"));
        let has = |inside: &str, code: &str| atom(inside).iter().any(|found| found.starts_with(code));
        assert!(!has("<link NS rel='self' href='https://example.org/rss.xml'/><updated NS>2026-11-01T10:00:00Z</updated>", "undefined"));
        assert!(has("<link NS rel='self'/>", "missing-href rss/channel/link@href"));
        assert!(has("<item><title>T</title><updated NS>today</updated></item>", "invalid-rfc3339-date rss/channel/item/updated"));
        assert!(has("<entry NS/>", "undefined-element rss/channel/entry"));
        assert!(has("<published NS>2026-11-01T10:00:00Z</published>", "undefined-element rss/channel/published"));
    }

    #[test]
    fn atom_0_3_is_named_and_atom_without_a_namespace_is_judged() {
        assert_eq!(findings_of("<feed version='0.3' xmlns='http://purl.org/atom/ns#'><x/></feed>"), ["obsolete-namespace feed"]);
        let found = findings_of("<feed><pubDate/></feed>");
        assert!(found.contains(&"missing-namespace feed".to_owned()), "{found:?}");
        assert!(found.contains(&"undefined-element feed/pubDate".to_owned()), "{found:?}");
        let found = findings_of("<feed xmlns='http://www.w3.org/2005/atom'><id>a:b</id></feed>");
        assert!(
            found.contains(&"invalid-namespace feed".to_owned()) && !found.contains(&"missing-element feed/id".to_owned()),
            "{found:?}"
        );
        assert_eq!(findings_of("<entry/>"), ["missing-namespace entry"]);
    }

    proptest! {
        #[test]
        fn pieces_of_atom_in_any_order_do_not_panic(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
            let text = format!("<feed xmlns='http://www.w3.org/2005/Atom'{}", pieces.concat());
            let found = judge(&text);
            prop_assert!(found.iter().all(|found| !found.message.is_empty() && !found.message.ends_with('.')), "{text}");
        }
    }

    /// Pieces of documents, whole and broken.
    const PIECES: &[&str] = &[
        ">",
        "<entry>",
        "</entry>",
        "<source>",
        "</source>",
        "<link rel='self' href='",
        "a b'/>",
        "<link/>",
        "<link href=''/>",
        "</feed>",
        " xml:base='https://example.org/a/'",
        " xml:base=' é%'",
        " xml:lang='x_y'",
        "<content type='",
        "xhtml'>",
        "html'>",
        "image/png'>",
        "application/xml'>",
        "</content>",
        "<content src='a'",
        "/>",
        "<id>",
        "tag:é",
        "</id>",
        "<author>",
        "<name>",
        "a@b.c",
        "</name>",
        "</author>",
        "<category term='x' scheme='",
        "'/>",
        "<updated>",
        "2026-11-01T10:00:00Z",
        "</updated>",
        "é",
        " ",
        "\n",
        "&amp;",
        "<![CDATA[",
        "]]>",
        "<div xmlns='http://www.w3.org/1999/xhtml'>",
        "</div>",
        "<x:y xmlns:x='tag:é'>",
        "</x:y>",
        "<fh:archive xmlns:fh='http://purl.org/syndication/history/1.0'/>",
        "<link rel='last' href='a'/>",
        "<link rel='next' href='a'/>",
    ];
}
