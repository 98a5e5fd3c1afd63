//! Where a post is found: its own permalink, or the site's pattern.

use super::slugs;
use super::{INVALID_PERMALINK, Placed};
use crate::config;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::{Date, Ids, Post, Settings, Slugs};
use crate::text::language;
use crate::text::slug::slugify;
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use regex::Regex;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use url::Url;

/// Returns the absolute permalink of a post. `prefix` is the path of its language, with `/` at both ends.
pub(super) fn of(post: &Post, settings: &Settings, prefix: &str) -> Result<Url, Diagnostic> {
    let own = post.permalink.as_deref().map(str::trim).filter(|own| !own.is_empty());
    let pattern = own.unwrap_or_else(|| pattern(post, settings));
    let invalid =
        |message: String, help: &str| Err(Diagnostic::new(&INVALID_PERMALINK, message).at(Place::key(&post.path, "permalink")).help(help));
    if pattern.contains("{{") || pattern.contains("{%") {
        return invalid(
            format!("the permalink `{pattern}` is a template, which postrider does not run"),
            "write the address itself, such as `/2024/08/my-post/`",
        );
    }
    // A post may name one of Jekyll's styles, as the site may.
    let mut path = match expand(config::style(pattern).unwrap_or(pattern), post, settings) {
        Ok(path) => path,
        Err(name) => return invalid(format!("`:{name}` in the permalink `{pattern}` is no placeholder"), &advice(name)),
    };
    let is_of_folder = match settings.habits.slugs {
        Slugs::Hugo { .. } => is_folder(&path),
        Slugs::Zola(_) => !is_absolute(&path) && !path.ends_with('/'),
        _ => false,
    };
    if own.is_some() && is_of_folder {
        path.push('/');
    }
    let example = "write a path such as `/2024/08/my-post/`";
    let parsed = if own.is_some() && is_absolute(&path) {
        Url::parse(&path)
    } else {
        let language = if own.is_some() { "" } else { prefix.trim_start_matches('/') };
        // `./` keeps a colon in the first part from being read as a scheme (RFC 3986 §4.2).
        settings.url.join(&format!("./{}", collapse(&format!("{language}{}", path.trim_start_matches('/')))))
    };
    match parsed {
        Err(reason) => invalid(format!("the permalink `{path}` is no address: {reason}"), example),
        Ok(url) if !is_absolute(&path) && !url.as_str().starts_with(settings.url.as_str()) => {
            invalid(format!("the permalink `{path}` leaves `{}`", settings.url), "take out the `..`, or write the whole address")
        }
        Ok(url) => Ok(encode_strays(url)),
    }
}

/// Returns the address of a term of Hugo's by a pattern: its title stands for a post's, its newest post gives the date.
pub(super) fn of_term(pattern: &str, title: &str, slug: Option<&str>, path: &str, newest: &Placed, settings: &Settings) -> Option<String> {
    let mut term = Post::clone(&newest.post);
    (term.path, term.translation) = (format!("{path}/_index.md"), false);
    (term.title, term.title_written) = (Some(title.to_owned()), None);
    (term.section, term.hugo) = (path.split('/').next().map(str::to_owned), None);
    (term.slug_given, term.slug_written) = (slug.is_some(), slug.map(Box::from));
    Some(expand(pattern, &term, settings).ok()?.replace("%23", "#"))
}

/// Returns whether a path without `/` at its end is that of a folder in Hugo: its last part has no ending.
fn is_folder(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !is_absolute(path) && !last.is_empty() && !last.contains('.') && !path.contains(['?', '#'])
}

/// Returns the pattern that a post's section has, or the site.
fn pattern<'s>(post: &Post, settings: &'s Settings) -> &'s str {
    let of_section = |(section, _): &&(String, String)| post.section.as_deref() == Some(section);
    let is_foreign =
        || post.language.as_deref().is_some_and(|tag| settings.language.as_deref().is_none_or(|main| !language::same(main, tag)));
    let of_language = settings.habits.other_languages.as_ref().filter(|_| is_foreign());
    let own = of_language.or_else(|| settings.habits.permalinks.iter().find(of_section).map(|(_, pattern)| pattern));
    own.unwrap_or(&settings.permalink)
}

/// Returns the id that the site's own feed gives an entry whose post names none; nothing where it is the permalink.
pub(super) fn usual_id(post: &Post, url: &Url, settings: &Settings) -> Option<Box<str>> {
    match settings.habits.ids {
        Ids::Permalink if matches!(settings.habits.slugs, Slugs::Hugo { .. }) => hugo_id(url),
        Ids::Permalink => None,
        Ids::Jekyll => jekyll_id(post, url, settings),
        Ids::Tag => Some(tag_id(post, url)),
    }
}

