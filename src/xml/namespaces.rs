//! Namespaces in XML 1.0: URIs as small numbers, and the prefixes in scope.

use std::borrow::Cow;
use std::collections::HashMap;

/// A namespace: a number that [`Reader::namespace`](super::Reader::namespace) turns into its URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ns(u32);

impl Ns {
    /// No namespace.
    pub const NONE: Ns = Ns(0);
    /// The namespace of `xml:lang` and `xml:base`.
    pub const XML: Ns = Ns(1);
    /// The namespace of `xmlns` itself.
    pub const XMLNS: Ns = Ns(2);
    /// What a prefix that nothing declares stands for; its URI is empty.
    pub const UNDECLARED: Ns = Ns(3);

    /// Returns the number: they are given out from 0 on, one for each URI, so a table can be indexed by it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The URI that `xml` stands for.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The URI that `xmlns` stands for.
pub(super) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The prefixes in scope.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    uris: Vec<Cow<'a, str>>,
    by_uri: HashMap<Cow<'a, str>, Ns>,
    /// The number of each prefix; 0 is the default namespace.
    prefixes: HashMap<&'a str, usize>,
    /// What each prefix stands for now.
    bound: Vec<Binding>,
    /// What they stood for outside the open elements.
    undo: Vec<(usize, Ns)>,
}

#[derive(Debug)]
struct Binding {
    ns: Ns,
    /// A use while undeclared was reported.
    reported: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn new() -> Self {
        let uris = ["", XML, XMLNS, ""].map(Cow::Borrowed).to_vec();
        let by_uri = HashMap::from([(Cow::Borrowed(""), Ns::NONE), (Cow::Borrowed(XML), Ns::XML), (Cow::Borrowed(XMLNS), Ns::XMLNS)]);
        let bound = [Ns::NONE, Ns::XML, Ns::XMLNS].map(|ns| Binding { ns, reported: false }).into();
        Scope { uris, by_uri, prefixes: HashMap::from([("", 0), ("xml", 1), ("xmlns", 2)]), bound, undo: Vec::new() }
    }

    pub(super) fn uri(&self, ns: Ns) -> &str {
        self.uris.get(ns.index()).map_or("", |uri| uri)
    }

    /// Returns what a prefix stands for, `None` where nothing declares it.
    pub(super) fn get(&self, prefix: &str) -> Option<Ns> {
        let ns = if prefix.is_empty() { self.bound[0].ns } else { self.bound[*self.prefixes.get(prefix)?].ns };
        (ns != Ns::UNDECLARED).then_some(ns)
    }

    /// Notes the use of an undeclared prefix; returns whether it is the first.
    pub(super) fn is_first_use(&mut self, prefix: &'a str) -> bool {
        let number = self.number(prefix);
        !std::mem::replace(&mut self.bound[number].reported, true)
    }

    /// Binds a prefix until [`Scope::close`] is called with the mark from before.
    pub(super) fn bind(&mut self, prefix: &'a str, ns: Ns) {
        let number = self.number(prefix);
        let before = std::mem::replace(&mut self.bound[number].ns, ns);
        // `xmlns:p=""` was a fault itself.
        self.bound[number].reported |= ns == Ns::UNDECLARED;
        self.undo.push((number, before));
    }

    pub(super) fn intern(&mut self, uri: Cow<'a, str>) -> Ns {
        if let Some(&ns) = self.by_uri.get(&uri) {
            return ns;
        }
        let ns = Ns(self.uris.len() as u32);
        self.uris.push(uri.clone());
        self.by_uri.insert(uri, ns);
        ns
    }

    pub(super) fn mark(&self) -> usize {
        self.undo.len()
    }

    pub(super) fn close(&mut self, mark: usize) {
        while self.undo.len() > mark
            && let Some((number, ns)) = self.undo.pop()
        {
            self.bound[number].ns = ns;
        }
    }

    fn number(&mut self, prefix: &'a str) -> usize {
        let next = self.bound.len();
        let number = *self.prefixes.entry(prefix).or_insert(next);
        if number == next {
            self.bound.push(Binding { ns: Ns::UNDECLARED, reported: false });
        }
        number
    }
}

/// Returns the namespace that feeds mean by a prefix, for advice.
pub(super) fn well_known(prefix: &str) -> Option<&'static str> {
    WELL_KNOWN.iter().find(|(p, _)| *p == prefix).map(|(_, uri)| *uri)
}

const WELL_KNOWN: &[(&str, &str)] = &[
    ("admin", "http://webns.net/mvcb/"),
    ("app", "http://www.w3.org/2007/app"),
    ("at", "http://purl.org/atompub/tombstones/1.0"),
    ("atom", "http://www.w3.org/2005/Atom"),
    ("cc", "http://web.resource.org/cc/"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("feedburner", "http://rssnamespace.org/feedburner/ext/1.0"),
    ("fh", "http://purl.org/syndication/history/1.0"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    ("georss", "http://www.georss.org/georss"),
    ("gml", "http://www.opengis.net/gml"),
    ("googleplay", "http://www.google.com/schemas/play-podcasts/1.0"),
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("openSearch", "http://a9.com/-/spec/opensearch/1.1/"),
    ("opensearch", "http://a9.com/-/spec/opensearch/1.1/"),
    ("podcast", "https://podcastindex.org/namespace/1.0"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("slash", "http://purl.org/rss/1.0/modules/slash/"),
    ("svg", "http://www.w3.org/2000/svg"),
    ("sy", "http://purl.org/rss/1.0/modules/syndication/"),
    ("thr", "http://purl.org/syndication/thread/1.0"),
    ("trackback", "http://madskills.com/public/xml/rss/module/trackback/"),
    ("webfeeds", "http://webfeeds.org/rss/1.0"),
    ("wfw", "http://wellformedweb.org/CommentAPI/"),
    ("xhtml", "http://www.w3.org/1999/xhtml"),
    ("xlink", "http://www.w3.org/1999/xlink"),
    ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
];
