use super::Date;
use crate::text::schedule::Schedule;
use chrono::TimeDelta;

/// `newsletter:` of the configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct NewsletterSettings {
    /// The newsletter's name in the ledger and in List-Id.
    pub id: String,
    /// Who the mails are from.
    pub from: Option<Mailbox>,
    /// Who gets the replies.
    pub reply_to: Option<Mailbox>,
    /// Who gets the bounces: an address, in which `{token}` stands for the recipient's; `None` for `from`.
    pub envelope_from: Option<String>,
    /// Further header fields of every mail, sorted by name.
    pub headers: Vec<(String, String)>,
    /// The template of the subject; `None` for the look's own.
    pub subject: Option<String>,
    /// The look: a folder of templates.
    pub look: String,
    /// How much of each post a mail carries.
    pub content: MailContent,
    /// Posts before this date are never mailed.
    pub start_from: Option<Date>,
    /// How old a post may be to be mailed.
    pub max_age: TimeDelta,
    /// How many posts one edition may carry.
    pub max_entries: usize,
    /// The sender's postal address; `None` where the configuration says nothing of it.
    pub postal_address: Option<PostalAddress>,
    /// The address of the unsubscribe link, https, with `{token}` (RFC 8058).
    pub unsubscribe_url: Option<String>,
    /// The address that takes unsubscribe mails, which may hold `{token}` (RFC 2369 §3.2).
    pub unsubscribe_mailto: Option<String>,
    /// Where earlier editions can be read (RFC 2369 §3.6).
    pub archive: Option<String>,
    /// When editions are due.
    pub schedule: Option<Schedule>,
    /// Who signs the mails.
    pub dkim: Option<DkimSettings>,
    /// The mail server.
    pub smtp: SmtpSettings,
    /// How mails leave.
    pub transport: Transport,
    /// The program of [`Transport::Sendmail`].
    pub sendmail: Option<String>,
    /// The folder of [`Transport::Eml`].
    pub eml: Option<String>,
}

/// A person or list with an e-mail address (RFC 5322 §3.4 `mailbox`).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mailbox {
    /// The name people read.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

/// How much of each post a mail carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MailContent {
    /// The title with its link.
    Titles,
    /// The title and a summary.
    Summary,
    /// The beginning of the post, as far as it fits. No setting asks for it.
    Part,
    /// The whole post.
    Full,
}

impl MailContent {
    /// Returns its name in settings, templates and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MailContent::Titles => "titles",
            MailContent::Summary => "summary",
            MailContent::Part => "part",
            MailContent::Full => "full",
        }
    }
}

/// What the configuration says of the sender's postal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostalAddress {
    /// `none`: where no law asks for one.
    None,
    /// The address.
    Of(String),
}

/// `newsletter.dkim:` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimSettings {
    /// The domain that signs.
    pub domain: String,
    /// Each selector with the file of its key, sorted.
    pub keys: Vec<(String, String)>,
    /// Header fields that are left unsigned: a relay replaces them.
    pub unsigned: Vec<String>,
}

/// `newsletter.smtp:` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// The server.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// A file of further certificates to trust, in PEM.
    pub ca: Option<String>,
    /// The user's name.
    pub username: Option<String>,
    /// How to log in; `None` for what the server offers.
    pub auth: Option<String>,
    /// The name said to the server; `None` for the domain of `from`.
    pub ehlo: Option<String>,
    /// How many connections are open at once.
    pub connections: usize,
    /// How many mails go over one connection.
    pub per_connection: Option<u32>,
    /// How many mails are sent in a second.
    pub per_second: Option<u32>,
    /// How many mails are sent in an hour.
    pub per_hour: Option<u32>,
    /// How many mails are sent in a day.
    pub per_day: Option<u32>,
    /// How many mails are sent in an hour to the addresses of a domain, sorted by domain.
    pub per_domain: Vec<(String, u32)>,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// STARTTLS, or nothing is sent (RFC 3207).
    Required,
    /// TLS from the first byte (RFC 8314 §3.3).
    Implicit,
    /// None: for a server on the same machine or, without a password, in a private network.
    None,
}

/// How mails leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Over SMTP.
    Smtp,
    /// Through a program.
    Sendmail,
    /// As files.
    Eml,
}

#[cfg(test)]
impl NewsletterSettings {
    /// Returns what a configuration without `newsletter:` says, for tests.
    pub(crate) fn sample() -> Self {
        let smtp = SmtpSettings {
            host: None,
            port: 587,
            tls: Tls::Required,
            ca: None,
            username: None,
            auth: None,
            ehlo: None,
            connections: 2,
            per_connection: None,
            per_second: None,
            per_hour: None,
            per_day: None,
            per_domain: Vec::new(),
        };
        NewsletterSettings {
            id: "main".into(),
            from: None,
            reply_to: None,
            envelope_from: None,
            headers: Vec::new(),
            subject: None,
            look: "letter".into(),
            content: MailContent::Full,
            start_from: None,
            max_age: TimeDelta::days(30),
            max_entries: 20,
            postal_address: None,
            unsubscribe_url: None,
            unsubscribe_mailto: None,
            archive: None,
            schedule: None,
            dkim: None,
            smtp,
            transport: Transport::Smtp,
            sendmail: None,
            eml: None,
        }
    }
}
