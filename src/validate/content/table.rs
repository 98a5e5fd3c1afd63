//! What readers do with the elements and attributes of HTML, SVG and MathML.
//!
//! W3C's feed validator documents the tags that it flags (`SecurityRisk`) and the attributes that it accepts
//! (`SecurityRiskAttr`); those lists are of 2007. What the HTML Standard has added since is as harmless, and is accepted
//! too. What feedparser's documentation keeps of SVG and MathML is accepted there, with what the standards added.

use crate::html::{Id, id, lookup};

/// What becomes of an element in readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Readers show it.
    Shown,
    /// Readers remove it because it may be dangerous: why.
    Risk(&'static str),
    /// It is harmless, but some readers take it out, or nothing is left of what it does: what happens.
    Stripped(&'static str),
}

/// Elements that readers do not show.
const FATES: &[(&str, Fate)] = &[
    ("applet", Fate::Risk(ACTIVE)),
    ("base", Fate::Risk(PAGE)),
    ("button", Fate::Stripped(FORM)),
    ("canvas", Fate::Stripped("only a script draws in it, and readers run none")),
    ("datalist", Fate::Stripped(FORM)),
    ("dialog", Fate::Stripped("only a script opens it, and readers run none")),
    ("embed", Fate::Risk(ACTIVE)),
    ("form", Fate::Stripped(FORM)),
    ("frame", Fate::Risk(FRAME)),
    ("frameset", Fate::Risk(FRAME)),
    ("iframe", Fate::Risk(FRAME)),
    ("input", Fate::Stripped("Miniflux and most readers remove it")),
    ("link", Fate::Risk(PAGE)),
    ("meta", Fate::Risk(PAGE)),
    ("noembed", Fate::Risk(RAW)),
    ("noframes", Fate::Risk(RAW)),
    ("noscript", Fate::Risk(RAW)),
    ("object", Fate::Risk(ACTIVE)),
    ("option", Fate::Stripped(FORM)),
    ("param", Fate::Risk(ACTIVE)),
    ("plaintext", Fate::Risk(RAW)),
    ("script", Fate::Risk(SCRIPT)),
    ("select", Fate::Stripped(FORM)),
    ("style", Fate::Risk(PAGE)),
    ("svg", Fate::Stripped("Miniflux removes the drawing")),
    ("template", Fate::Stripped("only a script shows what is in it, and readers run none")),
    ("textarea", Fate::Stripped(FORM)),
    ("xmp", Fate::Risk(RAW)),
];

const ACTIVE: &str = "it embeds something that may run by itself";
const FRAME: &str = "it shows another page; Miniflux keeps only those of some video sites";
const PAGE: &str = "it is for a whole page, and may change the reader's own";
const RAW: &str = "what is in it is read differently by each program";
const SCRIPT: &str = "they run no scripts";
const FORM: &str = "readers take forms out or do not send them";

/// Fates by the element's place in the table of HTML.
static BY_ID: [Fate; 256] = by_id();

const fn by_id() -> [Fate; 256] {
    let mut fates = [Fate::Shown; 256];
    let mut at = 0;
    while at < FATES.len() {
        fates[id(FATES[at].0) as usize] = FATES[at].1;
        at += 1;
    }
    fates
}

/// Elements that the table of HTML does not have: old ones, and those of the Standard that no entry needs. Sorted.
const OTHERS: &[(&str, Fate)] = &[
    ("basefont", Fate::Shown),
    ("bgsound", Fate::Risk(ACTIVE)),
    ("blink", Fate::Shown),
    ("comment", Fate::Risk(RAW)),
    ("dir", Fate::Shown),
    ("fencedframe", Fate::Risk(FRAME)),
    ("ilayer", Fate::Risk(FRAME)),
    ("image", Fate::Shown),
    ("isindex", Fate::Risk(RAW)),
    ("keygen", Fate::Stripped(FORM)),
    ("layer", Fate::Risk(FRAME)),
    ("listing", Fate::Risk(RAW)),
    ("multicol", Fate::Shown),
    ("nextid", Fate::Shown),
    ("rb", Fate::Shown),
    ("rtc", Fate::Shown),
    ("selectedcontent", Fate::Stripped(FORM)),
    ("slot", Fate::Shown),
    ("spacer", Fate::Shown),
    ("xml", Fate::Risk(RAW)),
];

/// Returns what becomes of an element of HTML.
pub(super) fn fate(id: Id) -> Fate {
    BY_ID.get(usize::from(id)).copied().unwrap_or(Fate::Shown)
}

/// Returns what becomes of an element that the table of HTML does not have; `None` for one that HTML never had.
pub(super) fn fate_of_other(name: &str) -> Option<Fate> {
    position(OTHERS, |other| other.0, name).map(|at| OTHERS[at].1)
}

/// Returns what becomes of an element of HTML by its name; `None` for one that HTML never had.
pub(super) fn fate_of(name: &str) -> Option<Fate> {
    lookup(name).map(fate).or_else(|| fate_of_other(name))
}

/// What an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    /// Readers keep it or drop it without harm.
    Harmless,
    /// It holds an address.
    Url,
    /// It holds addresses of pictures for several sizes.
    UrlSet,
    /// It holds a style.
    Style,
    /// It holds a script.
    Handler,
    /// Readers remove it because they do not know it.
    Unknown,
}

