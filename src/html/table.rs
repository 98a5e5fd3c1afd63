//! The elements and attributes that an entry may carry: what readers keep (Miniflux, feedparser, `NetNewsWire`) and what
//! is harmless where they do not. Everything else is unwrapped or removed by this table, not by code.

/// What becomes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays.
    Keep,
    /// It stays and has no end tag.
    Void,
    /// The tags go, the content stays.
    Unwrap,
    /// The tag goes; it has no content.
    Drop,
    /// It goes with its content.
    Cut,
    /// A form: unwrapped and named.
    Form,
    /// Becomes a link to what it embeds.
    Embed,
    /// Becomes `<pre>`.
    Pre,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Element {
    pub name: &'static str,
    pub fate: Fate,
    pub flags: u16,
    pub attributes: &'static [&'static str],
}

/// Ends an open `<p>` (HTML Standard §13.1.2.4).
pub(crate) const BLOCK: u16 = 1;
/// Its end tag may be left out.
pub(crate) const IMPLIED: u16 = 2;
/// Formatting, opened again after a mis-nested end tag.
pub(super) const FORMAT: u16 = 4;
/// End tags do not reach beyond it.
pub(super) const SCOPE: u16 = 8;
/// Its `id` may be the target of a link.
pub(super) const ID: u16 = 16;
/// A heading.
pub(super) const HEADING: u16 = 32;
/// Means something only in a table.
pub(super) const TABLE: u16 = 64;
/// Without an end tag, though it is not kept.
pub(crate) const EMPTY: u16 = 128;
/// The tags are of no use without attributes.
pub(super) const BARE: u16 = 256;
/// In Markdown, its tag begins HTML that goes on to the next blank line (`CommonMark` 0.31 §4.6, condition 6).
pub(crate) const HTML_BLOCK: u16 = 512;
/// Part of a formula.
pub(super) const MATHML: u16 = 1024;

/// An element by its place in the table.
pub(crate) type Id = u8;

