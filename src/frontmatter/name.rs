//! What a file's path says: date, slug, language, section, and whether it is a post at all.

use crate::text::dates::{self, DateFault, Parsed};
use crate::text::{language, slug};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// What a path says.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own about the path")]
pub(super) struct Name {
    /// Whether the file lies in a `_posts` or `_drafts` folder, and so in a Jekyll site.
    pub(super) is_jekyll: bool,
    /// Whether it lies in `_drafts`.
    pub(super) is_draft: bool,
    /// Whether it can be a post: not `_index.md`, and in `_posts` with a date.
    pub(super) is_post: bool,
    /// The date the name begins with.
    pub(super) date: Option<Result<Parsed, DateFault>>,
    /// Whether the date was taken from the name as the site's configuration asks, so that the rest is the slug.
    pub(super) is_dated: bool,
    /// The name without date, language and extension, as written.
    pub(super) stem: String,
    /// `a.de.md` is the German translation of `a.md`.
    pub(super) language: Option<String>,
    /// The first folder below the posts folder.
    pub(super) section: Option<String>,
    /// Jekyll: the folders above `_posts`.
    pub(super) categories: Vec<String>,
}

/// Reads a path relative to the site's root; `folder` is the posts folder, `languages` are those that a name may end in.
pub(super) fn read_name(path: &str, folder: &str, languages: &[String], zone: Tz) -> Name {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let (file, folders) = parts.split_last().map_or(("", &[][..]), |(file, folders)| (*file, folders));
    let depth = folder_depth(folder, folders);
    let whole = without_extension(file);
    let speaks = |stem: &str, tag: &String| matches!(stem, "index" | "_index") || languages.contains(tag);
    let (stem, language) = match named_language(path) {
        Some((rest, tag)) if speaks(rest.rsplit('/').next().unwrap_or_default(), &tag) => (split_language(whole).0, Some(tag)),
        _ => (whole, None),
    };
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
        is_dated: false,
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

/// Returns the path of a file without the language in its name, and the language: `posts/a` and `de` for `posts/a.de.md`.
/// In Jekyll's folders a name with a dot is a title: `2024-01-02-moving-to-github.io.md`.
#[must_use]
pub fn named_language(path: &str) -> Option<(&str, String)> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, language) = split_language(without_extension(file));
    let is_jekyll = || folder.split('/').any(|name| matches!(name, "_posts" | "_drafts"));
    let language = language.filter(|_| !is_jekyll())?;
    Some((path.get(..path.len() - file.len() + stem.len())?, language))
}

/// Returns the languages that the names of files may end in: those configured, and those that a name shows to be one,
/// since the same name is there without it or with another. Else `top-10.it.md` and `meet.me.md` would be translations.
#[must_use]
pub fn languages_of_names<'p>(configured: impl Iterator<Item = &'p str>, paths: impl Iterator<Item = &'p str> + Clone) -> Vec<String> {
    let mut known: BTreeSet<String> = configured.filter_map(language::normalize).collect();
    let mut named: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (stem, tag) in paths.clone().filter_map(named_language) {
        named.entry(stem).or_default().push(tag);
    }
    if named.is_empty() {
        return known.into_iter().collect();
    }
    let plain: BTreeSet<&str> = paths.map(without_extension).filter(|stem| named.contains_key(stem)).collect();
    known.extend(named.into_iter().filter(|(stem, tags)| plain.contains(stem) || tags.len() > 1).flat_map(|(_, tags)| tags));
    known.into_iter().collect()
}

/// Returns the path of a post as Hugo names it: below the innermost `content`, else below the posts folder, with `/` in
/// front, in small letters, without language and ending, and for a bundle without `index`.
pub(super) fn path_below_content(post: &str, folder: &str) -> String {
    let stem = named_language(post).map_or_else(|| without_extension(post), |(stem, _)| stem);
    let stem = stem.strip_suffix("/index").unwrap_or(stem);
    let whole = format!("/{stem}");
    let below = whole.find("/content/").map(|at| &whole[at + "/content".len()..]);
    let below = below.or_else(|| whole.strip_prefix('/')?.strip_prefix(folder).filter(|rest| rest.starts_with('/')));
    below.unwrap_or(&whole).to_lowercase()
}