use Attribute::{Harmless, Style, Url, UrlSet};

/// The attributes of HTML that readers may keep; sorted.
const ATTRIBUTES: &[(&str, Attribute)] = &[
    ("abbr", Harmless),
    ("accept", Harmless),
    ("accept-charset", Harmless),
    ("accesskey", Harmless),
    ("action", Url),
    ("align", Harmless),
    ("allow", Harmless),
    ("allowfullscreen", Harmless),
    ("alpha", Harmless),
    ("alt", Harmless),
    ("as", Harmless),
    ("async", Harmless),
    ("autocapitalize", Harmless),
    ("autocomplete", Harmless),
    ("autocorrect", Harmless),
    ("autofocus", Harmless),
    ("autoplay", Harmless),
    ("axis", Harmless),
    ("blocking", Harmless),
    ("border", Harmless),
    ("cellpadding", Harmless),
    ("cellspacing", Harmless),
    ("char", Harmless),
    ("charoff", Harmless),
    ("charset", Harmless),
    ("checked", Harmless),
    ("cite", Url),
    ("class", Harmless),
    ("clear", Harmless),
    ("color", Harmless),
    ("cols", Harmless),
    ("colspan", Harmless),
    ("command", Harmless),
    ("commandfor", Harmless),
    ("compact", Harmless),
    ("content", Harmless),
    ("contenteditable", Harmless),
    ("controls", Harmless),
    ("coords", Harmless),
    ("crossorigin", Harmless),
    ("data", Url),
    ("datetime", Harmless),
    ("decoding", Harmless),
    ("default", Harmless),
    ("defer", Harmless),
    ("dir", Harmless),
    ("dirname", Harmless),
    ("disabled", Harmless),
    ("download", Harmless),
    ("draggable", Harmless),
    ("enctype", Harmless),
    ("enterkeyhint", Harmless),
    ("fetchpriority", Harmless),
    ("for", Harmless),
    ("form", Harmless),
    ("formaction", Url),
    ("formenctype", Harmless),
    ("formmethod", Harmless),
    ("formnovalidate", Harmless),
    ("formtarget", Harmless),
    ("frame", Harmless),
    ("headers", Harmless),
    ("height", Harmless),
    ("hidden", Harmless),
    ("high", Harmless),
    ("href", Url),
    ("hreflang", Harmless),
    ("hspace", Harmless),
    ("http-equiv", Harmless),
    ("id", Harmless),
    ("imagesizes", Harmless),
    ("imagesrcset", UrlSet),
    ("inert", Harmless),
    ("inputmode", Harmless),
    ("integrity", Harmless),
    ("is", Harmless),
    ("ismap", Harmless),
    ("itemid", Harmless),
    ("itemprop", Harmless),
    ("itemref", Harmless),
    ("itemscope", Harmless),
    ("itemtype", Harmless),
    ("kind", Harmless),
    ("label", Harmless),
    ("lang", Harmless),
    ("list", Harmless),
    ("loading", Harmless),
    ("longdesc", Url),
    ("loop", Harmless),
    ("low", Harmless),
    ("max", Harmless),
    ("maxlength", Harmless),
    ("media", Harmless),
    ("method", Harmless),
    ("min", Harmless),
    ("minlength", Harmless),
    ("multiple", Harmless),
    ("muted", Harmless),
    ("name", Harmless),
    ("nohref", Harmless),
    ("nomodule", Harmless),
    ("nonce", Harmless),
    ("noshade", Harmless),
    ("novalidate", Harmless),
    ("nowrap", Harmless),
    ("open", Harmless),
    ("optimum", Harmless),
    ("part", Harmless),
    ("pattern", Harmless),
    ("ping", Harmless),
    ("placeholder", Harmless),
    ("playsinline", Harmless),
    ("popover", Harmless),
    ("popovertarget", Harmless),
    ("popovertargetaction", Harmless),
    ("poster", Url),
    ("preload", Harmless),
    ("prompt", Harmless),
    ("property", Harmless),
    ("readonly", Harmless),
    ("referrerpolicy", Harmless),
    ("rel", Harmless),
    ("required", Harmless),
    ("rev", Harmless),
    ("reversed", Harmless),
    ("role", Harmless),
    ("rows", Harmless),
    ("rowspan", Harmless),
    ("rules", Harmless),
    ("sandbox", Harmless),
    ("scope", Harmless),
    ("selected", Harmless),
    ("shape", Harmless),
    ("size", Harmless),
    ("sizes", Harmless),
    ("slot", Harmless),
    ("span", Harmless),
    ("spellcheck", Harmless),
    ("src", Url),
    ("srcdoc", Harmless),
    ("srclang", Harmless),
    ("srcset", UrlSet),
    ("start", Harmless),
    ("step", Harmless),
    ("style", Style),
    ("summary", Harmless),
    ("tabindex", Harmless),
    ("target", Harmless),
    ("title", Harmless),
    ("translate", Harmless),
    ("type", Harmless),
    ("typeof", Harmless),
    ("usemap", Harmless),
    ("valign", Harmless),
    ("value", Harmless),
    ("vspace", Harmless),
    ("width", Harmless),
    ("wrap", Harmless),
    ("writingsuggestions", Harmless),
    ("xmlns", Harmless),
];

