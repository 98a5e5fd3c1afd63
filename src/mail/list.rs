//! List headers: List-Id, List-Unsubscribe, List-Archive (RFC 2919, RFC 2369, RFC 8058), and links that hold a token.

use super::codes::{BAD_LIST_ID, BAD_LIST_URL, BAD_WEB_URL, MISSING_UNSUBSCRIBE};
use super::field::{flaw, line_break, one_line};
use super::frame::prepare;
use super::token::{Purpose, SubscriberId, Tokens};
use super::{Frame, address, encode};
use crate::diagnostic::Diagnostic;
use crate::text::chars::has_break;
use std::borrow::Cow;
use url::Url;

/// Where a token goes in a configured URL or address.
const PLACE: &str = "{token}";

/// What stands there while the URL is checked: characters that no URL parser changes, and long as a token.
const STAND_IN: &str = "0token0token0token0token0token0token0token0token0000";

/// The headers that hold URLs (RFC 2369).
pub(super) const OF_URLS: [&str; 5] = ["List-Archive", "List-Help", "List-Owner", "List-Post", "List-Subscribe"];

/// The longest URL: with its brackets it has to fit one line of a header.
const LONGEST_URL: usize = 900;

/// A text with at most one place for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    before: String,
    /// `None` for a text without a place.
    after: Option<String>,
}

impl Template {
    /// Returns the text around `{token}`; `None` when it stands there more than once.
    pub(super) fn new(text: &str) -> Option<Self> {
        Self::around(text, PLACE)
    }

    fn around(text: &str, place: &str) -> Option<Self> {
        let Some((before, after)) = text.split_once(place) else { return Some(Template { before: text.to_owned(), after: None }) };
        (!after.contains(place)).then(|| Template { before: before.to_owned(), after: Some(after.to_owned()) })
    }

    /// Returns whether the text has a place for a token.
    pub(super) fn has_place(&self) -> bool {
        self.after.is_some()
    }

    /// Returns the text with a token in its place.
    pub(super) fn with(&self, token: &str) -> String {
        match &self.after {
            Some(after) => [self.before.as_str(), token, after.as_str()].concat(),
            None => self.before.clone(),
        }
    }

    /// Returns the text as it is checked.
    pub(super) fn sample(&self) -> String {
        self.with(STAND_IN)
    }

    /// Returns the template of a text that a checked sample has become; `None` when its token was changed on the way.
    pub(super) fn of_sample(&self, sample: &str) -> Option<Self> {
        Self::around(sample, STAND_IN).filter(|template| template.has_place() == self.has_place())
    }
}

/// The ways out of a list, as DESIGN's "Unsubscribing" has them: an https URL with one-click, a mailto URL, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsubscribe {
    https: Option<Template>,
    mailto: Option<Template>,
}

impl Unsubscribe {
    /// Reads both settings; pushes what is wrong with them.
    pub(super) fn new(frame: &Frame, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let before = findings.len();
        let mut read = |value: &Option<String>, read: fn(&str) -> Result<Template, Diagnostic>| match read(value.as_deref()?) {
            Ok(template) => Some(template),
            Err(found) => {
                findings.push(found);
                None
            }
        };
        let https = read(&frame.unsubscribe_url, https_template);
        let mailto = read(&frame.unsubscribe_mailto, mailto_template);
        if https.is_none() && mailto.is_none() && findings.len() == before {
            let found = Diagnostic::new(&MISSING_UNSUBSCRIBE, "the newsletter has no way to unsubscribe");
            findings.push(found.help("set `newsletter.unsubscribe_url` or `newsletter.unsubscribe_mailto`").spec("RFC 2369 §3.2"));
        }
        (findings.len() == before).then_some(Unsubscribe { https, mailto })
    }

    /// Returns whether one-click is on (RFC 8058 §3.1: an https URL, and only then the -Post header).
    pub(super) fn is_one_click(&self) -> bool {
        self.https.is_some()
    }

