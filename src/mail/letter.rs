//! A letter, prepared once, and the message it becomes for each recipient.

use super::frame::{Frame, Prepared, Sender, header, located, prepare};
use super::part::{Part, Pattern};
use super::token::{Purpose, SubscriberId, Tokens};
use super::{address, codes, encode, field, list};
use crate::diagnostic::Diagnostic;
use crate::model::Date;
use crate::model::slot::Slot;
use chrono::Datelike as _;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Message as Whole, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What an edition says in one language, with marks where a recipient's values go (`model::slot`).
#[derive(Debug, Clone)]
pub struct Content<'a> {
    /// The edition's key, which never changes.
    pub key: &'a str,
    /// The language (RFC 5646).
    pub language: &'a str,
    /// When the edition was frozen.
    pub date: Date,
    /// The subject, in plain text.
    pub subject: &'a str,
    /// The HTML part.
    pub html: &'a str,
    /// The text part.
    pub text: &'a str,
}

/// Someone who gets a letter.
#[derive(Debug, Clone, Copy)]
pub struct Addressee<'a> {
    /// The subscriber's random id.
    pub id: SubscriberId,
    /// The address, as the list has it.
    pub email: &'a str,
    /// The name, where the list has one.
    pub name: Option<&'a str>,
    /// Where this letter can be read on the web.
    pub web_url: Option<&'a str>,
    /// The list's other fields.
    pub fields: &'a BTreeMap<String, String>,
}

/// A message for one recipient, as it goes over the wire but for the dots (RFC 5321 §4.5.2).
#[derive(Debug, Clone)]
pub struct Message {
    /// The Message-ID, with its brackets.
    pub id: String,
    /// Who it is really from and to.
    pub envelope: Envelope,
    /// Whether the server has to offer SMTPUTF8 (RFC 6531 §3.2).
    pub needs_utf8: bool,
    /// Headers and body, each line ended by CRLF.
    pub bytes: Vec<u8>,
}

/// A letter: checked, encoded but for what differs for each recipient.
#[derive(Debug, Clone)]
pub struct Letter {
    newsletter: String,
    key: String,
    prepared: Prepared,
    subject: Subject,
    /// The fields of the list that are asked for.
    fields: BTreeSet<String>,
    /// Whether it links to itself on the web.
    needs_web_url: bool,
    /// Up to the headers of each recipient, from there to the text, from there to the HTML, and what is behind it.
    fixed: [Vec<u8>; 4],
    text: Part,
    html: Part,
}

#[derive(Debug, Clone)]
enum Subject {
    /// Encoded.
    Same(String),
    Each(Pattern),
}

impl Letter {
    /// Prepares a letter; says every fault of frame and content in one run.
    pub fn new(frame: &Frame, content: &Content<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let mut keep = |found: Diagnostic| findings.push(found);
        let subject = subject(content.subject).map_err(&mut keep).ok();
        let text = Part::text(content.text, "the text of the letter").map_err(&mut keep).ok();
        let html = Part::html(content.html, "the HTML of the letter").map_err(&mut keep).ok();
        let date = date(content.date).map_err(&mut keep).ok();
        let prepared = prepare(frame).map_err(|found| findings.extend(found)).ok();
        let (Some(subject), Some(text), Some(html), Some(date), Some(prepared)) = (subject, text, html, date, prepared) else {
            return Err(findings);
        };
        let boundary = boundary(frame, content);
        let fixed = fixed(&prepared, date, &boundary).ok_or_else(|| {
            let found = field::flaw(&codes::BAD_ADDRESS, "newsletter.from", "cannot stand in a From header", "use a plain address");
            vec![located(frame, found)]
        })?;
        let mut letter = Letter {
            newsletter: frame.newsletter.trim().to_owned(),
            key: content.key.to_owned(),
            prepared,
            subject,
            fields: BTreeSet::new(),
            needs_web_url: false,
            fixed,
            text,
            html,
        };
        letter.note_slots();
        Ok(letter)
    }

    fn note_slots(&mut self) {
        let subject = if let Subject::Each(pattern) = &self.subject { Some(pattern) } else { None };
        let slots = subject.into_iter().flat_map(Pattern::slots).chain(self.text.slots()).chain(self.html.slots());
        for slot in slots {
            match slot {
                Slot::Field(name) => drop(self.fields.insert(name.clone())),
                Slot::WebUrl => self.needs_web_url = true,
                _ => {}
            }
        }
    }