/// Returns the path of a post's file as Hugo knew it before it left out language and ending.
pub(super) fn file_below_content(post: &str, folder: &str) -> String {
    let whole = format!("/{post}");
    let below = whole.find("/content/").map(|at| &whole[at + "/content".len()..]);
    let below = below.or_else(|| whole.strip_prefix('/')?.strip_prefix(folder).filter(|rest| rest.starts_with('/')));
    below.unwrap_or(&whole).to_lowercase()
}

/// Returns the folders that are page bundles in Hugo, since they hold an `index.md` and no `_index.md`: whatever else lies in them
/// belongs to that page (<https://gohugo.io/content-management/page-bundles/>).
#[must_use]
pub fn page_bundles<'p>(paths: impl Iterator<Item = &'p str>, sections: &[String]) -> BTreeSet<&'p str> {
    let branches: BTreeSet<&str> = sections.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    paths.filter_map(|path| Some(path.rsplit_once('/')?.0).filter(|_| is_index(path))).filter(|folder| !branches.contains(folder)).collect()
}

/// Returns whether a file belongs to one of the bundles and is not its page.
#[must_use]
pub fn is_in_bundle(path: &str, bundles: &BTreeSet<&str>) -> bool {
    let Some((folder, _)) = path.rsplit_once('/').filter(|_| !bundles.is_empty()) else { return false };
    bundles.contains(folder) && !is_index(path) || folder.match_indices('/').any(|(at, _)| bundles.contains(&folder[..at]))
}

/// Returns whether a file is called `index`, in whatever language.
fn is_index(path: &str) -> bool {
    let stem = named_language(path).map_or_else(|| without_extension(path), |(stem, _)| stem);
    stem.rsplit('/').next() == Some("index")
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
        read_name(path, "posts", &["de".to_owned(), "pt-BR".to_owned()], chrono_tz::UTC)
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
            ("posts/top-10.it.md", "top-10.it", None, None),
            ("posts/trip/index.it.md", "trip", None, Some("it")),
            ("_posts/2024-08-19-github.de.md", "github.de", Some("2024-08-19"), None),
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
    fn what_lies_in_a_page_bundle_belongs_to_its_page() {
        let paths = [
            "c/a.md",
            "c/trip/index.md",
            "c/trip/notes.md",
            "c/trip/deep/index.md",
            "c/trips/x.md",
            "c/de/index.de.md",
            "c/de/y.md",
            "c/branch/index.md",
            "c/branch/z.md",
            "top.md",
        ];
        let sections = ["c/branch/_index.md".to_owned()];
        let bundles = page_bundles(paths.into_iter(), &sections);
        let inside: Vec<&str> = paths.into_iter().filter(|path| is_in_bundle(path, &bundles)).collect();
        assert_eq!(inside, ["c/trip/notes.md", "c/trip/deep/index.md", "c/de/y.md"]);
    }

    #[test]
    fn a_language_is_one_where_it_is_configured_or_a_sibling_shows_it() {
        let of = |configured: &[&str], paths: &[&str]| languages_of_names(configured.iter().copied(), paths.iter().copied()).join(" ");
        assert_eq!(of(&["pt-br"], &["posts/a.md"]), "pt-BR");
        assert_eq!(of(&[], &["posts/top-10.it.md", "posts/dr.no.md", "posts/socket.io.md"]), "");
        assert_eq!(of(&[], &["posts/a.md", "posts/a.de.md", "posts/b.fr.md"]), "de");
        assert_eq!(of(&[], &["posts/a.en.md", "posts/a.de.html"]), "de en");
        assert_eq!(of(&[], &["_posts/2024-01-01-a.io.md", "_posts/2024-01-01-a.md"]), "");
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
        assert_eq!(read_name("blog/_posts/2024-01-01-a.md", "", &[], chrono_tz::UTC).section.as_deref(), Some("blog"));
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
            let name = read_name(&path, &folder, &["de".to_owned()], chrono_tz::UTC);
            let _ = safe_slug(&name.stem);
        }
    }
}
