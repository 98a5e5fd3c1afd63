//! What is found in texts inside whole documents, and where.

use crate::diagnostic::{Diagnostic, Position};
use crate::validate::tests::judge;

/// Returns the offset of a line and a column.
fn offset(source: &str, at: Position) -> usize {
    let (line, column) = (at.line as usize, at.column as usize);
    let normal: Vec<usize> = std::iter::once(0)
        .chain(
            source
                .char_indices()
                .filter(|(at, c)| *c == '\n' || *c == '\r' && source.as_bytes().get(at + 1) != Some(&b'\n'))
                .map(|(at, _)| at + 1),
        )
        .collect();
    let start = normal[line - 1];
    source[start..].char_indices().nth(column - 1).map_or(source.len(), |(at, _)| start + at)
}

/// Returns what was found by the codes that a test is about, each as `code path: text`.
fn found(source: &str, codes: &[&str]) -> Vec<String> {
    let line = |found: &Diagnostic| {
        let place = found.place.as_ref().expect("a place");
        let text = &source[offset(source, place.start)..offset(source, place.end)];
        let path = found.subject.as_ref().map_or("", |subject| &subject.path);
        format!("{} {}: {text}", found.code, path.rsplit('/').next().unwrap_or_default())
    };
    judge(source).iter().filter(|found| codes.contains(&found.code)).map(line).collect()
}

fn in_item(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\r\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\r\n<channel><title>T</title>\r\n<link>https://example.org/</link><description>D</description><item>\r\n{inside}</item></channel></rss>"
    )
}

fn in_entry(inside: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>https://example.org/</id><title>T</title><updated>2026-01-01T00:00:00Z</updated><entry><id>https://example.org/a</id><title>A</title><updated>2026-01-01T00:00:00Z</updated>{inside}</entry></feed>"
    )
}

#[test]
fn places_are_exact_behind_references_and_line_ends() {
    let escaped = in_item(
        "<description>caf&#233; &amp;amp;\r\n&lt;p&gt;ä &lt;a href=\"../b/\"&gt;x&lt;/a&gt;&#x20;&lt;script&gt;&lt;/script&gt;</description>",
    );
    assert_eq!(
        found(&escaped, &["contains-rel-ref", "security-risk", "unclosed-tag"]),
        ["contains-rel-ref description: ../b/", "security-risk description: &lt;script"]
    );
    let cdata =
        in_item("<content:encoded><![CDATA[\r\n\r\n<p>ü & <img src='a.png'>]]>&lt;b&gt;<!-- x --><![CDATA[</i>]]></content:encoded>");
    assert_eq!(
        found(&cdata, &["contains-rel-ref", "unclosed-tag", "stray-end-tag"]),
        ["contains-rel-ref content:encoded: a.png", "unclosed-tag content:encoded: &lt;b", "stray-end-tag content:encoded: </i>"]
    );
}

#[test]
fn a_place_may_begin_in_one_piece_and_end_in_another() {
    let source = in_item("<description><![CDATA[<a href=\"b]]>/c\"&gt;<![CDATA[x</a>]]></description>");
    assert_eq!(found(&source, &["contains-rel-ref"]), ["contains-rel-ref description: b]]>/c"]);
}

#[test]
fn plain_text_of_rss_is_judged_as_it_is_written() {
    let codes = ["contains-html", "character-data", "not-blank", "bad-characters"];
    assert_eq!(found(&in_item("<title>AT&#x26;T, A &#x3C; B &#x3C;b> The &#x26;amp; sign</title>"), &codes), [""; 0]);
    assert_eq!(found(&in_item("<title>alpha&amp;omega</title>"), &codes), ["character-data title: &amp;omega"]);
    assert_eq!(found(&in_item("<title>a &#60;b> c&#60;/b></title>"), &codes), ["contains-html title: &#60;b>"]);
    assert_eq!(found(&in_item("<title><![CDATA[<i>x</i>]]></title>"), &codes), ["contains-html title: <i>"]);
    assert_eq!(
        found(&in_item("<title> </title><description/>"), &codes),
        ["not-blank title: <title>", "not-blank description: <description/>"]
    );
    assert_eq!(found(&in_item("<description>isnâ€™t</description>"), &codes), ["bad-characters description: â€™"]);
}

#[test]
fn text_of_atom_says_what_it_is() {
    let codes = ["contains-html", "contains-undeclared-html", "html-fragment", "not-blank", "not-base64", "unexpected-text"];
    assert_eq!(found(&in_entry("<summary>a &lt;b&gt;c&lt;/b&gt;</summary>"), &codes), ["contains-undeclared-html summary: &lt;b&gt;"]);
    assert_eq!(found(&in_entry("<summary>AT&amp;T alpha&amp;omega</summary>"), &codes), [""; 0]);
    assert_eq!(
        found(&in_entry("<content type='text/html'>&lt;p&gt;</content>"), &codes),
        ["html-fragment content: <content type='text/html'>"]
    );
    assert_eq!(found(&in_entry("<content type='text/html'>&lt;HTML>&lt;p&gt;</content>"), &codes), [""; 0]);
    assert_eq!(
        found(&in_entry("<content type='application/xhtml+xml'><div xmlns='http://www.w3.org/1999/xhtml'/></content>"), &codes).len(),
        1
    );
    assert_eq!(
        found(&in_entry("<content src='a' type='html'/><summary type='html'/>"), &codes),
        ["not-blank summary: <summary type='html'/>"]
    );
    assert_eq!(found(&in_entry("<content type='image/png'>iVBORw0K Ggo=</content>"), &codes), [""; 0]);
    assert_eq!(found(&in_entry("<content type='image/png'>not base64!</content>"), &codes).len(), 1);
    assert_eq!(
        found(&in_entry("<content type='image/svg+xml'> a <svg xmlns='http://www.w3.org/2000/svg'/></content>"), &codes),
        ["unexpected-text content: a"]
    );
}

