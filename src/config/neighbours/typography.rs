//! How generators set quotes, dashes and signs by their names, and where they are told.

use super::layer::{Layer, Said, Site, text};
use crate::diagnostic::Place;
use crate::model::{QuoteRules, Typography};
use crate::tree::Node;

/// The signs that quotes may become, by the names that HTML has for them.
const SIGNS: [(&str, char); 12] = [
    ("apos", '\''),
    ("quot", '"'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("sbquo", '‚'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
];

fn sign(name: &str) -> Option<char> {
    let name = name.trim().trim_start_matches('&').trim_end_matches(';');
    let mut signs = name.chars();
    let single = signs.next().filter(|_| signs.next().is_none());
    single.or_else(|| SIGNS.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign))
}

/// Notes whose rules hold, and which of the keys says so; the first of them that is there.
fn put(rules: QuoteRules, quotes: Option<[char; 4]>, keys: &[&str], site: &Site<'_>, layer: &mut Layer) {
    let said = keys.iter().find_map(|key| Some(((*key).to_owned(), site.find(key)?.1)));
    let (theirs, place) = said.unwrap_or_else(|| (String::new(), Place::file("")));
    let words = match rules {
        QuoteRules::None => "quotes and dashes as written",
        QuoteRules::Kramdown => "quotes and dashes as kramdown sets them",
        QuoteRules::Goldmark => "quotes and dashes as goldmark sets them",
        QuoteRules::CommonMark => "quotes and dashes as CommonMark's parsers set them",
    };
    let usual = Typography::default();
    let typography = Typography { rules, quotes: quotes.unwrap_or(usual.quotes), ..usual };
    layer.typography = Some((typography, Said { ours: Vec::new(), theirs, node: text(words), place }));
}

/// Notes the key that has names such as `:tada:` shown as signs.
fn put_emoji(key: &str, layer: &mut Layer, place: Place) {
    let node = text("names such as `:tada:` as signs");
    layer.emoji = Some(Said { ours: Vec::new(), theirs: key.to_owned(), node, place });
}

/// Notes a flag that has names such as `:tada:` shown as signs.
fn emoji_flag(key: &str, site: &Site<'_>, layer: &mut Layer) {
    if let Some((Node::Bool(true), place)) = site.find(key) {
        put_emoji(key, layer, place);
    }
}

/// Jekyll asks kramdown, unless it is told to ask another.
pub(super) fn jekyll(site: &Site<'_>, layer: &mut Layer) {
    for key in ["plugins", "gems"] {
        if let Some((Node::List(items), place)) = site.find(key)
            && items.iter().filter_map(Node::text).any(|plugin| plugin == "jemoji")
        {
            put_emoji(key, layer, place);
        }
    }
    let processor = site.text("markdown").unwrap_or_default().to_lowercase();
    if !matches!(processor.as_str(), "" | "kramdown" | "gfm") {
        let options = match site.find("commonmark.options") {
            Some((Node::List(items), _)) => items.iter().filter_map(Node::text).collect(),
            _ => Vec::new(),
        };
        let is_smart = processor.starts_with("commonmark") && options.iter().any(|option| option.eq_ignore_ascii_case("smart"));
        let rules = if is_smart { QuoteRules::CommonMark } else { QuoteRules::None };
        return put(rules, None, if is_smart { &["commonmark.options"] } else { &["markdown"] }, site, layer);
    }
    let names: Vec<String> = match site.find("kramdown.smart_quotes") {
        Some((Node::List(items), _)) => items.iter().filter_map(Node::text).collect(),
        Some((node, _)) => node.text().unwrap_or_default().split(',').map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let signs: Vec<char> = names.iter().filter_map(|name| sign(name)).collect();
    put(QuoteRules::Kramdown, signs.try_into().ok(), &["kramdown.smart_quotes", "markdown"], site, layer);
}

/// Hugo asks goldmark, whose typographer may be off, or has signs of its own.
pub(super) fn hugo(site: &Site<'_>, layer: &mut Layer) {
    const KEY: &str = "markup.goldmark.extensions.typographer";
    const HANDLER: &str = "markup.defaultMarkdownHandler";
    emoji_flag("enableEmoji", site, layer);
    if site.text(HANDLER).is_some_and(|handler| !handler.eq_ignore_ascii_case("goldmark")) {
        return put(QuoteRules::None, None, &[HANDLER], site, layer);
    }
    let is = |key: &str, flag: bool| matches!(site.find(key), Some((Node::Bool(value), _)) if *value == flag);
    let is_off = is(KEY, false) || is(&format!("{KEY}.disable"), true);
    let rules = if is_off { QuoteRules::None } else { QuoteRules::Goldmark };
    let mut quotes = Typography::default().quotes;
    for (name, quote) in ["leftSingleQuote", "rightSingleQuote", "leftDoubleQuote", "rightDoubleQuote"].iter().zip(&mut quotes) {
        *quote = site.text(&format!("{KEY}.{name}")).and_then(|name| sign(&name)).unwrap_or(*quote);
    }
    put(rules, Some(quotes), &[KEY], site, layer);
}

/// Zola sets them only where it is told to.
pub(super) fn zola(site: &Site<'_>, layer: &mut Layer) {
    const KEY: &str = "markdown.smart_punctuation";
    emoji_flag("markdown.render_emoji", site, layer);
    if matches!(site.find(KEY), Some((Node::Bool(true), _))) {
        put(QuoteRules::CommonMark, None, &[KEY], site, layer);
    }
}
