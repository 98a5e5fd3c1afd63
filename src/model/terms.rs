use std::fmt;

/// What stands between two terms: nothing that a term may hold.
const BREAK: char = '\n';

/// The tags or the categories of a post, in their order. They are one text: a hundred thousand posts have several each, and room for every
/// single one would take more than the words.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Terms(Box<str>);

impl Terms {
    /// Returns them in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.split(BREAK).filter(|term| !term.is_empty())
    }

    /// Returns the first one.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.iter().next()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: AsRef<str>> FromIterator<T> for Terms {
    fn from_iter<I: IntoIterator<Item = T>>(terms: I) -> Self {
        let mut all = String::new();
        for term in terms {
            let term = term.as_ref().trim_matches(BREAK);
            if !all.is_empty() && !term.is_empty() {
                all.push(BREAK);
            }
            all.extend(term.chars().map(|c| if c == BREAK { ' ' } else { c }));
        }
        Terms(all.into_boxed_str())
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
impl<const N: usize> PartialEq<[&str; N]> for Terms {
    fn eq(&self, other: &[&str; N]) -> bool {
        self.iter().eq(other.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terms_of_a_hundred_thousand_posts_take_two_words_beside_their_text() {
        assert!(size_of::<Terms>() <= 2 * size_of::<usize>());
    }

    proptest! {
        #[test]
        fn terms_keep_their_order_and_their_text(terms in prop::collection::vec("[a-zé ,]{1,5}", 0..5)) {
            let all: Terms = terms.iter().collect();
            prop_assert!(all.iter().eq(terms.iter().map(String::as_str)));
            prop_assert_eq!(all.first(), terms.first().map(String::as_str));
            prop_assert_eq!(all.is_empty(), terms.is_empty());
        }

        #[test]
        fn any_text_is_a_term_or_none(terms in prop::collection::vec("[a\n]{0,3}", 0..5)) {
            let all: Terms = terms.iter().collect();
            prop_assert_eq!(all.iter().count(), terms.iter().filter(|term| term.contains('a')).count());
        }
    }
}
