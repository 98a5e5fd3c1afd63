//! Where a post is found: its own permalink, or the site's pattern.

use super::INVALID_PERMALINK;
use crate::config;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::{Post, Settings};
use crate::text::slug::slugify;
use chrono::{Datelike, Timelike};
use url::Url;

/// Returns the absolute permalink of a post. `prefix` is the path of its language, with `/` at both ends.
pub(super) fn of(post: &Post, settings: &Settings, prefix: &str) -> Result<Url, Diagnostic> {
    let own = post.permalink.as_deref().map(str::trim).filter(|own| !own.is_empty());
    let pattern = own.unwrap_or(&settings.permalink);
    let invalid =
        |message: String, help: &str| Err(Diagnostic::new(&INVALID_PERMALINK, message).at(Place::key(&post.path, "permalink")).help(help));
    if pattern.contains("{{") || pattern.contains("{%") {
        return invalid(
            format!("the permalink `{pattern}` is a template, which postrider does not run"),
            "write the address itself, such as `/2024/08/my-post/`",
        );
    }
    // A post may name one of Jekyll's styles, as the site may.
    let path = expand(config::style(pattern).unwrap_or(pattern), post);
    if own.is_some() && is_absolute(&path) {
        return Url::parse(&path).or_else(|reason| {
            invalid(format!("the permalink `{path}` is no address: {reason}"), "write a path such as `/2024/08/my-post/`")
        });
    }
    let language = if own.is_some() { "" } else { prefix.trim_start_matches('/') };
    let path = collapse(&format!("{language}{}", path.trim_start_matches('/')));
    // `./` keeps a colon in the first part from being read as a scheme (RFC 3986 §4.2).
    settings
        .url
        .join(&format!("./{path}"))
        .or_else(|reason| invalid(format!("the permalink `{path}` is no address: {reason}"), "write a path such as `/2024/08/my-post/`"))
}

/// Returns whether a permalink names its own host.
fn is_absolute(path: &str) -> bool {
    path.starts_with("https://") || path.starts_with("http://")
}

/// Replaces the placeholders of a pattern by what the post says.
fn expand(pattern: &str, post: &Post) -> String {
    if is_absolute(pattern) {
        let (scheme, rest) = pattern.split_at(pattern.find("//").map_or(0, |i| i + 2));
        return format!("{scheme}{}", expand(rest, post));
    }
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        let name_end = rest[at + 1..].find(|c: char| !(c.is_ascii_lowercase() || c == '_')).map_or(rest.len(), |i| at + 1 + i);
        match longest_placeholder(&rest[at + 1..name_end], post) {
            Some((length, value)) => {
                out.push_str(&value);
                rest = &rest[at + 1 + length..];
            }
            None => {
                out.push(':');
                rest = &rest[at + 1..];
            }
        }
    }
    out + rest
}

/// Returns the value of the longest placeholder that a name begins with, and the placeholder's length.
fn longest_placeholder(name: &str, post: &Post) -> Option<(usize, String)> {
    (1..=name.len()).rev().find_map(|length| Some((length, placeholder(&name[..length], post)?)))
}

/// Returns what a placeholder stands for; the names are Jekyll's and Hugo's.
fn placeholder(name: &str, post: &Post) -> Option<String> {
    let date = &post.published;
    Some(match name {
        "year" => format!("{:04}", date.year()),
        "short_year" => format!("{:02}", date.year().rem_euclid(100)),
        "month" => format!("{:02}", date.month()),
        "i_month" => date.month().to_string(),
        "day" => format!("{:02}", date.day()),
        "i_day" => date.day().to_string(),
        "y_day" => format!("{:03}", date.ordinal()),
        "week" => format!("{:02}", date.iso_week().week()),
        "short_day" => date.format("%a").to_string(),
        "hour" => format!("{:02}", date.hour()),
        "minute" => format!("{:02}", date.minute()),
        "second" => format!("{:02}", date.second()),
        "slug" => slugify(&post.slug),
        "title" | "name" | "filename" | "slugorfilename" => post.slug.clone(),
        "section" => post.section.as_deref().map(slugify).unwrap_or_default(),
        "category" => post.categories.first().map(|c| slugify(c)).unwrap_or_default(),
        "categories" => post.categories.iter().map(|c| slugify(c)).collect::<Vec<_>>().join("/"),
        _ => return None,
    })
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
