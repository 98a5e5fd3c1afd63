use std::sync::Arc;

/// What in a feed a finding is about, in the words of its XML or JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// The elements from the root to this one, as written, joined by `/`: `rss/channel/item`. For a missing element, with it.
    pub path: Arc<str>,
    /// The attribute, where the finding is about one.
    pub attr: Option<Arc<str>>,
    /// The place in a JSON document (RFC 6901).
    pub pointer: Option<String>,
    /// The id of the entry it is in; its link or number where it has none.
    pub entry: Option<Arc<str>>,
}

impl Subject {
    /// Returns the element's name as written.
    #[must_use]
    pub fn element(&self) -> Option<&str> {
        self.path.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// Returns the name of the element around it; `root` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<&str> {
        self.element()?;
        Some(self.path.rsplit('/').nth(1).unwrap_or("root"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_names_element_and_parent() {
        let subject = |path: &str| Subject { path: path.into(), ..Subject::default() };
        let (item, root, none) = (subject("rss/channel/item"), subject("rss"), subject(""));
        assert_eq!((item.element(), item.parent()), (Some("item"), Some("channel")));
        assert_eq!((root.element(), root.parent()), (Some("rss"), Some("root")));
        assert_eq!((none.element(), none.parent()), (None, None));
    }
}
