//! What a file's path says: date, slug, language, section, and whether it is a post at all.

use crate::text::dates::{self, DateFault, Parsed};
use crate::text::{language, slug};
use chrono_tz::Tz;

/// What a path says.
#[derive(Debug)]
pub(super) struct Name {
    /// Whether the file lies in a `_posts` or `_drafts` folder, and so in a Jekyll site.
    pub(super) is_jekyll: bool,
    /// Whether it lies in `_drafts`.
    pub(super) is_draft: bool,
    /// Whether it can be a post: not `_index.md`, and in `_posts` with a date.
    pub(super) is_post: bool,
    /// The date the name begins with.
    pub(super) date: Option<Result<Parsed, DateFault>>,
    /// The name without date, language and extension, as written.
    pub(super) stem: String,
    /// `a.de.md` is the German translation of `a.md`.
    pub(super) language: Option<String>,
    /// The first folder below the posts folder.
    pub(super) section: Option<String>,
    /// Jekyll: the folders above `_posts`.
    pub(super) categories: Vec<String>,
}

/// Reads a path relative to the site's root; `folder` is the posts folder.
pub(super) fn read_name(path: &str, folder: &str, zone: Tz) -> Name {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let (file, folders) = parts.split_last().map_or(("", &[][..]), |(file, folders)| (*file, folders));
    let depth = folder_depth(folder, folders);
    let (stem, language) = split_language(without_extension(file));
    let is_bundle = stem == "index" && folders.len() > depth && !folders.last().is_some_and(|name| name.starts_with('_'));
    let named = if is_bundle { folders.last().copied().unwrap_or(stem) } else { stem };
    let (date, rest) = split_date(named, zone);
    let special = folders.iter().rposition(|name| matches!(*name, "_posts" | "_drafts"));
    let is_draft = special.is_some_and(|at| folders[at] == "_drafts");
    let inner = &folders[depth..folders.len() - usize::from(is_bundle)];
    Name {
        is_jekyll: special.is_some(),
        is_draft,
        is_post: stem != "_index" && (special.is_none() || is_draft || date.is_some()),
        stem: if rest.is_empty() { named } else { rest }.to_owned(),
        date,
        language,
        section: inner.iter().find(|name| !name.starts_with('_')).map(|name| (*name).to_owned()),
        categories: folders[..special.unwrap_or(0)].iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// Returns how many of a file's folders are the posts folder.
fn folder_depth(folder: &str, folders: &[&str]) -> usize {
    let wanted: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if folders.starts_with(&wanted) { wanted.len() } else { folders.len() }
}

fn without_extension(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| if stem.is_empty() { file } else { stem })
}

/// Splits `a.de` into `a` and the language.
fn split_language(stem: &str) -> (&str, Option<String>) {
    let Some((rest, suffix)) = stem.rsplit_once('.').filter(|(rest, _)| !rest.is_empty()) else { return (stem, None) };
    let primary = suffix.split(['-', '_']).next().unwrap_or_default();
    match language::normalize(suffix).filter(|_| language::is_two_letter(primary)) {
        Some(tag) => (rest, Some(tag)),
        None => (stem, None),
    }
}

/// Splits the date off a name: `2024-08-19-slug`, `2024-08-19_slug`, `2024-08-19T10:00:00Z-slug`, `2024-08-19`.
fn split_date(named: &str, zone: Tz) -> (Option<Result<Parsed, DateFault>>, &str) {
    match dates::parse_prefix(named, zone) {
        Some((date, end)) if end == named.len() => (Some(date), ""),
        Some((date, end)) if named[end..].starts_with(['-', '_', ' ']) => {
            (Some(date), named[end + 1..].trim_start_matches(['-', '_', ' ']))
        }
        _ => (None, named),
    }
}

/// Returns a slug as Jekyll makes it of a file name: a run of anything but letters, digits and what may stand in a URL
/// becomes one `-`, and upper case stays, since the site's addresses are out there.
pub(super) fn safe_slug(written: &str) -> String {
    let stays = |c: char| c.is_alphanumeric() || "._~!$&'()+,;=@".contains(c);
    let mut out = String::with_capacity(written.len());
    for c in written.chars() {
        match c {
            c if stays(c) => out.push(c),
            _ if out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    let name = out.trim_matches('-');
    if name.trim_matches('.').is_empty() { slug::slugify(written) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(path: &str) -> Name {
        read_name(path, "posts", chrono_tz::UTC)
    }

    #[test]
    fn dates_and_languages_leave_the_slug() {
        for (path, stem, date, language) in [
            ("posts/2024-08-19-first-post.md", "first-post", Some("2024-08-19"), None),
            ("posts/2024-8-9_first.markdown", "first", Some("2024-08-09"), None),
            ("posts/2024-08-19 Notes of a day.md", "Notes of a day", Some("2024-08-19"), None),
            ("posts/2024-08-19T10:20:30+02:00-zola.md", "zola", Some("2024-08-19"), None),
            ("posts/2024-08-19.md", "2024-08-19", Some("2024-08-19"), None),
            ("posts/trip/index.md", "trip", None, None),
            ("posts/2024-08-19-trip/index.de.md", "trip", Some("2024-08-19"), Some("de")),
            ("posts/index.md", "index", None, None),
            ("posts/about.pt_br.md", "about", None, Some("pt-BR")),
            ("posts/node.js.md", "node.js", None, None),
            ("posts/2024-08-191-x.md", "2024-08-191-x", None, None),
            ("a.de.html", "a", None, Some("de")),
            (".md", ".md", None, None),
        ] {
            let name = name(path);
            let day = name.date.and_then(Result::ok).map(|parsed| parsed.date.date_naive().to_string());
            assert_eq!((name.stem.as_str(), day.as_deref(), name.language.as_deref()), (stem, date, language), "{path}");
        }
        assert!(name("posts/2024-13-45-x.md").date.is_some_and(|date| date.is_err()));
    }

    #[test]
    fn jekyll_folders_say_what_is_a_post() {
        let post = name("blog/news/_posts/2024-08-19-a.md");
        assert!(post.is_jekyll && post.is_post && !post.is_draft);
        assert_eq!(post.categories, ["blog", "news"]);
        assert!(!name("_posts/readme.md").is_post);
        assert!(name("_drafts/idea.md").is_post && name("_drafts/idea.md").is_draft);
        assert!(!name("content/_index.md").is_post && !name("content/_index.fr.md").is_post);
    }

    #[test]
    fn the_section_is_the_first_folder_below_the_posts() {
        assert_eq!(name("posts/rust/2024/a.md").section.as_deref(), Some("rust"));
        assert_eq!(name("posts/rust/a/index.md").section.as_deref(), Some("rust"));
        assert_eq!(name("posts/a/index.md").section, None);
        assert_eq!(name("posts/a.md").section, None);
        assert_eq!(name("elsewhere/x/a.md").section, None);
        assert_eq!(read_name("blog/_posts/2024-01-01-a.md", "", chrono_tz::UTC).section.as_deref(), Some("blog"));
    }

    #[test]
    fn a_written_slug_stays_where_a_url_can_hold_it() {
        assert_eq!(safe_slug("Future-of-AI"), "Future-of-AI");
        assert_eq!(safe_slug("a b/c"), "a-b-c");
        assert_eq!(safe_slug("c++-tips"), "c++-tips");
        assert_eq!(safe_slug("a--b - Über_uns & Co?"), "a-b-Über_uns-&-Co");
        assert_eq!(safe_slug(".."), "2e-2e");
    }

    proptest! {
        #[test]
        fn any_path_is_read(path in "[a-z0-9./_ä-]{0,40}", folder in "[a-z/]{0,8}") {
            let name = read_name(&path, &folder, chrono_tz::UTC);
            let _ = safe_slug(&name.stem);
        }
    }
}
