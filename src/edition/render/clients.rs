//! What strict mail clients leave of a letter: it still holds every text and link, and reads well.

use super::tests::{html_of, page, post, to};
use super::*;
use crate::html::{self, Scanner, Token};
use crate::model::{MailContent, Subscriber};
use crate::template::Templates;

/// The properties that Gmail keeps, of those that mails use.
const GMAIL: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-top",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "line-height",
    "list-style",
    "margin",
    "max-height",
    "max-width",
    "opacity",
    "overflow",
    "padding",
    "table-layout",
    "text-align",
    "text-decoration",
    "vertical-align",
    "white-space",
    "width",
];

/// Those that it drops and nobody misses there: names for Outlook and Safari, and what breaks long words.
const DROPPED: &[&str] = &[
    "mso-hide",
    "mso-padding-alt",
    "mso-table-lspace",
    "mso-table-rspace",
    "-webkit-text-size-adjust",
    "text-size-adjust",
    "word-break",
    "word-wrap",
];

/// A post with every construct that needs a style.
const RICH: &str = "<h2>Head</h2><p>Text <a href=\"https://a.example/\">link</a> <code>code</code></p><pre><code>let x;\n  y</code></pre>\
    <blockquote class=\"callout\"><p><strong>Note</strong></p><p>Said.</p></blockquote><table><thead><tr><th align=\"right\">A</th></tr></thead>\
    <tbody><tr><td>1</td></tr></tbody></table><figure><img src=\"https://a.example/p.png\" alt=\"A picture\" width=\"536\" height=\"200\">\
    <figcaption>Caption</figcaption></figure><ul><li>One</li></ul><dl><dt>T</dt><dd>D</dd></dl><hr><ol class=\"notes\"><li id=\"fn-1\">Note.</li></ol>\
    <details><summary>More</summary><p>Hidden</p></details>";

fn letters() -> Vec<String> {
    let subscriber = Subscriber { address: "a@example.org".into(), ..Subscriber::default() };
    let mut posts = vec![
        post("Keel", MailContent::Full),
        post("Ribs", MailContent::Summary),
        post("Mast", MailContent::Titles),
        post("Deck", MailContent::Full),
    ];
    RICH.clone_into(&mut posts[0].html);
    let templates = Templates::built_in();
    let render = |name| Look::new(&templates, name)?.render(&page(posts.clone()), &to(&subscriber));
    ["letter", "magazine"].map(|name| html_of(&render(name).expect("a letter"), &to(&subscriber))).into()
}

/// Returns HTML with each tag changed, and without the content of `<style>`.
fn changed(html: &str, change: impl Fn(&html::Tag<'_>, &str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut scanner = Scanner::new(html);
    let (mut from, mut in_style) = (0, false);
    while let Some(token) = scanner.next() {
        let to = scanner.offset();
        let written = &html[from..to];
        from = to;
        match &token {
            Token::Start(tag) if tag.name == "style" => in_style = true,
            Token::End(tag) if tag.name == "style" => in_style = false,
            _ if in_style => {}
            Token::Comment(_) => {}
            Token::Start(tag) => out.push_str(&change(tag, written).unwrap_or_else(|| written.to_owned())),
            _ => out.push_str(written),
        }
    }
    out
}

fn attribute<'t>(tag: &html::Tag<'t>, name: &str) -> Option<&'t str> {
    tag.attributes().find(|attribute| attribute.name == name).map(|attribute| attribute.value)
}

fn links(html: &str) -> Vec<String> {
    let links = Scanner::new(html).filter_map(|token| match token {
        Token::Start(tag) if tag.name == "a" => attribute(&tag, "href").map(str::to_owned),
        _ => None,
    });
    links.collect()
}

fn styles(html: &str) -> Vec<(String, String)> {
    let tags = Scanner::new(html).filter_map(|token| match token {
        Token::Start(tag) => Some((tag.name.to_owned(), attribute(&tag, "style")?.to_owned())),
        _ => None,
    });
    tags.collect()
}

fn words(html: &str) -> String {
    html::text(html, usize::MAX - 1)
}

