//! Which posts an edition holds.

use super::{Mailed, OLD_POST, TOO_MANY_POSTS, UNKNOWN_CHOICE, UNKNOWN_POST, UNMAILABLE_POST, about};
use crate::diagnostic::Diagnostic;
use crate::model::{Author, Date, NewsletterSettings, Post, Taxonomy, Terms};
use crate::site::{Placed, Reason, Site};
use crate::text::{language, suggest::did_you_mean};
use std::collections::{BTreeMap, BTreeSet};

/// How many posts a refusal names.
const MOST_NAMED: usize = 30;

/// How many tags, authors and the like an advice names.
const MOST_NAMES: usize = 10;

/// What is asked of an edition, beside the settings. By default it holds every post that nobody was mailed yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Only posts with one of the names given for each of these.
    pub only: Vec<(Taxonomy, String)>,
    /// Only posts in this language (RFC 5646).
    pub language: Option<String>,
    /// The language of posts that name none.
    pub main_language: Option<String>,
    /// The authors of posts that name none.
    pub main_authors: Vec<Author>,
    /// Only posts published then or later.
    pub since: Option<Date>,
    /// Exactly these posts, in this order: files or addresses.
    pub posts: Vec<String>,
    /// No more than so many in each language, the newest.
    pub limit: Option<usize>,
    /// Also posts that were mailed before.
    pub again: bool,
    /// Also posts older than `max_age`, and more than `max_entries`.
    pub allow_old: bool,
}

/// What an edition holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Indices into [`Site::posts`], in the order of the edition.
    pub posts: Vec<usize>,
    /// How many others there are.
    pub kept_out: KeptOut,
}

/// How many posts an edition does not hold, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptOut {
    /// Mailed before.
    pub mailed: usize,
    /// `newsletter: false`.
    pub unwanted: usize,
    /// Published before `start_from`.
    pub before_start: usize,
    /// Published longer than `max_age` before the first edition, where `start_from` is not set.
    pub before_first: usize,
    /// Not asked for: another tag, language or time, or above the limit.
    pub not_asked: usize,
}

impl KeptOut {
    /// Returns each reason with its count and the word for it.
    #[must_use]
    pub fn reasons(&self) -> [(usize, &'static str); 5] {
        [
            (self.mailed, "mailed before"),
            (self.unwanted, "with `newsletter: false`"),
            (self.before_start, "from before `newsletter.start_from`"),
            (self.before_first, "older than `newsletter.max_age` before the first edition"),
            (self.not_asked, "not asked for"),
        ]
    }
}

/// Chooses the posts of an edition. `hash` returns the hash of a post's content; it is asked only for posts that nothing
/// else keeps out.
///
/// An error among the findings means that there is no such edition.
///
/// # Errors
/// When `hash` fails.
pub fn choose<E>(
    site: &Site,
    settings: &NewsletterSettings,
    asked: &Asked,
    mailed: &Mailed,
    now: Date,
    hash: impl FnMut(&Placed) -> Result<Option<String>, E>,
) -> Result<(Chosen, Vec<Diagnostic>), E> {
    let mut choice = Choice { site, settings, asked, mailed, now, hash, chosen: Chosen::default(), found: Vec::new() };
    if asked.posts.is_empty() {
        choice.report_unknown_names();
        choice.all()?;
    } else {
        choice.named()?;
    }
    choice.refuse_flood();
    Ok((choice.chosen, choice.found))
}

struct Choice<'a, H> {
    site: &'a Site,
    settings: &'a NewsletterSettings,
    asked: &'a Asked,
    mailed: &'a Mailed,
    now: Date,
    hash: H,
    chosen: Chosen,
    found: Vec<Diagnostic>,
}

