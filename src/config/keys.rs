//! The KEYS table: every key of `postrider.yaml` with its type, its default, an example and one sentence of meaning.
//! Reading, "did you mean", `postrider schema`, the reference in the README and the file that `init` writes all come
//! from it, so a key is added in one line.

/// One key.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Where it stands, with dots; `*` stands for a name that the user chooses.
    pub path: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// The default as YAML; empty for none.
    pub default: &'static str,
    /// An example as YAML, for the commented file; empty where the default shows it.
    pub example: &'static str,
    /// What it means, in one sentence.
    pub doc: &'static str,
}

/// What a value may be. How each is checked is in `check`, how each is described in `schema`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Plain text; an output has it on one line.
    Text,
    /// A template, as it is written.
    Template,
    /// Plain text of one or more lines.
    Lines,
    /// Text for a header of mails or a login: on one line as it is written.
    Line,
    /// `true` or `false`.
    Flag,
    /// A whole number from 1.
    Count,
    /// The number of a port, from 1 to 65535.
    Port,
    /// A number of entries, or `all`.
    Entries,
    /// A number of bytes such as `512KB`, or `none`.
    Bytes,
    /// A span of time such as `30d`.
    Duration,
    /// One of a few words.
    OneOf(&'static [&'static str]),
    /// One or more of a few words, each once.
    SomeOf(&'static [&'static str]),
    /// The site's address: an absolute http(s) URL without query and fragment.
    SiteUrl,
    /// An absolute http(s) URL.
    Url,
    /// One absolute http(s) URL or a list of them.
    Urls,
    /// An absolute URL, or a path under the site's address.
    UrlOrPath,
    /// A language tag (RFC 5646).
    Language,
    /// A name of the IANA time zone database.
    Timezone,
    /// `name`, `{name, email, uri}`, or a list of these.
    Authors,
    /// A folder inside the site.
    Folder,
    /// A folder inside the site, or an absolute one.
    Output,
    /// One glob or a list of globs, relative to the site.
    Globs,
    /// The name of a published file, relative to `output`.
    File,
    /// The name of a published file, or `false` for none.
    FileOrOff,
    /// The path of a language under the site's address.
    UrlPath,
    /// The pattern of permalinks.
    Permalink,
    /// The pattern of a feed's folder with `:slug`; `true` for the usual one, `false` for none.
    FeedFolder,
    /// One name of a finding or a list of them.
    Codes,
    /// An e-mail address, with or without a name before it.
    Mailbox,
    /// An e-mail address that may hold `{token}`.
    Bounces,
    /// An e-mail address that may hold `{token}`, itself or in a subject.
    Leaving,
    /// A host name.
    Domain,
    /// An https URL that holds `{token}`.
    TokenUrl,
    /// A date, or a date and a time.
    Date,
    /// When something is due again and again.
    Schedule,
    /// One text or a list of them.
    Texts,
    /// The path of a file or folder, or a database URL without a password.
    Ledger,
}

const fn key(path: &'static str, kind: Kind, default: &'static str, example: &'static str, doc: &'static str) -> Key {
    Key { path, kind, default, example, doc }
}

/// What a name chosen by the user is called in the commented file: the group, and the name in place of its `*`.
pub(super) const EXAMPLE_NAMES: &[(&str, &str)] = &[
    ("languages", "de"),
    ("content.shortcodes", "youtube"),
    ("validate.paths", "old/*.xml"),
    ("newsletter.headers", "X-Site"),
    ("newsletter.dkim.keys", "mail"),
    ("newsletter.smtp.per_domain", "example.com"),
];

