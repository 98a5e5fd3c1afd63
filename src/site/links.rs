//! From the files and names that posts call one another by to permalinks.

use super::left_out::Reason;
use super::values::Asked;
use super::{Placed, Site};
use crate::frontmatter;
use crate::html::Posts;
use crate::model::{Assets, Settings};
use crate::text::suggest::nearest;
use std::collections::BTreeMap;

/// The posts of a site by the last parts of their paths, in small letters and without endings, with the date they begin with and
/// without it; for a bundle by its folder, too.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(BTreeMap<String, Vec<u32>>);

impl Names {
    /// Reads the paths of all posts.
    pub(super) fn of(posts: &[Placed]) -> Self {
        let mut names: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (index, placed) in (0u32..).zip(posts) {
            let path = without_ending(&placed.post.path);
            for name in [last(path), last(name(placed)), without_date(last(path))] {
                let of_name = names.entry(name.to_lowercase()).or_default();
                if of_name.last() != Some(&index) {
                    of_name.push(index);
                }
            }
        }
        Names(names)
    }
}

/// What the references of a post, or of another text beside the posts, mean.
#[derive(Debug, Clone, Copy)]
pub struct Neighbours<'a> {
    /// The site.
    pub site: &'a Site,
    /// Its settings.
    pub settings: &'a Settings,
    /// The file that the references stand in.
    pub path: &'a str,
    /// Its language, one of [`Site::languages`].
    pub language: Option<usize>,
    /// The files beside the posts.
    pub assets: &'a dyn Assets,
    /// The post, where it is one.
    pub post: Option<&'a Placed>,
    /// The text of the file.
    pub text: &'a str,
    /// What it has asked for.
    pub asked: &'a Asked,
}

/// So many names before and behind a mistaken one, in the order of the alphabet, may be what was meant.
const NEAR: usize = 100;

impl<'a> Neighbours<'a> {
    /// Returns the posts of which one of the `forms` is a wanted path or ends in it, the most likely one first: one in the same
    /// language, in the same folder, with the shortest path.
    fn ending_in(&self, wanted: &str, forms: fn(&Placed) -> [&str; 3]) -> Vec<&'a Placed> {
        let names = &self.site.names().0;
        let (name, stem) = (last(wanted).to_lowercase(), last(without_ending(wanted)).to_lowercase());
        let posts = names.get(&name).into_iter().chain(names.get(&stem).filter(|_| stem != name)).flatten();
        let wanted_low = wanted.to_lowercase();
        let ends = |form: &str| {
            let form = form.to_lowercase();
            form.strip_suffix(&wanted_low).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let all = posts.filter_map(|post| self.site.posts.get(*post as usize));
        let mut found: Vec<&Placed> = all.filter(|placed| forms(placed).into_iter().any(ends)).collect();
        found.sort_by_key(|placed| {
            let path = &placed.post.path;
            (placed.language != self.language, folder(path) != folder(self.path), !path.ends_with(wanted), path.len(), path)
        });
        found.dedup_by(|a, b| a.post.path == b.post.path);
        found
    }
}

impl Neighbours<'_> {
    /// Returns the address of a page that is no post, or of a file that is published as it is: `about.md`, `files/a.pdf`.
    fn page(&self, wanted: &str) -> Option<String> {
        let source = &self.settings.habits.source;
        let below = if source.is_empty() { None } else { Some(format!("{}/{wanted}", source.trim_end_matches('/'))) };
        let plain = below.into_iter().chain([wanted.to_owned()]);
        let content = ["", ".md", "/index.md", "/_index.md"].map(|ending| format!("content/{wanted}{ending}"));
        let path = plain.chain(content).find(|path| path.contains('.') && !path.starts_with('_') && self.assets.file(path).is_some())?;
        let published =
            path.strip_prefix("content/").or_else(|| path.strip_prefix(source.as_str())).unwrap_or(&path).trim_start_matches('/');
        if !["md", "markdown", "mkd", "html"]
            .iter()
            .any(|ending| published.rsplit_once('.').is_some_and(|(_, own)| own.eq_ignore_ascii_case(ending)))
        {
            return Some(super::plan::address(&self.settings.url, published).into());
        }
        // A post that is not shown has no page.
        if self.site.left_out.reason(&path).is_some_and(|reason| reason != Reason::Page) {
            return None;
        }
        let text = self.assets.text(&path)?;
        let says = |key: &str, value: &str| frontmatter::texts(&text, key).is_some_and(|said| said == [value]);
        if says("draft", "true") || says("published", "false") {
            return None;
        }
        let said = ["permalink", "url"].iter().find_map(|key| frontmatter::texts(&text, key)?.pop());
        if let Some(said) = said.filter(|said| said.starts_with('/') && !said.contains(':')) {
            return Some(super::plan::address(&self.settings.url, said.trim_start_matches('/')).into());
        }
        // Only Jekyll, and what has a folder `content`, say where a page is that names no address.
        if !path.starts_with("content/") && !["_config.yml", "_config.yaml"].iter().any(|name| self.assets.file(name).is_some()) {
            return None;
        }
        let stem = without_ending(published);
        let folder =
            ["_index", "index"].iter().find_map(|name| stem.strip_suffix(name)).filter(|folder| folder.is_empty() || folder.ends_with('/'));
        // Jekyll's pages end as its posts do.
        let pattern = self.settings.permalink.as_str();
        let ending = match pattern {
            _ if path.starts_with("content/") || pattern.ends_with('/') || pattern == "pretty" => "/",
            _ if pattern.contains('/') && !["html", ":output_ext"].iter().any(|ending| pattern.ends_with(ending)) => "",
            _ => ".html",
        };
        let address = folder.map_or_else(|| format!("{stem}{ending}"), str::to_owned);
        Some(super::plan::address(&self.settings.url, &address).into())
    }
}