#[test]
fn without_its_style_sheet_a_letter_keeps_its_words_links_and_layout() {
    for letter in letters() {
        let bare = changed(&letter, |_, _| None);
        assert!(!bare.contains("@media"));
        assert_eq!(words(&bare), words(&letter));
        assert_eq!(links(&bare), links(&letter));
        let has = |name: &str, part: &str| styles(&bare).iter().any(|(tag, style)| tag == name && style.contains(part));
        for (name, part) in [
            ("table", "max-width:600px"),
            ("td", "padding:"),
            ("td", "font-size:1"),
            ("h2", "line-height:"),
            ("a", "color:#"),
            ("pre", "white-space:pre-wrap"),
            ("pre", "background:#"),
            ("blockquote", "border-left:"),
            ("th", "border:1px solid"),
            ("th", "text-align:right"),
            ("img", "max-width:100%"),
            ("div", "display:none"),
        ] {
            assert!(has(name, part), "{name} {part} in {bare}");
        }
    }
}

#[test]
fn with_images_off_their_text_is_read() {
    for letter in letters() {
        let off = changed(&letter, |tag, _| (tag.name == "img").then(|| attribute(tag, "alt").expect("a text").to_owned()));
        assert!(words(&off).contains("A picture") && words(&off).contains("A horse"));
        assert_eq!(links(&off), links(&letter));
        for image in Scanner::new(&letter)
            .filter_map(|token| if let Token::Start(tag) = token { Some(tag) } else { None })
            .filter(|tag| tag.name == "img")
        {
            assert!(attribute(&image, "width").is_some_and(|width| width.parse::<u32>().is_ok_and(|width| width <= 600)));
        }
    }
}

#[test]
fn gmail_drops_no_property_that_the_letter_needs() {
    for letter in letters() {
        for (name, style) in styles(&letter) {
            for declaration in style.split(';').filter(|part| !part.trim().is_empty()) {
                let (property, value) = declaration.split_once(':').expect("a declaration");
                let property = property.trim();
                assert!(GMAIL.contains(&property) || DROPPED.contains(&property), "{name}: {property}");
                // One bad declaration makes Gmail drop the whole attribute.
                assert!(!value.contains("url(") && !value.contains("var(") && !value.contains("calc("), "{declaration}");
            }
        }
    }
}

#[test]
fn a_letter_can_be_heard() {
    for letter in letters() {
        assert!(letter.contains("<title>Keel and 3 more</title>"));
        let tags = || Scanner::new(&letter).filter_map(|token| if let Token::Start(tag) = token { Some(tag) } else { None });
        assert!(tags().filter(|tag| tag.name == "img").all(|tag| attribute(&tag, "alt").is_some()));
        let layout = tags().filter(|tag| tag.name == "table" && attribute(tag, "role") == Some("presentation")).count();
        assert!(layout >= 2 && tags().filter(|tag| tag.name == "table").count() == layout + 1);
        assert!(tags().any(|tag| tag.name == "h2") && tags().any(|tag| tag.name == "time"));
    }
}

/// The colours of the looks, on what they stand.
const COLOURS: &[(&str, &str)] = &[
    ("#24231f", "#ffffff"),
    ("#5f5b52", "#ffffff"),
    ("#1c5a8a", "#ffffff"),
    ("#46433c", "#ffffff"),
    ("#24231f", "#f4f2ec"),
    ("#e4e2dc", "#191a1c"),
    ("#a8a49a", "#191a1c"),
    ("#8ec5f0", "#191a1c"),
    ("#e4e2dc", "#292a2d"),
    ("#1f2933", "#ffffff"),
    ("#52606d", "#eceff2"),
    ("#0b5cad", "#ffffff"),
    ("#ffffff", "#0b5cad"),
    ("#e4e9ee", "#1f262e"),
    ("#a3b1bf", "#12161b"),
    ("#8ec5f0", "#1f262e"),
    ("#fff6cc", "#5c4f00"),
    ("#ffffff", "#1d6bb8"),
    ("#24231f", "#fff1a8"),
];

#[test]
fn every_colour_can_be_told_from_what_it_stands_on() {
    let text = ["letter", "magazine"]
        .map(|look| Templates::built_in().text(&format!("{look}/message.html")).expect("a template").to_owned())
        .concat();
    let channel = |colour: &str, at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a number")) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let light = |colour: &str| 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
    for (front, back) in COLOURS {
        assert!(text.contains(front) && text.contains(back), "{front} {back}");
        let (a, b) = (light(front), light(back));
        // WCAG 2.2 §1.4.3
        let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
        assert!(contrast >= 4.5, "{front} on {back}: {contrast:.2}");
    }
}
