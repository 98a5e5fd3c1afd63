//! The last part of an address, and the names of feeds by tag, as the site's generator makes them of words.

use crate::model::{Post, Settings, Slugs, ZolaSlugs};
use crate::text::slug::slugify;
use crate::text::strip::strip;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Returns the slug of a post: its own, or that of its file's name or its title.
pub(super) fn of_post(post: &Post, settings: &Settings) -> String {
    match settings.habits.slugs {
        Slugs::Own | Slugs::Hugo { .. } | Slugs::Jekyll => slugify(&post.slug),
        Slugs::Zola(_) if post.slug_given => of_name(&post.slug, settings),
        Slugs::Zola(_) => of_name(super::permalink::zola_name(post), settings),
        Slugs::Pelican { .. } if post.slug_given => super::permalink::encode_marks(super::permalink::slug_as_written(post)),
        Slugs::Pelican { of_name: true, .. } => of_name(stem(&post.path), settings),
        Slugs::Pelican { .. } => {
            let written = post.title_written.as_deref();
            of_name(written.or(post.title.as_deref()).unwrap_or_else(|| stem(&post.path)), settings)
        }
    }
}

/// Returns by what two values are one: readers do not care how a tag was typed, and Hugo not for signs that no address of its has.
pub(super) fn key(value: &str, settings: &Settings) -> String {
    if matches!(settings.habits.slugs, Slugs::Hugo { .. }) { of_feed(value, settings).to_lowercase() } else { value.to_lowercase() }
}

/// Returns the name of the feed of a tag, a category, an author or a section: safe as one part of a path, or as several where Hugo makes
/// folders of it.
pub(super) fn of_feed(name: &str, settings: &Settings) -> String {
    let slug = match settings.habits.slugs {
        Slugs::Zola(_) => zola(name),
        Slugs::Jekyll if is_plain(name) => name.to_owned(),
        Slugs::Hugo { .. } => {
            let path = super::permalink::hugo_path(&name.replace('\\', ""), settings);
            let parts: Vec<&str> = path.split('/').filter(|part| !part.trim_matches('.').is_empty()).collect();
            parts.join("/")
        }
        // Rules of a site's own may let through what leads into another folder.
        _ => Some(of_name(name, settings)).filter(|slug| !slug.contains(['/', '\\'])).unwrap_or_default(),
    };
    if slug.trim_matches('.').is_empty() { slugify(name) } else { slug }
}

/// Returns the slug of a category, an author or a folder.
pub(super) fn of_name(name: &str, settings: &Settings) -> String {
    match settings.habits.slugs {
        Slugs::Own | Slugs::Hugo { .. } | Slugs::Jekyll => slugify(name),
        Slugs::Zola(ZolaSlugs::On) => zola(name),
        Slugs::Zola(ZolaSlugs::Safe) => {
            super::permalink::encode_marks(&name.trim_end_matches([' ', '.']).replace(['<', '>', ':', '"', '/', '|', '?', '*', '\\'], ""))
        }
        Slugs::Zola(ZolaSlugs::Off) => super::permalink::encode_marks(name),
        Slugs::Pelican { unicode, keeps_case, .. } => match &settings.habits.slug_rules {
            Some(rules) => super::permalink::encode_marks(in_case(rules.apply(&of_letters(name, unicode)), keeps_case).trim()),
            None => pelican(name, unicode, keeps_case),
        },
    }
}

/// Returns whether a name may stand in a path as it is.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Writes letters of other scripts with those of ASCII, in small letters, and one `-` for each run of anything else.
fn zola(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in deunicode::deunicode(text).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// Takes out what is neither letter, digit, `_`, `-` nor blank, and joins words by one `-`
/// (<https://docs.getpelican.com/en/latest/settings.html#url-settings>, `SLUG_REGEX_SUBSTITUTIONS`).
fn pelican(text: &str, unicode: bool, keeps_case: bool) -> String {
    let written = of_letters(text, unicode);
    let kept: String = written.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace()).collect();
    let mut out = String::with_capacity(kept.len());
    for c in kept.trim().chars() {
        match c {
            '-' => {}
            c if c.is_whitespace() => {}
            c => {
                out.push(c);
                continue;
            }
        }
        if !out.ends_with('-') {
            out.push('-');
        }
    }
    in_case(out, keeps_case)
}

/// Returns a text without tags, in the letters that slugs have.
fn of_letters(text: &str, unicode: bool) -> String {
    let composed: String = strip(text).nfkc().collect();
    if unicode { composed } else { in_ascii(&composed) }
}

fn in_case(slug: String, keeps_case: bool) -> String {
    if keeps_case { slug } else { slug.to_lowercase() }
}

/// Returns a name as Pelican shows it in the title of a feed.
pub(super) fn shown<'n>(name: &'n str, settings: &Settings) -> Cow<'n, str> {
    if matches!(settings.habits.slugs, Slugs::Pelican { .. }) { strip(name) } else { Cow::Borrowed(name) }
}

/// Writes what the table that Pelican uses has letters for; it knows no pictures.
fn in_ascii(text: &str) -> String {
    let is_picture = |c: &char| *c >= '\u{10000}' || ('\u{2600}'..='\u{27bf}').contains(c);
    text.chars()
        .filter(|c| !is_picture(c))
        .map(|c| if c.is_ascii() { c.to_string() } else { deunicode::deunicode_char(c).unwrap_or_default().to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_becomes_folders_as_hugo_makes_them_and_none_leads_out() {
        let (settings, _) = crate::config::defaults(&[]);
        let mut settings = settings.expect("defaults");
        for (keeps_case, without_accents, cases) in [
            (false, false, [("C#", "c#"), ("a/b", "a/b"), ("../../x", "x"), ("A&B: c", "ab-c"), ("Straße É", "straße-é"), ("!", "21")]),
            (
                true,
                true,
                [("C#", "C#"), ("/A//b/", "A/b"), ("a\\..\\b", "a..b"), ("İx ø", "Ix-ø"), ("Straße É", "Straße-E"), ("..", "2e-2e")],
            ),
        ] {
            settings.habits.slugs = Slugs::Hugo { keeps_case, without_accents };
            for (name, folder) in cases {
                assert_eq!(of_feed(name, &settings), folder, "{name}");
            }
        }
    }

    #[test]
    fn words_become_slugs_as_the_generators_write_them() {
        for (text, of_zola, of_pelican) in [
            ("Using Vec<T> in Rust", "using-vec-t-in-rust", "using-vec-in-rust"),
            ("a &lt;b&gt; &amp; c", "a-lt-b-gt-amp-c", "a-b-c"),
            ("1 < 2 &#60;T&#62;", "1-2-60-t-62", "1-2-t"),
            ("x <!-- > --> z", "x-z", "x-z"),
            ("a<b &eacute;", "a-b-eacute", "ab-e"),
            ("Hello, World!", "hello-world", "hello-world"),
            ("Ünï & co", "uni-co", "uni-co"),
            ("a_b - c", "a-b-c", "a_b-c"),
            ("C++", "c", "c"),
            ("Straße", "strasse", "strasse"),
            ("-x-", "x", "-x-"),
            ("snow ☃ 🎉", "snow-snowman-tada", "snow"),
        ] {
            assert_eq!(pelican(text, false, false), of_pelican, "{text}");
            assert_eq!(zola(text), of_zola, "{text}");
        }
        assert_eq!(pelican("Ünï Über", true, true), "Ünï-Über");
    }
}
