//! What mail servers and providers send back: reports on deliveries (RFC 3464) and complaints (RFC 5965).
//!
//! Anybody may write to the address that gets them, so a report is believed only as far as what it returns: the Message-ID of a
//! mail of ours, or one of our tokens. What is in no standard form is unknown; nothing is guessed from a subject or a sentence.
//! Bounded in depth and number of parts by `mail`'s reader, whatever the message.

mod part;
#[cfg(test)]
mod tests;

use super::tokens;
use crate::mail::check::read::{Mail, decode_words, same_length};
use part::{Group, groups};
use std::fmt;

/// What a message that came to the address for bounces says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// What became of a mail on its way (RFC 3464).
    Delivery(Delivery),
    /// What its reader said of a mail (RFC 5965).
    Feedback(Feedback),
    /// Nothing that can be relied on.
    Unknown(Unknown),
}

/// The mail that a report is about, as far as the report returns it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returned {
    /// Its Message-ID, in its brackets.
    pub message_id: Option<String>,
    /// Whom its header names as its recipient.
    pub to: Option<String>,
    /// What may be tokens of ours: in the addresses that the report came to, and in the header of the mail.
    pub tokens: Vec<String>,
}

/// A report on a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The server that reports.
    pub reporting_mta: Option<String>,
    /// What became of the mail for each recipient; at least one.
    pub recipients: Vec<Recipient>,
    /// The mail.
    pub returned: Returned,
}

/// What became of a mail for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address the mail was sent to, where the server knows it.
    pub original: Option<String>,
    /// The address that it was delivered to or not in the end.
    pub last: Option<String>,
    /// What became of it.
    pub action: Action,
    /// The status code (RFC 3463): class, subject, detail.
    pub status: Option<[u16; 3]>,
    /// What the other server said.
    pub diagnostic: Option<String>,
    /// The other server.
    pub remote_mta: Option<String>,
}

/// What became of a mail (RFC 3464 §2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It was given up.
    Failed,
    /// It is still tried.
    Delayed,
    /// It is in the mailbox.
    Delivered,
    /// It went on to a server that reports nothing.
    Relayed,
    /// It went on to several addresses.
    Expanded,
}

const ACTIONS: [(&str, Action); 5] = [
    ("failed", Action::Failed),
    ("delayed", Action::Delayed),
    ("delivered", Action::Delivered),
    ("relayed", Action::Relayed),
    ("expanded", Action::Expanded),
];

/// The codes that say that there is no such mailbox, or none any more (RFC 3463 §3.2 and §3.3, RFC 7505 §4.2): they count
/// towards suppression, and no other does.
const GONE: [[u16; 3]; 6] = [[5, 1, 1], [5, 1, 2], [5, 1, 3], [5, 1, 6], [5, 1, 10], [5, 2, 1]];

impl Recipient {
    /// Returns whether the server says that there is no such mailbox.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.action == Action::Failed && self.status.is_some_and(|status| GONE.contains(&status))
    }
}

/// What somebody's provider passes on about a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// In lower case: `abuse`, `not-spam`.
    pub kind: String,
    /// The addresses the mail was sent to, where the provider tells them.
    pub recipients: Vec<String>,
    /// The domains that are complained of.
    pub domains: Vec<String>,
    /// The mail.
    pub returned: Returned,
}

impl Feedback {
    /// Returns whether a reader does not want such mail: other kinds report viruses and signatures, or that it is no spam after all.
    #[must_use]
    pub fn is_complaint(&self) -> bool {
        matches!(self.kind.as_str(), "abuse" | "fraud" | "opt-out")
    }
}

/// A message that is no report that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Why.
    pub why: Why,
    /// Its subject, for somebody who looks.
    pub subject: Option<String>,
}

/// Why a message says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is in no standard form.
    NoReport,
    /// Somebody's program answers (RFC 3834).
    AutomaticReply,
    /// It reports something else, by this name.
    OtherReport(String),
    /// It is a report without what a report has to say.
    Incomplete,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::NoReport => f.write_str("it is no report in a standard form (RFC 3464, RFC 5965)"),
            Why::AutomaticReply => f.write_str("it is an automatic reply"),
            Why::OtherReport(name) => write!(f, "it is a report of another kind: `{name}`"),
            Why::Incomplete => f.write_str("it is a report that does not say what became of which mail"),
        }
    }
}

impl Report {
    /// Reads a message.
    #[must_use]
    pub fn read(message: &[u8]) -> Self {
        let shown = same_length(message);
        let mail = Mail::read(message, &shown);
        known(&mail).unwrap_or_else(|why| {
            let subject = mail.field("Subject").map(|field| decode_words(&field.value)).filter(|subject| !subject.is_empty());
            Report::Unknown(Unknown { why, subject })
        })
    }
}

