//! Shortcodes and tags that several generators bring with them, by name: what an entry shows in their places.
//!
//! Players and posts of others become links, as embedded pages in raw HTML do.

use crate::html::{embed_label, embed_page, push_value};
use crate::markdown::ContentContext;
use crate::markdown::render::options_for;
use crate::markdown::resolver::Call;
use crate::markdown::typography::Setter;
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html::push_html};

/// What becomes of a call.
type Make = fn(&Call, &ContentContext<'_>) -> Option<String>;

/// The calls that are known, sorted by name (<https://gohugo.io/shortcodes/>, Zola's own, and what plugins for Jekyll agree on).
const KNOWN: &[(&str, Make)] = &[
    ("audio", |call, _| player("audio", call)),
    ("dailymotion", |call, context| video(call, context, "https://www.dailymotion.com/video/")),
    ("figure", figure),
    ("gist", gist),
    ("image", |call, _| image(call)),
    ("img", |call, _| image(call)),
    ("instagram", |call, context| page(call, context, "https://www.instagram.com/p/", "/")),
    ("streamable", |call, context| page(call, context, "https://streamable.com/", "")),
    ("tweet", tweet),
    ("twitter", tweet),
    ("video", |call, _| player("video", call)),
    ("vimeo", |call, context| video(call, context, "https://vimeo.com/")),
    ("x", tweet),
    ("youtube", |call, context| video(call, context, "https://www.youtube.com/watch?v=")),
];

/// Returns the HTML in the place of a call that is known and has what it needs.
pub(super) fn html(call: &Call, context: &ContentContext<'_>) -> Option<String> {
    let place = KNOWN.binary_search_by(|(name, _)| (*name).cmp(call.name.as_str())).ok()?;
    KNOWN.get(place)?.1(call, context)
}

/// Returns the part of an address that a value is; nothing for one that cannot be a part.
fn id(value: &str) -> Option<&str> {
    let value = value.trim();
    (!value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))).then_some(value)
}

fn is_address(value: &str) -> bool {
    (value.starts_with("https://") || value.starts_with("http://")) && !value.contains(['<', '>', '"', ' '])
}

fn video(call: &Call, context: &ContentContext<'_>, before: &str) -> Option<String> {
    let written = call.get("id").or_else(|| call.get("url")).or_else(|| call.get("videoId")).or_else(|| call.get_or("v", 0))?;
    let address = if is_address(written) { embed_page(written) } else { format!("{before}{}", id(written)?) };
    Some(link(&address, call.get("title"), true, context))
}

fn page(call: &Call, context: &ContentContext<'_>, before: &str, after: &str) -> Option<String> {
    let written = call.get("url").or_else(|| call.get_or("id", 0))?;
    let address = if is_address(written) { written.to_owned() } else { format!("{before}{}{after}", id(written)?) };
    Some(link(&address, call.get("title"), false, context))
}

fn tweet(call: &Call, context: &ContentContext<'_>) -> Option<String> {
    let address = match (call.get("user"), call.get("id").or_else(|| call.get("url")).or_else(|| call.args.first().map(String::as_str))?) {
        (_, address) if is_address(address) => address.to_owned(),
        (Some(user), number) => format!("https://x.com/{}/status/{}", id(user)?, id(number)?),
        // Who wrote it does not matter there.
        (None, number) => format!("https://x.com/i/status/{}", id(number)?),
    };
    Some(link(&address, None, false, context))
}

/// `gist user id [file]`, `gist user/id`, `gist(url="…", file="…")`.
fn gist(call: &Call, context: &ContentContext<'_>) -> Option<String> {
    let written = call.get_or("url", 0)?;
    let given = |place: usize| call.args.get(place).map(String::as_str);
    let (address, next) = if is_address(written) {
        (written.to_owned(), 1)
    } else if let Some((user, number)) = written.split_once('/') {
        (format!("https://gist.github.com/{}/{}", id(user)?, id(number)?), 1)
    } else if let Some(number) = given(1).filter(|second| second.bytes().all(|b| b.is_ascii_hexdigit())) {
        (format!("https://gist.github.com/{}/{number}", id(written)?), 2)
    } else {
        (format!("https://gist.github.com/{}", id(written)?), 1)
    };
    let file = call.get("file").or_else(|| given(next)).filter(|file| !file.is_empty());
    let anchor = |file: &str| file.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect::<String>();
    let address = file.map_or(address.clone(), |file| format!("{address}#file-{}", anchor(file)));
    Some(link(&address, file, false, context))
}