/// Returns what an attribute of HTML is.
pub(super) fn attribute(name: &str) -> Attribute {
    // Nearly all attributes of nearly all entries.
    match name {
        "href" | "src" => return Url,
        "alt" | "class" | "height" | "id" | "rel" | "target" | "title" | "width" => return Harmless,
        "style" => return Style,
        _ => {}
    }
    if let Some(at) = position(ATTRIBUTES, |known| known.0, name) {
        return ATTRIBUTES[at].1;
    }
    any_attribute(name)
}

/// Returns what an attribute is that may stand on any element.
fn any_attribute(name: &str) -> Attribute {
    let starts = |start: &str| name.len() > start.len() && name.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start));
    if starts("on") && name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Attribute::Handler;
    }
    if starts("data-") || starts("aria-") || starts("xml:") || starts("xmlns:") { Harmless } else { Attribute::Unknown }
}

/// The elements of SVG that readers may keep; sorted without regard to case.
const SVG: &[&str] = &[
    "a",
    "animate",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "filter",
    "font-face",
    "font-face-name",
    "font-face-src",
    "foreignObject",
    "g",
    "glyph",
    "hkern",
    "image",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "metadata",
    "missing-glyph",
    "mpath",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "set",
    "stop",
    "svg",
    "switch",
    "symbol",
    "text",
    "textPath",
    "title",
    "tspan",
    "use",
    "view",
];

