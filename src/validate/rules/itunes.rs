//! What Apple wants of a podcast besides the values of its elements.

use super::Rule;
use crate::diagnostic::Span;
use crate::validate::codes::{
    INVALID_KEYWORDS, ITEM_WITHOUT_EPISODE, MISSING_ITUNES_ELEMENT, MISSING_ITUNES_EMAIL, NOT_UTF8, PODCAST_NOT_RSS, TOO_LONG,
    UNSUPPORTED_ITUNES_FORMAT,
};
use crate::validate::findings::{Findings, Located};
use crate::validate::kind::Kind;
use crate::validate::scene::{Facts, Frame, Scene, Seen};
use crate::validate::table::{Fact, Role};
use crate::validate::vocabulary::itunes::LIMITS;
use crate::xml::Ns;

/// The formats that Apple takes, by the endings of their files.
const FORMATS: [&str; 7] = ["m4a", "mp3", "mov", "mp4", "m4v", "pdf", "epub"];

/// Endings of programs and pages, which tell nothing of what they give.
const PROGRAMS: [&str; 13] = ["php", "phtml", "asp", "aspx", "ashx", "cgi", "pl", "jsp", "do", "html", "htm", "xhtml", "cfm"];

/// Elements that a feed may have which is none that Apple lists: they move or hide one.
const ASIDE: [&str; 3] = ["new-feed-url", "block", "complete"];

const SPEC: &str = "Apple Podcasts, podcast requirements";

/// Looks at feeds with elements of Apple.
#[derive(Debug, Default)]
pub(super) struct Itunes {
    is_podcast: bool,
    /// How many entries have a file, and how many have none.
    episodes: usize,
    others: usize,
    /// The entries without a file, in a feed that is to be a podcast.
    silent: Vec<Located>,
    /// Whether Apple is told not to list it.
    is_blocked: bool,
    /// The root's name and where it begins.
    root: Option<(String, Span)>,
}