#[test]
fn xhtml_is_judged_by_namespace() {
    let codes = [
        "security-risk",
        "security-risk-attr",
        "dangerous-style-attr",
        "contains-rel-ref",
        "missing-xhtml-div",
        "not-inline",
        "missing-namespace",
        "unknown-namespace",
        "not-html",
        "stripped-html",
    ];
    let xhtml = |inside: &str| found(&in_entry(&format!("<content type='xhtml'>{inside}</content>")), &codes);
    let div = |inside: &str| xhtml(&format!("<div xmlns='http://www.w3.org/1999/xhtml'>{inside}</div>"));
    assert_eq!(div("<p class='a'>x <b>y</b> <img src='https://example.org/a.png' alt='&lt;b&gt;'/> &lt;b&gt;</p>"), [""; 0]);
    assert_eq!(
        div("<p onclick='x()'>a</p><script>y()</script><foo/>"),
        ["security-risk-attr content: onclick", "security-risk content: script", "security-risk content: foo"]
    );
    assert_eq!(
        div("<a href='&#x2e;./a'>x</a><a href=' b'>y</a><p style='a:b'>z</p>"),
        ["contains-rel-ref content: &#x2e;./a", "contains-rel-ref content: b", "dangerous-style-attr content: a:b"]
    );
    assert_eq!(div("<p xml:base='https://example.org/'><a href='b'>y</a></p>"), [""; 0]);
    assert_eq!(div("<b xmlns=''>x<i>y</i></b>"), ["missing-namespace b: <b xmlns=''>"]);
    assert_eq!(
        div("<x:a xmlns:x='https://example.org/ns'><x:b/></x:a>"),
        ["unknown-namespace x:a: <x:a xmlns:x='https://example.org/ns'>"]
    );
    assert_eq!(
        div("<math xmlns='http://www.w3.org/1998/Math/MathML'><mrow><none a='b'/><bogus/></mrow></math>"),
        ["security-risk-attr content: a", "security-risk content: bogus"]
    );
    assert_eq!(
        div("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><path d='M0' style='fill:red'/><script/></svg>"),
        ["security-risk content: script"]
    );
    assert_eq!(div("a &lt;b&gt;c&lt;/b&gt;"), ["not-inline content: a &lt;b&gt;c&lt;/b&gt;"]);
    assert_eq!(div("<b>e:</b> a &lt;b&gt;c&lt;/b&gt;"), [""; 0]);
    assert_eq!(
        xhtml("<p xmlns='http://www.w3.org/1999/xhtml'>x</p>"),
        ["missing-xhtml-div content: <p xmlns='http://www.w3.org/1999/xhtml'>"]
    );
    let p = "&lt;p&gt;x&lt;/p&gt;";
    assert_eq!(xhtml(p), [format!("missing-xhtml-div content: {p}"), format!("not-inline content: {p}")]);
    assert_eq!(xhtml("<p>x</p>"), ["missing-xhtml-div content: <p>", "not-html content: <p>"]);
    let h = "xmlns='http://www.w3.org/1999/xhtml'";
    assert_eq!(xhtml(&format!("<div {h}/><div {h}/>")), [format!("missing-xhtml-div content: <div {h}/>")]);
    assert_eq!(xhtml(&format!(" <div {h}/> x")), ["missing-xhtml-div content: x"]);
}

#[test]
fn the_body_of_xhtml_in_rss_is_judged_too() {
    let body = "<body xmlns='http://www.w3.org/1999/xhtml'><a onsubmit='x()'>y</a><object/></body>";
    assert_eq!(
        found(&in_item(body), &["security-risk", "security-risk-attr", "missing-xhtml-div", "misplaced-xhtml-content"]),
        ["security-risk-attr body: onsubmit", "security-risk body: object"]
    );
}

#[test]
fn xhtml_beside_the_text_is_misplaced() {
    let code = ["misplaced-xhtml-content"];
    assert_eq!(found(&in_item("<p xmlns='http://www.w3.org/1999/xhtml'>x</p>"), &code).len(), 1);
    assert_eq!(found(&in_entry("<div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div>"), &code).len(), 1);
    assert_eq!(found(&in_entry("<meta xmlns='http://www.w3.org/1999/xhtml' name='robots' content='noindex'/>"), &code), [""; 0]);
}

#[test]
fn an_entry_without_a_text_is_named() {
    let code = ["missing-textual-content"];
    assert_eq!(found(&in_entry(""), &code).len(), 1);
    assert_eq!(found(&in_entry("<summary>x</summary>"), &code), [""; 0]);
    assert_eq!(found(&in_item(""), &code), [""; 0]);
}