impl<E, H: FnMut(&Placed) -> Result<Option<String>, E>> Choice<'_, H> {
    /// Says which of the names that are asked for are those of no post.
    fn report_unknown_names(&mut self) {
        for (taxonomy, name) in &self.asked.only {
            let names = || self.site.posts.iter().flat_map(|placed| self.asked.names(*taxonomy, &placed.post));
            if names().any(|known| same_name(known, name)) {
                continue;
            }
            let what = taxonomy.name();
            let known: BTreeSet<&str> = names().collect();
            let listed = known.iter().take(MOST_NAMES).map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
            let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match known.len() {
                0 => format!("no post has any {what}"),
                1..=MOST_NAMES => format!("posts have {listed}"),
                more => format!("posts have {listed} and {} more", more - MOST_NAMES),
            });
            self.found.push(Diagnostic::new(&UNKNOWN_CHOICE, format!("no post has the {what} `{name}`")).help(help));
        }
    }

    /// Takes every post that nothing keeps out, newest first.
    fn all(&mut self) -> Result<(), E> {
        let first = self.first();
        let mut taken: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for (index, placed) in self.site.posts.iter().enumerate() {
            let taken = taken.entry(placed.language).or_default();
            if !placed.post.in_newsletter {
                self.chosen.kept_out.unwanted += 1;
            } else if !self.asked.wants(placed, self.site) {
                self.chosen.kept_out.not_asked += 1;
            } else if self.is_before_start(placed) {
                self.chosen.kept_out.before_start += 1;
            } else if first.is_some_and(|first| placed.post.came_out() < first) {
                self.chosen.kept_out.before_first += 1;
            } else if self.was_mailed(placed)? {
                self.chosen.kept_out.mailed += 1;
            } else if self.asked.limit.is_some_and(|limit| *taken >= limit) {
                self.chosen.kept_out.not_asked += 1;
            } else {
                *taken += 1;
                self.chosen.posts.push(index);
            }
        }
        Ok(())
    }

    /// Takes the posts that are asked for by name, in that order.
    fn named(&mut self) -> Result<(), E> {
        for name in &self.asked.posts {
            let path = name.strip_prefix("./").unwrap_or(name);
            let Some(index) = self.site.posts.iter().position(|placed| placed.post.path == path || *placed.url == **name) else {
                self.found.push(self.not_shown(path));
                continue;
            };
            let placed = &self.site.posts[index];
            let reason = if !placed.post.in_newsletter {
                Some(("has `newsletter: false`", "take that line out of its front matter"))
            } else if self.is_before_start(placed) {
                Some(("was published before `newsletter.start_from`", "nothing older is ever mailed; set an earlier date if it shall be"))
            } else if self.was_mailed(placed)? {
                Some(("was mailed in an earlier edition, or marked as not to be mailed", "`--again` mails it once more"))
            } else {
                None
            };
            match reason {
                Some((reason, help)) => {
                    self.found.push(about(&UNMAILABLE_POST, &placed.post.path, format!("the post {reason}")).help(help));
                }
                None if self.chosen.posts.contains(&index) => {}
                None => self.chosen.posts.push(index),
            }
        }
        self.chosen.kept_out.not_asked = self.site.posts.len() - self.chosen.posts.len();
        Ok(())
    }

    /// Returns whether a post is older than anything that is ever mailed.
    fn is_before_start(&self, placed: &Placed) -> bool {
        self.settings.start_from.is_some_and(|start| placed.post.came_out() < start)
    }

    /// Returns the time before which nothing is chosen unless it is named: where nobody set a start, `max_age` before the first
    /// edition, so that a site's whole past is not new. A first edition can be made to hold more, a later one where a time is named.
    fn first(&self) -> Option<Date> {
        let first = match self.mailed.first {
            _ if self.settings.start_from.is_some() || self.asked.since.is_some() => return None,
            None if self.asked.allow_old => return None,
            first => first.unwrap_or(self.now),
        };
        first.checked_sub_signed(self.settings.max_age)
    }

    fn was_mailed(&mut self, placed: &Placed) -> Result<bool, E> {
        if self.asked.again {
            return Ok(false);
        }
        let known = self.mailed.ids.contains(placed.id()) || self.mailed.paths.contains(&placed.post.path);
        if known || self.mailed.hashes.is_empty() {
            return Ok(known);
        }
        Ok((self.hash)(placed)?.is_some_and(|hash| self.mailed.hashes.contains(&hash)))
    }

    /// Says why there is no post of a name.
    fn not_shown(&self, path: &str) -> Diagnostic {
        if let Some(reason) = self.site.left_out.reason(path) {
            let help = match reason {
                Reason::Draft => {
                    "take `draft: true` out of its front matter when it is done; `newsletter preview --drafts` shows how it will look"
                }
                Reason::Future => "wait until then; `newsletter preview --future` shows how it will look",
                _ => "only posts of the feeds are mailed",
            };
            return about(&UNMAILABLE_POST, path, format!("the post {}", reason.told())).help(help);
        }
        let paths = self.site.posts.iter().map(|placed| placed.post.path.as_str());
        let help = did_you_mean(path, paths)
            .unwrap_or_else(|| "name the file of a post, such as `posts/2026-11-20-hello.md`, or its address".to_owned());
        Diagnostic::new(&UNKNOWN_POST, format!("there is no post `{path}`")).help(help)
    }

    /// Refuses what looks like an accident: posts that are old, and very many of them.
    fn refuse_flood(&mut self) {
        if self.asked.allow_old {
            return;
        }
        let max_age = self.settings.max_age;
        let oldest = self.now.checked_sub_signed(max_age);
        let is_old = |index: &&usize| oldest.is_some_and(|oldest| self.site.posts[**index].post.came_out() < oldest);
        let old: Vec<usize> = self.chosen.posts.iter().filter(is_old).copied().collect();
        let help = "`--allow-old` mails it all the same; `postrider newsletter skip --old` keeps such posts out for ever";
        for index in old.iter().take(MOST_NAMED) {
            let post = &self.site.posts[*index].post;
            let days = self.now.signed_duration_since(post.came_out()).num_days();
            let message = format!("the post is {days} days old and was never mailed; `newsletter.max_age` is {} days", max_age.num_days());
            self.found.push(about(&OLD_POST, &post.path, message).help(help));
        }
        if old.len() > MOST_NAMED {
            self.found.push(Diagnostic::new(&OLD_POST, format!("{} more posts are as old", old.len() - MOST_NAMED)).help(help));
        }
        self.refuse_many();
    }

    /// Each letter counts for itself: nobody gets those of all languages.
    fn refuse_many(&mut self) {
        let most = self.settings.max_entries;
        if !self.asked.posts.is_empty() {
            return;
        }
        let mut languages: BTreeMap<Option<usize>, Vec<&str>> = BTreeMap::new();
        for placed in self.chosen.posts.iter().filter_map(|index| self.site.posts.get(*index)) {
            languages.entry(placed.language).or_default().push(&placed.post.path);
        }
        for (language, paths) in languages.into_iter().filter(|(_, paths)| paths.len() > most) {
            let count = paths.len();
            let names: Vec<String> = paths.iter().take(MOST_NAMED).map(|path| format!("`{path}`")).collect();
            let more = if count > names.len() { format!(" and {} more", count - names.len()) } else { String::new() };
            let tag = language.and_then(|index| self.site.languages.get(index)).map(|known| format!(" in `{}`", known.tag));
            let message = format!(
                "{count} posts{} were never mailed, and `newsletter.max_entries` is {most}: {}{more}",
                tag.unwrap_or_default(),
                names.join(", ")
            );
            let help = format!("`--limit {most}` mails the newest, `--since DATE` those from then on, `--allow-old` all of them");
            self.found.push(Diagnostic::new(&TOO_MANY_POSTS, message).help(help));
        }
    }
}