impl Rule for Itunes {
    fn start(&mut self, scene: &Scene<'_, '_>, _findings: &mut Findings) {
        self.is_podcast |= scene.surroundings.podcast || is_itunes(scene.here());
        if self.root.is_none() {
            self.root = Some((scene.here().tag.name.to_owned(), scene.here().tag.span.clone()));
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if is_itunes(here) {
            check_text(scene, findings);
            self.is_blocked |= here.tag.local == "block" && scene.is_in(Role::FEED) && here.text.value().trim().eq_ignore_ascii_case("yes");
        } else if self.is_podcast && here.role().meets(Role::FEED) {
            check_encoding(scene, findings);
            let says_so = |seen: &Seen<'_>| seen.vocabulary.prefix == "itunes" && !ASIDE.contains(&seen.element.name);
            // Newsletters put such elements into every feed, for the few entries that can be heard, and tell Apple to leave it.
            let has_episodes = if self.episodes > 0 { self.episodes >= self.others } else { here.seen.iter().any(says_so) };
            if has_episodes && !scene.surroundings.podcast && !self.is_blocked {
                check_required(scene, findings);
            } else if scene.surroundings.podcast && scene.kind == Kind::Rss20 {
                self.check_podcast(scene, findings);
            }
        }
    }

    fn entry(&mut self, scene: &Scene<'_, '_>, told: &Facts<'_>, findings: &mut Findings) {
        let is_picture =
            |url: &str| [".jpg", ".jpeg", ".png", ".gif", ".webp"].iter().any(|ending| url.to_ascii_lowercase().ends_with(ending));
        let mut files = told.all(Fact::Enclosure).filter(|enclosure| !is_picture(enclosure.value.trim()));
        let is_episode = files.next().is_some();
        *(if is_episode { &mut self.episodes } else { &mut self.others }) += 1;
        if scene.surroundings.podcast && !is_episode {
            let here = scene.here();
            let message = format!("`{}` has no `enclosure`, so apps for podcasts leave it out", here.tag.name);
            self.silent.push(Located::here(scene, here.tag.span.clone(), message));
        }
        for enclosure in told.all(Fact::Enclosure).filter(|enclosure| self.is_podcast && !is_picture(enclosure.value.trim())) {
            if let Some(ending) = unsupported(&enclosure.value) {
                let message = format!("`.{ending}` is a format that Apple Podcasts does not play");
                let found = findings.add(scene, &UNSUPPORTED_ITUNES_FORMAT, enclosure.span.clone(), message);
                found.child(enclosure.name).spec(SPEC).help("offer an MP3, M4A, MP4, M4V, MOV, PDF or EPUB file");
            }
        }
    }

    fn feed(&mut self, scene: &Scene<'_, '_>, _told: &Facts<'_>, findings: &mut Findings) {
        if scene.surroundings.podcast && scene.kind.is_feed() && scene.kind != Kind::Rss20 {
            let (name, span) = self.root.take().unwrap_or_default();
            let message = format!("directories of podcasts take RSS 2.0 only, and this is `{}`", scene.kind.name());
            findings.add_at(&PODCAST_NOT_RSS, span, name, message).spec(SPEC).help("offer the podcast as RSS 2.0");
        }
    }
}

impl Itunes {
    /// Judges a feed that is to be a podcast, whatever it holds.
    fn check_podcast(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        if !self.is_blocked {
            check_required(scene, findings);
        }
        if self.episodes == 0 {
            let here = scene.here();
            let found =
                findings.add(scene, &MISSING_ITUNES_ELEMENT, here.tag.span.clone(), "the podcast has no `item` with an `enclosure`");
            found
                .child("item")
                .spec(SPEC)
                .help("add an `item` that has an `enclosure` with `url`, `length` and `type` of the sound or film");
            return;
        }
        for item in self.silent.drain(..) {
            findings.add_located(&ITEM_WITHOUT_EPISODE, item).spec(SPEC).help("add its `enclosure`, or leave posts to a feed of their own");
        }
    }
}

fn is_itunes(frame: &Frame<'_>) -> bool {
    frame.row.is_some() && frame.vocabulary.is_some_and(|vocabulary| vocabulary.prefix == "itunes")
}

/// Judges texts that are too long, and keywords without commas.
fn check_text(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let Some((_, limit)) = LIMITS.iter().find(|(name, _)| *name == here.tag.local) else { return };
    let value = here.text.value();
    let locate = |range| here.text.locate(scene.reader, &range).unwrap_or_else(|| here.tag.span.clone());
    if let Err(flaw) = crate::text::value::name::at_most(&value, *limit) {
        let message = format!("`{}` {}; Apple takes {limit}", here.tag.name, flaw.reason);
        findings.add(scene, &TOO_LONG, locate(flaw.range), message).help(format!("shorten it to {limit} characters"));
    }
    let words = value.trim();
    if here.tag.local == "keywords" && words.contains(char::is_whitespace) && !words.contains(',') {
        let start = value.len() - value.trim_start().len();
        let message = format!("`{}` has no comma between keywords, so they are one", here.tag.name);
        findings.add(scene, &INVALID_KEYWORDS, locate(start..start + words.len()), message).help("put a comma between keywords");
    }
}

/// Reports an encoding other than UTF-8, which Apple asks for.
fn check_encoding(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let Some((name, span)) = scene.reader.declared_encoding() else { return };
    if !["utf-8", "utf8", "us-ascii"].iter().any(|known| known.eq_ignore_ascii_case(name.trim())) {
        let message = format!("the feed is in `{name}`, and Apple Podcasts wants UTF-8");
        findings.add(scene, &NOT_UTF8, span, message).spec(SPEC).help("convert the feed to UTF-8");
    }
}

/// Reports what Apple does not list a podcast without.
fn check_required(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let names_language = |frame: &Frame<'_>| frame.attributes.iter().any(|attribute| attribute.ns == Ns::XML && attribute.local == "lang");
    let has_language =
        here.child("", "language").is_some() || here.child("dc", "language").is_some() || scene.frames.iter().any(names_language);
    let missing = ["image", "category", "explicit"].into_iter().filter(|name| here.child("itunes", name).is_none());
    let prefix = here.seen.iter().find(|seen| seen.vocabulary.prefix == "itunes").map_or("itunes", |seen| seen.tag.prefix);
    let names = missing.map(|name| format!("{prefix}:{name}")).chain((!has_language).then(|| "language".to_owned()));
    for name in names {
        let message = format!("the podcast has no `{name}`, which Apple requires");
        let found = findings.add(scene, &MISSING_ITUNES_ELEMENT, here.tag.span.clone(), message);
        found.child(&name).spec(SPEC).help(format!("add `{name}` to the `{}`", here.tag.name));
    }
    if here.child("itunes", "owner").is_none() {
        let name = format!("{prefix}:owner");
        let message = format!("the podcast has no `{name}` with a mail address, at which directories can verify whose it is");
        let found = findings.add(scene, &MISSING_ITUNES_EMAIL, here.tag.span.clone(), message);
        found.child(&name).spec(SPEC).help(format!("add `{name}` with `{prefix}:email`"));
    }
}

/// Returns the ending of a file that is in no format that Apple takes.
fn unsupported(url: &str) -> Option<String> {
    let path = url.trim().split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(Some(path), |(_, rest)| rest.split_once('/').map(|(_, path)| path))?;
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let is_ending = (2..=5).contains(&ending.len())
        && ending.bytes().all(|b| b.is_ascii_alphanumeric())
        && ending.bytes().any(|b| b.is_ascii_alphabetic());
    (is_ending && !FORMATS.contains(&ending.as_str()) && !PROGRAMS.contains(&ending.as_str())).then_some(ending)
}

#[cfg(test)]
mod tests {
    use super::unsupported;
    use crate::diagnostic::Source;
    use crate::validate::tests::findings_of;
    use crate::validate::{Surroundings, validate};