/// The attributes of SVG that readers may keep, besides those of HTML; sorted without regard to case.
const SVG_ATTRIBUTES: &[&str] = &[
    "accent-height",
    "accumulate",
    "additive",
    "alignment-baseline",
    "alphabetic",
    "amplitude",
    "arabic-form",
    "ascent",
    "attributeName",
    "attributeType",
    "azimuth",
    "baseFrequency",
    "baseline-shift",
    "baseProfile",
    "bbox",
    "begin",
    "bias",
    "by",
    "calcMode",
    "cap-height",
    "clip",
    "clip-path",
    "clip-rule",
    "clipPathUnits",
    "color-interpolation",
    "color-interpolation-filters",
    "color-rendering",
    "cursor",
    "cx",
    "cy",
    "d",
    "descent",
    "diffuseConstant",
    "direction",
    "display",
    "divisor",
    "dominant-baseline",
    "dur",
    "dx",
    "dy",
    "edgeMode",
    "elevation",
    "enable-background",
    "end",
    "exponent",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "filterUnits",
    "flood-color",
    "flood-opacity",
    "focusable",
    "font-family",
    "font-size",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-weight",
    "fr",
    "from",
    "fx",
    "fy",
    "g1",
    "g2",
    "glyph-name",
    "gradientTransform",
    "gradientUnits",
    "hanging",
    "horiz-adv-x",
    "horiz-origin-x",
    "ideographic",
    "image-rendering",
    "in",
    "in2",
    "intercept",
    "k",
    "k1",
    "k2",
    "k3",
    "k4",
    "kernelMatrix",
    "keyPoints",
    "keySplines",
    "keyTimes",
    "lengthAdjust",
    "letter-spacing",
    "lighting-color",
    "limitingConeAngle",
    "marker-end",
    "marker-mid",
    "marker-start",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "mask",
    "maskContentUnits",
    "maskUnits",
    "mathematical",
    "mode",
    "numOctaves",
    "offset",
    "opacity",
    "operator",
    "order",
    "orient",
    "origin",
    "overflow",
    "overline-position",
    "overline-thickness",
    "paint-order",
    "panose-1",
    "path",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "pointer-events",
    "points",
    "preserveAlpha",
    "preserveAspectRatio",
    "primitiveUnits",
    "r",
    "radius",
    "refX",
    "refY",
    "repeatCount",
    "repeatDur",
    "requiredExtensions",
    "requiredFeatures",
    "restart",
    "result",
    "rotate",
    "rx",
    "ry",
    "scale",
    "seed",
    "shape-rendering",
    "slope",
    "spacing",
    "specularConstant",
    "specularExponent",
    "spreadMethod",
    "startOffset",
    "stdDeviation",
    "stemh",
    "stemv",
    "stitchTiles",
    "stop-color",
    "stop-opacity",
    "strikethrough-position",
    "strikethrough-thickness",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "surfaceScale",
    "systemLanguage",
    "tableValues",
    "targetX",
    "targetY",
    "text-anchor",
    "text-decoration",
    "text-rendering",
    "textLength",
    "to",
    "transform",
    "transform-origin",
    "u1",
    "u2",
    "underline-position",
    "underline-thickness",
    "unicode",
    "unicode-range",
    "units-per-em",
    "values",
    "vector-effect",
    "version",
    "viewBox",
    "visibility",
    "widths",
    "word-spacing",
    "writing-mode",
    "x",
    "x-height",
    "x1",
    "x2",
    "xChannelSelector",
    "xlink:actuate",
    "xlink:arcrole",
    "xlink:href",
    "xlink:role",
    "xlink:show",
    "xlink:title",
    "xlink:type",
    "y",
    "y1",
    "y2",
    "yChannelSelector",
    "z",
    "zoomAndPan",
];

/// The elements of MathML that readers may keep; sorted.
const MATHML: &[&str] = &[
    "annotation",
    "annotation-xml",
    "maction",
    "maligngroup",
    "malignmark",
    "math",
    "menclose",
    "merror",
    "mfenced",
    "mfrac",
    "mglyph",
    "mi",
    "mlabeledtr",
    "mlongdiv",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mscarries",
    "mscarry",
    "msgroup",
    "msline",
    "mspace",
    "msqrt",
    "msrow",
    "mstack",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "none",
    "semantics",
];

/// The attributes of MathML that readers may keep; sorted.
const MATHML_ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "actiontype",
    "align",
    "alignmentscope",
    "altimg",
    "altimg-height",
    "altimg-valign",
    "altimg-width",
    "alttext",
    "arg",
    "background",
    "bevelled",
    "charalign",
    "class",
    "close",
    "color",
    "columnalign",
    "columnlines",
    "columnspacing",
    "columnspan",
    "columnwidth",
    "crossout",
    "decimalpoint",
    "denomalign",
    "depth",
    "dir",
    "display",
    "displaystyle",
    "edge",
    "encoding",
    "equalcolumns",
    "equalrows",
    "fence",
    "fontfamily",
    "fontsize",
    "fontstyle",
    "fontweight",
    "form",
    "frame",
    "framespacing",
    "groupalign",
    "height",
    "href",
    "id",
    "indentalign",
    "indentalignfirst",
    "indentalignlast",
    "indentshift",
    "indentshiftfirst",
    "indentshiftlast",
    "indenttarget",
    "infixlinebreakstyle",
    "intent",
    "largeop",
    "length",
    "linebreak",
    "linebreakmultchar",
    "linebreakstyle",
    "lineleading",
    "linethickness",
    "location",
    "longdivstyle",
    "lquote",
    "lspace",
    "mathbackground",
    "mathcolor",
    "mathsize",
    "mathvariant",
    "maxsize",
    "mediummathspace",
    "minlabelspacing",
    "minsize",
    "movablelimits",
    "notation",
    "numalign",
    "open",
    "other",
    "overflow",
    "position",
    "rowalign",
    "rowlines",
    "rowspacing",
    "rowspan",
    "rquote",
    "rspace",
    "scriptlevel",
    "scriptminsize",
    "scriptsizemultiplier",
    "selection",
    "separator",
    "separators",
    "shift",
    "side",
    "src",
    "stackalign",
    "stretchy",
    "style",
    "subscriptshift",
    "superscriptshift",
    "symmetric",
    "tabindex",
    "thickmathspace",
    "thinmathspace",
    "veryverythickmathspace",
    "voffset",
    "width",
    "xlink:href",
    "xlink:show",
    "xlink:type",
    "xmlns",
];