const fn row(name: &'static str, fate: Fate, flags: u16, attributes: &'static [&'static str]) -> Element {
    Element { name, fate, flags, attributes }
}

const MATH: &[&str] = &[
    "accent",
    "accentunder",
    "columnspan",
    "display",
    "displaystyle",
    "encoding",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "rowspan",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
    "columnalign",
    "columnspacing",
    "rowspacing",
    "depth",
];
const NONE: &[&str] = &[];
const CELL: &[&str] = &["align", "valign", "colspan", "rowspan", "headers", "scope", "abbr"];

use Fate::{Cut, Drop, Embed, Form, Keep, Pre, Unwrap, Void};

/// Every element, sorted by name; what is not here is unknown and unwrapped.
pub(super) static ELEMENTS: &[Element] = TABLE_OF_ELEMENTS;
const TABLE_OF_ELEMENTS: &[Element] = &[
    row("#region", Cut, SCOPE, NONE),
    row("a", Keep, ID, &["href", "hreflang", "rel", "type"]),
    row("abbr", Keep, 0, &["title"]),
    row("acronym", Keep, 0, NONE),
    row("address", Keep, BLOCK | HTML_BLOCK, NONE),
    row("annotation", Cut, 0, NONE),
    row("annotation-xml", Cut, SCOPE, NONE),
    row("applet", Unwrap, SCOPE, NONE),
    row("area", Void, 0, &["href", "alt", "coords", "shape"]),
    row("article", Keep, BLOCK | ID | HTML_BLOCK, NONE),
    row("aside", Keep, BLOCK | ID | HTML_BLOCK, NONE),
    row("audio", Keep, ID, &["src", "controls", "loop", "muted", "preload"]),
    row("b", Keep, FORMAT, NONE),
    row("base", Drop, EMPTY | HTML_BLOCK, NONE),
    row("bdi", Keep, 0, NONE),
    row("bdo", Keep, 0, NONE),
    row("big", Keep, FORMAT, NONE),
    row("blockquote", Keep, BLOCK | ID | HTML_BLOCK, &["cite"]),
    row("body", Unwrap, IMPLIED | HTML_BLOCK, NONE),
    row("br", Void, 0, NONE),
    row("button", Form, 0, NONE),
    row("canvas", Unwrap, 0, NONE),
    row("caption", Keep, TABLE | SCOPE | IMPLIED | HTML_BLOCK, NONE),
    row("center", Unwrap, BLOCK | HTML_BLOCK, NONE),
    row("cite", Keep, 0, NONE),
    row("code", Keep, FORMAT, NONE),
    row("col", Void, TABLE | HTML_BLOCK, &["span", "align", "width"]),
    row("colgroup", Keep, TABLE | IMPLIED | HTML_BLOCK, &["span"]),
    row("data", Unwrap, 0, NONE),
    row("datalist", Cut, 0, NONE),
    row("dd", Keep, BLOCK | IMPLIED | ID | HTML_BLOCK, NONE),
    row("del", Keep, 0, &["cite", "datetime"]),
    row("details", Keep, BLOCK | ID | HTML_BLOCK, &["open"]),
    row("dfn", Keep, ID, NONE),
    row("dialog", Unwrap, BLOCK | HTML_BLOCK, NONE),
    row("div", Keep, BLOCK | ID | HTML_BLOCK, NONE),
    row("dl", Keep, BLOCK | ID | HTML_BLOCK, NONE),
    row("dt", Keep, BLOCK | IMPLIED | ID | HTML_BLOCK, NONE),
    row("em", Keep, FORMAT, NONE),
    row("embed", Embed, EMPTY, NONE),
    row("fieldset", Unwrap, BLOCK | HTML_BLOCK, NONE),
    row("figcaption", Keep, BLOCK | HTML_BLOCK, NONE),
    row("figure", Keep, BLOCK | ID | HTML_BLOCK, NONE),
    row("font", Unwrap, 0, NONE),
    row("footer", Keep, BLOCK | HTML_BLOCK, NONE),
    row("form", Form, BLOCK | HTML_BLOCK, NONE),
    row("frame", Drop, EMPTY | HTML_BLOCK, NONE),
    row("frameset", Unwrap, HTML_BLOCK, NONE),
    row("h1", Keep, BLOCK | ID | HEADING | HTML_BLOCK, NONE),
    row("h2", Keep, BLOCK | ID | HEADING | HTML_BLOCK, NONE),
    row("h3", Keep, BLOCK | ID | HEADING | HTML_BLOCK, NONE),
    row("h4", Keep, BLOCK | ID | HEADING | HTML_BLOCK, NONE),
    row("h5", Keep, BLOCK | ID | HEADING | HTML_BLOCK, NONE),
    row("h6", Keep, BLOCK | ID | HEADING | HTML_BLOCK, NONE),
    row("head", Unwrap, IMPLIED | HTML_BLOCK, NONE),
    row("header", Keep, BLOCK | HTML_BLOCK, NONE),
    row("hgroup", Keep, BLOCK, NONE),
    row("hr", Void, BLOCK | HTML_BLOCK, NONE),
    row("html", Unwrap, IMPLIED | HTML_BLOCK, NONE),
    row("i", Keep, FORMAT, NONE),
    row("iframe", Embed, HTML_BLOCK, NONE),
    row("img", Void, ID, &["src", "srcset", "sizes", "alt", "width", "height", "align", "border", "hspace", "vspace", "longdesc"]),
    row("input", Form, EMPTY, NONE),
    row("ins", Keep, 0, &["cite", "datetime"]),
    row("kbd", Keep, 0, NONE),
    row("label", Unwrap, 0, NONE),
    row("legend", Unwrap, HTML_BLOCK, NONE),
    row("li", Keep, BLOCK | IMPLIED | ID | HTML_BLOCK, &["value"]),
    row("link", Drop, EMPTY | HTML_BLOCK, NONE),
    row("main", Unwrap, BLOCK | HTML_BLOCK, NONE),
    row("map", Keep, 0, &["name"]),
    row("mark", Keep, 0, NONE),
    row("marquee", Unwrap, SCOPE, NONE),
    row("math", Keep, MATHML, MATH),
    row("menclose", Keep, MATHML, MATH),
    row("menu", Keep, BLOCK | HTML_BLOCK, NONE),
    row("merror", Keep, MATHML, MATH),
    row("meta", Drop, EMPTY, NONE),
    row("meter", Unwrap, 0, NONE),
    row("mfrac", Keep, MATHML, MATH),
    row("mi", Keep, SCOPE | MATHML, MATH),
    row("mmultiscripts", Keep, MATHML, MATH),
    row("mn", Keep, SCOPE | MATHML, MATH),
    row("mo", Keep, SCOPE | MATHML, MATH),
    row("mover", Keep, MATHML, MATH),
    row("mpadded", Keep, MATHML, MATH),
    row("mphantom", Keep, MATHML, MATH),
    row("mprescripts", Keep, MATHML, MATH),
    row("mroot", Keep, MATHML, MATH),
    row("mrow", Keep, MATHML, MATH),
    row("ms", Keep, SCOPE | MATHML, MATH),
    row("mspace", Keep, MATHML, MATH),
    row("msqrt", Keep, MATHML, MATH),
    row("mstyle", Keep, MATHML, MATH),
    row("msub", Keep, MATHML, MATH),
    row("msubsup", Keep, MATHML, MATH),
    row("msup", Keep, MATHML, MATH),
    row("mtable", Keep, MATHML, MATH),
    row("mtd", Keep, MATHML, MATH),
    row("mtext", Keep, SCOPE | MATHML, MATH),
    row("mtr", Keep, MATHML, MATH),
    row("munder", Keep, MATHML, MATH),
    row("munderover", Keep, MATHML, MATH),
    row("nav", Keep, BLOCK | HTML_BLOCK, NONE),
    row("nobr", Unwrap, 0, NONE),
    row("noembed", Cut, 0, NONE),
    row("noframes", Cut, HTML_BLOCK, NONE),
    row("noscript", Unwrap, 0, NONE),
    row("object", Embed, SCOPE, NONE),
    row("ol", Keep, BLOCK | ID | HTML_BLOCK, &["start", "type", "reversed"]),
    row("optgroup", Cut, HTML_BLOCK, NONE),
    row("option", Cut, IMPLIED | HTML_BLOCK, NONE),
    row("output", Unwrap, 0, NONE),
    row("p", Keep, BLOCK | IMPLIED | ID | HTML_BLOCK, &["align"]),
    row("param", Drop, EMPTY | HTML_BLOCK, NONE),
    row("picture", Keep, 0, NONE),
    row("plaintext", Pre, BLOCK, NONE),
    row("pre", Keep, BLOCK | ID, NONE),
    row("progress", Unwrap, 0, NONE),
    row("q", Keep, 0, &["cite"]),
    row("rp", Keep, IMPLIED, NONE),
    row("rt", Keep, IMPLIED, NONE),
    row("ruby", Keep, 0, NONE),
    row("s", Keep, FORMAT, NONE),
    row("samp", Keep, 0, NONE),
    row("script", Cut, 0, NONE),
    row("search", Unwrap, BLOCK | HTML_BLOCK, NONE),
    row("section", Keep, BLOCK | ID | HTML_BLOCK, NONE),
    row("select", Cut, 0, NONE),
    row("semantics", Keep, MATHML, MATH),
    row("small", Keep, FORMAT, NONE),
    row("source", Void, 0, &["src", "srcset", "sizes", "type", "media", "width", "height"]),
    row("span", Keep, BARE | ID, NONE),
    row("strike", Keep, FORMAT, NONE),
    row("strong", Keep, FORMAT, NONE),
    row("style", Cut, 0, NONE),
    row("sub", Keep, 0, NONE),
    row("summary", Keep, BLOCK | HTML_BLOCK, NONE),
    row("sup", Keep, ID, NONE),
    row("svg", Cut, SCOPE, NONE),
    row("table", Keep, BLOCK | SCOPE | ID | HTML_BLOCK, &["border", "cellpadding", "cellspacing"]),
    row("tbody", Keep, TABLE | IMPLIED | HTML_BLOCK, NONE),
    row("td", Keep, TABLE | SCOPE | IMPLIED | ID | HTML_BLOCK, CELL),
    row("template", Cut, SCOPE, NONE),
    row("textarea", Cut, 0, NONE),
    row("tfoot", Keep, TABLE | IMPLIED | HTML_BLOCK, NONE),
    row("th", Keep, TABLE | SCOPE | IMPLIED | ID | HTML_BLOCK, CELL),
    row("thead", Keep, TABLE | IMPLIED | HTML_BLOCK, NONE),
    row("time", Keep, 0, &["datetime"]),
    row("title", Cut, HTML_BLOCK, NONE),
    row("tr", Keep, TABLE | IMPLIED | HTML_BLOCK, &["align", "valign"]),
    row("track", Void, HTML_BLOCK, &["src", "kind", "srclang", "label", "default"]),
    row("tt", Keep, FORMAT, NONE),
    row("u", Keep, FORMAT, NONE),
    row("ul", Keep, BLOCK | ID | HTML_BLOCK, &["type"]),
    row("var", Keep, 0, NONE),
    row("video", Keep, ID, &["src", "poster", "controls", "loop", "muted", "preload", "width", "height"]),
    row("wbr", Void, 0, NONE),
    row("xmp", Pre, BLOCK, NONE),
];

/// Attributes that every kept element may have.
pub(super) const GLOBAL: [&str; 3] = ["title", "lang", "dir"];
/// Attributes that hold one URL.
pub(super) const URLS: [&str; 5] = ["href", "src", "poster", "cite", "longdesc"];
/// Returns whether an attribute holds an address.
pub(crate) fn is_address(name: &str) -> bool {
    URLS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Where scripts that load images late keep the real address.
pub(super) const LAZY: [&str; 4] = ["data-src", "data-lazy-src", "data-original", "data-orig-src"];
/// The same for `srcset`.
pub(super) const LAZY_SETS: [&str; 2] = ["data-srcset", "data-lazy-srcset"];
/// Classes of links that only mark a heading's place.
pub(super) const ANCHORS: [&str; 11] = [
    "anchor",
    "headerlink",
    "heading-anchor",
    "header-anchor",
    "anchorjs-link",
    "anchor-link",
    "heading-link",
    "headline-anchor",
    "direct-link",
    "header-link",
    "hash-link",
];
/// Classes of tables that are code with line numbers.
pub(super) const CODE_TABLES: [&str; 6] = ["rouge-table", "highlighttable", "lntable", "codehilitetable", "hljs-ln", "highlight-table"];
/// Classes of what numbers the lines.
pub(super) const LINE_NUMBERS: [&str; 12] = [
    "gutter",
    "linenos",
    "lineno",
    "rouge-gutter",
    "gl",
    "lnt",
    "ln",
    "linenodiv",
    "hljs-ln-numbers",
    "line-number",
    "line-numbers-rows",
    "gutter-cell",
];
/// Those that mean it outside such tables too.
pub(super) const GUTTERS: [&str; 6] = ["gutter", "rouge-gutter", "linenos", "lineno", "linenodiv", "hljs-ln-numbers"];
/// Parts of addresses of images that only count readers.
pub(super) const BEACONS: [&str; 12] = [
    "google-analytics.com/",
    "pixel.wp.com/",
    "stats.wordpress.com/b.gif",
    "feeds.feedburner.com/~r/",
    "feedads.g.doubleclick.net",
    "pixel.quantserve.com",
    "b.scorecardresearch.com",
    "doubleclick.net/",
    "facebook.com/tr?",
    "mc.yandex.ru/watch",
    "counter.theguardian",
    "list-manage.com/track",
];

/// Returns an element of a constant name; the name must be in the table.
pub(crate) const fn id(name: &str) -> Id {
    let mut at = 0;
    while at < TABLE_OF_ELEMENTS.len() {
        if same(TABLE_OF_ELEMENTS[at].name.as_bytes(), name.as_bytes()) {
            return at as Id;
        }
        at += 1;
    }
    panic!("the element is not in the table")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Returns the element of a name in any case.
pub(crate) fn lookup(name: &str) -> Option<Id> {
    let first = name.as_bytes().first()?.to_ascii_lowercase();
    let place = usize::from(first.checked_sub(b'a')?);
    let (from, to) = (*STARTS.get(place)?, *STARTS.get(place + 1)?);
    let rows = ELEMENTS.get(usize::from(from)..usize::from(to))?;
    rows.iter().position(|row| row.name.len() == name.len() && row.name.eq_ignore_ascii_case(name)).map(|at| from + at as Id)
}

/// Where the names of each letter begin in the table.
static STARTS: [Id; 27] = starts();

const fn starts() -> [Id; 27] {
    let mut starts = [0; 27];
    let mut letter = 0;
    while letter < 27 {
        let mut at = 0;
        while at < TABLE_OF_ELEMENTS.len() && TABLE_OF_ELEMENTS[at].name.as_bytes()[0] < b'a' + letter as u8 {
            at += 1;
        }
        starts[letter] = at as Id;
        letter += 1;
    }
    starts
}

/// Returns an element's flags; an element that stays without an end tag has [`EMPTY`] too.
pub(crate) fn flags(id: Id) -> u16 {
    let row = row_of(id);
    if row.fate == Fate::Void { row.flags | EMPTY } else { row.flags }
}

/// Returns an element's name.
pub(crate) fn name(id: Id) -> &'static str {
    row_of(id).name
}

/// Returns an element's row.
pub(super) fn row_of(id: Id) -> &'static Element {
    ELEMENTS.get(usize::from(id)).unwrap_or(&ELEMENTS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_fits_its_index() {
        assert!(ELEMENTS.is_sorted_by(|a, b| a.name < b.name));
        assert!(ELEMENTS.len() <= 255);
    }

    #[test]
    fn a_name_is_found_in_any_case() {
        assert_eq!(lookup("DiV"), Some(id("div")));
        assert_eq!(lookup("x-widget-with-a-long-name"), None);
    }
}
