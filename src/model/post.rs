use super::{Author, ContentHash, Date, HugoPost, Terms};

/// What is known of a post from its front matter and its file name. The body is read only when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own about the post")]
pub struct Post {
    /// The file, relative to the site's root, with `/`.
    pub path: String,
    /// Where the body begins, in bytes of the decoded text.
    pub body: usize,
    /// The hash of what it says, where it was read whole.
    pub hash: Option<ContentHash>,
    /// The title as plain text (entities decoded once, mark-up stripped); `None` for a titleless post.
    pub title: Option<String>,
    /// The title as the front matter writes it, where that is another text: addresses are made of it.
    pub title_written: Option<Box<str>>,
    /// Whether the title is the name of the file: what the post says has none then.
    pub title_from_name: bool,
    /// Whether the first heading of the body may give the title (and then leaves the body).
    pub title_from_heading: bool,
    /// When it was first published (RFC 4287 §4.2.9).
    pub published: Date,
    /// Whether `published` was written without an offset, so that the site's zone decides which moment it is.
    pub in_site_zone: bool,
    /// When it was last changed in a way its author finds worth telling (RFC 4287 §4.2.15).
    pub updated: Option<Date>,
    /// When it stops being shown.
    pub expires: Option<Date>,
    /// Why the author keeps it from being read, if so.
    pub hidden: Option<Hidden>,
    /// `feed: false`: on the site, but in no feed.
    pub in_feed: bool,
    /// `newsletter: false`: in no edition.
    pub in_newsletter: bool,
    /// The permalink as written (`permalink`, `url`, `path`); may hold placeholders.
    pub permalink: Option<String>,
    /// The last part of the permalink where the post names none: from `slug` or the file name.
    pub slug: String,
    /// The slug as the front matter writes it, where that is another text.
    pub slug_written: Option<Box<str>>,
    /// Whether the front matter names the slug.
    pub slug_given: bool,
    /// `guid` or `id` from the front matter.
    pub id: Option<String>,
    /// The keys of titles, names and terms that are written with a line break or another control character. Feeds get them mended;
    /// what may stand in the header of a mail must not be.
    pub breaks: Vec<String>,
    /// Tags: trimmed, without duplicates, in the author's order.
    pub tags: Terms,
    /// Categories: likewise.
    pub categories: Terms,
    /// Authors in the author's order; empty when the site's are meant.
    pub authors: Vec<Author>,
    /// The summary from the front matter, plain text.
    pub summary: Option<String>,
    /// Whether a `<!-- more -->` in the body outweighs `summary`, as in Hugo and Zola.
    pub divider_first: bool,
    /// What ends the summary in the body instead of `<!-- more -->` (Jekyll's `excerpt_separator`).
    pub excerpt_separator: Option<Box<str>>,
    /// The post's image as written: a URL or a path.
    pub image: Option<String>,
    /// Attached media files as written.
    pub enclosures: Vec<EnclosureRef>,
    /// The language as written in the front matter or the file name (RFC 5646).
    pub language: Option<String>,
    /// Whether the language comes from the file name (`a.de.md`): then the post is a translation.
    pub translation: bool,
    /// Whether it comes from the folder that the file lies in (`content/de/a.md`).
    pub is_in_language_folder: bool,
    /// Where a link post points to.
    pub external_url: Option<String>,
    /// The first folder below the posts folder, for `feeds.by: section`.
    pub section: Option<String>,
    /// What is known of a post of Hugo's beside that, where it is anything.
    pub hugo: Option<Box<HugoPost>>,
    /// Whether the front matter says that `$…$` is mathematics.
    pub math: bool,
    /// Whether its generator runs Liquid, or its like, in the body: elsewhere `{{ name }}` is text.
    pub has_liquid: bool,
}

/// Why a post is not to be read (yet).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// `draft: true`, `status: draft`, `_drafts/`: shown with `--drafts`.
    Draft,
    /// `published: false`, `publish: false`, `hidden: true`, `status: hidden`, `render: false`: never shown.
    Unpublished,
}

/// An attached media file as the front matter names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnclosureRef {
    /// A URL or a path.
    pub url: String,
    /// The length in bytes, where written.
    pub length: Option<u64>,
    /// The media type, where written.
    pub media_type: Option<String>,
    /// The playing time in seconds, where written.
    pub duration: Option<u64>,
    /// A title for people, where written.
    pub title: Option<String>,
}

impl Post {
    /// Returns when readers could first see it: a post may be dated earlier than it appeared.
    #[must_use]
    pub fn came_out(&self) -> Date {
        self.appears().max(self.published)
    }

    /// Returns from when on it is shown.
    #[must_use]
    pub fn appears(&self) -> Date {
        self.hugo.as_ref().and_then(|hugo| hugo.appears).unwrap_or(self.published)
    }

    /// Returns its terms in a taxonomy of the site's own.
    pub fn own_terms(&self, taxonomy: u8) -> impl Iterator<Item = &String> {
        let terms = self.hugo.iter().flat_map(|hugo| &hugo.terms);
        terms.filter(move |(own, _)| *own == taxonomy).map(|(_, term)| term)
    }

    /// Returns the section whose feed it is in.
    #[must_use]
    pub fn section_of_feed(&self) -> Option<&str> {
        self.hugo.as_ref().and_then(|hugo| hugo.subsection.as_deref()).or(self.section.as_deref())
    }

    /// Gives memory back that its texts and lists do not need: there may be a hundred thousand posts.
    pub fn shrink(&mut self) {
        let texts = [&mut self.path, &mut self.slug].into_iter().chain(&mut self.title).chain(&mut self.summary).chain(&mut self.section);
        texts.for_each(String::shrink_to_fit);
        self.authors.shrink_to_fit();
        self.enclosures.shrink_to_fit();
    }
}

#[cfg(test)]
impl Post {
    /// Returns a post of a file and a date, and nothing else, for tests.
    pub(crate) fn sample(path: &str, published: Date) -> Post {
        let slug = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md").to_owned();
        Post {
            path: path.to_owned(),
            body: 0,
            hash: None,
            title: Some(slug.clone()),
            title_written: None,
            title_from_name: false,
            title_from_heading: false,
            published,
            in_site_zone: false,
            updated: None,
            expires: None,
            hidden: None,
            in_feed: true,
            in_newsletter: true,
            permalink: None,
            slug,
            slug_written: None,
            slug_given: false,
            id: None,
            tags: Terms::default(),
            categories: Terms::default(),
            authors: Vec::new(),
            summary: None,
            divider_first: false,
            excerpt_separator: None,
            image: None,
            enclosures: Vec::new(),
            language: None,
            translation: false,
            is_in_language_folder: false,
            external_url: None,
            section: None,
            hugo: None,
            math: false,
            has_liquid: true,
            breaks: Vec::new(),
        }
    }
}
