#![allow(clippy::disallowed_methods, reason = "tests look at the clock")]
#![allow(clippy::format_collect, reason = "short documents made of numbered pieces")]
//! What the reader yields, sentence by sentence.

use super::*;
use std::time::Instant;

/// Reads a document to its end; returns the events in short, and the faults.
fn read(text: &str) -> (Vec<String>, Vec<Fault>) {
    let mut reader = Reader::new(text, Limits::default());
    let mut events = Vec::new();
    while let Some(event) = reader.next() {
        events.push(match event {
            Event::Start(tag) => {
                let attributes: String = reader.attributes().iter().map(|a| format!(" {}={}", a.name, a.value)).collect();
                format!("<{}{attributes}>", tag.name)
            }
            Event::End(tag) => format!("{}/{}", if tag.implied { "~" } else { "" }, tag.name),
            Event::Text(piece) => format!("'{}'", piece.value),
            Event::Comment(_) => "comment".into(),
            Event::Instruction { target, data, .. } => format!("?{target} {data}"),
            Event::Doctype(_) => "doctype".into(),
        });
    }
    (events, reader.take_faults())
}

/// Returns the events of a document without faults, joined by blanks.
fn good(text: &str) -> String {
    let (events, faults) = read(text);
    assert!(faults.is_empty(), "{text}: {faults:?}");
    events.join(" ")
}

/// Returns the events of a document with faults, and each fault's message with what it marks.
fn bad(text: &str) -> (String, Vec<String>) {
    let (events, faults) = read(text);
    (events.join(" "), faults.iter().map(|f| format!("{} [{}]", f.message, &text[f.span.clone()])).collect())
}

#[test]
fn a_document_comes_as_events_in_its_order() {
    let text = "<?xml version='1.0'?><?xml-stylesheet  href='a'?><!DOCTYPE a><a b='1'>x<c/><!-- y --><![CDATA[<z>]]></a>";
    assert_eq!(good(text), "?xml-stylesheet href='a' doctype <a b=1> 'x' <c> /c comment '<z>' /a");
}

#[test]
fn references_and_line_ends_are_decoded() {
    assert_eq!(good("<a>1\r\n2\r3&#13;&lt;&#x41;&apos;</a>"), "<a> '1\n2\n3\r<A'' /a");
    assert_eq!(good("<a b='1\r\n2\t3&#10;4'/>"), "<a b=1 2 3\n4> /a");
}

#[test]
fn namespaces_are_numbers_with_a_uri_and_follow_scope() {
    let mut reader = Reader::new("<a xmlns='u' xmlns:p='v'><p:b xmlns='' p:c='1' d='2'/><e/></a>", Limits::default());
    let mut seen = Vec::new();
    while let Some(event) = reader.next() {
        if let Event::Start(tag) = event {
            let attributes: Vec<&str> = reader.attributes().iter().map(|a| reader.namespace(a.ns)).collect();
            seen.push(format!("{}|{}|{}", tag.local, reader.namespace(tag.ns), attributes.join(",")));
        }
    }
    assert_eq!(seen, ["a|u|", "b|v|v,", "e|u|"]);
}

