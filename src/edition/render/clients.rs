//! What strict mail clients leave of a letter: it still holds every text and link, and reads well.

use super::tests::{html_of, page, post, render, to};
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
    let letter = |name| render(&Look::new(&templates, name)?, &page(posts.clone()), &to(&subscriber));
    ["letter", "magazine"].map(|name| html_of(&letter(name).expect("a letter"), &to(&subscriber))).into()
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

/// A rule of a style sheet: its selectors, its text colour and its ground.
type Coloured<'t> = (&'t str, Option<&'t str>, Option<&'t str>);

/// Returns the rules that have colours.
fn colours(css: &str) -> Vec<Coloured<'_>> {
    let value = |body: &'_ str, name: &str| -> Option<usize> {
        body.match_indices(name).map(|(at, _)| at).find(|at| !body[..*at].ends_with('-')).map(|at| at + name.len())
    };
    let colour = |body, name| value(body, name).and_then(|at: usize| body.get(at..at + 7)).filter(|text: &&str| text.starts_with('#'));
    let rules = css.split('}').filter_map(|rule| rule.rsplit_once('{')).map(|(selectors, body)| {
        let selectors = selectors.rsplit(['{', '\n']).next().unwrap_or(selectors);
        (selectors, colour(body, "color: "), colour(body, "background: "))
    });
    rules.filter(|(_, front, back)| front.or(*back).is_some()).collect()
}

/// Returns how well one colour is told from another (WCAG 2.2 §1.4.3).
fn contrast(front: &str, back: &str) -> f64 {
    let channel = |colour: &str, at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a number")) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let light = |colour: &str| 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
    let (a, b) = (light(front), light(back));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_colour_can_be_told_from_whatever_it_may_stand_on() {
    for look in ["letter", "magazine"] {
        let text = Templates::built_in().text(&format!("{look}/message.html")).expect("a template").to_owned();
        let (day, night) = text.split_once("(prefers-color-scheme: dark)").expect("two halves");
        for half in [day, night] {
            let mut pairs: Vec<(&str, &str)> = Vec::new();
            let rules = colours(half);
            // Nothing but its own text stands on a button or a mark, and none on a line.
            let has_own = |selectors: &str| ["button", "mark", " hr"].iter().any(|name| selectors.contains(name));
            let grounds: Vec<&str> = rules.iter().filter(|rule| !has_own(rule.0)).filter_map(|rule| rule.2).collect();
            assert!(rules.len() > 15 && grounds.len() >= 2, "{look}: {rules:?}");
            for (selectors, front, back) in &rules {
                match (front, back) {
                    _ if *selectors == ".preheader " => {}
                    (Some(front), Some(back)) if has_own(selectors) => pairs.push((front, back)),
                    (None, Some(back)) if selectors.contains("button") => pairs.push(("#ffffff", back)),
                    (Some(front), _) if !has_own(selectors) => pairs.extend(grounds.iter().map(|back| (*front, *back))),
                    _ => {}
                }
            }
            for (front, back) in pairs {
                assert!(contrast(front, back) >= 4.5, "{look}: {front} on {back}: {:.2}", contrast(front, back));
            }
        }
    }
}