    fn podcast(channel: &str, item: &str) -> Vec<String> {
        let found = findings_of(&format!(
            "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>\
             <title>T</title><link>https://example.org/</link><description>D</description>{channel}\
             <item><title>I</title><guid>https://example.org/1</guid>{item}</item></channel></rss>"
        ));
        let about = |found: &String| found.contains("itunes") || found.contains("keywords") || found.contains("too-long");
        found.into_iter().filter(about).collect()
    }

    const WHOLE: &str = "<language>en</language><itunes:category text='Technology'/><itunes:explicit>false</itunes:explicit>\
        <itunes:image href='https://example.org/cover.jpg'/><itunes:owner><itunes:email>a@example.org</itunes:email></itunes:owner>";

    #[test]
    fn a_podcast_has_what_apple_requires() {
        let episode = "<enclosure url='https://example.org/1.mp3' length='1' type='audio/mpeg'/><itunes:duration>7:40</itunes:duration>";
        assert_eq!(podcast(WHOLE, ""), Vec::<String>::new());
        assert_eq!(
            podcast("<itunes:author>A</itunes:author>", ""),
            [
                "missing-itunes-element rss/channel/itunes:image",
                "missing-itunes-element rss/channel/itunes:category",
                "missing-itunes-element rss/channel/itunes:explicit",
                "missing-itunes-element rss/channel/language",
                "missing-itunes-email rss/channel/itunes:owner",
            ]
        );
        assert_eq!(podcast("<itunes:new-feed-url>https://example.org/rss.xml</itunes:new-feed-url>", ""), Vec::<String>::new());
        assert_eq!(podcast("", "<itunes:duration>7:40</itunes:duration>"), Vec::<String>::new());
        assert_eq!(podcast("", episode).len(), 5);
        assert_eq!(podcast(WHOLE, episode), Vec::<String>::new());
        // A newsletter with a few entries that can be heard.
        let letters = "<itunes:author>A</itunes:author><item><guid>b</guid></item><item><guid>c</guid></item>";
        assert_eq!(podcast(letters, episode), Vec::<String>::new());
        assert_eq!(podcast("<itunes:author>A</itunes:author><itunes:block>Yes</itunes:block>", ""), Vec::<String>::new());
    }

    /// Returns what the profile for podcasts finds, each as `code path`.
    fn to_be_podcast(text: &str) -> Vec<String> {
        let surroundings = Surroundings { url: None, now: chrono::DateTime::default(), html_judged: false, podcast: true };
        let found = validate(Source::new("feed.xml", text), surroundings).diagnostics;
        let ours = found
            .into_iter()
            .filter(|found| found.code.contains("itunes") || found.code.contains("podcast") || found.code.contains("episode"));
        ours.map(|found| format!("{} {}", found.code, found.subject.unwrap_or_default().path)).collect()
    }

    #[test]
    fn a_feed_that_is_to_be_a_podcast_is_judged_as_one_whatever_it_holds() {
        let text = "<rss version='2.0'><channel><title>T</title><item><guid>a</guid></item><item><guid>b</guid></item></channel></rss>";
        assert!(findings_of(text).iter().all(|found| !found.contains("itunes")));
        assert_eq!(
            to_be_podcast(text),
            [
                "missing-itunes-element rss/channel/itunes:image",
                "missing-itunes-element rss/channel/itunes:category",
                "missing-itunes-element rss/channel/itunes:explicit",
                "missing-itunes-element rss/channel/language",
                "missing-itunes-element rss/channel/item",
                "missing-itunes-email rss/channel/itunes:owner",
            ]
        );
    }

    #[test]
    fn posts_among_the_episodes_of_a_podcast_are_told_and_no_error() {
        let text = format!(
            "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>{WHOLE}<item><title>post</title></item>\
             <item><enclosure url='https://example.org/1.mp3' length='1' type='audio/mpeg'/></item></channel></rss>"
        );
        assert_eq!(to_be_podcast(&text), ["item-without-episode rss/channel/item"]);
    }

    #[test]
    fn a_podcast_in_another_format_than_rss_2_has_one_fault() {
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>tag:example.org,2026:1</id></entry></feed>";
        assert_eq!(to_be_podcast(atom), ["podcast-not-rss feed"]);
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":"a","content_text":"x"}]}"#;
        assert_eq!(to_be_podcast(json), ["podcast-not-rss "]);
        assert_eq!(to_be_podcast("<rss version='0.91'><channel/></rss>"), ["podcast-not-rss rss"]);
        assert_eq!(to_be_podcast("<html/>"), [""; 0]);
    }