/// A language of mark-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Html,
    Svg,
    MathMl,
}

impl Language {
    /// Returns the language of a namespace.
    pub(super) fn of(uri: &str) -> Option<Language> {
        match uri {
            "http://www.w3.org/1999/xhtml" => Some(Language::Html),
            "http://www.w3.org/2000/svg" => Some(Language::Svg),
            "http://www.w3.org/1998/Math/MathML" => Some(Language::MathMl),
            _ => None,
        }
    }

    /// Returns its name for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Language::Html => "HTML",
            Language::Svg => "SVG",
            Language::MathMl => "MathML",
        }
    }

    /// Returns whether readers may keep an element of SVG or MathML.
    pub(super) fn keeps(self, element: &str) -> bool {
        match self {
            Language::Html => fate_of(element).is_some_and(|fate| !matches!(fate, Fate::Risk(_))),
            Language::Svg => position(SVG, |known| known, element).is_some(),
            Language::MathMl => position(MATHML, |known| known, element).is_some(),
        }
    }

    /// Returns what an attribute is in it.
    pub(super) fn attribute(self, name: &str) -> Attribute {
        match self {
            Language::Svg if position(SVG_ATTRIBUTES, |known| known, name).is_some() => url_or_harmless(name),
            // An element of SVG may have what every element of HTML may have, and `href`, `width` and such.
            Language::Html | Language::Svg => attribute(name),
            Language::MathMl if position(MATHML_ATTRIBUTES, |known| known, name).is_some() => url_or_harmless(name),
            Language::MathMl => any_attribute(name),
        }
    }
}

fn url_or_harmless(name: &str) -> Attribute {
    match () {
        () if name.eq_ignore_ascii_case("style") => Style,
        () if ["xlink:href", "href", "src", "altimg"].iter().any(|url| name.eq_ignore_ascii_case(url)) => Url,
        () => Harmless,
    }
}

/// Returns where a name stands in a table that is sorted without regard to case.
fn position<T>(table: &[T], key: impl Fn(&T) -> &str, name: &str) -> Option<usize> {
    let lower = |b: u8| b.to_ascii_lowercase();
    table.binary_search_by(|known| key(known).bytes().map(lower).cmp(name.bytes().map(lower))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        let sorted = |names: Vec<&str>| names.is_sorted_by(|a, b| a.to_ascii_lowercase() < b.to_ascii_lowercase());
        assert!(sorted(OTHERS.iter().map(|other| other.0).collect()));
        assert!(sorted(ATTRIBUTES.iter().map(|known| known.0).collect()));
        for table in [SVG, SVG_ATTRIBUTES, MATHML, MATHML_ATTRIBUTES] {
            assert!(sorted(table.to_vec()));
        }
        assert!(OTHERS.iter().all(|other| lookup(other.0).is_none()), "an element is in both tables");
    }

    #[test]
    fn attributes_are_told_apart_in_any_case() {
        assert_eq!((attribute("HREF"), attribute("srcSet"), attribute("Style")), (Url, UrlSet, Style));
        assert_eq!((attribute("onClick"), attribute("data-x"), attribute("aria-label")), (Attribute::Handler, Harmless, Harmless));
        assert_eq!(
            (attribute("bgcolor"), attribute("v-on:click"), attribute("once1")),
            (Attribute::Unknown, Attribute::Unknown, Attribute::Unknown)
        );
        assert_eq!(Language::Svg.attribute("viewBox"), Harmless);
        assert_eq!(Language::MathMl.attribute("bogus"), Attribute::Unknown);
        assert_eq!(Language::Svg.attribute("onload"), Attribute::Handler);
    }

    #[test]
    fn every_reader_shows_what_is_harmless() {
        assert_eq!(
            (fate_of("DIV"), fate_of("script"), fate_of("Listing")),
            (Some(Fate::Shown), Some(Fate::Risk(SCRIPT)), Some(Fate::Risk(RAW)))
        );
        assert_eq!(fate_of("o:p"), None);
        assert!(Language::Svg.keeps("lineargradient") && Language::MathMl.keeps("none") && !Language::Svg.keeps("script"));
    }
}
