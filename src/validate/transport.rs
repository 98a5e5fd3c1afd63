//! How a feed was served: what the answer of its server says, judged without asking the server anything.

use super::codes::{HTTP_ERROR, MISSING_ETAG, PERMANENT_REDIRECT, TEMP_REDIRECT, TEXT_XML, UNCOMPRESSED, UNEXPECTED_CONTENT_TYPE};
use super::kind::Kind;
use crate::diagnostic::{Code, Diagnostic, Place};
use url::Url;

/// An answer that is shorter gains little by compression, or nothing.
const WORTH_COMPRESSING: u64 = 1500;

/// What a server said, after every redirect.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The address that was asked for.
    pub asked: Url,
    /// Each redirect: its status, and where it leads.
    pub redirects: Vec<(u16, Url)>,
    /// The status at the end.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// Whether there is an `ETag` or `Last-Modified`.
    pub has_validator: bool,
    /// How many bytes were sent.
    pub bytes: u64,
}

impl Answer {
    /// Returns the address that gave the document.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.redirects.last().map_or(&self.asked, |(_, url)| url)
    }

    /// Returns the address that readers keep: they follow redirects that are permanent, and come back from those that are
    /// not (RFC 9110 §15.4).
    #[must_use]
    pub fn kept(&self) -> &Url {
        let permanent = self.redirects.iter().take_while(|(status, _)| is_permanent(*status));
        permanent.last().map_or(&self.asked, |(_, url)| url)
    }

    /// Returns the encoding that the server names.
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        let parameters = self.content_type.as_deref()?.split(';').skip(1);
        let charset =
            parameters.filter_map(|parameter| parameter.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        charset.map(|(_, value)| value.trim().trim_matches('"')).filter(|value| !value.is_empty())
    }

    fn media_type(&self) -> Option<String> {
        let media_type = self.content_type.as_deref()?.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        (!media_type.is_empty()).then_some(media_type)
    }

    /// Returns what is wrong with a status that gives no document.
    #[must_use]
    pub fn failure(&self, path: &str) -> Option<Diagnostic> {
        if (200..300).contains(&self.status) {
            return None;
        }
        let (asked, url) = (&self.asked, self.url());
        let of = if asked == url { String::new() } else { format!(" for `{url}`") };
        let what = match self.status {
            304 => " (not modified), though it was not asked whether something changed",
            300..=399 => ", which is a redirect without an address",
            _ => "",
        };
        let help = match self.status {
            304 => "answer with 304 only where the request has `If-None-Match` or `If-Modified-Since`",
            300..=399 => "say in `Location` where the feed is",
            401 | 403 => "let readers in without a password; a firewall may take them for bots",
            404 => "check the address; redirect there if the feed has moved",
            410 => "the server says that the feed is gone for good, and readers unsubscribe",
            429 => "the server asks for fewer requests; try again later",
            500.. => "look into the server's log",
            _ => "answer with 200 and the feed",
        };
        Some(at(&HTTP_ERROR, path, format!("the server answered with status {}{of}{what}", self.status), help, "RFC 9110 §15"))
    }

    /// Judges how a document was served.
    #[must_use]
    pub fn judge(&self, path: &str, kind: Kind) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.redirects.iter().map(|(status, url)| redirect(path, *status, url)).collect();
        found.dedup_by(|a, b| a.code == b.code && a.code == TEMP_REDIRECT.name);
        if kind.is_feed() {
            found.extend(self.judge_type(path, kind));
        }
        if self.content_encoding.as_deref().is_none_or(|coding| coding.trim().eq_ignore_ascii_case("identity"))
            && self.bytes > WORTH_COMPRESSING
        {
            let message = format!("{} bytes were sent without compression", self.bytes);
            found.push(at(&UNCOMPRESSED, path, message, "switch on gzip or brotli for feeds", "RFC 9110 §8.4"));
        }
        if !self.has_validator {
            let message = "the answer has neither `ETag` nor `Last-Modified`, so that nobody can ask whether the feed has changed";
            found.push(at(&MISSING_ETAG, path, message, "send one of them, and answer `If-None-Match` with 304", "RFC 9110 §8.8"));
        }
        found
    }

    fn judge_type(&self, path: &str, kind: Kind) -> Option<Diagnostic> {
        let (right, others) = media_types(kind);
        let help = format!("serve it as `{right}`");
        let Some(given) = self.media_type() else {
            return Some(at(&UNEXPECTED_CONTENT_TYPE, path, "the answer has no `Content-Type`", help, "RFC 9110 §8.3"));
        };
        if given == "text/xml" && !others.is_empty() && others.contains(&"text/xml") {
            let message = "`text/xml` without a charset is US-ASCII to older parsers";
            return self.charset().is_none().then(|| at(&TEXT_XML, path, message, help, "RFC 7303 §3"));
        }
        if given == right || others.contains(&given.as_str()) {
            return None;
        }
        Some(at(&UNEXPECTED_CONTENT_TYPE, path, format!("`{given}` is not a media type of this feed"), help, "RFC 9110 §8.3"))
    }
}

