//! Why a session failed, and at which stage: before or after the moment from which the mail may have left.

use super::class::{Class, Reason, class};
use super::reply::Reply;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// What a session was about when something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Finding and reaching the server.
    Connect,
    /// Its first words.
    Greeting,
    /// EHLO or HELO.
    Hello,
    /// STARTTLS and the handshake.
    Tls,
    /// The login.
    Auth,
    /// MAIL: the sender.
    Mail,
    /// RCPT: the recipient.
    Rcpt,
    /// DATA: may the message come?
    Data,
    /// The message but for the dot that ends it.
    Body,
    /// The dot, and the answer to the message.
    Dot,
    /// RSET: forgetting a mail that was begun.
    Reset,
    /// QUIT.
    Quit,
}

impl Stage {
    /// Every stage, in the order of a session.
    pub const ALL: [Stage; 12] = [
        Stage::Connect,
        Stage::Greeting,
        Stage::Hello,
        Stage::Tls,
        Stage::Auth,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Body,
        Stage::Dot,
        Stage::Reset,
        Stage::Quit,
    ];

    /// Returns the name that the ledger and machine-readable reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// Returns the stage of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Returns what people call what the server answers to.
    fn thing(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (&'static str, &'static str) {
        match self {
            Stage::Connect => ("connect", "the connection"),
            Stage::Greeting => ("greeting", "the connection"),
            Stage::Hello => ("hello", "our greeting"),
            Stage::Tls => ("tls", "the encryption"),
            Stage::Auth => ("auth", "the login"),
            Stage::Mail => ("mail", "the sender"),
            Stage::Rcpt => ("rcpt", "the recipient"),
            Stage::Data => ("data", "DATA"),
            Stage::Body => ("body", "the message"),
            Stage::Dot => ("dot", "the end of the message"),
            Stage::Reset => ("reset", "RSET"),
            Stage::Quit => ("quit", "QUIT"),
        }
    }

    /// Returns whether a code is the consent that the stage needs.
    pub(super) fn takes(self, code: u16) -> bool {
        if self == Stage::Data { code == 354 } else { code / 100 == 2 }
    }
}

/// What went wrong.
#[derive(Debug)]
pub enum Fault {
    /// The server said no. The words of a refused login are left out: they may repeat the password.
    Refused(Reply),
    /// No address, no way there, or nobody listens.
    Unreachable(io::Error),
    /// No answer, or no room for more of the message, within this time.
    TimedOut(Duration),
    /// The connection is over.
    Closed,
    /// The connection failed otherwise.
    Broken(io::Error),
    /// Something that is no reply, or a reply to what nobody asked.
    Garbage,
    /// A reply without an end.
    TooLong,
    /// `tls: none` with a server elsewhere, at this address.
    Unencrypted(IpAddr),
    /// STARTTLS is not offered (RFC 3207 §4).
    NoStarttls,
    /// Words came between the consent to encryption and the encryption: somebody on the way put them there (CVE-2011-0411).
    Injected,
    /// The server is not who it should be, or nobody we trust says so.
    Certificate(String),
    /// What is configured cannot be used to encrypt.
    Trust(String),
    /// The encryption failed.
    Tls(String),
    /// No way to log in that both sides know; the server's ways.
    NoLogin(String),
    /// The server said before that it takes no message of this size.
    TooBig {
        /// The message's bytes.
        size: u64,
        /// The most that the server takes.
        limit: u64,
    },
    /// SMTPUTF8 is not offered (RFC 6531 §3.1), and an address of the mail needs it.
    Letters(String),
    /// 8BITMIME is not offered (RFC 6152), and the mail needs it.
    EightBits,
    /// A line end or NUL where none may be: such a mail could say commands of its own.
    Stray,
}

/// Why a session, or one step of it, failed.
#[derive(Debug)]
pub struct SessionError {
    /// The server's name.
    pub host: String,
    /// The stage.
    pub stage: Stage,
    /// What went wrong.
    pub fault: Fault,
}

impl SessionError {
    /// Returns whether nobody knows if the mail was taken: the dot was on its way, and no reply came.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.stage == Stage::Dot && !matches!(self.fault, Fault::Refused(_))
    }

    /// Returns the server's reply, if the failure is one.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        if let Fault::Refused(reply) = &self.fault { Some(reply) } else { None }
    }

    /// Returns what the failure means for the recipient and for the run.
    #[must_use]
    pub fn class(&self) -> Class {
        if self.is_unknown() {
            return Class::Unknown;
        }
        match &self.fault {
            Fault::Refused(reply) => class(self.stage, reply),
            Fault::Unencrypted(_) | Fault::NoStarttls | Fault::Injected | Fault::Certificate(_) | Fault::Trust(_) => {
                Class::Stop(Reason::Unsafe)
            }
            Fault::NoLogin(_) => Class::Stop(Reason::Login),
            Fault::TooBig { .. } => Class::Stop(Reason::TooBig),
            Fault::Letters(_) | Fault::EightBits | Fault::Stray => Class::Refused { suppress: false },
            Fault::Unreachable(_)
            | Fault::TimedOut(_)
            | Fault::Closed
            | Fault::Broken(_)
            | Fault::Garbage
            | Fault::TooLong
            | Fault::Tls(_) => Class::Gone,
        }
    }
}