/// Returns the address as Hugo's feed writes it: with `#` as it is, though it ends a path.
fn hugo_id(url: &Url) -> Option<Box<str>> {
    url.path().contains("%23").then(|| url.as_str().replace("%23", "#").into_boxed_str())
}

/// Returns a tag URI as Pelican makes it; letters of other scripts and blanks stand in it as they are.
fn tag_id(post: &Post, url: &Url) -> Box<str> {
    let fragment = url.fragment().filter(|fragment| !fragment.is_empty()).map_or_else(String::new, |fragment| format!("/{fragment}"));
    let path = decode_letters(url.path()).replace("%20", " ");
    format!("tag:{},{}:{path}{fragment}", url.host_str().unwrap_or_default(), post.published.format("%Y-%m-%d")).into_boxed_str()
}

/// Undoes the percent-encoding of everything beyond ASCII, where that is text.
fn decode_letters(path: &str) -> String {
    let decoded = percent_decode(path);
    decoded.unwrap_or_else(|| path.to_owned())
}

fn percent_decode(path: &str) -> Option<String> {
    let mut out: Vec<u8> = Vec::with_capacity(path.len());
    let mut parts = path.split('%');
    out.extend(parts.next()?.bytes());
    for part in parts {
        match part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|byte| !byte.is_ascii()) {
            Some(byte) => {
                out.push(byte);
                out.extend(part[2..].bytes());
            }
            None => out.extend([b"%", part.as_bytes()].concat()),
        }
    }
    String::from_utf8(out).ok()
}

fn jekyll_id(post: &Post, url: &Url, settings: &Settings) -> Option<Box<str>> {
    let below = url.as_str().strip_prefix(settings.url.as_str())?;
    let path = below.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut id = settings.url.join(&format!("./{folder}")).ok()?;
    let slug = if post.slug_given { slug_as_written(post) } else { name_behind_date(&post.path) };
    id.path_segments_mut().ok()?.pop_if_empty().extend(slug.split('/'));
    Some(String::from(encode_strays(id)).into_boxed_str()).filter(|id| **id != *url.as_str())
}

/// Returns the name of a Jekyll post without its date and its ending.
fn name_behind_date(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut parts = stem.splitn(4, '-');
    let is_date = parts.by_ref().take(3).filter(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())).count() == 3;
    parts.next().filter(|_| is_date).unwrap_or(stem)
}

/// Returns what to do about a placeholder that there is not.
fn advice(name: &str) -> String {
    let alike = |known: &&&str| strsim::jaro_winkler(&name[..name.floor_char_boundary(40)], known);
    let nearest = config::PLACEHOLDERS.iter().max_by(|a, b| alike(a).total_cmp(&alike(b))).filter(|known| alike(known) >= 0.8);
    nearest.map_or_else(
        || "write the address itself, such as `/2024/08/my-post/`, or use placeholders such as `:year` and `:slug`".to_owned(),
        |known| format!("did you mean `:{known}`?"),
    )
}

/// Percent-encodes what no address may hold and the parser lets pass (RFC 3986 §3.3).
fn encode_strays(mut url: Url) -> Url {
    let path = encode_part(url.path());
    if path != url.path() {
        url.set_path(&path);
    }
    if let Some(query) = url.query().map(encode_part).filter(|query| Some(query.as_str()) != url.query()) {
        url.set_query(Some(&query));
    }
    url
}

fn encode_part(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '%' if !text.get(at + 1..at + 3).is_some_and(is_hex) => out.push_str("%25"),
            '[' | ']' | '|' | '^' | '`' | '{' | '}' | '\\' => push_encoded(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

/// Returns whether a permalink names its own host.
fn is_absolute(path: &str) -> bool {
    path.starts_with("https://") || path.starts_with("http://")
}

/// Replaces the placeholders of a pattern by what the post says; the name of the first that there is not is the error.
fn expand<'a>(pattern: &'a str, post: &Post, settings: &Settings) -> Result<String, &'a str> {
    let host = if is_absolute(pattern) { pattern.find("//").map_or(0, |i| i + 2) } else { 0 };
    let (scheme, mut rest) = pattern.split_at(host);
    let mut out = String::with_capacity(pattern.len() + 32);
    out.push_str(scheme);
    // A colon within a word (`/re:zero/`) or before a number (`example.org:8080`) begins no placeholder.
    let mut in_word = false;
    while let Some(at) = rest.find(':') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        in_word = before.chars().next_back().map_or(in_word, char::is_alphanumeric);
        out.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).unwrap_or(after.len());
        let name = &after[..end];
        if let Some((length, value)) = longest_placeholder(name, post, settings) {
            out.push_str(&value);
            rest = &after[length..];
            if let Some((sections, behind)) = some_sections(&name[..length], rest, post, settings) {
                out.truncate(out.len() - value.len());
                out.push_str(&sections);
                rest = behind;
            }
            in_word = false;
        } else if !in_word && name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(name);
        } else {
            out.push(':');
            rest = after;
        }
    }
    Ok(out + rest)
}