/// What a relay may replace in a mail, and a signature therefore leave out; never whom it is from and to, what it is about and how
/// to leave (RFC 6376 §5.4.1, RFC 8058 §4).
const REPLACED: &[&str] = &["Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "List-Id", "List-Archive"];

/// The generators whose configuration is read.
const FROM: &[&str] = &["auto", "none", "jekyll", "hugo", "zola", "pelican", "eleventy", "astro", "obsidian"];

const FORMATS: &[&str] = &["rss", "atom", "json"];

/// The profiles of the validator.
pub(crate) const PROFILES: &[&str] = &["strict", "w3c", "podcast"];

/// Every key, in the order of the documentation.
pub const KEYS: &[Key] = &[
    key(
        "site.from",
        Kind::OneOf(FROM),
        "auto",
        "",
        "Whose configuration fills the gaps of this one; if written out, also what that generator does where its own says nothing.",
    ),
    key("site.url", Kind::SiteUrl, "", "https://example.org/", "The site's address, with which every URL of a feed begins."),
    key("site.title", Kind::Text, "", "Notes from the road", "The title of the feeds; without one, the host name of `site.url`."),
    key(
        "site.description",
        Kind::Text,
        "",
        "Travels by train, once a week",
        "One sentence on what the site is about; without one, the title.",
    ),
    key("site.language", Kind::Language, "", "en", "The language most posts are written in."),
    key("site.timezone", Kind::Timezone, "UTC", "Europe/Berlin", "The zone of dates that are written without one."),
    key("site.author", Kind::Authors, "", "{name: Ada Example, uri: https://example.org/ada}", "Who wrote the posts that name nobody."),
    key("site.copyright", Kind::Text, "", "© 2026 Ada Example", "The copyright notice of the feeds."),
    key("site.license", Kind::Url, "", "https://creativecommons.org/licenses/by/4.0/", "The address of the licence of the posts."),
    key("site.icon", Kind::UrlOrPath, "", "/icon.png", "A small square picture of the site."),
    key("site.image", Kind::UrlOrPath, "", "/cover.jpg", "A large picture for the feeds."),
    key(
        "languages.*.title",
        Kind::Text,
        "",
        "Notizen von unterwegs",
        "The title of the feeds of a further language; without one, the site's.",
    ),
    key("languages.*.description", Kind::Text, "", "Mit der Bahn, einmal die Woche", "The description of the feeds of a further language."),
    key("languages.*.path", Kind::UrlPath, "", "/de/", "Where a further language lives under the site's address; without one, `/TAG/`."),
    key(
        "posts",
        Kind::Globs,
        "",
        "posts/",
        "Folders, files or globs of posts; without them `posts/`, `_posts/` or `content/`, whichever is there.",
    ),
    key("exclude", Kind::Globs, "", "[\"posts/private/**\"]", "Globs of files that are no posts."),
    key(
        "permalink",
        Kind::Permalink,
        "/:year/:month/:slug/",
        "",
        "The address of posts that name none, with placeholders such as `:year`; also `pretty`, `date`, `ordinal`, `weekdate` or `none` as in Jekyll.",
    ),
    key("output", Kind::Output, "public", "", "The folder that is served at `site.url`: inside the site, or an absolute path."),
    key("feeds.formats", Kind::SomeOf(FORMATS), "[rss, atom, json]", "", "Which formats are written."),
    key(
        "feeds.files.rss",
        Kind::File,
        "rss.xml",
        "",
        "The file name of the RSS feed; naming it allows replacing a file that another program wrote.",
    ),
    key("feeds.files.atom", Kind::File, "atom.xml", "", "The file name of the Atom feed; likewise."),
    key("feeds.files.json", Kind::File, "feed.json", "", "The file name of the JSON Feed; likewise."),
    key("feeds.entries", Kind::Entries, "20", "", "How many entries a feed carries, the newest first; `all` for every one."),
    key(
        "feeds.bytes",
        Kind::Bytes,
        "512KB",
        "",
        "How large a feed may become (KB is 1,000 bytes) before old entries leave it; `none` for no limit.",
    ),
    key("feeds.content", Kind::OneOf(&["full", "summary"]), "full", "", "Whether entries carry the whole post or its summary."),
    key(
        "feeds.by.tag",
        Kind::FeedFolder,
        "false",
        "feeds/tag/:slug/",
        "The folder of one feed for each tag; `true` for `feeds/tag/:slug/`.",
    ),
    key(
        "feeds.by.category",
        Kind::FeedFolder,
        "false",
        "feeds/category/:slug/",
        "The folder of one feed for each category; `true` for `feeds/category/:slug/`.",
    ),
    key(
        "feeds.by.author",
        Kind::FeedFolder,
        "false",
        "feeds/author/:slug/",
        "The folder of one feed for each author; `true` for `feeds/author/:slug/`.",
    ),
    key(
        "feeds.by.section",
        Kind::FeedFolder,
        "false",
        "feeds/section/:slug/",
        "The folder of one feed for each folder below the posts folder; `true` for `feeds/section/:slug/`.",
    ),
    key("feeds.hub", Kind::Urls, "", "https://hub.example.org/", "A WebSub hub that tells readers of new entries, or a list of them."),
    key(
        "feeds.archives",
        Kind::Flag,
        "false",
        "true",
        "Whether the entries that leave a main feed stay reachable in archive pages (RFC 5005), of `feeds.entries` each; postrider.lock keeps which.",
    ),
    key("feeds.subscribe_page", Kind::FileOrOff, "subscribe.html", "", "The page for people that lists all feeds; `false` for none."),
    key("feeds.opml", Kind::FileOrOff, "feeds.opml", "", "The list of all feeds for reader programs; `false` for none."),
    key(
        "feeds.autodiscovery",
        Kind::FileOrOff,
        "feeds/autodiscovery.html",
        "",
        "The links to the feeds, to be put into the head of each page; `false` for none.",
    ),
    key(
        "content.repair_encoding",
        Kind::Flag,
        "false",
        "true",
        "Whether text that was read in the wrong encoding once (`itâ€™s`) is mended in the output.",
    ),
    key(
        "content.shortcodes.*",
        Kind::Template,
        "",
        "\"<a href='https://video.example/{{ args[0] }}'>{{ title or 'Video' }}</a>\"",
        "A template for what an entry shows in the place of a shortcode, Liquid tag or include of that name; an empty one shows nothing.",
    ),
    key(
        "validate.profile",
        Kind::OneOf(PROFILES),
        "",
        "strict",
        "What feeds are judged for: every warning is an error, only what W3C's validator says, or podcasts.",
    ),
    key(
        "validate.allow",
        Kind::Codes,
        "",
        "[missing-guid]",
        "Findings in feeds that are not reported, by the names that `postrider explain` lists.",
    ),
    key(
        "validate.deny",
        Kind::Codes,
        "",
        "[duplicate-entries]",
        "Findings in feeds that count as errors; `warnings` stands for all of them.",
    ),
    key("validate.paths.*.profile", Kind::OneOf(PROFILES), "", "podcast", "What the files of a glob are judged for."),
    key("validate.paths.*.allow", Kind::Codes, "", "[missing-guid]", "Findings that are not reported in the files of a glob."),
    key("validate.paths.*.deny", Kind::Codes, "", "[warnings]", "Findings that count as errors in the files of a glob."),
    key("newsletter.id", Kind::Line, "main", "", "The newsletter's name in the ledger and in List-Id; it never changes."),
    key("newsletter.from", Kind::Mailbox, "", "Ada Example <ada@example.org>", "Who the mails are from."),
    key("newsletter.reply_to", Kind::Mailbox, "", "ada@example.org", "Who gets the replies."),
    key(
        "newsletter.envelope_from",
        Kind::Bounces,
        "",
        "bounces+{token}@example.org",
        "Who gets the bounces; `{token}` stands for the recipient's token. Without one, `from`.",
    ),
    key("newsletter.headers.*", Kind::Line, "", "notes", "A further header field of every mail."),
    key(
        "newsletter.subject",
        Kind::Line,
        "",
        "\"{{ posts[0].name }} {{ words.and_more }}\"",
        "The template of the subject; without one, the look's own.",
    ),
    key(
        "newsletter.template",
        Kind::Text,
        "letter",
        "magazine",
        "The look of the mails: `letter`, `magazine`, or a folder of your own in `templates`.",
    ),
    key("newsletter.content", Kind::OneOf(&["full", "summary", "titles"]), "full", "", "How much of each post a mail carries."),
    key(
        "newsletter.start_from",
        Kind::Date,
        "",
        "2026-01-01",
        "Posts before this date are never mailed; without one, `max_age` before the first edition.",
    ),
    key("newsletter.max_age", Kind::Duration, "30d", "", "How old a post may be to be mailed."),
    key("newsletter.max_entries", Kind::Count, "20", "", "How many posts one edition may carry."),
    key(
        "newsletter.postal_address",
        Kind::Lines,
        "",
        "Example Street 1, 12345 Example",
        "The sender's postal address at the foot of each mail, or `none`.",
    ),
    key(
        "newsletter.unsubscribe_url",
        Kind::TokenUrl,
        "",
        "https://example.org/unsubscribe/{token}",
        "The address of the unsubscribe link, https, with `{token}`.",
    ),
    key(
        "newsletter.unsubscribe_mailto",
        Kind::Leaving,
        "",
        "unsubscribe@example.org",
        "The address that takes unsubscribe mails; it or its `?subject=` may hold `{token}`, and an address alone gets a subject with it.",
    ),
    key(
        "newsletter.archive",
        Kind::Url,
        "",
        "https://example.org/letters/",
        "Where earlier editions can be read: a link at the foot of each mail, and List-Archive.",
    ),
    key(
        "newsletter.schedule",
        Kind::Schedule,
        "",
        "weekly on friday 09:00",
        "When an edition is due, for `--if-due`: `daily`, `weekly on` days or `monthly on` days, and a time; without one, midnight.",
    ),
    key("newsletter.dkim.domain", Kind::Domain, "", "example.org", "The domain that signs the mails; without one, that of `from`."),
    key(
        "newsletter.dkim.keys.*",
        Kind::Text,
        "",
        "/etc/postrider/dkim.pem",
        "The file of a signing key, under the name of its selector; each key signs every mail.",
    ),
    key(
        "newsletter.dkim.unsigned",
        Kind::SomeOf(REPLACED),
        "",
        "[Date, Message-ID]",
        "Header fields that are left unsigned because the relay replaces them, as Amazon SES does.",
    ),
    key("newsletter.smtp.host", Kind::Domain, "", "smtp.example.org", "The mail server."),
    key("newsletter.smtp.port", Kind::Port, "", "587", "Its port; without one, 587, 465 with `tls: implicit`, 25 with `tls: none`."),
    key(
        "newsletter.smtp.tls",
        Kind::OneOf(&["required", "implicit", "none"]),
        "required",
        "",
        "How the connection is encrypted: by STARTTLS, from the first byte, or not, for servers on this machine and, without `username`, in a private network.",
    ),
    key("newsletter.smtp.ca", Kind::Text, "", "/etc/postrider/ca.pem", "A file of a further certificate to trust."),
    key("newsletter.smtp.username", Kind::Line, "", "ada", "The user name; the password is POSTRIDER_SMTP_PASSWORD in the environment."),
    key(
        "newsletter.smtp.auth",
        Kind::OneOf(&["plain", "login", "xoauth2"]),
        "",
        "plain",
        "How to log in; without it, the first of these that the server offers.",
    ),
    key("newsletter.smtp.ehlo", Kind::Domain, "", "example.org", "The name that is said to the server; without one, the domain of `from`."),
    key("newsletter.smtp.connections", Kind::Count, "2", "", "How many connections are open at once."),
    key("newsletter.smtp.per_connection", Kind::Count, "", "100", "How many mails go over one connection."),
    key("newsletter.smtp.per_second", Kind::Count, "", "10", "How many mails are sent in a second."),
    key("newsletter.smtp.per_hour", Kind::Count, "", "1000", "How many mails are sent in an hour."),
    key("newsletter.smtp.per_day", Kind::Count, "", "10000", "How many mails are sent in a day."),
    key("newsletter.smtp.per_domain.*", Kind::Count, "", "500", "How many mails are sent in an hour to the addresses of that domain."),
    key(
        "newsletter.transport",
        Kind::OneOf(&["smtp", "sendmail", "eml"]),
        "smtp",
        "",
        "How mails leave: over SMTP, through a program that is called as sendmail is, or as files for you to look at, which send nothing.",
    ),
    key("newsletter.sendmail", Kind::Text, "", "/usr/sbin/sendmail", "The program of the transport `sendmail`."),
    key("newsletter.eml", Kind::Text, "", "mails", "The folder of the transport `eml`."),
    key("templates", Kind::Folder, "templates", "", "The folder whose files override the built-in templates."),
    key(
        "ledger",
        Kind::Ledger,
        ".postrider/ledger.db",
        "",
        "Where subscribers and editions are kept: a file, or a database URL without a password, which goes into POSTRIDER_LEDGER.",
    ),
];

/// What a path of the configuration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A key with a value of its own.
    Leaf(&'static Key),
    /// A mapping of further keys.
    Group,
}

/// Returns what stands at a path of names, where a name of the user's choice may stand in place of `*`.
pub(super) fn find(path: &[String]) -> Option<Found> {
    let fits = |key: &Key| {
        let mut parts = key.path.split('.');
        path.iter().all(|name| parts.next().is_some_and(|part| part == name || part == "*"))
    };
    let depth = |key: &Key| key.path.split('.').count();
    let leaf = KEYS.iter().find(|key| depth(key) == path.len() && fits(key)).map(Found::Leaf);
    leaf.or_else(|| KEYS.iter().any(|key| depth(key) > path.len() && fits(key)).then_some(Found::Group))
}

/// Returns the names that may stand below a path; none where the user chooses them.
pub(super) fn names_below(path: &[String]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in KEYS {
        let mut parts = key.path.split('.');
        let below = path.iter().all(|name| parts.next().is_some_and(|part| part == name || part == "*"));
        if let Some(name) = parts.next().filter(|name| below && *name != "*" && !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn paths_are_unique_and_documented_in_one_sentence() {
        for (at, key) in KEYS.iter().enumerate() {
            assert!(KEYS.iter().skip(at + 1).all(|other| other.path != key.path), "{}", key.path);
            assert!(key.doc.ends_with('.') && key.doc.len() < 160 && !key.doc.contains('|'), "{}", key.path);
            assert!(!key.default.is_empty() || !key.example.is_empty(), "{} shows nothing", key.path);
        }
    }

    #[test]
    fn every_star_has_an_example_name() {
        for key in KEYS.iter().filter(|key| key.path.contains('*')) {
            let group = key.path.split(".*").next().expect("a path");
            assert!(EXAMPLE_NAMES.iter().any(|(name, _)| *name == group), "{group}");
        }
    }

    #[test]
    fn a_path_is_a_leaf_a_group_or_unknown() {
        assert!(matches!(find(&path("languages.de.title")), Some(Found::Leaf(_))));
        assert_eq!(find(&path("languages.de")), Some(Found::Group));
        assert_eq!(find(&path("site.titel")), None);
        assert_eq!(find(&path("site.title.x")), None);
    }
}
