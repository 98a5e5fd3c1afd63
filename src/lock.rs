//! postrider.lock: what must stay the same from run to run, as sorted text that belongs into version control.
//!
//! ```text
//! # postrider.lock …
//! feed atom https://example.org/feed.xml https://example.org/feed.xml 10
//! ledger main 5f0c… 12
//! mailed main 2026-11-20 2026-11-20T09:00:00.000Z posts/hello.md https://example.org/hello/ 9b1d…
//! post posts/hello.md https://example.org/hello/ 2026-11-19T10:00:00+01:00 2026-11-19T10:00:00+01:00 9b1d…
//! ```
//!
//! A post has the id it goes by, when it was first published, when it was last changed, and the hash of what it says; the word `gone`
//! in place of `post` says that there is no such file any more. A number behind them is that of the archive page that holds it.
//! A line is a word for its kind and what it says, with blanks between; a blank within a word is written as `%20`, a word that is
//! empty as `-`. A feed that was taken over from another generator has its format, its address, its own id and the number of its entries, each
//! `-` where there is none; an Atom feed of ours has its folder below the site's address (`-` for the main one) and its id. A ledger has its id and how often was sent with it, and each entry of its newest editions has a line, so that lines of
//! two branches can stand together. Lines of a kind that is not known here are kept: a newer postrider may have written them.

use crate::model::{ContentHash, FeedFormat, LedgerMark, Lock, LockedFeed, LockedPost, MailedEntry};
use chrono::{DateTime, SecondsFormat};
use std::borrow::Cow;
use std::fmt::Write as _;

/// How the line begins that every lock begins with.
const SIGN: &str = "# Written by postrider";

/// What the file begins with.
const HEAD: &str =
    "# Written by postrider; keep it in version control. What is told here stays the same from run to run. The last line is `# end`.\n";

/// What the file ends with, if its first line says so: one that was cut off has not.
const END: &str = "# end";

/// How a line begins, and how the name of its other side, where two versions were not put together.
const CONFLICTS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The words with which lines begin that are understood.
const KINDS: [&str; 5] = ["feed", "gone", "ledger", "mailed", "post"];

/// The formats of feeds by their names here.
const FORMATS: [(FeedFormat, &str); 3] = [(FeedFormat::Rss, "rss"), (FeedFormat::Atom, "atom"), (FeedFormat::Json, "json")];

/// Something that is wrong with a lock's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1.
    pub line: u32,
    /// What it is.
    pub what: FlawKind,
}

/// What is wrong with a line of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlawKind {
    /// It is a mark of two versions that were not put together.
    Conflict,
    /// No line is one of a lock: it was emptied, cut off, or saved in another encoding.
    NoLock,
    /// The line that it ends with is not there.
    CutOff,
    /// It is not understood, although its kind is known.
    Broken,
    /// It is not understood; this post, and the id of it, can be read.
    Damaged(String),
    /// A line before says something else of the same post, or the same feed.
    Twice(String),
    /// Its kind is not known, and it is kept: a newer postrider may have written it.
    Unknown,
}

/// Returns what a lock's text says.
#[must_use]
pub fn read(text: &str) -> Lock {
    let mut reader = Reader::default();
    text.lines().for_each(|line| reader.line(line));
    reader.finish().0
}

/// Reads a lock line by line: with many posts, its text need not be held.
#[derive(Debug, Default)]
pub struct Reader {
    lock: Lock,
    /// The posts with the numbers of their lines.
    posts: Vec<(Box<str>, LockedPost, u32)>,
    /// What could be read of posts whose lines are damaged.
    damaged: Vec<(Box<str>, LockedPost)>,
    flaws: Vec<Flaw>,
    lines: u32,
    /// Whether any line is one of a lock.
    is_lock: bool,
    must_end: bool,
    has_end: bool,
}

impl Reader {
    /// Reads the next line.
    pub fn line(&mut self, line: &str) {
        self.lines += 1;
        let line = line.trim_start_matches('\u{feff}').trim();
        self.is_lock |= line.starts_with(SIGN);
        self.has_end |= line == END;
        self.must_end |= line.starts_with(SIGN) && line.ends_with("`# end`.");
        let Some(word) = line.split_whitespace().next().filter(|_| !line.starts_with('#')) else { return };
        self.is_lock |= CONFLICTS.contains(&word) || KINDS.contains(&word);
        if CONFLICTS.contains(&word) {
            self.flaws.push(Flaw { line: self.lines, what: FlawKind::Conflict });
        } else if self.take(line).is_none() {
            if let Some((path, post)) = salvaged(line) {
                self.flaws.push(Flaw { line: self.lines, what: FlawKind::Damaged(path.to_string()) });
                self.damaged.push((path, post));
            } else if KINDS.contains(&word) {
                self.flaws.push(Flaw { line: self.lines, what: FlawKind::Broken });
            } else {
                self.flaws.push(Flaw { line: self.lines, what: FlawKind::Unknown });
                self.lock.others.insert(line.to_owned());
            }
        }
    }

