//! Addresses in content that only `xml:base` makes whole; `links` looks at the feed's own links. Advice, because many readers
//! do not know it.

use super::Rule;
use crate::text::value::uri;
use crate::validate::codes::RELIES_ON_XML_BASE;
use crate::validate::findings::Findings;
use crate::validate::scene::{Scene, Subtree};
use crate::xml::Attribute;
use memchr::memmem;

/// Knows which open elements have an `xml:base`; the first address that needs one is told.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// How deep they stand.
    depths: Vec<usize>,
    is_told: bool,
}

impl Rule for Base {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let is_base = |attribute: &Attribute<'_>| attribute.prefix == "xml" && attribute.local == "base";
        if here.attributes.iter().any(is_base) {
            self.depths.push(scene.frames.len());
        }
        if self.depths.is_empty() || self.is_told || here.subtree != Subtree::Xhtml {
            return;
        }
        let address = here.attributes.iter().find(|attribute| is_address(attribute) && is_relative(&attribute.value));
        if let Some(attribute) = address {
            self.tell(scene, &attribute.value, attribute.value_span.clone(), findings);
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        if self.depths.is_empty() {
            return;
        }
        let here = scene.here();
        if here.subtree == Subtree::Html && !self.is_told {
            let text = here.text.value();
            if let Some(address) = relative_address(&text) {
                let span = here.text.locate(scene.reader, &address).unwrap_or_else(|| here.tag.span.clone());
                self.tell(scene, text.get(address).unwrap_or_default(), span, findings);
            }
        }
        if self.depths.last() == Some(&scene.frames.len()) {
            self.depths.pop();
        }
    }
}

impl Base {
    fn tell(&mut self, scene: &Scene<'_, '_>, address: &str, span: crate::diagnostic::Span, findings: &mut Findings) {
        self.is_told = true;
        let shown = super::super::walk::shorten(address);
        let message = format!("`{shown}` needs `xml:base`, which Miniflux, Feedbin and others do not know");
        findings.add(scene, &RELIES_ON_XML_BASE, span, message).help("write absolute addresses everywhere");
    }
}

fn is_address(attribute: &Attribute<'_>) -> bool {
    attribute.prefix.is_empty() && matches!(attribute.local, "href" | "src" | "poster")
}

/// Returns whether an address has no scheme and points out of the document.
fn is_relative(address: &str) -> bool {
    let address = address.trim();
    !address.is_empty() && !address.starts_with('#') && uri::scheme(address).is_none()
}

/// Returns where the first relative address in HTML stands.
fn relative_address(html: &str) -> Option<std::ops::Range<usize>> {
    [" href=", " src="].iter().filter_map(|name| first_relative(html, name)).min_by_key(|range| range.start)
}

fn first_relative(html: &str, name: &str) -> Option<std::ops::Range<usize>> {
    memmem::find_iter(html.as_bytes(), name.as_bytes()).find_map(|at| {
        let after = at + name.len();
        let quote = html.as_bytes().get(after).copied().filter(|b| matches!(b, b'"' | b'\''))?;
        let length = memchr::memchr(quote, html.as_bytes().get(after + 1..)?)?;
        let range = after + 1..after + 1 + length;
        html.get(range.clone()).is_some_and(is_relative).then_some(range)
    })
}

#[cfg(test)]
mod tests {
    use super::relative_address;
    use crate::validate::tests::findings_of;

    fn told(inside: &str) -> Vec<String> {
        let found = findings_of(&format!("<rss version='2.0'><channel>{inside}</channel></rss>"));
        found.into_iter().filter(|found| found.starts_with("relies-on-xml-base")).collect()
    }

    #[test]
    fn the_first_address_that_needs_the_base_is_told() {
        let base = "xml:base='https://example.org/'";
        let html = "&lt;a href='/a'>&lt;img src='b.png'>";
        assert_eq!(
            told(&format!("<item {base}><description>{html}</description></item>")),
            ["relies-on-xml-base rss/channel/item/description"]
        );
        assert_eq!(told(&format!("<description {base}>x</description><item><description>{html}</description></item>")), [""; 0]);
        assert_eq!(told(&format!("<item {base}><description>&lt;a href='https://example.org/a' id=x></description></item>")), [""; 0]);
        assert_eq!(told(&format!("<description>{html}</description>")), [""; 0]);
    }

    #[test]
    fn addresses_in_html_are_found_in_order() {
        let address = |html: &str| relative_address(html).map(|range| html[range].to_owned());
        assert_eq!(address("<img src=\"b.png\"><a href='c'>").as_deref(), Some("b.png"));
        assert_eq!(address("<a href='#x'><a href='mailto:x'><a href=y><a href='"), None);
        assert_eq!(address("<img src='//host/x'>").as_deref(), Some("//host/x"));
    }
}
