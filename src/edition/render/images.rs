//! The pictures in a letter: their size written where it is known, and a word about those that are too large to mail.

use crate::diagnostic::{Code, Diagnostic, Source};
use crate::html::{ImageUse, Scanner, Token};
use crate::model::Asset;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Pictures with more bytes are reported.
pub const MAX_BYTES: u64 = 1_000_000;

/// Wider pictures are reported.
pub const MAX_WIDTH: u32 = 2_000;

/// How wide pictures are shown; Outlook for Windows knows no `max-width`.
pub(super) const SHOWN: u32 = 536;

/// A picture that is too large to be mailed.
pub(super) static LARGE_IMAGE: Code = Code::warning(
    "large-image",
    "A picture of a mail has more than 1 MB or 2,000 pixels: it comes late, costs on the road, and Outlook cuts it.",
);

/// A picture of which nobody knows how wide it is.
pub(super) static IMAGE_WITHOUT_SIZE: Code = Code::info(
    "image-without-size",
    "A picture of a mail lies elsewhere on the web and has no width: Outlook for Windows shows it as wide as it is, beyond the letter's edge.",
);

/// Returns some HTML with width and height in its `<img>`, and a warning for each picture that is too large. `images` are its pictures
/// with what is known of their files; their places are bytes of `source`.
#[must_use]
pub fn measure(html: &str, images: &[(ImageUse, Option<Asset>)], source: Source<'_>) -> (String, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut sizes: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (image, asset) in images {
        if !seen.insert(image.src.as_str()) {
            continue;
        }
        let at = source.text.floor_char_boundary(image.offset.min(source.text.len()));
        let Some(asset) = asset else {
            findings.extend(without_size(image).map(|found| found.at(source.place(at..at))));
            continue;
        };
        if let Some(size) = asset.size.filter(|(width, height)| *width > 0 && *height > 0) {
            sizes.insert(&image.src, size);
        }
        findings.extend(too_large(&image.written, asset.bytes, asset.size).map(|found| found.at(source.place(at..at))));
    }
    (with_sizes(html, &sizes), findings)
}

/// Says that nobody knows the size of a picture that lies elsewhere.
fn without_size(image: &ImageUse) -> Option<Diagnostic> {
    let is_elsewhere = ["http://", "https://", "//"].iter().any(|start| image.written.starts_with(start));
    let message = format!("the image `{}` lies elsewhere and has no width in pixels", image.written);
    let help = format!("write one, `<img src=\"…\" alt=\"…\" width=\"{SHOWN}\">`, or put the file into the site's folder");
    (is_elsewhere && image.width.is_none()).then(|| Diagnostic::new(&IMAGE_WITHOUT_SIZE, message).help(help))
}

/// Says that a picture is too large, as it is written.
pub(in crate::edition) fn too_large(written: &str, bytes: u64, size: Option<(u32, u32)>) -> Option<Diagnostic> {
    let width = size.map_or(0, |(width, _)| width);
    let message = if bytes > MAX_BYTES {
        format!("the image `{written}` has {}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
    } else if width > MAX_WIDTH {
        format!("the image `{written}` is {width} pixels wide")
    } else {
        return None;
    };
    let help = format!("make it smaller: a mail shows it {SHOWN} pixels wide, so twice that is plenty");
    Some(Diagnostic::new(&LARGE_IMAGE, message).help(help))
}

/// Writes a width that fits, and a height in proportion, into each image whose size is known and none is written, and makes
/// written widths fit.
fn with_sizes(html: &str, sizes: &BTreeMap<&str, (u32, u32)>) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut from = 0;
    // In clean HTML no other `<` begins an image.
    for at in memchr::memmem::find_iter(html.as_bytes(), b"<img") {
        let mut scanner = Scanner::new(html.get(at..).unwrap_or_default());
        let Some(Token::Start(tag)) = scanner.next().filter(|token| matches!(token, Token::Start(tag) if tag.name == "img")) else {
            continue;
        };
        let to = at + scanner.offset();
        let written = html.get(at..to).unwrap_or_default();
        out.push_str(html.get(from..at).unwrap_or_default());
        out.push_str(sized(&tag, written, sizes).as_deref().unwrap_or(written));
        from = to;
    }
    out.push_str(html.get(from..).unwrap_or_default());
    out
}