    #[test]
    fn values_are_those_that_apple_knows() {
        for (inside, code) in [
            ("<itunes:explicit>maybe</itunes:explicit>", "invalid-yes-no-clean rss/channel/item/itunes:explicit"),
            ("<itunes:block/>", "invalid-yes-no-clean rss/channel/item/itunes:block"),
            ("<itunes:duration>1h</itunes:duration>", "invalid-duration rss/channel/item/itunes:duration"),
            ("<itunes:episodeType>extra</itunes:episodeType>", "invalid-itunes-episode-type rss/channel/item/itunes:episodeType"),
            ("<itunes:season>0</itunes:season>", "invalid-positive-integer rss/channel/item/itunes:season"),
            ("<itunes:image href='cover.jpg'/>", "invalid-full-link rss/channel/item/itunes:image@href"),
            ("<itunes:image/>", "missing-attribute rss/channel/item/itunes:image@href"),
            ("<itunes:isClosedCaptioned>1</itunes:isClosedCaptioned>", "invalid-yes-no rss/channel/item/itunes:isClosedCaptioned"),
            ("<itunes:keywords>one two</itunes:keywords>", "invalid-keywords rss/channel/item/itunes:keywords"),
            ("<itunes:wrong/>", "undefined-element rss/channel/item/itunes:wrong"),
            (
                "<itunes:category text='Arts'><itunes:category text='Tech News'/></itunes:category>",
                "invalid-itunes-category rss/channel/item/itunes:category/itunes:category@text",
            ),
            (
                "<itunes:category text='Games &amp; Hobbies'><itunes:category text='Video Games'/></itunes:category>",
                "obsolete-itunes-category rss/channel/item/itunes:category/itunes:category@text",
            ),
        ] {
            assert!(podcast(WHOLE, inside).contains(&code.to_owned()), "{inside}: {:?}", podcast(WHOLE, inside));
        }
        for inside in [
            "<itunes:explicit>TRUE</itunes:explicit><itunes:duration>1:20:00</itunes:duration><itunes:episodeType>Bonus</itunes:episodeType>",
            "<itunes:keywords>garden, tomato soup</itunes:keywords><itunes:block> yes </itunes:block>",
            "<itunes:category text='Leisure'><itunes:category text='Video Games'/></itunes:category>",
        ] {
            assert_eq!(podcast(WHOLE, inside), Vec::<String>::new(), "{inside}");
        }
    }

    #[test]
    fn a_summary_may_have_links_in_cdata_and_a_cover_is_a_jpeg_or_png() {
        let about = |inside: &str| {
            let found = findings_of(&format!(
                "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><title>T</title>\
                 <link>https://example.org/</link><description>D</description>{inside}</channel></rss>"
            ));
            found.into_iter().filter(|found| found.contains("html") || found.contains("image-")).collect::<Vec<_>>()
        };
        let link = "<a href='https://example.org/'>x</a>";
        assert_eq!(about(&format!("<itunes:summary><![CDATA[{link}]]></itunes:summary>")), Vec::<String>::new());
        let escaped = link.replace('<', "&lt;");
        assert_eq!(about(&format!("<itunes:summary>{escaped}</itunes:summary>")), ["contains-html rss/channel/itunes:summary"]);
        assert_eq!(about(&format!("<itunes:subtitle><![CDATA[{link}]]></itunes:subtitle>")), ["contains-html rss/channel/itunes:subtitle"]);
        for (file, judged) in [("a.jpg?x=.webp", false), ("a.PNG", false), ("a", false), ("a.webp", true), ("a.gif", true), ("a.svg", true)]
        {
            let found = about(&format!("<itunes:image href='https://example.org/{file}'/>"));
            let expected: &[&str] = if judged { &["image-url-format rss/channel/itunes:image@href"] } else { &[] };
            assert_eq!(found, expected, "{file}");
        }
    }

    #[test]
    fn texts_have_a_limit() {
        let text = |len: usize| format!("<itunes:subtitle>{}</itunes:subtitle>", "é".repeat(len));
        assert_eq!(podcast(WHOLE, &text(255)), Vec::<String>::new());
        assert_eq!(podcast(WHOLE, &text(256)), ["too-long rss/channel/item/itunes:subtitle"]);
    }

    #[test]
    fn files_are_judged_by_their_endings() {
        for (url, ending) in [
            ("https://example.org/a.mp3?x=.wmv", None),
            ("https://example.org/a.WMV", Some("wmv")),
            ("https://example.org/", None),
            ("https://example.org", None),
            ("https://example.org/get.php?file=a.ogg", None),
            ("https://example.org/v1.2/a.ogg#t", Some("ogg")),
            ("https://example.org/episode-1.25", None),
        ] {
            assert_eq!(unsupported(url).as_deref(), ending, "{url}");
        }
    }
}