    /// Returns the value of List-Unsubscribe.
    pub(super) fn header(&self, token: &str) -> String {
        let urls: Vec<String> = self.https.iter().chain(&self.mailto).map(|template| template.with(token)).collect();
        encode::urls(urls.iter().map(String::as_str))
    }

    /// Returns the link that people follow.
    pub(super) fn link(&self, token: &str) -> String {
        self.https.as_ref().or(self.mailto.as_ref()).map(|template| template.with(token)).unwrap_or_default()
    }
}

/// Where each recipient of a newsletter leaves it: the address of the link in their letter.
#[derive(Debug, Clone)]
pub struct LeaveLinks {
    unsubscribe: Unsubscribe,
    newsletter: String,
}

impl LeaveLinks {
    /// Returns those of a newsletter; says every fault of its settings in one run.
    pub fn of(frame: &Frame) -> Result<Self, Vec<Diagnostic>> {
        let newsletter = frame.newsletter.trim().to_owned();
        prepare(frame).map(|prepared| LeaveLinks { unsubscribe: prepared.unsubscribe, newsletter })
    }

    /// Returns a recipient's.
    #[must_use]
    pub fn url(&self, recipient: &SubscriberId, tokens: Tokens<'_>) -> String {
        self.unsubscribe.link(&tokens.token(Purpose::Unsubscribe, recipient, &self.newsletter))
    }
}

/// Returns an https URL with its one place for a token, in ASCII.
fn https_template(value: &str) -> Result<Template, Diagnostic> {
    const FIELD: &str = "newsletter.unsubscribe_url";
    let bad =
        |what: &str| flaw(&BAD_LIST_URL, FIELD, what, "write it like `https://example.org/unsubscribe?t={token}`").spec("RFC 8058 §3.1");
    let template = Template::new(one_line(FIELD, value)?).filter(Template::has_place);
    let template = template.ok_or_else(|| bad("does not hold `{token}` exactly once"))?;
    let url = Url::parse(&template.sample()).ok().filter(|url| url.scheme() == "https");
    let url = url.ok_or_else(|| bad("is no https URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("holds a user name or password, which every reader would see"));
    }
    if url.fragment().is_some() || url.host_str().is_none_or(|host| host.contains(STAND_IN)) {
        return Err(bad("has a fragment, or its token in the name of the host"));
    }
    in_header(&url).and_then(|text| template.of_sample(&text)).ok_or_else(|| bad("makes no URL that a header can hold"))
}

/// Returns a mailto URL. A bare address gets a subject that says what is wanted, and by whom.
fn mailto_template(value: &str) -> Result<Template, Diagnostic> {
    const FIELD: &str = "newsletter.unsubscribe_mailto";
    let bad = |what: &str| flaw(&BAD_LIST_URL, FIELD, what, "write it like `unsubscribe@example.org`").spec("RFC 2369 §3.2");
    let value = one_line(FIELD, value)?;
    let value = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map_or(value, |scheme| &value[scheme.len()..]);
    let whole = match (value.contains('?'), value.contains(PLACE)) {
        (true, _) => value.to_owned(),
        (false, true) => format!("{value}?subject=unsubscribe"),
        (false, false) => format!("{value}?subject=unsubscribe%20{PLACE}"),
    };
    let template = Template::new(&whole).ok_or_else(|| bad("holds `{token}` more than once"))?;
    let sample = template.sample();
    let (mailbox, query) = sample.split_once('?').unwrap_or((&sample, ""));
    let address = address::read(mailbox).filter(|address| address.user().bytes().all(is_plain_local));
    let address = address.ok_or_else(|| bad("holds no mail address of plain letters, digits and `.+-_=`"))?;
    let url = Url::parse(&format!("mailto:{address}?{query}")).ok().filter(|url| url.fragment().is_none());
    let text = url.as_ref().and_then(in_header);
    text.and_then(|text| template.of_sample(&text)).ok_or_else(|| bad("makes no URL that a header can hold"))
}

/// Returns whether a character of a mailbox means itself in a URL too (RFC 6068 §2).
fn is_plain_local(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'.' | b'+' | b'-' | b'_' | b'=')
}