    /// Takes a line; `None` when it is not understood.
    fn take(&mut self, line: &str) -> Option<()> {
        let words: Vec<Cow<'_, str>> = line.split_whitespace().map(unescaped).collect::<Option<_>>()?;
        let words: Vec<&str> = words.iter().map(|word| &**word).collect();
        let lock = &mut self.lock;
        match *words.as_slice() {
            ["ledger", newsletter, id, generation] => {
                let mark = LedgerMark { id: id.to_owned(), generation: generation.parse().ok()? };
                // Two branches that were put together may each have a line: of one ledger the higher count is true.
                let known = lock.ledgers.get(newsletter).filter(|known| known.id == mark.id && known.generation > mark.generation);
                if known.is_none() {
                    lock.ledgers.insert(newsletter.to_owned(), mark);
                }
            }
            ["mailed", newsletter, edition, at, path, id, hash] => {
                let at = DateTime::parse_from_rfc3339(at).ok()?.timestamp_millis();
                let [edition, path, id, hash] = [edition, path, id, hash].map(str::to_owned);
                lock.mailed.entry(newsletter.to_owned()).or_default().insert(MailedEntry { edition, at, path, id, hash });
            }
            ["feed", format, address, id, count] => {
                let (format, _) = FORMATS.iter().find(|(_, name)| *name == format)?;
                let id = Some(id.to_owned()).filter(|id| !id.is_empty());
                let count = if count.is_empty() { None } else { Some(count.parse().ok()?) };
                let feed = LockedFeed { id, count };
                let before = lock.feeds.insert((*format, address.to_owned()), feed.clone());
                if before.is_some_and(|before| before != feed) {
                    self.flaws.push(Flaw { line: self.lines, what: FlawKind::Twice(address.to_owned()) });
                }
            }
            [kind @ ("post" | "gone"), path, id, published, updated, hash, ref page @ ..] if page.len() < 2 => {
                let post = LockedPost {
                    id: id.into(),
                    published: DateTime::parse_from_rfc3339(published).ok()?,
                    updated: DateTime::parse_from_rfc3339(updated).ok()?,
                    hash: if hash.is_empty() { None } else { Some(octets(hash)?) },
                    is_gone: kind == "gone",
                    page: page.first().map(|page| page.parse()).transpose().ok()?,
                };
                self.posts.push((path.into(), post, self.lines));
            }
            _ => return None,
        }
        Some(())
    }

    /// Returns what the lock says, and what is wrong with it. It is understood all the same: of two lines about a post, the id is that
    /// of the one that was published first.
    #[must_use]
    pub fn finish(self) -> (Lock, Vec<Flaw>) {
        let Reader { mut lock, mut posts, damaged, mut flaws, lines, is_lock, must_end, has_end } = self;
        if must_end && !has_end {
            flaws.push(Flaw { line: lines, what: FlawKind::CutOff });
        }
        if !is_lock {
            flaws.push(Flaw { line: 1, what: FlawKind::NoLock });
        }
        // As a rule they are in order already.
        posts.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        posts.dedup_by(|(path, post, line), (before, first, _)| {
            let is_same = path == before;
            if is_same {
                *first = merged(first, post);
                flaws.push(Flaw { line: *line, what: FlawKind::Twice(path.to_string()) });
            }
            is_same
        });
        lock.posts = posts.into_iter().map(|(path, post, _)| (path, post)).collect();
        let damaged = damaged.into_iter().filter(|(path, _)| lock.posts.get(path).is_none()).collect::<Vec<_>>();
        if !damaged.is_empty() {
            lock.posts.extend(damaged);
        }
        flaws.sort_by_key(|flaw| flaw.line);
        (lock, flaws)
    }
}