/// Returns what Hugo's `:sections[1:]` and its like stand for, which are written with `-` here, and what follows (<https://gohugo.io/configuration/permalinks/#tokens>).
fn some_sections<'r>(name: &str, rest: &'r str, post: &Post, settings: &Settings) -> Option<(String, &'r str)> {
    let (inside, behind) = rest.strip_prefix('[').filter(|_| name == "pagesections")?.split_once(']')?;
    let all: Vec<&str> = post.section_of_feed().unwrap_or_default().split('/').collect();
    let at = |text: &str, usual: usize| match text {
        "" => Some(usual),
        "last" => Some(all.len().saturating_sub(1)),
        number => number.parse::<usize>().ok(),
    };
    let chosen = match inside.split_once('-') {
        Some((from, to)) => all.get(at(from, 0)?.min(all.len())..at(to, all.len())?.min(all.len())).unwrap_or_default(),
        None => all.get(at(inside, 0)?..).map(|rest| &rest[..rest.len().min(1)]).unwrap_or_default(),
    };
    Some((hugo(&chosen.join("/"), settings), behind))
}

/// Returns the value of the longest placeholder that a name begins with, and the placeholder's length; what follows is
/// no letter and no digit.
fn longest_placeholder(name: &str, post: &Post, settings: &Settings) -> Option<(usize, String)> {
    let ends = name.match_indices('_').map(|(at, _)| at).chain([name.len()]);
    ends.collect::<Vec<_>>().into_iter().rev().find_map(|length| Some((length, placeholder(&name[..length], post, settings)?)))
}

/// Returns what a placeholder stands for; the names are Jekyll's and Hugo's.
fn placeholder(name: &str, post: &Post, settings: &Settings) -> Option<String> {
    let is_jekyll = post.path.starts_with("_posts/") || post.path.contains("/_posts/");
    // Jekyll reckons days in the site's zone, whatever offset a post was written with.
    let is_hugo = matches!(settings.habits.slugs, Slugs::Hugo { .. });
    let is_undated = post.hugo.as_ref().is_some_and(|hugo| hugo.is_undated);
    let date = &if is_hugo && is_undated {
        year_one()
    } else if is_jekyll {
        post.published.with_timezone(&settings.timezone).fixed_offset()
    } else {
        post.published
    };
    // Hugo writes no part of an address in capitals.
    let small =
        |word: String| if matches!(settings.habits.slugs, Slugs::Hugo { keeps_case: false, .. }) { word.to_lowercase() } else { word };
    // Jekyll's categories are lower-cased and stay otherwise as they are.
    let category = |name: &str| if is_jekyll { encode_marks(&name.to_lowercase()) } else { slugs::of_name(name, settings) };
    Some(match name {
        "year" if is_hugo => date.year().to_string(),
        "year" => format!("{:04}", date.year()),
        "short_year" => format!("{:02}", date.year().rem_euclid(100)),
        "month" => format!("{:02}", date.month()),
        "i_month" => date.month().to_string(),
        "day" => format!("{:02}", date.day()),
        "i_day" => date.day().to_string(),
        "y_day" => format!("{:03}", date.ordinal()),
        "week" => format!("{:02}", date.iso_week().week()),
        "short_day" => small(date.format("%a").to_string()),
        "short_month" => small(date.format("%b").to_string()),
        "long_month" => date.format("%B").to_string(),
        "long_day" => date.format("%A").to_string(),
        "w_year" => date.iso_week().year().to_string(),
        "w_day" => date.weekday().number_from_monday().to_string(),
        "monthname" => date.format("%B").to_string().to_lowercase(),
        "weekdayname" => date.format("%A").to_string().to_lowercase(),
        "weekday" => date.weekday().num_days_from_sunday().to_string(),
        "yearday" => date.ordinal().to_string(),
        "hour" => format!("{:02}", date.hour()),
        "minute" => format!("{:02}", date.minute()),
        "second" => format!("{:02}", date.second()),
        "slug" => slugs::of_post(post, settings),
        "title" | "name" | "basename" => post.slug.clone(),
        "slugorpagetitle" if post.slug_given => hugo_value(slug_as_written(post), settings),
        "slugorfilename" | "slugorcontentbasename" if post.slug_given => hugo(slug_as_written(post), settings),
        "pagetitle" | "slugorpagetitle" => {
            post.title_written.as_deref().or(post.title.as_deref()).map_or_else(|| slugify(&post.slug), |title| hugo_value(title, settings))
        }
        "filename" | "contentbasename" | "slugorfilename" | "slugorcontentbasename" => {
            hugo(path_of(post).last().copied().unwrap_or_default(), settings)
        }
        "sections" => {
            let path = path_of(post);
            let folders = path.split_last().map_or(&[][..], |(_, folders)| folders);
            match settings.habits.slugs {
                Slugs::Zola(_) => folders.iter().map(|folder| slugs::of_name(folder, settings)).collect::<Vec<_>>().join("/"),
                _ => hugo(&folders.join("/"), settings),
            }
        }
        "author" => {
            post.authors.first().or(settings.authors.first()).map(|author| slugs::of_name(&author.name, settings)).unwrap_or_default()
        }
        "lang" => post.language.as_deref().or(settings.language.as_deref()).unwrap_or_default().to_lowercase(),
        "path" => eleventy(path_of(post)),
        "filepathstem" => file_path_stem(post, &settings.habits.source),
        "entryid" if post.slug_given => encode_marks(slug_as_written(post)),
        "entryid" => path_of(post).iter().map(|part| encode_marks(&astro(part))).collect::<Vec<_>>().join("/"),
        "output_ext" => ".html".to_owned(),
        "pagesections" => hugo(post.section_of_feed().unwrap_or_default(), settings),
        "section" => {
            let section = post.section.as_deref().unwrap_or_default();
            if is_hugo { hugo(section, settings) } else { slugify(section) }
        }
        "category" => post.categories.first().map(category).unwrap_or_default(),
        "categories" => post.categories.iter().map(category).collect::<Vec<_>>().join("/"),
        _ => return None,
    })
}