/// Returns a link that reads as the ones do that the clean-up makes of frames.
fn link(address: &str, title: Option<&str>, is_video: bool, context: &ContentContext<'_>) -> String {
    let label = embed_label(context.words, address, title.unwrap_or_default(), is_video);
    format!("<a{}>{}</a>", attribute("href", Some(address)), escaped(&label))
}

fn player(element: &str, call: &Call) -> Option<String> {
    let source = call.get("src").or_else(|| call.get("url")).or_else(|| call.args.first().map(String::as_str))?;
    let poster = attribute("poster", call.get("poster").filter(|_| element == "video"));
    (source.contains(['.', '/']) && !source.contains(['<', '>']))
        .then(|| format!("<{element}{}{poster} controls></{element}>", attribute("src", Some(source))))
}

fn image(call: &Call) -> Option<String> {
    let source = call.get_or("src", 0).filter(|source| source.contains(['.', '/']))?;
    let alt = call.get("alt").or_else(|| call.get("caption")).or_else(|| call.args.get(1).map(String::as_str)).unwrap_or_default();
    Some(picture(source, alt, call))
}

fn picture(source: &str, alt: &str, call: &Call) -> String {
    let number =
        |name: &str| call.get(name).map(|value| value.trim_end_matches("px")).filter(|value| value.bytes().all(|b| b.is_ascii_digit()));
    let size = attribute("width", number("width")) + &attribute("height", number("height"));
    format!("<img{}{}{size}>", attribute("src", Some(source)), attribute("alt", Some(alt)))
}

/// Hugo's figure: a picture, which may be a link, with a title, a caption and an attribution.
fn figure(call: &Call, context: &ContentContext<'_>) -> Option<String> {
    let source = call.get_or("src", 0)?;
    let caption = call.get("caption").map(|caption| inline(caption, context)).filter(|caption| !caption.is_empty());
    let picture = picture(source, call.get("alt").unwrap_or_default(), call);
    let picture = match call.get("link").filter(|link| !link.is_empty()) {
        Some(link) => format!("<a{}>{picture}</a>", attribute("href", Some(link))),
        None => picture,
    };
    let title = call.get("title").filter(|title| !title.is_empty()).map(|title| format!("<h4>{}</h4>", escaped(title)));
    let by = call.get("attr").filter(|by| !by.is_empty()).map(|by| inline(by, context));
    let by = by.map(|by| match call.get("attrlink") {
        Some(link) => format!("<a{}>{by}</a>", attribute("href", Some(link))),
        None => by,
    });
    let words: Vec<String> = caption.into_iter().chain(by).collect();
    let words = (!words.is_empty()).then(|| format!("<p>{}</p>", words.join(" ")));
    let legend: String = title.into_iter().chain(words).collect();
    let legend = if legend.is_empty() { legend } else { format!("<figcaption>{legend}</figcaption>") };
    Some(format!("<figure>{picture}{legend}</figure>"))
}

/// Returns the HTML of a line of Markdown.
pub(super) fn inline(text: &str, context: &ContentContext<'_>) -> String {
    let mut setter = Setter::new(text, context.typography);
    let events = Parser::new_ext(text, options_for(context, false))
        .into_offset_iter()
        .map(|(event, range)| setter.set(event, &range))
        .filter(|event| !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)));
    let mut out = String::new();
    push_html(&mut out, events);
    out.trim().to_owned()
}

fn attribute(name: &str, value: Option<&str>) -> String {
    let Some(value) = value else { return String::new() };
    let mut out = format!(" {name}=\"");
    push_value(&mut out, value);
    out + "\""
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    push_value(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(KNOWN.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}