#[test]
fn each_hard_case_gets_its_verdict_and_its_words() {
    let mut wrong = Vec::new();
    for (text, expected) in cases::CASES {
        let found = read(text).1.first().map_or(cases::FINE.to_owned(), |f| f.message.clone());
        let as_expected = if expected.is_empty() { found.is_empty() } else { found.starts_with(expected) };
        if !as_expected {
            wrong.push(format!("{text}\n  expected: {expected}\n  found: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reading_goes_on_after_each_fault_at_the_next_tag() {
    let (events, faults) = bad("<a>1 & 2<b>&nbsp;</b><c d=e f>x]]>y</c></a>");
    assert_eq!(events, "<a> '1 & 2' <b> '\u{a0}' /b <c d=e f=> 'x]]>y' /c /a");
    assert_eq!(
        faults,
        [
            "`&` starts no reference here [&]",
            "the entity `&nbsp;` is not declared [&nbsp;]",
            "the value of `d` is not in quotes [e]",
            "the attribute `f` has no value [f]",
            "`]]>` cannot stand in text []]>]",
        ]
    );
}

#[test]
fn a_wrong_end_tag_closes_up_to_the_element_it_belongs_to_or_is_left_out() {
    let (events, faults) = bad("<a>\n<b><c>x</b></d>y</a>");
    assert_eq!(events, "<a> '\n' <b> <c> 'x' ~/c /b 'y' /a");
    assert_eq!(
        faults,
        ["`</b>` comes before `<c>` of line 2 is closed [</b>]", "`</d>` closes nothing; `<a>` is open since line 1 [</d>]"]
    );
    assert_eq!(bad("<a><pubDate>x</pubdate></a>").0, "<a> <pubDate> 'x' /pubDate /a");
}

#[test]
fn a_forgotten_quote_costs_one_tag() {
    let (events, faults) = bad("<a><b c='1>x</b><d e='2'>y</d></a>");
    assert_eq!(events, "<a> <b c=1> 'x' /b <d e=2> 'y' /d /a");
    assert_eq!(faults, ["the value of `c` has no closing quote [']"]);
}

#[test]
fn what_never_ends_is_named_and_its_inside_is_read() {
    assert_eq!(bad("<a><![CDATA[<b>x</b></a>").0, "<a> <b> 'x' /b /a");
    assert_eq!(bad("<a><!-- <b>x</b></a>").0, "<a> ' ' <b> 'x' /b /a");
    assert_eq!(bad("<a><b").0, "<a> ~/a");
    assert_eq!(bad("<!DOCTYPE a [ <a>x</a>").0, "doctype <a> 'x' /a");
}

#[test]
fn a_document_that_was_cut_off_has_one_fault_more_at_most_than_its_last_tag() {
    let (events, faults) = bad("<a><b><c><d><e>x");
    assert!(events.ends_with("'x' ~/e ~/d ~/c ~/b ~/a"), "{events}");
    assert_eq!(faults, ["`<e>` is never closed, nor are the 4 elements around it, from `<a>` on [<e>]"]);
    let (events, faults) = bad("<a><b>x<c d='1'");
    assert_eq!(events, "<a> <b> 'x' ~/b ~/a");
    assert_eq!(faults, ["`<b>` is never closed, nor is `<a>` around it [<b>]", "the tag `<c` does not end [<c]"]);
    let (events, faults) = bad("<a><b>x</b");
    assert_eq!(events, "<a> <b> 'x' ~/b ~/a");
    assert_eq!(faults, ["`<b>` is never closed, nor is `<a>` around it [<b>]", "the end tag `</b` does not end [</b]"]);
}

#[test]
fn a_doctype_with_a_fault_still_declares_what_its_brackets_hold() {
    let (events, faults) = bad("<!DOCTYPE a PUBLIC 'x' [<!ENTITY e 'y'>]><a>&e;</a>");
    assert_eq!(events, "doctype <a> 'y' /a");
    assert_eq!(faults, ["a public identifier stands without a system identifier [[]"]);
    assert_eq!(bad("<!DOCTYPE a [<!ENTITY 1 'y'><!ENTITY e 'z'>]><a>&e;</a>").0, "doctype <a> 'z' /a");
}

#[test]
fn a_second_root_is_read_too() {
    assert_eq!(bad("<a/>x<b>y</b>").0, "<a> /a <b> 'y' /b");
}

#[test]
fn help_says_what_to_write() {
    let help = |text: &str| read(text).1.first().and_then(|f| f.help.clone()).unwrap_or_default();
    assert_eq!(help("<a>AT&T</a>"), "write `&amp;`");
    assert_eq!(help("<a>&copy 2024</a>"), "write `&copy;`, or `&amp;` for the sign itself");
    assert_eq!(help("<a>&nbsp;</a>"), "write `&#160;`, or `&amp;nbsp;` if the text is HTML");
    assert_eq!(help("<a>&foo;</a>"), "write `&amp;foo;`, or declare it in the DOCTYPE");
    assert_eq!(help("<a b=1/>"), "write `b=\"1\"`");
    assert_eq!(help("<rss><media:content/></rss>"), "write `xmlns:media=\"http://search.yahoo.com/mrss/\"` into `<rss>`");
    let dtd = "<!DOCTYPE a SYSTEM 'x.dtd'><a>&eacute;</a>";
    assert!(help(dtd).ends_with("; readers do not fetch the DTD that may declare it"), "{}", help(dtd));
}

#[test]
fn an_undeclared_prefix_is_named_once() {
    let (_, faults) = bad("<a><p:b/><p:c/><q:d p:e='1'/></a>");
    assert_eq!(faults, ["the prefix `p` is not declared [p:b]", "the prefix `q` is not declared [q:d]"]);
}

#[test]
fn prefixes_are_looked_up_for_names_in_values() {
    let mut reader = Reader::new("<a xmlns:p='u'><b/></a>", Limits::default());
    reader.next();
    let ns = reader.prefix_in_scope("p").expect("declared");
    assert_eq!(reader.namespace(ns), "u");
    assert_eq!(reader.prefix_in_scope(""), Some(Ns::NONE));
    assert_eq!(reader.prefix_in_scope("xml"), Some(Ns::XML));
    assert_eq!(reader.prefix_in_scope("q"), None);
    let declaration = &reader.declarations()[0];
    assert_eq!((declaration.prefix, declaration.uri.as_ref(), declaration.span.clone()), ("p", "u", 12..13));
}

#[test]
fn the_xml_declaration_and_the_doctype_are_told() {
    let text = "<?xml version='1.0' encoding='utf-8' standalone='yes'?><!DOCTYPE r PUBLIC 'p' 's' [<!ENTITY e SYSTEM 'x'>]><r>&e;</r>";
    let mut reader = Reader::new(text, Limits::default());
    assert_eq!(reader.declared_encoding(), Some(("utf-8", 30..35)));
    assert_eq!(reader.version().map(|v| v.0), Some("1.0"));
    assert_eq!(reader.standalone(), Some(true));
    assert_eq!(reader.doctype(), None);
    reader.next();
    let doctype = reader.doctype().expect("it was read");
    assert_eq!((doctype.name, doctype.public_id, doctype.system_id), ("r", Some("p"), Some("s")));
    assert!(doctype.has_internal_subset);
    let entity = &doctype.external_entities[0];
    assert_eq!((entity.name.as_str(), entity.system_id.as_str(), &text[entity.span.clone()]), ("e", "x", "<!ENTITY e SYSTEM 'x'>"));
}

#[test]
fn an_entity_stands_for_its_text_and_has_the_place_of_its_reference() {
    let text = "<!DOCTYPE a [<!ENTITY e 'one <b>two</b>'>]><a>x&e;y</a>";
    assert_eq!(good(text), "doctype <a> 'xone twoy' /a");
    let mut reader = Reader::new(text, Limits::default());
    let piece = reader.find_map(|event| if let Event::Text(piece) = event { Some(piece) } else { None }).expect("text");
    let place = |offset| &text[reader.locate(piece.raw.clone(), piece.kind, offset)];
    assert_eq!([place(0), place(1), place(7), place(8), place(99)], ["x", "&e;", "&e;", "y", ""]);
    assert_eq!(&text[reader.locator().locate_range(piece.raw.clone(), piece.kind, 0..3)], "x&e;");
}

#[test]
fn entity_bombs_end_at_the_limit_with_one_finding() {
    let mut laughs = "<!DOCTYPE a [<!ENTITY e0 'lol'>".to_owned();
    for level in 1..12 {
        let below = format!("&e{};", level - 1).repeat(10);
        laughs += ["<!ENTITY e", &level.to_string(), " '", &below, "'>"].concat().as_str();
    }
    laughs.push_str("]><a b='&e11;'>&e11;&e11;<b>&e1;</b></a>");
    let chain: String = (0..5000).map(|i| format!("<!ENTITY e{i} '&e{};'>", i + 1)).collect();
    let deep = format!("<!DOCTYPE a [{chain}<!ENTITY e5000 ''>]><a>&e0;</a>");
    let blow_up = format!("<!DOCTYPE a [<!ENTITY e '{}'>]><a>{}</a>", "x".repeat(100_000), "&e;".repeat(100_000));
    let parameters = "<!DOCTYPE a [<!ENTITY % p0 ''>".to_owned()
        + &(1..30).map(|i| format!("<!ENTITY % p{i} '&#37;p{0};&#37;p{0};&#37;p{0};'>", i - 1)).collect::<String>()
        + "%p29;]><a/>";
    let defaults = format!("<!DOCTYPE a [<!ATTLIST b {}>]><a>{}</a>", defaults(2000), "<b/>".repeat(20_000));
    for text in [laughs, deep, blow_up, parameters, defaults] {
        let (_, faults) = read(&text);
        let limits = faults.iter().filter(|f| f.kind == FaultKind::Limit).count();
        assert!((1..=2).contains(&limits), "{}: {limits} {:?}", &text[..100], faults.first());
    }
}

fn defaults(count: usize) -> String {
    (0..count).map(|i| format!("a{i} CDATA 'x' ")).collect()
}

#[test]
fn depth_attributes_and_values_have_limits() {
    let kinds = |text: &str| read(text).1.iter().filter(|f| f.kind == FaultKind::Limit).map(|f| f.message.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&format!("{}{}", "<a>".repeat(300), "</a>".repeat(300))), ["more than 256 elements are open here"]);
    let deep = kinds(&"<a>".repeat(20_000));
    assert_eq!(deep.last().map(String::as_str), Some("10000 elements are open here; the rest of the document is not read"));
    let many: String = (0..1200).map(|i| format!(" a{i}=''")).collect();
    assert_eq!(kinds(&format!("<a{many}><b{many}/></a>")), ["an element with 1200 attributes"]);
    let long = "x".repeat(10_000_001);
    assert_eq!(kinds(&format!("<a b='{long}' c='{long}'/>")), ["a value of 10000001 bytes"]);
}

#[test]
fn no_more_faults_are_listed_than_the_limit() {
    let faults = read(&format!("<a>{}</a>", "&".repeat(5000))).1;
    assert_eq!(faults.len(), 1001);
    assert_eq!(faults.last().map(|f| f.message.as_str()), Some("more than 1000 faults; the rest is not listed"));
}

/// Documents of about a size that would take for ever if any part of the reader were quadratic.
fn hostile(size: usize) -> Vec<String> {
    let fill = |piece: &str| piece.repeat(size / piece.len());
    let numbered = |f: &dyn Fn(usize) -> String| (0..size / f(100_000).len()).map(f).collect::<String>();
    let in_root = [
        "<",
        "&",
        "]",
        "]]",
        "]]>",
        "<a ",
        "<a>",
        "</a>",
        "</b>",
        "<a b='",
        "<a b=\"<a c='",
        "<a b='<a b='x",
        "<a b",
        "<a =",
        "<!",
        "<!-",
        "<!--",
        "<!-- --",
        "<?",
        "<?p ",
        "<?xml ?>",
        "<![CDATA[",
        "<!DOCTYPE a [",
        "<!DOCTYPE a [<?p ",
        "<!DOCTYPE a '",
        "&#",
        "&#1",
        "&x",
        "&x;",
        "&#0;",
        "\u{1}",
        "\r",
        "\r\n",
        "é",
        "<é:",
        "<p:a/>",
        "<a></b>",
        "</a></b>",
        "''",
        "<a/>x",
    ]
    .map(|piece| format!("<r>{}", fill(piece)));
    let alone = [
        format!("<{}", fill("a")),
        format!("<r {}/>", fill("\" ")),
        format!("<r {}/>", fill("a='' ")),
        format!("<r {}/>", numbered(&|i| format!(" a{i}=''"))),
        format!("<r {}/>", numbered(&|i| format!(" xmlns:a{i}='u{i}'"))),
        format!("<r b='{}'/>", fill("<")),
        format!("<r b='{}'/>", fill("&")),
        format!("<r b='{}'/>", fill("\r\n")),
        format!("<r>&{}</r>", fill("x")),
        format!("<r>&#{};</r>", fill("9")),
        format!("<r>{}</r>", numbered(&|i| format!("<a{i} xmlns:p{i}='{i}'/>"))),
        format!("<r>{}", numbered(&|i| format!("<a xmlns:p{}='{i}'>", i % 9))),
        format!("<!DOCTYPE a [{}", fill("<!ENTITY")),
        format!("<!DOCTYPE a [{}", fill("<!ENTITY e 'x'>")),
        format!("<!DOCTYPE a [{}]><a/>", numbered(&|i| format!("<!ENTITY e{i} '&e{};'>", i + 1))),
        format!("<!DOCTYPE a [{}", fill("<?p ")),
        format!("<!DOCTYPE a [{}", fill("<!--")),
        format!("<!DOCTYPE a [{}", fill("%a;")),
        format!("<!DOCTYPE a [{}", fill("x")),
        format!("<!DOCTYPE a [{}", fill("x<")),
        format!("<!DOCTYPE a [<!ELEMENT a {}", fill("(")),
        format!("<!DOCTYPE a [<!ELEMENT a (a{}", fill("|a")),
        format!("<!DOCTYPE a [<!ATTLIST a {}>]><a/>", numbered(&|i| format!(" a{i} CDATA ''"))),
        format!("<!DOCTYPE a [<!ATTLIST a b CDATA '{}'>]><a/>", fill("&")),
        format!("<!DOCTYPE a [<!ENTITY e '{}'>]><a>&e;&e;</a>", fill("<!-- -->")),
        format!("<!DOCTYPE a [<!ENTITY e ''>]><a>{}</a>", fill("&e;")),
        format!("<!DOCTYPE a [<!ENTITY e '{}'><!ENTITY f '&e;'>]><a>&f;{}</a>", numbered(&|i| format!("<p{i}:a/>")), fill("&e;")),
        format!("<!DOCTYPE a [<!ATTLIST b {}>]><a>{}</a>", defaults(size / 20), fill("<b/>")),
        fill("<a>") + &fill("</b>"),
        fill("<?p?>"),
        fill("x<"),
    ];
    in_root.into_iter().chain(alone).collect()
}

#[test]
fn no_document_takes_more_than_linear_time() {
    for text in hostile(400_000) {
        let start = Instant::now();
        let mut reader = Reader::new(&text, Limits::default());
        let count = reader.by_ref().count();
        let spent = start.elapsed();
        // Linear is a fraction of a second even unoptimised on a busy machine; quadratic is minutes.
        assert!(spent.as_secs() < 5, "{spent:?} for {count} events of {}", &text[..60.min(text.floor_char_boundary(60))]);
    }
}
