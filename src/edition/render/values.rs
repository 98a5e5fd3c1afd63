//! What the templates of a letter get.

use super::images::SHOWN;
use super::page::{LetterPage, LetterPost};
use super::recipient::Recipient;
use crate::html::{self, Scanner, Token};
use crate::model::slot::{MARK, Slot, field_name};
use crate::model::{Enclosure, MailContent};
use crate::template::{self, Use, Uses};
use crate::text::letter::{LetterWords, fill};
use crate::text::short::shorten;
use crate::text::url::safe_url;
use crate::text::wrap::wrap;
use crate::text::{chars, language};
use memchr::memmem;
use minijinja::context;
use minijinja::value::{Object, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a template gets: the name of each value; `[]` stands for each of a list. templates/README.md says what they are.
pub const VARIABLES: &[&str] = &[
    "site.title",
    "site.url",
    "language",
    "dir",
    "key",
    "title",
    "number",
    "date",
    "n",
    "intro.html",
    "intro.teaser",
    "intro.text",
    "posts[].title",
    "posts[].name",
    "posts[].url",
    "posts[].date",
    "posts[].day",
    "posts[].authors[]",
    "posts[].tags[]",
    "posts[].language",
    "posts[].dir",
    "posts[].content",
    "posts[].summary",
    "posts[].teaser",
    "posts[].html",
    "posts[].text",
    "posts[].image.url",
    "posts[].image.alt",
    "posts[].image.width",
    "posts[].image.height",
    "posts[].files[].url",
    "posts[].files[].name",
    "posts[].files[].about",
    "postal_address[]",
    "archive_url",
    "web_url",
    "unsubscribe_url",
    "subscriber.name",
    "subscriber.email",
    "subscriber.tags[]",
    "subscriber.fields",
    "subject",
    "preheader",
    "words.language",
    "words.contents",
    "words.number",
    "words.and_more",
    "words.why",
    "words.unsubscribe",
    "words.view_on_web",
    "words.archive",
    "words.read_on_web",
    "words.read_more",
];

/// How long the name of a titleless post is, in characters.
const NAME: usize = 60;

/// How long the beginning of a post is that fits beside a subject.
const TEASER: usize = 120;

/// The values of one letter, but for its own subject and preheader.
pub(super) struct Letter {
    values: BTreeMap<&'static str, Value>,
    posts: Vec<BTreeMap<&'static str, Value>>,
    /// The HTML of the author's opening.
    opening: Value,
    items: usize,
    pub(super) subject: String,
    pub(super) preheader: String,
}

impl Letter {
    pub(super) fn new(page: &LetterPage<'_>, recipient: &Recipient<'_>, uses: &Uses) -> Self {
        let language = page.language.unwrap_or_default();
        let words = page.words.letter();
        let more = page.posts.len().saturating_sub(1);
        let person = Person { recipient, uses };
        let opening = page.intro.map_or_else(|| Value::from(""), |intro| safe_html(intro.html));
        let intro = page.intro.map(|intro| context! { html => opening.clone(), text => body(intro.text), teaser => beginning(intro.html) });
        let address = page.postal_address.unwrap_or_default().lines().map(text).filter(|line| !line.trim().is_empty());
        let posts: Vec<_> = page.posts.iter().map(|post| post_slot(post, words, language)).collect();
        let values = [
            ("site", context! { title => text(page.site_title), url => url(page.site_url) }),
            ("language", text(language).into()),
            ("dir", language::direction(language).into()),
            ("key", text(page.key).into()),
            ("title", text(page.title.unwrap_or_default()).into()),
            ("number", page.number.map_or_else(String::new, |number| number.to_string()).into()),
            ("date", words.date(page.date).into()),
            ("n", more.into()),
            ("intro", intro.unwrap_or_else(|| context! { html => "", text => "", teaser => "" })),
            ("posts", Value::from(posts.clone())),
            ("postal_address", address.collect::<Vec<_>>().into()),
            ("archive_url", url(page.archive_url.unwrap_or_default()).into()),
            ("web_url", person.value(&Slot::WebUrl).into()),
            ("unsubscribe_url", person.value(&Slot::UnsubscribeUrl).into()),
            ("subscriber", person.slot()),
            ("words", words_slot(page, words, more)),
        ];
        let items = posts.len() + 1;
        Letter { values: values.into_iter().collect(), posts, opening, items, subject: String::new(), preheader: String::new() }
    }

    /// Gives the posts their texts: those are for the text part.
    pub(super) fn show_texts(&mut self, page: &LetterPage<'_>) {
        for (slot, post) in self.posts.iter_mut().zip(&page.posts) {
            let text = match post.content {
                MailContent::Full => body(&post.text),
                MailContent::Summary => wrap(&text(post.summary.as_deref().unwrap_or_default()), template::COLUMNS).join("\n"),
                _ => String::new(),
            };
            slot.insert("text", text.into());
        }
        self.values.insert("posts", self.posts.clone().into());
    }

    /// Returns the HTML of the opening and of the posts, as templates print it.
    pub(super) fn bodies(&self) -> Vec<&str> {
        let posts = self.posts.iter().filter_map(|post| post.get("html")?.as_str());
        self.opening.as_str().into_iter().chain(posts).filter(|html| !html.is_empty()).collect()
    }

    pub(super) fn items(&self) -> usize {
        self.items
    }

    pub(super) fn to_value(&self) -> Value {
        let mut values = self.values.clone();
        values.insert("subject", self.subject.as_str().into());
        values.insert("preheader", self.preheader.as_str().into());
        Value::from(values)
    }
}

fn words_slot(page: &LetterPage<'_>, words: &LetterWords, more: usize) -> Value {
    let number = page.number.map_or_else(String::new, |number| fill(words.number, &number.to_string()));
    let and_more = if more == 0 { String::new() } else { fill(words.and_more, &more.to_string()) };
    context! {
        language => page.language.filter(|tag| !tag.is_empty() && !page.words.are_of(tag)).map_or("", |_| words.language),
        contents => words.contents,
        number => number,
        and_more => and_more,
        why => fill(words.why, &text(page.site_title)),
        unsubscribe => words.unsubscribe,
        view_on_web => words.view_on_web,
        archive => words.archive,
        read_on_web => page.words.read_on_web,
        read_more => page.words.read_more,
    }
}

/// Returns what a template gets of a post, but for its plain text.
fn post_slot(post: &LetterPost, words: &LetterWords, letter: &str) -> BTreeMap<&'static str, Value> {
    let (title, summary) = (text(post.title.as_deref().unwrap_or_default()), text(post.summary.as_deref().unwrap_or_default()));
    let has_html = post.content >= MailContent::Part;
    let own = post.language.as_deref().unwrap_or_default();
    let teaser = if summary.is_empty() { beginning(&post.html) } else { shorten(&summary, TEASER) };
    let teaser = if teaser.is_empty() { shorten(&text(&first_picture(&post.html)), TEASER) } else { teaser };
    let name = match (title.is_empty(), teaser.is_empty()) {
        (false, _) => title.clone(),
        (true, false) => shorten(&teaser, NAME),
        (true, true) => text(&post.url),
    };
    let html = if has_html { safe_html(&post.html) } else { Value::from("") };
    let slots = [
        ("title", title.into()),
        ("name", name.into()),
        ("url", url(&post.url).into()),
        ("date", words.date(post.date).into()),
        ("day", post.date.format("%Y-%m-%d").to_string().into()),
        ("authors", post.authors.iter().map(|name| text(name)).collect::<Vec<_>>().into()),
        ("tags", post.tags.iter().map(|tag| text(tag)).collect::<Vec<_>>().into()),
        ("language", text(own).into()),
        ("dir", language::direction(if own.is_empty() { letter } else { own }).into()),
        ("content", post.content.name().into()),
        ("summary", if post.content == MailContent::Titles { "".into() } else { summary.into() }),
        ("teaser", teaser.into()),
        ("html", html),
        ("text", "".into()),
        ("image", image_slot(post, has_html)),
        ("files", files(post, words, has_html)),
    ];
    slots.into_iter().collect()
}