impl Posts for Neighbours<'_> {
    fn by_file(&self, reference: &str) -> Option<String> {
        let file: fn(&Placed) -> [&str; 3] = |placed| [placed.post.path.as_str(); 3];
        let decoded = super::media::decode(reference);
        if let Some(path) = decoded.strip_prefix('/') {
            return self.ending_in(path, file).first().map(|placed| placed.url.to_string()).or_else(|| self.page(path));
        }
        let beside = super::media::beside(self.path, reference);
        let exact =
            beside.as_ref().and_then(|path| self.ending_in(path, file).into_iter().find(|placed| placed.post.path.len() == path.len()));
        // Obsidian and Hugo look for a name in all folders.
        let anywhere = || match self.ending_in(&decoded, file)[..] {
            [only] => Some(only),
            _ => None,
        };
        let post = exact.or_else(anywhere).map(|placed| placed.url.to_string());
        post.or_else(|| self.page(&beside?))
    }

    fn by_name(&self, name_of_post: &str, language: Option<&str>) -> Option<String> {
        let name_of_post = name_of_post.trim().trim_start_matches('/');
        let wanted = without_markdown(name_of_post);
        let mut found = self.ending_in(wanted, |placed| [&placed.post.path, without_ending(&placed.post.path), name(placed)]);
        if let Some(tag) = language {
            let speaks = |placed: &&Placed| {
                placed.language.and_then(|index| self.site.languages.get(index)).is_some_and(|known| known.tag.eq_ignore_ascii_case(tag))
            };
            let is_main = self.settings.language.as_deref().is_some_and(|main| main.eq_ignore_ascii_case(tag));
            found.sort_by_key(|placed| !(speaks(placed) || is_main && placed.language.is_none()));
        }
        let post = found.first().filter(|_| !wanted.is_empty()).map(|placed| placed.url.to_string());
        post.or_else(|| self.page(name_of_post))
    }

    fn advice(&self, name: &str) -> Option<String> {
        if !self.asked.may_advise() {
            return None;
        }
        let wanted = last(without_markdown(&super::media::decode(name))).to_lowercase();
        let is_it = |path: &&str| last(without_ending(path)).to_lowercase() == wanted;
        if let Some(path) = self.site.left_out.paths().find(is_it) {
            let reason = self.site.left_out.reason(path)?;
            return Some(format!("`{path}` {}; link to a post that is shown.", reason.told()));
        }
        let names = &self.site.names().0;
        let before = names.range(..wanted.clone()).rev().take(NEAR);
        let near = nearest(&wanted, before.chain(names.range(wanted.clone()..).take(NEAR)).map(|(name, _)| name.as_str()))?;
        let path = &self.site.posts.get(*names.get(near)?.first()? as usize)?.post.path;
        // In the author's own letters.
        let shown = [last(without_ending(path)), near].into_iter().find(|shown| shown.to_lowercase().ends_with(near)).unwrap_or(near);
        Some(format!("did you mean `{shown}`?"))
    }

    fn file(&self, reference: &str) -> Option<String> {
        let path = match reference.strip_prefix('/') {
            Some(path) => super::media::decode(path),
            None => {
                let path = super::media::beside(self.path, reference)?;
                path.split_once("content/").map_or(path.clone(), |(_, below)| below.to_owned())
            }
        };
        Some(super::plan::address(&self.settings.url, &path).into())
    }
}

/// Returns the path of a post as other generators name it: without ending and language, and for a bundle its folder.
fn name(placed: &Placed) -> &str {
    let stem = without_ending(&placed.post.path);
    let stem = if placed.post.translation { without_ending(stem) } else { stem };
    stem.strip_suffix("/index").unwrap_or(stem)
}