/// Returns what can be told of the post of a damaged line: its path and its id, which stand whole where something stands behind them.
fn salvaged(line: &str) -> Option<(Box<str>, LockedPost)> {
    let mut words = line.split_whitespace();
    let kind = words.next().filter(|kind| matches!(*kind, "post" | "gone"))?;
    let mut word = || words.next().and_then(unescaped).filter(|word| !word.is_empty());
    let (path, id) = (word()?, word()?);
    let mut date = || Some(DateTime::parse_from_rfc3339(&word()?));
    let published = date()?.unwrap_or_else(|_| DateTime::UNIX_EPOCH.fixed_offset());
    let updated = date().and_then(Result::ok).unwrap_or(published);
    Some((path.into(), LockedPost { id: (*id).into(), published, updated, hash: None, is_gone: kind == "gone", page: None }))
}

/// Returns what two branches say of a post as one: what its first readers know it by, and what the last ones were told.
fn merged(one: &LockedPost, other: &LockedPost) -> LockedPost {
    let (first, _) = if (one.published, &one.id) <= (other.published, &other.id) { (one, other) } else { (other, one) };
    let (last, _) = if (one.updated, &one.hash) >= (other.updated, &other.hash) { (one, other) } else { (other, one) };
    let LockedPost { id, published, .. } = first.clone();
    let page = one.page.into_iter().chain(other.page).min();
    LockedPost { id, published, updated: last.updated, hash: last.hash, is_gone: one.is_gone && other.is_gone, page }
}

fn octets(hash: &str) -> Option<ContentHash> {
    let mut octets = ContentHash::default();
    let digits: Vec<u8> = hash.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    if pairs.len() != octets.len() {
        return None;
    }
    octets.iter_mut().zip(pairs).for_each(|(octet, [high, low])| *octet = high * 16 + low);
    Some(octets)
}

/// Returns a lock as text.
#[must_use]
pub fn write(lock: &Lock) -> String {
    lines(lock, lock.posts.iter().map(|(path, post)| (path, post.clone()))).collect()
}

/// Returns the lines of a lock in their order, each with its end; its posts are those given, in the order of their paths.
pub fn lines<'l, P>(lock: &'l Lock, posts: P) -> impl Iterator<Item = String> + use<'l, P>
where
    P: Iterator<Item = (&'l str, LockedPost)> + Clone,
{
    let ledger = |(newsletter, mark): (&String, &LedgerMark)| format!("ledger {} {} {}", escaped(newsletter), mark.id, mark.generation);
    let entry = |newsletter: &str, entry: &MailedEntry| {
        let at = DateTime::from_timestamp_millis(entry.at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true);
        let words = [newsletter, &entry.edition, &at, &entry.path, &entry.id, &entry.hash].map(escaped);
        format!("mailed {}", words.join(" "))
    };
    let entries = lock.mailed.iter().flat_map(|(newsletter, entries)| entries.iter().map(move |one| entry(newsletter, one)));
    let gone = posts.clone().filter(|(_, post)| post.is_gone).map(|(path, post)| post_line(path, &post));
    let marks = lock.ledgers.iter().map(ledger).chain(entries).chain(lock.feeds.iter().map(feed_line)).chain(lock.others.iter().cloned());
    let mut others: Vec<String> = marks.chain(gone).map(|line| line + "\n").collect();
    others.sort();
    let behind = others.split_off(others.partition_point(|line| line.as_str() < "post "));
    let here = posts.filter(|(_, post)| !post.is_gone).map(|(path, post)| post_line(path, &post) + "\n");
    std::iter::once(HEAD.to_owned()).chain(others).chain(here).chain(behind).chain([format!("{END}\n")])
}

fn feed_line(((format, address), feed): (&(FeedFormat, String), &LockedFeed)) -> String {
    let format = FORMATS.iter().find(|(known, _)| known == format).map_or("", |(_, name)| name);
    let count = feed.count.map(|count| count.to_string()).unwrap_or_default();
    let words = [format, address, feed.id.as_deref().unwrap_or_default(), &count].map(escaped);
    format!("feed {}", words.join(" "))
}

fn post_line(path: &str, post: &LockedPost) -> String {
    let LockedPost { id, published, updated, hash, is_gone, page } = post;
    let hash = hash.iter().flatten().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    });
    let [published, updated] = [published, updated].map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, false));
    let words = [path, id, &published, &updated, &hash].map(escaped);
    let page = page.map(|page| format!(" {page}")).unwrap_or_default();
    format!("{} {}{page}", if *is_gone { "gone" } else { "post" }, words.join(" "))
}