/// Returns what the first picture of some HTML shows that says it.
fn first_picture(html: &str) -> String {
    let shown = Scanner::new(html).find_map(|token| match token {
        Token::Start(tag) if tag.name == "img" => {
            let text = tag.attributes().find(|attribute| attribute.name == "alt")?.value;
            Some(chars::one_line(&html::decode_value(text))).filter(|text| !text.is_empty())
        }
        _ => None,
    });
    shown.unwrap_or_default()
}

/// Returns the post's picture, unless the letter shows it anyway.
fn image_slot(post: &LetterPost, has_html: bool) -> Value {
    let is_shown = |address: &str| has_html && post.html.contains(&html::attribute("src", address));
    let is_drawn = |address: &str| html::is_drawing(address);
    let image = post.image.as_ref().filter(|image| post.content != MailContent::Titles && !is_shown(&image.url) && !is_drawn(&image.url));
    let (width, height) = image.and_then(|image| image.size).map_or((SHOWN, 0), |(width, height)| {
        let shown = width.clamp(1, SHOWN);
        (shown, (u64::from(height) * u64::from(shown) / u64::from(width.max(1))) as u32)
    });
    context! {
        url => image.map_or_else(String::new, |image| url(&image.url)),
        alt => text(&post.image_alt),
        width => width,
        height => height,
    }
}