fn without_ending(path: &str) -> &str {
    let name = last(path).len();
    path.rfind('.').filter(|at| *at > path.len() - name).map_or(path, |at| &path[..at])
}

/// Returns a name without the date that it begins with.
fn without_date(name: &str) -> &str {
    let is_date = name.len() > 11
        && name.bytes().take(11).enumerate().all(|(at, b)| if matches!(at, 4 | 7 | 10) { b == b'-' } else { b.is_ascii_digit() });
    if is_date { name.get(11..).unwrap_or(name) } else { name }
}

fn without_markdown(path: &str) -> &str {
    ["/index.md", ".md", ".markdown", ".mkd"].iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Post;

    fn placed(path: &str, translation: bool) -> Placed {
        let facts = crate::frontmatter::FileFacts::sample();
        let source = crate::diagnostic::Source::new(path, "---\ntitle: A\ndate: 2024-01-01\n---\n");
        let (reading, _) = crate::frontmatter::read(source, &facts, chrono_tz::UTC);
        let crate::frontmatter::Reading::Post(post) = reading else { panic!("{path} is no post") };
        let post: Box<Post> = post;
        Placed {
            url: format!("https://e.example/{path}").into(),
            post,
            own_id: None,
            usual_id: None,
            language: translation.then_some(0),
            page: None,
            is_update_kept: false,
            is_recorded: false,
            told_update: None,
            is_known: false,
        }
    }

    #[test]
    fn a_post_is_found_by_the_names_that_other_programs_give_it() {
        let (settings, _) = crate::config::defaults(&[]);
        let settings = settings.expect("defaults");
        let paths = ["_posts/2024-01-02-b.md", "posts/a.md", "posts/a.de.md", "posts/My Note.md", "posts/trip/index.md", "posts/x/a.md"];
        let posts = paths.map(|path| placed(path, path.contains(".de."))).to_vec();
        let site = Site { posts, ..Site::default() };
        let found = |from: usize, name: &str| {
            let url = Neighbours {
                site: &site,
                settings: &settings,
                path: &site.posts[from].post.path,
                language: site.posts[from].language,
                assets: &crate::model::NoAssets,
                post: None,
                text: "",
                asked: &Asked::default(),
            }
            .by_name(name, None);
            url.map(|url| url.trim_start_matches("https://e.example/").to_owned())
        };
        for (from, name, path) in [
            (0, "2024-01-02-b", Some("_posts/2024-01-02-b.md")),
            (1, "a.md", Some("posts/a.md")),
            (1, "posts/a", Some("posts/a.md")),
            (2, "a", Some("posts/a.de.md")),
            (5, "a", Some("posts/x/a.md")),
            (5, "/x/a.md", Some("posts/x/a.md")),
            (1, "my note", Some("posts/My Note.md")),
            (1, "trip", Some("posts/trip/index.md")),
            (1, "trip/index.md", Some("posts/trip/index.md")),
            (1, "ip", None),
            (1, "", None),
        ] {
            assert_eq!(found(from, name).as_deref(), path, "{name} from {}", paths[from]);
        }
    }

    #[test]
    fn a_language_that_is_asked_for_wins_over_the_posts_own() {
        let (settings, _) = crate::config::defaults(&[]);
        let mut settings = settings.expect("defaults");
        settings.language = Some("en".to_owned());
        let posts = ["posts/a.md", "posts/a.de.md"].map(|path| placed(path, path.contains(".de."))).to_vec();
        let german = crate::model::LanguageSettings { tag: "de".to_owned(), title: None, description: None, path: "/de/".to_owned() };
        let site = Site { posts, languages: vec![german], ..Site::default() };
        for (own, asked, path) in [
            (0, None, "posts/a.md"),
            (0, Some("de"), "posts/a.de.md"),
            (1, None, "posts/a.de.md"),
            (1, Some("EN"), "posts/a.md"),
            (0, Some("fr"), "posts/a.md"),
        ] {
            let neighbours = Neighbours {
                site: &site,
                settings: &settings,
                path: "posts/b.md",
                language: site.posts[own].language,
                assets: &crate::model::NoAssets,
                post: None,
                text: "",
                asked: &Asked::default(),
            };
            assert_eq!(neighbours.by_name("a", asked), Some(format!("https://e.example/{path}")), "{own} {asked:?}");
        }
    }

    #[test]
    fn a_name_without_its_date_is_near() {
        assert_eq!(without_date("2026-01-02-other"), "other");
        for name in ["2026-01-02", "2026-01-02-", "26-01-02-other", "other", "2026_01_02-other", "ä026-01-02-other"] {
            assert_eq!(without_date(name), name);
        }
    }
}