/// Returns the media type that a kind of feed should have, and the others that do no harm.
fn media_types(kind: Kind) -> (&'static str, &'static [&'static str]) {
    match kind {
        Kind::Atom03 | Kind::Atom10 => ("application/atom+xml", &["application/xml", "text/xml"]),
        Kind::Rss090 | Kind::Rss10 | Kind::Rss11 => ("application/rdf+xml", &["application/rss+xml", "application/xml", "text/xml"]),
        Kind::JsonFeed10 | Kind::JsonFeed11 => ("application/feed+json", &["application/json"]),
        _ => ("application/rss+xml", &["application/xml", "text/xml"]),
    }
}

/// Returns whether readers take over the new address.
fn is_permanent(status: u16) -> bool {
    matches!(status, 301 | 308)
}

fn redirect(path: &str, status: u16, url: &Url) -> Diagnostic {
    if is_permanent(status) {
        let message = format!("the feed has moved to `{url}` (status {status})");
        at(&PERMANENT_REDIRECT, path, message, "link to the new address, and keep the redirect", "RFC 9110 §15.4.2")
    } else {
        let message = format!("the address leads to `{url}` for the time being (status {status})");
        at(&TEMP_REDIRECT, path, message, "answer with 301 or 308 if the move is final", "RFC 9110 §15.4")
    }
}

fn at(code: &'static Code, path: &str, message: impl Into<String>, help: impl Into<String>, spec: &'static str) -> Diagnostic {
    Diagnostic::new(code, message).at(Place::file(path)).help(help).spec(spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(url: &str) -> Url {
        Url::parse(url).expect("a URL")
    }

    fn answer(content_type: &str) -> Answer {
        Answer {
            asked: url("https://example.org/feed"),
            redirects: Vec::new(),
            status: 200,
            content_type: Some(content_type.to_owned()).filter(|given| !given.is_empty()),
            content_encoding: Some("gzip".to_owned()),
            has_validator: true,
            bytes: 10_000,
        }
    }

    fn codes(answer: &Answer, kind: Kind) -> Vec<&'static str> {
        answer.judge("a", kind).iter().map(|found| found.code).collect()
    }

    #[test]
    fn the_media_type_fits_the_kind_of_feed() {
        let none: [&str; 0] = [];
        for (given, kind) in [
            ("application/rss+xml; charset=utf-8", Kind::Rss20),
            ("Application/Atom+XML", Kind::Atom10),
            ("application/rdf+xml", Kind::Rss10),
            ("application/xml", Kind::Rss091),
            ("application/feed+json", Kind::JsonFeed11),
            ("text/xml; charset=\"utf-8\"", Kind::Rss20),
        ] {
            assert_eq!(codes(&answer(given), kind), none, "{given}");
        }
        for (given, kind) in
            [("text/html", Kind::Rss20), ("application/atom+xml", Kind::Rss20), ("", Kind::Rss20), ("text/xml", Kind::JsonFeed11)]
        {
            assert_eq!(codes(&answer(given), kind), ["unexpected-content-type"], "{given}");
        }
        assert_eq!(codes(&answer("text/xml"), Kind::Atom10), ["text-xml"]);
    }

    #[test]
    fn the_charset_is_a_parameter() {
        for (given, charset) in
            [("a/b; charset=utf-8", Some("utf-8")), ("a/b;x=y; Charset=\"x\"", Some("x")), ("a/b", None), ("a/b; charset=", None)]
        {
            assert_eq!(answer(given).charset(), charset, "{given}");
        }
    }

    #[test]
    fn readers_keep_the_address_before_the_first_redirect_that_is_not_permanent() {
        let mut answer = answer("application/rss+xml");
        answer.redirects =
            vec![(301, url("https://example.org/b")), (302, url("https://cdn.example/c")), (301, url("https://cdn.example/d"))];
        assert_eq!((answer.kept().as_str(), answer.url().as_str()), ("https://example.org/b", "https://cdn.example/d"));
        assert_eq!(codes(&answer, Kind::Rss20), ["permanent-redirect", "temp-redirect", "permanent-redirect"]);
    }

    #[test]
    fn what_makes_every_visit_dearer_is_advice() {
        let mut answer = answer("application/rss+xml");
        (answer.content_encoding, answer.has_validator) = (None, false);
        assert_eq!(codes(&answer, Kind::Rss20), ["uncompressed", "missing-etag"]);
        answer.bytes = 300;
        assert_eq!(codes(&answer, Kind::Rss20), ["missing-etag"]);
    }

    #[test]
    fn a_status_that_gives_no_feed_is_an_error() {
        let mut answer = answer("text/html");
        assert_eq!(answer.failure("a"), None);
        answer.status = 404;
        assert_eq!(answer.failure("a").map(|found| found.message), Some("the server answered with status 404".to_owned()));
        answer.status = 304;
        let unasked = "the server answered with status 304 (not modified), though it was not asked whether something changed";
        assert_eq!(answer.failure("a").map(|found| found.message), Some(unasked.to_owned()));
    }
}