fn sized(tag: &crate::html::Tag<'_>, written: &str, sizes: &BTreeMap<&str, (u32, u32)>) -> Option<String> {
    let value = |name: &str| tag.attributes().find(|attribute| attribute.name == name).map(|attribute| attribute.value);
    let pixels = |name: &str| value(name).and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok());
    let real = value("src").and_then(|src| sizes.get(&*htmlize::unescape_attribute(src)).copied());
    let (width, height) = match (pixels("width"), pixels("height"), real) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some(real)) => (width, in_proportion(width, real)),
        (Some(width), None, None) if width > SHOWN => (width, 0),
        (None, None, Some(real)) => real,
        _ => return None,
    };
    // A width in percent is the author's, and fits.
    if value("width").is_some() && pixels("width").is_none() {
        return None;
    }
    let shown = width.min(SHOWN);
    let mut out = "<img".to_owned();
    for attribute in tag.attributes().filter(|attribute| !matches!(attribute.name, "width" | "height")) {
        let _ = write!(out, " {}=\"{}\"", attribute.name, attribute.value);
    }
    let _ = write!(out, " width=\"{shown}\"");
    if height > 0 {
        let _ = write!(out, " height=\"{}\"", in_proportion(shown, (width.max(1), height)));
    }
    out.push('>');
    Some(out).filter(|out| out != written)
}

/// Returns the height that goes with a width.
fn in_proportion(width: u32, (real_width, real_height): (u32, u32)) -> u32 {
    let height = u64::from(width) * u64::from(real_height) / u64::from(real_width.max(1));
    u32::try_from(height).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str = "![a](a.png) ![b](b.png)";

    fn image(name: &str, offset: usize) -> ImageUse {
        let src = format!("https://a.org/{name}?x=1&y=2");
        ImageUse { src, written: name.to_owned(), offset, alt: String::new(), width: None, height: None }
    }

    fn measured(html: &str, asset: Option<&Asset>) -> (String, Vec<Diagnostic>) {
        let images = [image("a.png", 0), image("a.png", 12)].map(|image| (image, asset.cloned()));
        measure(html, &images, Source::new("posts/a.md", POST))
    }

    #[test]
    fn a_picture_gets_the_size_it_is_shown_in() {
        let asset = Asset { path: "a.png".into(), bytes: 10, size: Some((1072, 500)) };
        let (html, findings) = measured("<p>x <img src=\"https://a.org/a.png?x=1&amp;y=2\" alt=\"A &quot;b&quot;\"> y</p>", Some(&asset));
        let img = "<img src=\"https://a.org/a.png?x=1&amp;y=2\" alt=\"A &quot;b&quot;\" width=\"536\" height=\"250\">";
        assert_eq!((html, findings), (format!("<p>x {img} y</p>"), vec![]));
        let (html, _) = measured("<img src=\"https://a.org/a.png?x=1&amp;y=2\" width=\"107\">", Some(&asset));
        assert!(html.contains("width=\"107\" height=\"49\""), "{html}");
    }

    #[test]
    fn a_picture_from_elsewhere_whose_size_nobody_knows_is_told_of() {
        let found = |written: &str, width| {
            let image = ImageUse { width, ..image(written, 0) };
            measure("", &[(image, None)], Source::new("posts/a.md", POST)).1.iter().map(|found| found.code).collect::<Vec<_>>()
        };
        assert_eq!(found("https://a.org/a.png", None), ["image-without-size"]);
        assert_eq!(found("https://a.org/a.png", Some(90)), [""; 0]);
        assert_eq!(found("a.png", None), [""; 0], "a file that is missing is told of as such");
    }

    #[test]
    fn a_width_that_does_not_fit_is_made_to() {
        let (html, _) =
            measured("<img src=\"https://b.org/\" width=\"1072\" height=\"100\"><img src=\"https://b.org/\" width=\"100%\">", None);
        assert_eq!(html, "<img src=\"https://b.org/\" width=\"536\" height=\"50\"><img src=\"https://b.org/\" width=\"100%\">");
    }

    #[test]
    fn a_picture_that_is_too_large_is_reported_once_with_its_place() {
        for (asset, message) in [
            (Asset { path: "a.png".into(), bytes: 1_240_000, size: None }, "the image `a.png` has 1.2 MB"),
            (Asset { path: "a.png".into(), bytes: 9, size: Some((2001, 9)) }, "the image `a.png` is 2001 pixels wide"),
        ] {
            let (_, findings) = measured("", Some(&asset));
            assert_eq!(findings.len(), 1);
            assert_eq!(findings[0].message, message);
            assert_eq!(findings[0].place.as_ref().map(|place| place.start.line), Some(1));
        }
        assert_eq!(measured("", Some(&Asset { path: "a.png".into(), bytes: 1_000_000, size: Some((2000, 9)) })).1, []);
    }
}