fn known(mail: &Mail<'_>) -> Result<Report, Why> {
    let root = mail.root().filter(|root| root.media == "multipart/report").ok_or_else(|| {
        let is_reply = mail.field("Auto-Submitted").is_some_and(|field| field.value.to_ascii_lowercase().starts_with("auto-replied"));
        if is_reply { Why::AutomaticReply } else { Why::NoReport }
    })?;
    let parts = || root.children.iter().filter_map(|child| mail.parts.get(*child));
    let part = |kinds: &[&str]| parts().find(|part| kinds.contains(&part.media.as_str())).map(|part| mail.bytes(part));
    let returned = || {
        let own = tokens(mail.raw.get(root.head.clone()).unwrap_or_default());
        returned(own, part(&["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"]))
    };
    if let Some(status) = part(&["message/delivery-status", "message/global-delivery-status"]) {
        return delivery(&groups(&status), returned()).map(Report::Delivery).ok_or(Why::Incomplete);
    }
    if let Some(feedback) = part(&["message/feedback-report"]) {
        return feedback_of(&groups(&feedback), returned()).map(Report::Feedback).ok_or(Why::Incomplete);
    }
    let kind = root.param("report-type").unwrap_or_default().to_ascii_lowercase();
    Err(if ["", "delivery-status", "feedback-report"].contains(&kind.as_str()) { Why::Incomplete } else { Why::OtherReport(kind) })
}

/// Reads the header of the mail that came back.
fn returned(own: Vec<String>, mail: Option<Vec<u8>>) -> Returned {
    let mut returned = Returned { tokens: own, ..Returned::default() };
    if let Some(mail) = mail
        && let Some((head, group)) = part::head(&mail)
    {
        returned.message_id = group.get("Message-ID").and_then(message_id);
        returned.to = group.get("To").map(|value| bare(value.rfind('<').map_or(value, |at| &value[at..])).to_owned());
        returned.tokens.extend(tokens(head));
    }
    let mut seen = std::collections::BTreeSet::new();
    returned.tokens.retain(|token| seen.insert(token.clone()));
    returned
}

/// Returns the Message-ID of a header's value.
fn message_id(value: &str) -> Option<String> {
    let inner = value.split_once('<')?.1.split_once('>')?.0.trim();
    (!inner.is_empty() && !inner.contains(char::is_whitespace)).then(|| format!("<{inner}>"))
}

fn delivery(groups: &[Group], returned: Returned) -> Option<Delivery> {
    let reporting_mta = groups.iter().find_map(|group| group.get("Reporting-MTA")).and_then(typed);
    let recipients: Vec<Recipient> = groups.iter().filter_map(recipient).collect();
    (!recipients.is_empty()).then_some(Delivery { reporting_mta, recipients, returned })
}

fn recipient(group: &Group) -> Option<Recipient> {
    let value = |name: &str| group.get(name).and_then(typed);
    let action = word(group.get("Action")?);
    let (_, action) = ACTIONS.iter().find(|(name, _)| *name == action)?;
    Some(Recipient {
        original: value("Original-Recipient"),
        last: value("Final-Recipient"),
        action: *action,
        status: group.get("Status").and_then(status),
        diagnostic: value("Diagnostic-Code"),
        remote_mta: value("Remote-MTA"),
    })
}

fn feedback_of(groups: &[Group], returned: Returned) -> Option<Feedback> {
    let all = |name: &str| groups.iter().flat_map(|group| group.all(name)).map(|value| bare(value).to_owned()).collect();
    let kind = groups.iter().find_map(|group| group.get("Feedback-Type")).map(word).filter(|kind| !kind.is_empty())?;
    Some(Feedback { kind, recipients: all("Original-Rcpt-To"), domains: all("Reported-Domain"), returned })
}

/// Returns the first word of a value, in lower case and without a comment.
fn word(value: &str) -> String {
    value.split(|c: char| c.is_whitespace() || c == '(' || c == ';').next().unwrap_or_default().to_ascii_lowercase()
}

/// Returns a value without its type (RFC 3464 §2.1.2: `rfc822; ada@example.org`).
fn typed(value: &str) -> Option<String> {
    let value = bare(value.split_once(';').map_or(value, |(_, value)| value));
    (!value.is_empty()).then(|| value.to_owned())
}

/// Returns a value without white space and angle brackets around it.
fn bare(value: &str) -> &str {
    let value = value.trim();
    value.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(value).trim()
}

/// Returns a status code (RFC 3463 §2), whatever is said behind it.
fn status(value: &str) -> Option<[u16; 3]> {
    let code = word(value);
    let mut numbers = code.split('.').map(|number| number.parse::<u16>().ok());
    let status = [numbers.next()??, numbers.next()??, numbers.next()??];
    (numbers.next().is_none() && matches!(status, [2 | 4 | 5, 0..=999, 0..=999])).then_some(status)
}