impl Asked {
    /// Returns the names by which a post is sorted.
    fn names<'p>(&'p self, taxonomy: Taxonomy, post: &'p Post) -> impl Iterator<Item = &'p str> {
        let authors = if post.authors.is_empty() { &self.main_authors } else { &post.authors };
        let authors = authors.iter().map(|author| author.name.as_str()).filter(move |_| taxonomy == Taxonomy::Author);
        let terms = match taxonomy {
            Taxonomy::Tag => Some(&post.tags),
            Taxonomy::Category => Some(&post.categories),
            Taxonomy::Author | Taxonomy::Section | Taxonomy::Own(_) => None,
        };
        let section = post.section.as_deref().filter(|_| taxonomy == Taxonomy::Section);
        terms.into_iter().flat_map(Terms::iter).chain(authors).chain(section)
    }

    /// Returns whether a post is among those asked for, by what its head says.
    fn wants(&self, placed: &Placed, site: &Site) -> bool {
        let post = &placed.post;
        let has = |taxonomy: Taxonomy, name: &str| self.names(taxonomy, post).any(|known| same_name(known, name));
        let fits = |(taxonomy, _): &(Taxonomy, &str)| {
            let mut names = self.only.iter().filter(|(other, _)| other == taxonomy).peekable();
            names.peek().is_none() || names.any(|(_, name)| has(*taxonomy, name))
        };
        let tag = placed
            .language
            .and_then(|index| site.languages.get(index))
            .map(|known| known.tag.as_str())
            .or(post.language.as_deref())
            .or(self.main_language.as_deref());
        let speaks = |wanted: &String| tag.is_some_and(|tag| language::same(tag, wanted));
        Taxonomy::ALL.iter().all(fits)
            && self.language.as_ref().is_none_or(speaks)
            && self.since.is_none_or(|since| post.came_out() >= since)
    }
}