impl std::error::Error for SessionError {}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, thing) = (&self.host, self.stage.thing());
        // A server that waits for a handshake, and one that never heard of it, are both silent here or talk nonsense.
        let port = if self.stage == Stage::Greeting { "; help: `tls: implicit` goes with port 465, `tls: required` with 587" } else { "" };
        match &self.fault {
            Fault::Refused(reply) if self.stage == Stage::Auth => {
                write!(f, "`{host}` refused the login ({}); help: check `newsletter.smtp.username` and POSTRIDER_SMTP_PASSWORD", reply.code)
            }
            // RFC 4954 §6.
            Fault::Refused(reply) if reply.code == 530 => {
                write!(f, "`{host}` refused {thing}: {reply}; help: set `newsletter.smtp.username` and POSTRIDER_SMTP_PASSWORD")
            }
            Fault::Refused(reply) => write!(f, "`{host}` refused {thing}: {reply}"),
            Fault::Unreachable(error) => write!(f, "cannot connect to `{host}`: {error}"),
            Fault::TimedOut(limit) => write!(f, "`{host}` did not answer to {thing} within {}{port}", Span(*limit)),
            Fault::Closed => write!(f, "`{host}` closed the connection instead of an answer to {thing}{port}"),
            Fault::Broken(error) => write!(f, "the connection to `{host}` broke at {thing}: {error}"),
            Fault::Garbage => write!(f, "`{host}` answered to {thing} with what is no reply of a mail server{port}"),
            Fault::TooLong => write!(f, "`{host}` answered to {thing} without an end"),
            Fault::Unencrypted(address) => write!(
                f,
                "`{host}` ({address}) is not on this machine, and `newsletter.smtp.tls` is `none`; help: set it to `required`, so that nobody on the way can read mails and password"
            ),
            Fault::NoStarttls => write!(
                f,
                "`{host}` offers no encryption, so nothing was said to it; help: use the port of the provider's documentation, 587 or, with `tls: implicit`, 465"
            ),
            Fault::Injected => write!(
                f,
                "somebody between here and `{host}` put words into the connection before it was encrypted; it was closed, and no password was sent"
            ),
            Fault::Certificate(why) => write!(
                f,
                "`{host}` cannot show that it is `{host}`: {why}; help: check `newsletter.smtp.host`, or name the certificate that signed the server's own in `newsletter.smtp.ca`"
            ),
            Fault::Trust(why) => write!(f, "the connection to `{host}` cannot be encrypted: {why}"),
            Fault::Tls(why) => write!(
                f,
                "the encrypted connection to `{host}` failed: {why}; help: `tls: implicit` goes with port 465, `tls: required` with 587"
            ),
            Fault::NoLogin(offered) => {
                let offered = if offered.is_empty() { "none" } else { offered };
                write!(
                    f,
                    "`{host}` knows no way to log in that postrider knows and `newsletter.smtp.auth` allows: it offers {offered}, we know PLAIN, LOGIN and XOAUTH2"
                )
            }
            Fault::TooBig { size, limit } => {
                write!(f, "the mail has {size} bytes, and `{host}` takes {limit}; help: send summaries, `newsletter.content: summary`")
            }
            Fault::Letters(address) => write!(
                f,
                "`{host}` takes no mail from or to {address}, whose letters before the `@` are not all ASCII; help: use an address in ASCII, or a server that offers SMTPUTF8"
            ),
            Fault::EightBits => write!(f, "the mail holds characters beyond ASCII as they are, and `{host}` does not offer 8BITMIME"),
            Fault::Stray => write!(f, "the mail has a stray line end or NUL, and was not shown to `{host}`"),
        }
    }
}

/// A span of time as people say it.
struct Span(Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            0 => write!(f, "{} ms", self.0.as_millis()),
            seconds @ 1..=119 => write!(f, "{seconds} s"),
            seconds => write!(f, "{} min", seconds / 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reply::said;
    use super::*;

    fn error(stage: Stage, fault: Fault) -> SessionError {
        SessionError { host: "mail.example.org".to_owned(), stage, fault }
    }

    #[test]
    fn only_after_the_dot_and_without_a_reply_nobody_knows() {
        for stage in Stage::ALL {
            assert_eq!(error(stage, Fault::Closed).is_unknown(), stage == Stage::Dot, "{}", stage.name());
            assert!(!error(stage, Fault::Refused(said("451 later"))).is_unknown());
        }
        assert_eq!(error(Stage::Dot, Fault::TimedOut(Duration::ZERO)).class(), Class::Unknown);
        assert_eq!(error(Stage::Body, Fault::TimedOut(Duration::ZERO)).class(), Class::Gone);
    }

    #[test]
    fn every_stage_has_a_name_of_its_own_that_leads_back() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_name(stage.name()), Some(stage));
        }
    }

    #[test]
    fn an_error_says_what_the_server_answered_to() {
        let told = |stage, fault| error(stage, fault).to_string();
        assert_eq!(
            told(Stage::Rcpt, Fault::Refused(said("550 5.1.1 nobody"))),
            "`mail.example.org` refused the recipient: 550 5.1.1 nobody"
        );
        assert_eq!(
            told(Stage::Dot, Fault::TimedOut(Duration::from_mins(10))),
            "`mail.example.org` did not answer to the end of the message within 10 min"
        );
        let mixed_up = "`mail.example.org` closed the connection instead of an answer to the connection; \
            help: `tls: implicit` goes with port 465, `tls: required` with 587";
        assert_eq!(told(Stage::Greeting, Fault::Closed), mixed_up);
        assert!(
            told(Stage::Mail, Fault::Refused(said("530 5.7.0 log in"))).ends_with("`newsletter.smtp.username` and POSTRIDER_SMTP_PASSWORD")
        );
    }
}
