//! postrider.lock: what must stay the same from run to run, as sorted text that belongs into version control.
//!
//! ```text
//! # postrider.lock …
//! ledger main 5f0c… 12
//! mailed main 2026-11-20 2026-11-20T09:00:00.000Z posts/hello.md https://example.org/hello/ 9b1d…
//! ```
//!
//! A line is a word for its kind and what it says, with blanks between; a blank within a word is written as `%20`, a word that is
//! empty as `-`. A ledger has its id and how often was sent with it, and each entry of its newest editions has a line, so that lines of
//! two branches can stand together. Lines of a kind that is not known here are kept: a newer postrider may have written them.

use crate::model::{LedgerMark, Lock, MailedEntry};
use chrono::{DateTime, SecondsFormat};
use std::fmt::Write as _;

/// What the file begins with.
const HEAD: &str = "# Written by postrider; keep it in version control. What is told here stays the same from run to run.\n";

/// Returns what a lock's text says.
#[must_use]
pub fn read(text: &str) -> Lock {
    let mut lock = Lock::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if take(&mut lock, line).is_none() {
            lock.others.insert(line.to_owned());
        }
    }
    lock
}

/// Takes a line; `None` when it is not understood.
fn take(lock: &mut Lock, line: &str) -> Option<()> {
    let words: Vec<String> = line.split_whitespace().map(unescaped).collect::<Option<_>>()?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
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
        _ => return None,
    }
    Some(())
}

/// Returns a lock as text.
#[must_use]
pub fn write(lock: &Lock) -> String {
    let ledger = |(newsletter, mark): (&String, &LedgerMark)| format!("ledger {} {} {}", escaped(newsletter), mark.id, mark.generation);
    let entry = |newsletter: &str, entry: &MailedEntry| {
        let at = DateTime::from_timestamp_millis(entry.at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true);
        let words = [newsletter, &entry.edition, &at, &entry.path, &entry.id, &entry.hash].map(escaped);
        format!("mailed {}", words.join(" "))
    };
    let entries = lock.mailed.iter().flat_map(|(newsletter, entries)| entries.iter().map(move |one| entry(newsletter, one)));
    let mut lines: Vec<String> = lock.ledgers.iter().map(ledger).chain(entries).chain(lock.others.iter().cloned()).collect();
    lines.sort();
    lines.iter().fold(HEAD.to_owned(), |text, line| text + line + "\n")
}

/// Returns a text as one word.
fn escaped(text: &str) -> String {
    if text.is_empty() || text == "-" {
        return if text.is_empty() { "-".to_owned() } else { "%2D".to_owned() };
    }
    let mut word = String::new();
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

fn unescaped(word: &str) -> Option<String> {
    if word == "-" {
        return Some(String::new());
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
    String::from_utf8(octets).ok()
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
        let rest = "mailed main 2026-11-20 soon a b c\n";
        assert_eq!(again, format!("{HEAD}future thing 1\nledger main 5f0c 12\nledger weekly 00ff 3\n{entry}{rest}"));
        assert_eq!(read(&again), lock);
    }

    #[test]
    fn of_two_lines_for_one_ledger_the_higher_count_is_true() {
        for text in ["ledger main 5f0c 12\nledger main 5f0c 9\n", "ledger main 5f0c 9\nledger main 5f0c 12\n"] {
            assert_eq!(read(text).ledgers["main"].generation, 12);
        }
        assert_eq!(read("ledger main 5f0c 12\nledger main 77aa 1\n").ledgers["main"].id, "77aa", "another ledger has counts of its own");
    }

    proptest! {
        #[test]
        fn any_entry_is_read_back(words in prop::collection::vec(".{0,9}", 4), newsletter in ".{1,9}", at in 0..4_000_000_000_000_i64) {
            let [edition, path, id, hash] = [0, 1, 2, 3].map(|at| words[at].clone());
            let mut lock = Lock::default();
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
