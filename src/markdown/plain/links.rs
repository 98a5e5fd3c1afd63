//! The addresses of a post's links, numbered.

use std::collections::BTreeMap;

/// The links of a post in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Links {
    urls: Vec<String>,
    numbers: BTreeMap<String, usize>,
}

impl Links {
    /// Returns the number of an address: the same as before, or the next.
    pub(super) fn number(&mut self, url: String) -> usize {
        if let Some(number) = self.numbers.get(&url) {
            return *number;
        }
        let number = self.urls.len() + 1;
        self.numbers.insert(url.clone(), number);
        self.urls.push(url);
        number
    }

    /// Returns each address with its number.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.urls.iter().map(String::as_str))
    }
}
