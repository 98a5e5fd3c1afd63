//! The addresses of a post's links, numbered.

use std::collections::BTreeMap;

/// The links of a post in the order of their numbers.
#[derive(Debug)]
pub(super) struct Links {
    first: usize,
    urls: Vec<String>,
    numbers: BTreeMap<String, usize>,
}

impl Links {
    /// Begins with a number.
    pub(super) fn new(first: usize) -> Self {
        Links { first, urls: Vec::new(), numbers: BTreeMap::new() }
    }

    /// Returns the number of an address: the same as before, or the next.
    pub(super) fn number(&mut self, url: String) -> usize {
        if let Some(number) = self.numbers.get(&url) {
            return *number;
        }
        let number = self.first.saturating_add(self.urls.len());
        self.numbers.insert(url.clone(), number);
        self.urls.push(url);
        number
    }

    /// Returns each address with its number.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        (self.first..).zip(self.urls.iter().map(String::as_str))
    }

    /// Returns the addresses.
    pub(super) fn into_urls(self) -> Vec<String> {
        self.urls
    }
}