/// Returns a URL as a header holds it: in angle brackets, with commas between URLs (RFC 2369 §2), in one line.
fn in_header(url: &Url) -> Option<String> {
    let text = url.as_str().replace(',', "%2C").replace('<', "%3C").replace('>', "%3E").replace(' ', "%20");
    (text.len() <= LONGEST_URL && text.bytes().all(|c| c.is_ascii_graphic())).then_some(text)
}

/// Returns the value of List-Archive.
pub(super) fn archive(value: &str) -> Result<String, Diagnostic> {
    const FIELD: &str = "newsletter.archive";
    let bad = |what: &str| flaw(&BAD_LIST_URL, FIELD, what, "write it like `https://example.org/archive/`").spec("RFC 2369 §3.6");
    let url = Url::parse(one_line(FIELD, value)?).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| bad("is no http or https URL"))?;
    in_header(&url).map(|text| encode::urls([text.as_str()])).ok_or_else(|| bad("is too long for a header"))
}

/// Returns the value of a further header with its URLs in ASCII, where it is one that holds URLs: those are never encoded words.
pub(super) fn with_ascii_urls<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    if value.is_ascii() || !OF_URLS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Cow::Borrowed(value);
    }
    let (mut out, mut rest) = (String::new(), value);
    while let Some((before, after)) = rest.split_once('<') {
        let Some((written, after)) = after.split_once('>') else { break };
        let url = Url::parse(written).ok().and_then(|url| in_header(&url));
        out.extend([before, "<", url.as_deref().unwrap_or(written), ">"]);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Checks a recipient's link to the letter on the web.
pub(super) fn web_url(value: &str) -> Result<&str, Diagnostic> {
    const FIELD: &str = "web_url";
    if has_break(value) {
        return Err(line_break(FIELD));
    }
    let good = Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if good { Ok(value) } else { Err(flaw(&BAD_WEB_URL, FIELD, "is no http or https URL", "give the address of the letter's page")) }
}

/// Returns the value of List-Id: the list's name, and its id below a domain of the owner's (RFC 2919 §2).
pub(super) fn list_id(frame: &Frame) -> Result<String, Diagnostic> {
    let bad = |field: &str, what: &str, help: &str| flaw(&BAD_LIST_ID, field, what, help).spec("RFC 2919 §2");
    let name = one_line("the newsletter's name", &frame.list_name)?;
    let id = one_line("newsletter.id", &frame.newsletter)?;
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    if id.is_empty() || !id.split('.').all(|label| !label.is_empty() && label.bytes().all(plain)) {
        return Err(bad("newsletter.id", "cannot be part of a List-Id", "use letters, digits, `-` and `_`"));
    }
    let domain = one_line("the newsletter's domain", &frame.list_domain)?;
    let domain = address::ascii_domain(domain)
        .filter(|domain| !domain.is_empty() && domain.split('.').all(|label| !label.is_empty() && label.bytes().all(plain)));
    let Some(domain) = domain else { return Err(bad("the newsletter's domain", "is no domain", "use the domain of `site.url`")) };
    let whole = format!("{id}.{domain}");
    if whole.len() > 255 {
        return Err(bad("newsletter.id", "makes a List-Id above 255 octets", "use a shorter one"));
    }
    Ok(encode::phrase_and_id("List-Id", name, &whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(url: Option<&str>, mailto: Option<&str>) -> Frame {
        Frame { unsubscribe_url: url.map(str::to_owned), unsubscribe_mailto: mailto.map(str::to_owned), ..Frame::default() }
    }

    fn header(url: Option<&str>, mailto: Option<&str>) -> Result<(String, bool), Vec<&'static str>> {
        let mut findings = Vec::new();
        let ways = Unsubscribe::new(&frame(url, mailto), &mut findings);
        ways.map(|ways| (ways.header("TOKEN"), ways.is_one_click())).ok_or(findings.iter().map(|found| found.code).collect())
    }

    #[test]
    fn an_https_url_comes_first_and_brings_one_click() {
        let url = Some("https://example.org/out?t={token}");
        assert_eq!(header(url, None), Ok(("<https://example.org/out?t=TOKEN>".to_owned(), true)));
        let both = "<https://example.org/out?t=TOKEN>,\r\n <mailto:out@example.org?subject=unsubscribe%20TOKEN>";
        assert_eq!(header(url, Some("out@example.org")), Ok((both.to_owned(), true)));
    }

    #[test]
    fn without_a_url_there_is_one_mailto_and_no_one_click() {
        let made = |mailto| header(None, Some(mailto)).expect("a header");
        assert_eq!(made("out@example.org"), ("<mailto:out@example.org?subject=unsubscribe%20TOKEN>".to_owned(), false));
        assert_eq!(made("mailto:out@bücher.example").0, "<mailto:out@xn--bcher-kva.example?subject=unsubscribe%20TOKEN>");
        assert_eq!(made("mailto:out@example.org?subject=stop, please").0, "<mailto:out@example.org?subject=stop%2C%20please>");
        assert_eq!(made("o+{token}@example.org").0, "<mailto:o+TOKEN@example.org?subject=unsubscribe>");
    }

    #[test]
    fn a_list_that_nobody_can_leave_is_an_error() {
        assert_eq!(header(None, None), Err(vec!["missing-unsubscribe"]));
    }

    #[test]
    fn a_url_that_is_not_https_or_has_no_token_is_refused() {
        for url in [
            "http://example.org/{token}",
            "https://example.org/",
            "https://example.org/{token}/{token}",
            "https://{token}.example.org/",
            "https://me:secret@example.org/{token}",
            "https://example.org/#{token}",
            "example.org/{token}",
            "https://exa mple.org/{token}",
            "mailto:out@example.org?subject={token}",
        ] {
            assert_eq!(header(Some(url), None), Err(vec!["bad-list-url"]), "{url}");
        }
        assert_eq!(header(Some("https://example.org/{token}\r\nBcc: x@y.z"), None), Err(vec!["line-break-in-field"]));
    }

    #[test]
    fn a_mailto_without_an_address_is_refused() {
        for mailto in
            ["out", "mailto:", "a,b@example.org", "ö@example.org", "out@example.org?subject={token}{token}", "https://example.org/"]
        {
            assert_eq!(header(None, Some(mailto)), Err(vec!["bad-list-url"]), "{mailto}");
        }
    }

    #[test]
    fn a_url_in_other_letters_is_written_in_ascii() {
        let (header, _) = header(Some("https://bücher.example/größe,1/{token}"), None).expect("a header");
        assert_eq!(header, "<https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe%2C1/TOKEN>");
    }

    #[test]
    fn the_list_id_has_the_name_for_people_and_the_id_below_the_domain() {
        let id = |name: &str, id: &str, domain: &str| {
            let frame = Frame { list_name: name.into(), newsletter: id.into(), list_domain: domain.into(), ..Frame::default() };
            list_id(&frame).map_err(|found| found.message)
        };
        assert_eq!(id("Notes", "main", "example.org").as_deref(), Ok("Notes <main.example.org>"));
        assert_eq!(
            id("Notes, mostly", "main", "bücher.example").as_deref(),
            Ok("=?utf-8?b?Tm90ZXMsIG1vc3RseQ==?= <main.xn--bcher-kva.example>")
        );
        assert_eq!(id("", "main", "example.org").as_deref(), Ok("<main.example.org>"));
        assert!(
            id("Notes", "ma in", "example.org").is_err() && id("Notes", "main", "").is_err() && id("Notes", "", "example.org").is_err()
        );
    }
}
