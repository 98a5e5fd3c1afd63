//! postrider.lock: what must stay the same from run to run, as sorted text that belongs into version control.
//!
//! ```text
//! # postrider.lock …
//! ledger main 5f0c… 12
//! ```
//!
//! A line is a word for its kind and what it says, with blanks between. Lines of a kind that is not known here are kept: a newer
//! postrider may have written them.

use crate::model::{LedgerMark, Lock};

/// What the file begins with.
const HEAD: &str = "# Written by postrider; keep it in version control. What is told here stays the same from run to run.\n";

/// Returns what a lock's text says.
#[must_use]
pub fn read(text: &str) -> Lock {
    let mut lock = Lock::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["ledger", newsletter, id, generation] if generation.parse::<i64>().is_ok() => {
                let mark = LedgerMark { id: (*id).to_owned(), generation: generation.parse().unwrap_or_default() };
                lock.ledgers.insert((*newsletter).to_owned(), mark);
            }
            _ => drop(lock.others.insert(line.to_owned())),
        }
    }
    lock
}

/// Returns a lock as text.
#[must_use]
pub fn write(lock: &Lock) -> String {
    let ledger = |(newsletter, mark): (&String, &LedgerMark)| format!("ledger {newsletter} {} {}", mark.id, mark.generation);
    let mut lines: Vec<String> = lock.ledgers.iter().map(ledger).chain(lock.others.iter().cloned()).collect();
    lines.sort();
    lines.iter().fold(HEAD.to_owned(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_what_is_not_understood_stays() {
        let text = "# a comment\nfuture thing 1\nledger weekly 00ff 3\r\nledger main 5f0c 12\n";
        let lock = read(text);
        assert_eq!(lock.ledgers["main"], LedgerMark { id: "5f0c".into(), generation: 12 });
        let again = write(&lock);
        assert_eq!(again, format!("{HEAD}future thing 1\nledger main 5f0c 12\nledger weekly 00ff 3\n"));
        assert_eq!(read(&again), lock);
    }
}
