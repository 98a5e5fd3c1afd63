//! What every mail of a newsletter has in common: its settings, and the checks they go through once.

use super::list::{Template, Unsubscribe};
use super::{address, codes, encode, field, list};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Mailbox;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};

/// A newsletter's settings, as its mails need them.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Frame {
    /// The file the settings come from, for findings about them: `postrider.yaml`.
    pub file: String,
    /// `newsletter.id`: the newsletter's name, which never changes.
    pub newsletter: String,
    /// `newsletter.from`: who the mails are from.
    pub from: Mailbox,
    /// `newsletter.reply_to`: who gets the replies.
    pub reply_to: Option<Mailbox>,
    /// `newsletter.envelope_from`: who gets the bounces; `{token}` in it makes one address for each recipient. Without it, `from`.
    pub envelope_from: Option<String>,
    /// The list's name for people, in List-Id: the site's title.
    pub list_name: String,
    /// The domain below which List-Id names the list: the site's.
    pub list_domain: String,
    /// `newsletter.unsubscribe_url`: an https URL with `{token}`.
    pub unsubscribe_url: Option<String>,
    /// `newsletter.unsubscribe_mailto`: an address, or a mailto URL which may hold `{token}`.
    pub unsubscribe_mailto: Option<String>,
    /// Where the past editions can be read.
    pub archive: Option<String>,
    /// `newsletter.headers`: further headers, in order.
    pub headers: Vec<(String, String)>,
}

/// A frame that was checked.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) from: Address,
    pub(super) sender: Sender,
    pub(super) unsubscribe: Unsubscribe,
    /// What is the same in every mail, encoded, with the From header first.
    pub(super) headers: Vec<HeaderValue>,
    pub(super) needs_utf8: bool,
}

/// The envelope's sender.
#[derive(Debug, Clone)]
pub(super) enum Sender {
    /// One for all.
    Same(Address),
    /// One for each recipient: the local part holds a token.
    Each(Template, String),
}

impl Sender {
    fn needs_utf8(&self) -> bool {
        match self {
            Sender::Same(address) => address::needs_utf8(address),
            Sender::Each(user, _) => !user.sample().is_ascii(),
        }
    }
}

/// Checks a frame: every fault in one run.
pub(super) fn prepare(frame: &Frame) -> Result<Prepared, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let from = keep(mailbox("From", "newsletter.from", &frame.from), &mut findings);
    let reply_to = frame.reply_to.as_ref().and_then(|person| keep(mailbox("Reply-To", "newsletter.reply_to", person), &mut findings));
    let sender = match &frame.envelope_from {
        Some(value) => keep(sender(value), &mut findings),
        None => from.as_ref().map(|(address, _)| Sender::Same(address.clone())),
    };
    let unsubscribe = Unsubscribe::new(frame, &mut findings);
    let mut headers = Vec::new();
    let mut needs_utf8 = false;
    for (address, header) in [from.clone(), reply_to].into_iter().flatten() {
        needs_utf8 |= address::needs_utf8(&address);
        headers.push(header);
    }
    headers.extend(keep(list::list_id(frame), &mut findings).map(|value| header("List-Id", &frame.list_name, value)));
    let archive = frame.archive.as_deref().and_then(|url| keep(list::archive(url), &mut findings));
    headers.extend(archive.map(|value| header("List-Archive", frame.archive.as_deref().unwrap_or_default(), value)));
    // RFC 3834 §5.2: nobody's out-of-office reply should answer a newsletter.
    headers.push(header("Auto-Submitted", "auto-generated", "auto-generated".to_owned()));
    for (at, (name, value)) in frame.headers.iter().enumerate() {
        headers.extend(keep(extra(frame, at, name, value), &mut findings));
    }
    match (from, sender, unsubscribe) {
        (Some((from, _)), Some(sender), Some(unsubscribe)) if findings.is_empty() => {
            let needs_utf8 = needs_utf8 || sender.needs_utf8();
            Ok(Prepared { from, sender, unsubscribe, headers, needs_utf8 })
        }
        _ => Err(findings.into_iter().map(|found| located(frame, found)).collect()),
    }
}

/// Adds the settings' file to a finding that knows its key; the edge looks that up there.
pub(super) fn located(frame: &Frame, mut found: Diagnostic) -> Diagnostic {
    let key = found.place.take().and_then(|place| place.key).unwrap_or_else(|| "newsletter".into());
    if frame.file.is_empty() { found } else { found.at(Place::key(frame.file.as_str(), key)) }
}

fn keep<T>(result: Result<T, Diagnostic>, findings: &mut Vec<Diagnostic>) -> Option<T> {
    result.map_err(|found| findings.push(found)).ok()
}

/// Returns a header whose value is encoded already.
pub(super) fn header(name: &'static str, raw: &str, encoded: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), raw.to_owned(), encoded)
}

fn mailbox(name: &'static str, key: &str, person: &Mailbox) -> Result<(Address, HeaderValue), Diagnostic> {
    let words = person.name.as_deref().map(|words| field::one_line(key, words)).transpose()?;
    let address = field::address_in(key, &person.address)?;
    let encoded = encode::mailbox(name, words, &address);
    // The raw value is what lettre looks for the sender in; the name would only get into its way.
    let header = header(name, address.as_ref(), encoded);
    Ok((address, header))
}

fn sender(value: &str) -> Result<Sender, Diagnostic> {
    const FIELD: &str = "newsletter.envelope_from";
    let template = Template::new(field::one_line(FIELD, value)?)
        .ok_or_else(|| field::flaw(&codes::BAD_ADDRESS, FIELD, "holds `{token}` more than once", "leave one"))?;
    let address = field::address_in(FIELD, &template.sample()).map_err(|_| {
        let what = if template.has_place() { "is no mail address with a token in its place" } else { "is no mail address" };
        field::flaw(
            &codes::BAD_ADDRESS,
            FIELD,
            what,
            "write it like `bounces@example.org` or `b+{token}@example.org`; a local part has 64 octets",
        )
    })?;
    if !template.has_place() {
        return Ok(Sender::Same(address));
    }
    match template.of_sample(address.user()) {
        Some(user) => Ok(Sender::Each(user, address.domain().to_owned())),
        None => {
            Err(field::flaw(&codes::BAD_ADDRESS, FIELD, "has its token outside the local part", "write it like `b+{token}@example.org`"))
        }
    }
}

fn extra(frame: &Frame, at: usize, name: &str, value: &str) -> Result<HeaderValue, Diagnostic> {
    let value = field::extra(name, value)?;
    if frame.headers.iter().take(at).any(|(other, _)| other.eq_ignore_ascii_case(name)) {
        let field = format!("newsletter.headers.{name}");
        return Err(field::flaw(&codes::BAD_HEADER, &field, "is there twice", "leave one"));
    }
    let encoded = encode::extra(name, &list::with_ascii_urls(name, value));
    let bad = |_| field::flaw(&codes::BAD_HEADER, "newsletter.headers", "has a name that no header can have", "rename it");
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(bad)?;
    Ok(HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), encoded))
}