    /// Returns the message for a recipient; the finding when a value of theirs cannot be used.
    pub fn to(&self, recipient: &Addressee<'_>, tokens: Tokens<'_>) -> Result<Message, Diagnostic> {
        let token = tokens.token(Purpose::Unsubscribe, &recipient.id, &self.newsletter);
        let to = field::address_in("email", recipient.email)?;
        let values = self.values(recipient, &token)?;
        let sender = match &self.prepared.sender {
            Sender::Same(address) => address.clone(),
            Sender::Each(user, domain) => {
                let token = tokens.token(Purpose::Bounce, &recipient.id, &self.newsletter);
                // Checked with a token of the same length and letters.
                Address::new_dangerous(user.with(&token), domain)
            }
        };
        let id = self.message_id(recipient.id);
        let mut scratch = String::with_capacity(1024);
        let mut bytes = Vec::with_capacity(self.size());
        let [head, mime, between, foot] = &self.fixed;
        bytes.extend_from_slice(head);
        self.push_headers(&values, &to, &id, &token, &mut bytes)?;
        bytes.extend_from_slice(mime);
        self.text.fill(|slot| values.get(slot), &mut scratch, &mut bytes);
        bytes.extend_from_slice(between);
        self.html.fill(|slot| values.get(slot), &mut scratch, &mut bytes);
        bytes.extend_from_slice(foot);
        let needs_utf8 = self.prepared.needs_utf8 || address::needs_utf8(&to);
        let envelope =
            Envelope::new(Some(sender), vec![to]).map_err(|_| field::flaw(&codes::BAD_ADDRESS, "email", "is missing", "add it"))?;
        Ok(Message { id, envelope, needs_utf8, bytes })
    }

    fn size(&self) -> usize {
        1024 + self.fixed.iter().map(Vec::len).sum::<usize>() + self.text.size() + self.html.size()
    }

    /// Returns a recipient's values, all of them checked.
    fn values<'a>(&'a self, recipient: &Addressee<'a>, token: &str) -> Result<Values<'a>, Diagnostic> {
        let value = |field: &str, value: &'a str| {
            field::one_line(field, value).map(|value| Some(field::tidy(value)).filter(|value| !value.is_empty()))
        };
        let web_url = recipient.web_url.map(|url| list::web_url(url.trim())).transpose()?;
        if self.needs_web_url && web_url.is_none() {
            let found = field::flaw(
                &codes::BAD_WEB_URL,
                "web_url",
                "is missing, and the letter links to it",
                "ask for it in the template: `{% if web_url %}`",
            );
            return Err(found);
        }
        let mut fields = Vec::new();
        for name in &self.fields {
            if let Some(text) = recipient.fields.get(name) {
                fields.extend(value(&format!("fields.{name}"), text)?.map(|text| (name.as_str(), text)));
            }
        }
        Ok(Values {
            email: recipient.email.trim(),
            name: recipient.name.map(|name| value("name", name)).transpose()?.flatten(),
            web_url,
            unsubscribe_url: self.prepared.unsubscribe.link(token),
            fields,
        })
    }

    fn push_headers(&self, values: &Values<'_>, to: &Address, id: &str, token: &str, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let mut push = |name: &str, value: &str| [name, ": ", value, "\r\n"].iter().for_each(|text| out.extend_from_slice(text.as_bytes()));
        push("To", &encode::mailbox("To", values.name.as_deref(), to));
        match &self.subject {
            Subject::Same(encoded) => push("Subject", encoded),
            Subject::Each(pattern) => {
                let mut subject = String::new();
                pattern.fill(|slot| values.get(slot), &mut subject);
                push("Subject", &encode::text("Subject", not_empty(&subject)?));
            }
        }
        push("Message-ID", id);
        let unsubscribe = &self.prepared.unsubscribe;
        push("List-Unsubscribe", &unsubscribe.header(token));
        if unsubscribe.is_one_click() {
            push("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        Ok(())
    }

    /// Returns the Message-ID: the same whenever the same edition goes to the same subscriber, so that a second copy is seen as one.
    fn message_id(&self, subscriber: SubscriberId) -> String {
        let hash = hash([self.newsletter.as_bytes(), self.key.as_bytes(), &subscriber]);
        format!("<{hash}@{}>", self.prepared.from.domain())
    }
}

/// A recipient's values, checked.
struct Values<'a> {
    email: &'a str,
    name: Option<Cow<'a, str>>,
    web_url: Option<&'a str>,
    unsubscribe_url: String,
    fields: Vec<(&'a str, Cow<'a, str>)>,
}