/// Returns whether two names are the same to people: case does not count.
fn same_name(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.trim().to_lowercase()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{HugoPost, LanguageSettings};
    use std::convert::Infallible;

    pub(in crate::edition) fn post(path: &str, published: &str) -> Post {
        Post::sample(path, date(published))
    }

    fn date(text: &str) -> Date {
        crate::text::dates::parse(text, chrono_tz::UTC).expect("a date").date
    }

    fn settings() -> NewsletterSettings {
        NewsletterSettings::sample()
    }

    fn site(mut posts: Vec<Post>) -> Site {
        posts.sort_by_key(|post| std::cmp::Reverse(post.published));
        let placed = |post: Post| Placed::sample(post, "https://example.org/");
        let mut site = Site::default();
        site.posts.extend(posts.into_iter().map(placed));
        site
    }

    fn usual() -> Site {
        let tagged = Post { tags: ["Rail"].into_iter().collect(), ..post("posts/b.md", "2026-11-10") };
        site(vec![post("posts/a.md", "2026-11-01"), tagged, post("posts/c.md", "2026-11-20"), post("posts/old.md", "2024-01-01")])
    }

    /// Returns the paths chosen at noon of 22 November 2026, and the findings as `code message`.
    fn chosen(site: &Site, settings: &NewsletterSettings, asked: &Asked, mailed: &Mailed) -> (Vec<String>, Vec<String>) {
        let hash = |placed: &Placed| Ok::<_, Infallible>(Some(format!("hash of {}", placed.post.path)));
        let Ok((chosen, found)) = choose(site, settings, asked, mailed, date("2026-11-22 12:00:00"), hash);
        let paths = chosen.posts.iter().map(|index| site.posts[*index].post.path.replace("posts/", "")).collect();
        (paths, found.iter().map(|found| format!("{} {}", found.code, found.message)).collect())
    }

    fn paths(asked: &Asked, mailed: &Mailed) -> Vec<String> {
        let (paths, found) = chosen(&usual(), &settings(), asked, mailed);
        let faults: Vec<String> = found.into_iter().filter(|found| !found.starts_with(UNKNOWN_CHOICE.name)).collect();
        assert_eq!(faults, [""; 0]);
        paths
    }

    #[test]
    fn a_first_edition_holds_what_is_not_too_old_newest_first() {
        assert_eq!(paths(&Asked::default(), &Mailed::default()), ["c.md", "b.md", "a.md"]);
    }

    #[test]
    fn a_post_that_came_out_later_than_it_is_dated_is_as_old_as_readers_know_it() {
        let mut late = post("posts/late.md", "2020-01-01");
        late.hugo = Some(Box::new(HugoPost { appears: Some(date("2026-11-21")), ..HugoPost::default() }));
        let site = site(vec![post("posts/a.md", "2026-11-01"), late, post("posts/old.md", "2020-01-01")]);
        assert_eq!(chosen(&site, &settings(), &Asked::default(), &Mailed::default()).0, ["a.md", "late.md"]);
    }

    #[test]
    fn what_was_mailed_is_known_by_id_by_path_and_by_content() {
        for mailed in [
            Mailed { ids: [usual().posts[1].id().to_owned()].into(), ..Mailed::default() },
            Mailed { paths: ["posts/b.md".to_owned()].into(), ..Mailed::default() },
            Mailed { hashes: ["hash of posts/b.md".to_owned()].into(), ..Mailed::default() },
        ] {
            assert_eq!(paths(&Asked::default(), &mailed), ["c.md", "a.md"]);
            assert_eq!(paths(&Asked { again: true, ..Asked::default() }, &mailed), ["c.md", "b.md", "a.md"]);
        }
    }

    #[test]
    fn posts_are_chosen_by_tag_time_and_number() {
        let only = |name: &str| Asked { only: vec![(Taxonomy::Tag, name.to_owned())], ..Asked::default() };
        assert_eq!(paths(&only("rail"), &Mailed::default()), ["b.md"]);
        assert_eq!(paths(&only("sea"), &Mailed::default()), [] as [&str; 0]);
        assert_eq!(paths(&Asked { since: Some(date("2026-11-10")), ..Asked::default() }, &Mailed::default()), ["c.md", "b.md"]);
        assert_eq!(paths(&Asked { limit: Some(1), ..Asked::default() }, &Mailed::default()), ["c.md"]);
    }

    #[test]
    fn a_post_that_names_no_language_is_in_the_sites() {
        let asked = |wanted: &str| Asked { language: Some(wanted.into()), main_language: Some("en".into()), ..Asked::default() };
        assert_eq!(paths(&asked("fr"), &Mailed::default()), [] as [&str; 0]);
        assert_eq!(paths(&asked("en"), &Mailed::default()).len(), 3);
    }

    #[test]
    fn posts_asked_for_by_name_come_in_that_order() {
        let asked = |names: &[&str]| Asked { posts: names.iter().map(|name| (*name).to_owned()).collect(), ..Asked::default() };
        assert_eq!(paths(&asked(&["posts/a.md", "./posts/c.md", "posts/a.md"]), &Mailed::default()), ["a.md", "c.md"]);
        let (none, found) = chosen(&usual(), &settings(), &asked(&["posts/d.md"]), &Mailed::default());
        assert_eq!((none.len(), found), (0, vec!["unknown-post there is no post `posts/d.md`".to_owned()]));
        let mailed = Mailed { paths: ["posts/a.md".to_owned()].into(), ..Mailed::default() };
        let (_, found) = chosen(&usual(), &settings(), &asked(&["posts/a.md"]), &mailed);
        assert_eq!(found, ["unmailable-post the post was mailed in an earlier edition, or marked as not to be mailed"]);
    }

    #[test]
    fn a_name_that_no_post_has_is_told_with_the_nearest() {
        let of = |taxonomy, name: &str| {
            let asked = Asked {
                only: vec![(taxonomy, name.to_owned())],
                main_authors: vec![Author { name: "Ada".to_owned(), ..Author::default() }],
                ..Asked::default()
            };
            let hash = |_: &Placed| Ok::<_, Infallible>(None);
            let Ok((_, found)) = choose(&usual(), &settings(), &asked, &Mailed::default(), date("2026-11-22 12:00:00"), hash);
            found.into_iter().map(|found| format!("{}; {}", found.message, found.help.unwrap_or_default())).collect::<Vec<_>>()
        };
        assert_eq!(of(Taxonomy::Tag, "rial"), ["no post has the tag `rial`; did you mean `Rail`?"]);
        assert_eq!(of(Taxonomy::Tag, "sea"), ["no post has the tag `sea`; posts have `Rail`"]);
        assert_eq!(of(Taxonomy::Section, "sea"), ["no post has the section `sea`; no post has any section"]);
        assert_eq!(of(Taxonomy::Tag, "rail"), [""; 0]);
        assert_eq!(of(Taxonomy::Author, "ada"), [""; 0]);
    }

    #[test]
    fn a_post_that_is_not_shown_and_asked_for_by_name_says_why_it_is_out() {
        let mut site = usual();
        site.left_out.add(Reason::Draft, "posts/d.md".to_owned());
        let asked = Asked { posts: vec!["./posts/d.md".into()], ..Asked::default() };
        assert_eq!(
            chosen(&site, &settings(), &asked, &Mailed::default()),
            (vec![], vec!["unmailable-post the post is a draft".to_owned()])
        );
    }

    #[test]
    fn nothing_from_before_the_start_is_ever_chosen() {
        let settings = NewsletterSettings { start_from: Some(date("2026-11-10")), ..settings() };
        assert_eq!(chosen(&usual(), &settings, &Asked::default(), &Mailed::default()).0, ["c.md", "b.md"]);
        let named = Asked { posts: vec!["posts/a.md".into()], allow_old: true, ..Asked::default() };
        let (paths, found) = chosen(&usual(), &settings, &named, &Mailed::default());
        assert_eq!((paths.len(), found), (0, vec!["unmailable-post the post was published before `newsletter.start_from`".to_owned()]));
    }

    #[test]
    fn a_flood_is_refused_with_the_list() {
        let settings = NewsletterSettings { start_from: Some(date("2020-01-01")), max_entries: 3, ..settings() };
        let (_, found) = chosen(&usual(), &settings, &Asked::default(), &Mailed::default());
        assert_eq!(
            found,
            [
                "old-post the post is 1056 days old and was never mailed; `newsletter.max_age` is 30 days",
                "too-many-posts 4 posts were never mailed, and `newsletter.max_entries` is 3: `posts/c.md`, `posts/b.md`, `posts/a.md`, `posts/old.md`",
            ]
        );
        let allowed = Asked { allow_old: true, ..Asked::default() };
        assert_eq!(
            chosen(&usual(), &settings, &allowed, &Mailed::default()),
            (["c.md", "b.md", "a.md", "old.md"].map(String::from).to_vec(), vec![])
        );
    }

    #[test]
    fn the_default_start_is_that_of_the_first_edition() {
        // Later editions forget nothing that was waiting since the first.
        let mailed = Mailed { first: Some(date("2026-10-01")), ..Mailed::default() };
        let site = site(vec![post("posts/a.md", "2026-10-10"), post("posts/b.md", "2026-08-01")]);
        let (paths, found) = chosen(&site, &settings(), &Asked { allow_old: true, ..Asked::default() }, &mailed);
        assert_eq!((paths, found.len()), (vec!["a.md".to_owned()], 0));
        let since = Asked { since: Some(date("2026-07-01")), allow_old: true, ..Asked::default() };
        assert_eq!(chosen(&site, &settings(), &since, &mailed).0, ["a.md", "b.md"], "a time that somebody names is meant");
        let (_, found) = chosen(&site, &settings(), &Asked { allow_old: false, ..since }, &mailed);
        assert_eq!(found.len(), 2, "and what is old is refused all the same");
    }

    #[test]
    fn a_first_edition_holds_old_posts_when_they_are_asked_for() {
        let asked = Asked { allow_old: true, ..Asked::default() };
        assert_eq!(paths(&asked, &Mailed::default()), ["c.md", "b.md", "a.md", "old.md"]);
    }

    #[test]
    fn the_reason_why_an_old_post_is_left_out_names_a_setting_only_where_it_is_set() {
        let reasons = |settings: &NewsletterSettings| {
            let hash = |_: &Placed| Ok::<_, Infallible>(None);
            let now = date("2026-11-22 12:00:00");
            let Ok((chosen, _)) = choose(&usual(), settings, &Asked::default(), &Mailed::default(), now, hash);
            let told: Vec<&str> = chosen.kept_out.reasons().iter().filter(|(n, _)| *n > 0).map(|(_, reason)| *reason).collect();
            told.join(", ")
        };
        assert_eq!(reasons(&settings()), "older than `newsletter.max_age` before the first edition");
        let set = NewsletterSettings { start_from: Some(date("2026-01-01")), ..settings() };
        assert_eq!(reasons(&set), "from before `newsletter.start_from`");
    }

    /// Two posts in the main language and two in another.
    fn bilingual() -> Site {
        let german = |path: &str| Post { language: Some("de".into()), ..post(path, "2026-11-19") };
        let mut site = site(vec![
            post("posts/a.md", "2026-11-20"),
            post("posts/b.md", "2026-11-20"),
            german("posts/c.de.md"),
            german("posts/d.de.md"),
        ]);
        site.languages.push(LanguageSettings { tag: "de".into(), title: None, description: None, path: "/de/".into() });
        for placed in site.posts.iter_mut().filter(|placed| placed.post.language.is_some()) {
            placed.language = Some(0);
        }
        site
    }

    #[test]
    fn each_language_has_its_own_count_for_nobody_gets_the_letters_of_all() {
        let limited = Asked { limit: Some(1), ..Asked::default() };
        assert_eq!(chosen(&bilingual(), &settings(), &limited, &Mailed::default()).0, ["a.md", "c.de.md"]);
        let two = NewsletterSettings { max_entries: 2, ..settings() };
        let (paths, found) = chosen(&bilingual(), &two, &Asked::default(), &Mailed::default());
        assert_eq!((paths.len(), found.len()), (4, 0), "{found:?}");
        let one = NewsletterSettings { max_entries: 1, ..settings() };
        let (_, found) = chosen(&bilingual(), &one, &Asked::default(), &Mailed::default());
        assert_eq!(found.len(), 2);
        assert!(found[1].starts_with("too-many-posts 2 posts in `de` were never mailed"), "{found:?}");
    }

    #[test]
    fn a_post_without_authors_is_by_those_of_the_site() {
        let asked = |name: &str| Asked {
            only: vec![(Taxonomy::Author, name.to_owned())],
            main_authors: vec![Author { name: "Ada Example".into(), ..Author::default() }],
            ..Asked::default()
        };
        assert_eq!(paths(&asked("ada example"), &Mailed::default()).len(), 3);
        assert_eq!(paths(&asked("Eve"), &Mailed::default()).len(), 0);
    }

    #[test]
    fn posts_of_no_known_language_are_in_none_that_is_asked_for() {
        assert_eq!(paths(&Asked { language: Some("fr".into()), ..Asked::default() }, &Mailed::default()).len(), 0);
    }

    #[test]
    fn a_post_without_a_hash_is_known_by_id_and_path_only() {
        let mailed = Mailed { hashes: [String::new()].into(), ..Mailed::default() };
        let now = date("2026-11-22 12:00:00");
        let Ok((chosen, _)) = choose(&usual(), &settings(), &Asked::default(), &mailed, now, |_| Ok::<_, Infallible>(None));
        assert_eq!(chosen.posts.len(), 3);
    }

    #[test]
    fn a_post_that_says_so_is_in_no_edition() {
        let site = site(vec![Post { in_newsletter: false, ..post("posts/a.md", "2026-11-10") }]);
        let (paths, _) = chosen(&site, &settings(), &Asked::default(), &Mailed::default());
        assert_eq!(paths, [] as [&str; 0]);
    }
}