/// Returns what Hugo takes for the date of a page without one.
fn year_one() -> Date {
    NaiveDate::MIN.with_year(1).map_or_else(Date::default, |day| day.and_time(NaiveTime::MIN).and_utc().fixed_offset())
}

/// Returns the path of a post below the folder of posts, part by part, without its ending: a bundle is known by its folder.
fn path_of(post: &Post) -> Vec<&str> {
    let (folder, file) = post.path.rsplit_once('/').unwrap_or(("", &post.path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem = if post.translation { stem.rsplit_once('.').map_or(stem, |(stem, _)| stem) } else { stem };
    let section = post.section.as_deref().filter(|section| !section.is_empty());
    let mut parts: Vec<&str> = section.map_or_else(Vec::new, |section| folder.split('/').skip_while(|part| *part != section).collect());
    match (stem, parts.is_empty()) {
        ("index", true) => parts.push(folder.rsplit('/').next().unwrap_or_default()),
        ("index", false) => {}
        _ => parts.push(stem),
    }
    parts
}

/// Returns what the slug of a Zola page is made of: the name of its file without a date, or that of its folder.
pub(super) fn zola_name(post: &Post) -> &str {
    let path = path_of(post);
    let name = path.last().copied().unwrap_or_default();
    // Zola takes `_` and blanks behind the date, too.
    let is_date =
        name.len() > 11 && name.bytes().take(10).enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if is_date { name[10..].trim_start_matches(['-', '_', ' ']) } else { name }
}

/// Returns a path as Eleventy makes it of a file's: as it is, but a file that is called like its folder stands for it.
fn eleventy(mut parts: Vec<&str>) -> String {
    if matches!(parts[..], [.., folder, file] if folder == file) {
        parts.pop();
    }
    encode_marks(&parts.join("/"))
}

/// Returns Eleventy's `page.filePathStem`: the path below the folder of the site.
fn file_path_stem(post: &Post, source: &str) -> String {
    let path = post.path.strip_prefix(source).unwrap_or(&post.path);
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    parts.extend(Some(file.rsplit_once('.').map_or(file, |(stem, _)| stem)).filter(|stem| *stem != "index"));
    eleventy(parts)
}

/// Returns a name as Astro makes it of a file's: in small letters, `-` for each blank, without other signs.
fn astro(name: &str) -> String {
    let stays = |c: &char| c.is_alphanumeric() || is_combining_mark(*c) || matches!(c, '-' | '_' | ' ');
    name.to_lowercase().chars().filter(stays).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Returns the slug as a post names it.
pub(super) fn slug_as_written(post: &Post) -> &str {
    post.slug_written.as_deref().unwrap_or(&post.slug)
}

/// Returns a path as Hugo makes it of a file's: lower case, `-` for blanks, only letters, digits and a few signs.
fn hugo(path: &str, settings: &Settings) -> String {
    encode_marks(&hugo_path(path, settings))
}

/// Returns what Hugo puts in the place of a placeholder: it is decoded like a form, so that `+` is a blank, and made a path once more.
fn hugo_value(text: &str, settings: &Settings) -> String {
    hugo(&hugo_path(text, settings).replace('+', " "), settings)
}

/// Returns a path as Hugo makes it, with nothing encoded (<https://gohugo.io/configuration/all/#removepathaccents>).
pub(super) fn hugo_path(path: &str, settings: &Settings) -> String {
    let (keeps_case, without_accents) = match settings.habits.slugs {
        Slugs::Hugo { keeps_case, without_accents } => (keeps_case, without_accents),
        _ => (false, false),
    };
    let mut out = String::with_capacity(path.len());
    let mut gap = false;
    for c in path.chars() {
        if c.is_whitespace() {
            gap |= !out.is_empty() && !out.ends_with('-');
        } else if is_letter_or_digit(c) || is_combining_mark(c) || "./\\_#+~-@".contains(c) {
            if gap && c != '-' {
                out.push('-');
            }
            gap = false;
            // Go's letters have one lower case each.
            out.extend(if keeps_case { Some(c) } else { c.to_lowercase().next() });
        }
    }
    if without_accents { out.nfd().filter(|c| !is_accent(*c)).nfc().collect() } else { out }
}

/// An accent: a mark that takes no room of its own.
static ACCENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Mn}$").ok());

fn is_accent(c: char) -> bool {
    !c.is_ascii() && ACCENT.as_ref().is_some_and(|accent| accent.is_match(c.encode_utf8(&mut [0; 4])))
}

/// A digit: of what is numeric, `²`, `½` and `Ⅷ` are none.
static DIGIT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\d$").ok());

/// Returns whether a character is in Unicode's categories L or Nd, which letters in circles and squares are not.
fn is_letter_or_digit(c: char) -> bool {
    let is_framed = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    let is_digit = |c: char| DIGIT.as_ref().is_some_and(|digit| digit.is_match(c.encode_utf8(&mut [0; 4])));
    c.is_ascii_alphanumeric() || if c.is_numeric() { is_digit(c) } else { c.is_alphabetic() && !is_framed }
}

/// Percent-encodes the characters of a file's name or a category that end the path of an address (RFC 3986 §3.3).
pub(super) fn encode_marks(text: &str) -> String {
    text.replace('%', "%25").replace('#', "%23").replace('?', "%3F").replace('\\', "%5C")
}

/// Makes one slash of several: an empty placeholder leaves two.
fn collapse(path: &str) -> String {
    let (path, query) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let mut out = String::with_capacity(path.len() + query.len());
    for c in path.chars() {
        if c != '/' || !out.ends_with('/') {
            out.push(c);
        }
    }
    out.trim_start_matches('/').to_owned() + query
}

/// Returns an address in the form in which two that name one page are the same text: without a fragment and
/// `index.html`, and with nothing encoded that need not be (RFC 3986 §6.2.2).
pub(super) fn page(url: &Url) -> String {
    let text = url.as_str().split('#').next().unwrap_or_default();
    let (path, query) = text.split_at(text.find('?').unwrap_or(text.len()));
    let path = path.strip_suffix("/index.html").map_or_else(|| path.to_owned(), |folder| format!("{folder}/"));
    decode_unreserved(&(path + query))
}

/// Undoes percent-encoding of letters, digits and `-._~`, and writes what stays encoded in capitals.
fn decode_unreserved(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).filter(|hex| is_hex(hex)).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.map(char::from) {
            Some(c) if is_unreserved(c) => out.push(c),
            Some(c) => push_encoded_byte(&mut out, u32::from(c)),
            None => out.push('%'),
        }
        out.push_str(if code.is_some() { &part[2..] } else { part });
    }
    out
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

/// Percent-encodes everything but letters, digits and `-._~` (RFC 3986 §2.3).
pub(super) fn encode_all(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unreserved(c) { out.push(c) } else { push_encoded(&mut out, c) }
    }
    out
}

fn push_encoded(out: &mut String, c: char) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        push_encoded_byte(out, u32::from(byte));
    }
}

fn push_encoded_byte(out: &mut String, byte: u32) {
    let digit = |value: u32| char::from_digit(value & 15, 16).unwrap_or('0').to_ascii_uppercase();
    out.extend(['%', digit(byte >> 4), digit(byte)]);
}