impl Values<'_> {
    fn get(&self, slot: &Slot) -> Option<&str> {
        match slot {
            Slot::Name => self.name.as_deref(),
            Slot::Email => Some(self.email),
            Slot::UnsubscribeUrl => Some(&self.unsubscribe_url),
            Slot::WebUrl => self.web_url,
            Slot::Field(name) => self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| &**value),
        }
    }
}

fn not_empty(subject: &str) -> Result<&str, Diagnostic> {
    let empty = || Diagnostic::new(&codes::NO_SUBJECT, "the mail has no subject").help("set `newsletter.subject`").spec("RFC 5322 §3.6.5");
    Some(subject).filter(|subject| !subject.trim().is_empty()).ok_or_else(empty)
}

fn subject(text: &str) -> Result<Subject, Diagnostic> {
    let text = field::one_line("subject", not_empty(text)?)?;
    let pattern = Pattern::new(text, "the subject")?;
    Ok(match pattern.as_text() {
        Some(text) => Subject::Same(encode::text("Subject", text)),
        None => Subject::Each(pattern),
    })
}

/// lettre writes dates of these years, and no others, without a panic.
fn date(date: Date) -> Result<std::time::SystemTime, Diagnostic> {
    if (1970..=9998).contains(&date.year()) && date.timestamp() >= 0 {
        return Ok(date.into());
    }
    Err(Diagnostic::new(&codes::BAD_DATE, format!("the mail's date is {}", date.to_rfc3339())).help("give a date of this century"))
}

/// Returns 32 hexadecimal digits of parts that cannot be mistaken for one another.
fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let digits = digest.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// Returns the boundary between the parts. `=_` is not quoted-printable (RFC 2045 §6.7), so no part can hold it, whatever is
/// swapped in.
fn boundary(frame: &Frame, content: &Content<'_>) -> String {
    format!("=_{}", hash([frame.newsletter.as_bytes(), content.key.as_bytes(), content.language.as_bytes()]))
}

/// Lets lettre build the message, and returns the bytes between the places for what is ours.
fn fixed(prepared: &Prepared, date: std::time::SystemTime, boundary: &str) -> Option<[Vec<u8>; 4]> {
    const PLACES: [&str; 3] = ["To: =_recipient\r\n", "=_text", "=_html"];
    // Only the address matters here: the envelope is made for each recipient.
    let envelope = Envelope::new(Some(prepared.from.clone()), vec![prepared.from.clone()]).ok()?;
    let mut builder = Whole::builder().date(date).envelope(envelope);
    for value in &prepared.headers {
        builder = builder.raw_header(value.clone());
    }
    let part = |content_type, place: &str| {
        let body = Body::dangerous_pre_encoded(place.as_bytes().to_vec(), ContentTransferEncoding::QuotedPrintable);
        SinglePart::builder().header(content_type).body(body)
    };
    let parts = MultiPart::alternative().boundary(boundary);
    let parts = parts.singlepart(part(ContentType::TEXT_PLAIN, PLACES[1])).singlepart(part(ContentType::TEXT_HTML, PLACES[2]));
    let whole = builder.raw_header(header("To", prepared.from.as_ref(), "=_recipient".to_owned())).multipart(parts).ok()?.formatted();
    // A header's own line begins with no blank, and no header is called To but ours; a body stands alone on its line.
    let mut rest = whole.as_slice();
    let mut cut = |before: &str, place: &str| {
        let at = memchr::memmem::find(rest, [before, place].concat().as_bytes())? + before.len();
        let (found, tail) = rest.split_at(at);
        rest = tail.get(place.len()..)?;
        Some(found.to_vec())
    };
    let (head, mime, between) = (cut("\r\n", PLACES[0])?, cut("\r\n\r\n", PLACES[1])?, cut("\r\n\r\n", PLACES[2])?);
    Some([head, mime, between, rest.to_vec()])
}

#[cfg(test)]
pub(in crate::mail) mod tests;