/// Returns a text as one word.
fn escaped(text: &str) -> String {
    if text.is_empty() || text == "-" {
        return if text.is_empty() { "-".to_owned() } else { "%2D".to_owned() };
    }
    let mut word = String::with_capacity(text.len());
    if text.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'%') {
        word.push_str(text);
        return word;
    }
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || c == '%' {
            let mut octets = [0; 4];
            for octet in c.encode_utf8(&mut octets).bytes() {
                let _ = write!(word, "%{octet:02X}");
            }
        } else {
            word.push(c);
        }
    }
    word
}

/// Returns the text that stands as one word in a lock; `None` where it is none.
#[must_use]
pub fn unescaped(word: &str) -> Option<Cow<'_, str>> {
    if word == "-" {
        return Some(Cow::Borrowed(""));
    }
    if !word.contains('%') {
        return Some(Cow::Borrowed(word));
    }
    let mut octets = Vec::new();
    let mut rest = word.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        octets.push(match (first, behind) {
            (b'%', [high, low, behind @ ..]) => {
                rest = behind;
                let digit = |octet: u8| char::from(octet).to_digit(16);
                u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?
            }
            (b'%', _) => return None,
            _ => *first,
        });
    }
    String::from_utf8(octets).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read_back_and_what_is_not_understood_stays() {
        let entry = "mailed main 2026-11-20 2026-11-20T09:00:00.000Z posts/a%20b.md https://example.org/a/ -\n";
        let text =
            format!("# a comment\nfuture thing 1\nledger weekly 00ff 3\r\n{entry}ledger main 5f0c 12\nmailed main 2026-11-20 soon a b c\n");
        let lock = read(&text);
        assert_eq!(lock.ledgers["main"], LedgerMark { id: "5f0c".into(), generation: 12 });
        let mailed: Vec<&MailedEntry> = lock.mailed["main"].iter().collect();
        assert_eq!((mailed[0].path.as_str(), mailed[0].hash.as_str(), mailed[0].at), ("posts/a b.md", "", 1_795_165_200_000));
        let again = write(&lock);
        assert_eq!(again, format!("{HEAD}future thing 1\nledger main 5f0c 12\nledger weekly 00ff 3\n{entry}{END}\n"));
        assert_eq!(read(&again), lock);
    }

    #[test]
    fn of_two_lines_for_one_ledger_the_higher_count_is_true() {
        for text in ["ledger main 5f0c 12\nledger main 5f0c 9\n", "ledger main 5f0c 9\nledger main 5f0c 12\n"] {
            assert_eq!(read(text).ledgers["main"].generation, 12);
        }
        assert_eq!(read("ledger main 5f0c 12\nledger main 77aa 1\n").ledgers["main"].id, "77aa", "another ledger has counts of its own");
    }

    fn post(id: &str, published: &str, updated: &str, hash: u8) -> LockedPost {
        let date = |text| DateTime::parse_from_rfc3339(text).expect("a date");
        let (published, updated) = (date(published), date(updated));
        LockedPost { id: id.into(), published, updated, hash: Some([hash; 16]), is_gone: false, page: None }
    }

    #[test]
    fn a_post_has_a_line_and_two_versions_of_it_become_one() {
        let old =
            "post posts/a.md https://example.org/a/ 2026-06-01T00:00:00+02:00 2026-06-01T00:00:00+02:00 01010101010101010101010101010101\n";
        let new = "post posts/a.md tag:x 2026-06-02T00:00:00+02:00 2026-06-09T00:00:00+02:00 02020202020202020202020202020202\n";
        let told = post("https://example.org/a/", "2026-06-01T00:00:00+02:00", "2026-06-01T00:00:00+02:00", 1);
        assert_eq!(read(old).posts.get("posts/a.md"), Some(&told));
        assert_eq!(write(&read(old)), format!("{HEAD}{old}{END}\n"));
        let text = format!("{HEAD}<<<<<<< HEAD\n{old}=======\n{new}>>>>>>> theirs\npost b.md - soon\n{END}\n");
        let both = post("https://example.org/a/", "2026-06-01T00:00:00+02:00", "2026-06-09T00:00:00+02:00", 2);
        assert_eq!(read(&text).posts.get("posts/a.md"), Some(&both));
        let flaws = |text: &str| {
            let mut reader = Reader::default();
            text.lines().for_each(|line| reader.line(line));
            reader.finish().1
        };
        let found: Vec<(u32, FlawKind)> = flaws(&text).into_iter().map(|flaw| (flaw.line, flaw.what)).collect();
        let conflict = |line| (line, FlawKind::Conflict);
        assert_eq!(found, [conflict(2), conflict(4), (5, FlawKind::Twice("posts/a.md".into())), conflict(6), (7, FlawKind::Broken)]);
        assert_eq!(flaws(&write(&read(old))), []);
    }

    #[test]
    fn of_a_damaged_line_the_id_is_taken_where_it_stands_whole() {
        let flaws = |text: &str| {
            let mut reader = Reader::default();
            text.lines().for_each(|line| reader.line(line));
            reader.finish()
        };
        let whole = "post posts/a.md https://example.org/a/ 2026-06-01T00:00:00+02:00 2026-06-01T00:00:00+02:00";
        for (line, published) in [(format!("{whole} 0101"), 1_780_264_800), ("post posts/a.md https://example.org/a/ 2026-0".to_owned(), 0)]
        {
            let (lock, found) = flaws(&format!("{HEAD}{line}\n{END}\n"));
            assert_eq!(found, [Flaw { line: 2, what: FlawKind::Damaged("posts/a.md".into()) }], "{line}");
            let told = lock.posts.get("posts/a.md").expect("a post");
            assert_eq!((&*told.id, told.published.timestamp(), told.hash), ("https://example.org/a/", published, None));
        }
        let (lock, found) = flaws(&format!("{HEAD}post posts/a.md https://exam\n{END}\n"));
        assert_eq!((lock.posts.len(), found), (0, vec![Flaw { line: 2, what: FlawKind::Broken }]), "it may be cut off");
        let feeds = "feed atom https://example.org/a.xml tag:a 5\nfeed atom https://example.org/a.xml tag:b 5\n";
        assert_eq!(
            flaws(&format!("{HEAD}{feeds}{END}\n")).1,
            [Flaw { line: 3, what: FlawKind::Twice("https://example.org/a.xml".into()) }]
        );
    }

    #[test]
    fn a_text_without_a_line_of_a_lock_is_none() {
        let is_none = |text: &str| {
            let mut reader = Reader::default();
            text.lines().for_each(|line| reader.line(line));
            reader.finish().1.contains(&Flaw { line: 1, what: FlawKind::NoLock })
        };
        let wide: String = HEAD.chars().flat_map(|c| [c, '\0']).collect();
        assert!(is_none("") && is_none(&wide) && is_none("Post a.md x\n"));
        assert!(!is_none(HEAD) && !is_none(&format!("\u{feff}{HEAD}")) && !is_none(&format!("<<<<<<< HEAD\r\n{HEAD}=======\r\n")));
    }

    #[test]
    fn of_a_hundred_thousand_posts_each_takes_no_more_than_its_words_and_twelve_more() {
        assert!(size_of::<(Box<str>, LockedPost)>() <= 12 * size_of::<u64>());
        let text = "post posts/b.md - 2026-06-01T00:00:00Z 2026-06-01T00:00:00Z -\npost posts/a.md - 2026-06-01T00:00:00Z 2026-06-01T00:00:00Z -\n";
        let lock = read(text);
        assert_eq!(lock.posts.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["posts/a.md", "posts/b.md"]);
    }

    proptest! {
        #[test]
        fn any_entry_is_read_back(words in prop::collection::vec(".{0,9}", 4), newsletter in ".{1,9}", at in 0..4_000_000_000_000_i64) {
            let [edition, path, id, hash] = [0, 1, 2, 3].map(|at| words[at].clone());
            let mut lock = Lock::default();
            let told = LockedPost { hash: (at % 2 == 0).then_some([9; 16]), is_gone: at % 3 == 0, page: u32::try_from(at).ok().filter(|page| page % 5 > 0), ..post(&id, "2026-06-01T00:00:00Z", "2026-06-09T00:00:00Z", 0) };
            lock.posts.extend([(path.as_str().into(), told)]);
            let known = LockedFeed { id: (at % 2 == 1 && !hash.is_empty()).then(|| hash.clone()), count: (at % 3 == 0).then_some(10) };
            lock.feeds.insert((FeedFormat::Atom, id.clone()), known);
            lock.mailed.entry(newsletter.clone()).or_default().insert(MailedEntry { edition, at, path, id, hash });
            lock.ledgers.insert(newsletter, LedgerMark { id: "5f0c".into(), generation: 1 });
            prop_assert_eq!(read(&write(&lock)), lock);
        }

        #[test]
        fn any_text_is_read(text in "(ledger|mailed|[ -~é\n]){0,30}") {
            prop_assert_eq!(read(&write(&read(&text))), read(&text));
        }
    }
}