/// Returns the post's files, but for those that its own text links to.
fn files(post: &LetterPost, words: &LetterWords, has_html: bool) -> Value {
    let is_linked = |address: &str| has_html && post.html.contains(&html::attribute("href", address));
    let wanted = post.enclosures.iter().filter(|file| post.content != MailContent::Titles && !is_linked(&file.url));
    wanted.map(|file| file_slot(file, words)).collect()
}

fn file_slot(file: &Enclosure, words: &LetterWords) -> Value {
    let verb = match file.media_type.split('/').next() {
        Some("audio") => words.listen,
        Some("video") => words.watch,
        _ => words.download,
    };
    let path = file.url.split(['?', '#']).next().unwrap_or_default();
    let title = file.title.as_deref().or_else(|| path.rsplit('/').next()).unwrap_or_default();
    let name = if title.is_empty() { verb.to_owned() } else { format!("{verb}: {title}") };
    let size = file.length.filter(|length| *length > 0).map(bytes);
    let about = [Some(file.media_type.clone()).filter(|kind| !kind.is_empty()), size, file.duration.map(playing_time)];
    let about: Vec<String> = about.into_iter().flatten().collect();
    context! { url => url(&file.url), name => text(&name), about => text(&about.join(", ")) }
}

/// Returns a size as people read it. Without a decimal sign: each language has its own.
fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{} KB", (size + 500) / 1_000),
        _ => format!("{} MB", (size + 500_000) / 1_000_000),
    }
}

/// Returns a playing time, `3:05` or `1:02:03`.
fn playing_time(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// Returns a text for a slot, without what could be taken for a mark.
fn text(raw: &str) -> String {
    without_marks(&template::text(raw))
}

/// Returns a text of several lines for a slot.
fn body(raw: &str) -> String {
    text(raw).trim_matches('\n').to_owned()
}

/// Returns the beginning of some HTML as one line of text.
fn beginning(raw: &str) -> String {
    text(&html::text(raw, TEASER))
}

fn url(raw: &str) -> String {
    safe_url(raw).map(text).unwrap_or_default()
}

fn without_marks(raw: &str) -> String {
    let mut mark = [0; 4];
    let mark = MARK.encode_utf8(&mut mark);
    if memmem::find(raw.as_bytes(), mark.as_bytes()).is_some() { raw.replace(MARK, "\u{fffd}") } else { raw.to_owned() }
}

/// Returns ready HTML, in which no mark stands, written out or as a reference.
fn safe_html(raw: &str) -> Value {
    let clean = without_marks(&chars::clean(raw));
    let mut out = String::with_capacity(clean.len());
    let mut done = 0;
    for at in memmem::find_iter(clean.as_bytes(), b"&#") {
        if let Some(end) = clean.get(at..).and_then(mark_reference) {
            out.push_str(clean.get(done..at).unwrap_or_default());
            out.push('\u{fffd}');
            done = at + end;
        }
    }
    out.push_str(clean.get(done..).unwrap_or_default());
    Value::from_safe_string(out)
}

/// Returns how long a reference to the mark's character is: `&#1114109;`, `&#x10fffd`.
fn mark_reference(text: &str) -> Option<usize> {
    let rest = text.get(2..)?;
    let (radix, skipped) = if rest.starts_with(['x', 'X']) { (16, 3) } else { (10, 2) };
    let digits = text.get(skipped..)?;
    let digits = digits.get(..digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len()))?;
    let number = u32::from_str_radix(digits.trim_start_matches('0'), radix).ok()?;
    (number == u32::from(MARK)).then_some(skipped + digits.len())
}

/// The recipient's values, with marks where templates only print them.
struct Person<'r> {
    recipient: &'r Recipient<'r>,
    uses: &'r Uses,
}

impl Person<'_> {
    fn value(&self, slot: &Slot) -> String {
        let Some(value) = self.recipient.value(slot) else { return String::new() };
        match self.uses.of(&slot.name()) {
            Some(Use::Value) => value,
            _ => slot.mark(),
        }
    }

    fn slot(&self) -> Value {
        let fields = self.recipient.fields();
        let named = fields.keys().map(|name| (name.clone(), self.value(&Slot::Field(name.clone())))).collect();
        context! {
            name => self.value(&Slot::Name),
            email => self.value(&Slot::Email),
            tags => self.recipient.tags(),
            fields => Value::from_object(Fields(named)),
        }
    }
}

/// The fields of a subscriber, however their names are written: one that the list does not have is empty, and no fault of the template.
#[derive(Debug)]
struct Fields(BTreeMap<String, String>);

impl Object for Fields {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let value = key.as_str().and_then(|written| self.0.get(&*field_name(written)?));
        Some(Value::from(value.map_or("", String::as_str)))
    }

    fn enumerate(self: &Arc<Self>) -> minijinja::value::Enumerator {
        minijinja::value::Enumerator::Values(self.0.keys().map(|name| Value::from(name.as_str())).collect())
    }
}
