//! A session with a mail server (RFC 5321): each command has its answer, so that every failure has its stage. Where the server
//! offers it, a mail's commands are said in one go (RFC 2920): one way there and back instead of three.
//!
//! The message goes in two steps. [`Session::offer`] says all but the dot that ends it, before which no server may deliver
//! (RFC 5321 §4.1.1.4), so that it can be written down that the mail is about to leave; [`Offered::dot`] lets it go.
//! After a time limit, after words that are no reply, and after an [`Offered`] that was dropped, the connection is closed and never
//! used again: an answer that comes late would be taken for that to the next command.

use super::body::{END, stuffed};
use super::commands::Commands;
use super::error::{Fault, SessionError, Stage};
use super::offers::Offers;
use super::reply::Reply;
use super::server::{Connector, Server, Timeouts};
use super::trust::encryption;
use super::wire::Wire;
use crate::model::Tls;
use lettre::address::Envelope;
use memchr::memmem;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// How long the answer to QUIT is waited for: nothing hangs on it.
const GOODBYE: Duration = Duration::from_secs(2);

/// An open session.
pub struct Session {
    wire: Wire,
    host: String,
    timeouts: Timeouts,
    pub(super) offers: Offers,
    /// Whether the connection can be used.
    open: bool,
    /// Whether a mail was begun that was neither taken nor forgotten.
    begun: bool,
    /// The commands that are said, and the message with its dots doubled: kept for the room they have.
    commands: Commands,
    body: Vec<u8>,
    /// The commands of the next mail, which were said with the end of the last one; their answers are still to be heard.
    ahead: Commands,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("host", &self.host).field("open", &self.open).field("offers", &self.offers).finish_non_exhaustive()
    }
}

/// A message that was handed over but for its end. Dropped without one, it closes the connection, and was never sent.
#[derive(Debug)]
#[must_use = "a message without its end is not sent"]
pub struct Offered<'s> {
    session: &'s mut Session,
}

impl Session {
    /// Connects, greets, encrypts and logs in.
    ///
    /// # Errors
    /// When any of these fails; nothing of a mail, and without encryption no password, was said then.
    pub fn open(server: &Server, connector: &dyn Connector) -> Result<Session, SessionError> {
        let fail = |stage, fault| SessionError { host: server.host.clone(), stage, fault };
        let connected = connector.connect(&server.host, server.port, server.timeouts.connect);
        let (tcp, peer) = connected.map_err(|error| fail(Stage::Connect, Fault::Unreachable(error)))?;
        if server.tls == Tls::None && !server.may_be_overheard_at(peer) {
            return Err(fail(Stage::Connect, Fault::Unencrypted(peer)));
        }
        let mut session = Session {
            wire: Wire::new(tcp).map_err(|fault| fail(Stage::Connect, fault))?,
            host: server.host.clone(),
            timeouts: server.timeouts,
            offers: Offers::default(),
            open: true,
            begun: false,
            commands: Commands::default(),
            body: Vec::new(),
            ahead: Commands::default(),
        };
        if server.tls == Tls::Implicit {
            session.encrypt(server)?;
        }
        session.wire.allow(server.timeouts.greeting);
        let banner = session.hear(Stage::Greeting)?;
        session.judge(Stage::Greeting, banner)?;
        session.hello(&server.ehlo)?;
        if server.tls == Tls::Required {
            if !session.offers.starttls {
                return Err(session.error(Stage::Tls, Fault::NoStarttls));
            }
            session.ask(Stage::Tls, format_args!("STARTTLS"))?;
            session.encrypt(server)?;
            // RFC 3207 §4.2: what was offered before may be somebody else's.
            session.hello(&server.ehlo)?;
        }
        session.log_in(server)?;
        Ok(session)
    }

    /// Returns whether the session can be used for another mail.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Returns whether the next mail was begun with the end of the last one, and the server's answers to that are here.
    #[must_use]
    pub fn has_answers_ahead(&self) -> bool {
        !self.ahead.is_empty() && self.wire.unread_lines() >= self.ahead.len()
    }

    /// Says whether the server, by what it offers, could take a mail; nothing is said to it.
    ///
    /// # Errors
    /// [`Fault::Letters`] or [`Fault::EightBits`] without an extension that the mail needs, [`Fault::TooBig`] for a size that the
    /// server announced not to take.
    pub fn check(&self, envelope: &Envelope, message: &[u8]) -> Result<(), SessionError> {
        let needs = Needs::of(envelope, message);
        if let Some(address) = needs.utf8.filter(|_| !self.offers.utf8) {
            return Err(self.error(Stage::Mail, Fault::Letters(address)));
        }
        // RFC 6531 §3.1: who offers SMTPUTF8 takes eight bits.
        if needs.eight_bit && !self.offers.eight_bit && !self.offers.utf8 {
            return Err(self.error(Stage::Mail, Fault::EightBits));
        }
        let size = message.len() as u64;
        match self.offers.size {
            Some(limit) if limit < size => Err(self.error(Stage::Mail, Fault::TooBig { size, limit })),
            _ => Ok(()),
        }
    }

    /// Hands a message over, but for the dot that ends it. A mail that was begun before and came to nothing is forgotten first.
    ///
    /// # Errors
    /// When the server refuses sender, recipient or message, or the connection fails. In either case the mail was not sent.
    pub fn offer<'s>(&'s mut self, envelope: &Envelope, message: &[u8]) -> Result<Offered<'s>, SessionError> {
        self.check(envelope, message)?;
        let mut room = std::mem::take(&mut self.body);
        let handed_over = match stuffed(message, &mut room) {
            Some(body) => self.hand_over(envelope, message, body),
            None => Err(self.error(Stage::Mail, Fault::Stray)),
        };
        self.body = room;
        handed_over?;
        Ok(Offered { session: self })
    }

    /// Sends a message, and returns the server's answer.
    ///
    /// # Errors
    /// As [`Session::offer`] and [`Offered::dot`].
    pub fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Result<Reply, SessionError> {
        self.offer(envelope, message)?.dot()
    }

    fn hand_over(&mut self, envelope: &Envelope, message: &[u8], body: &[u8]) -> Result<(), SessionError> {
        let mut commands = std::mem::take(&mut self.commands);
        self.add_commands(&mut commands, envelope, message);
        self.commands = commands;
        let count = self.commands.len();
        if self.ahead.is_empty() {
            let at_once = if self.offers.pipelining { count } else { 1 };
            for first in (0..count).step_by(at_once) {
                self.tell_some(first..first + at_once)?;
                self.hear_some(first..first + at_once)?;
            }
        } else if self.ahead == self.commands {
            self.ahead.clear();
            self.hear_some(0..count)?;
        } else {
            // Another mail was begun than the one that comes.
            return Err(self.closing(Stage::Mail, Fault::Closed));
        }
        self.wire.allow(self.timeouts.block);
        self.wire.write(body).map_err(|fault| self.interrupted(fault))
    }

    /// Adds the commands by which a mail is begun.
    fn add_commands(&self, commands: &mut Commands, envelope: &Envelope, message: &[u8]) {
        let sender = envelope.from().map_or("", |sender| sender.as_ref());
        let size = self.offers.size.map(|_| message.len());
        let needs = Needs::of(envelope, message);
        commands.clear();
        if self.begun {
            // What came to nothing is forgotten first (RFC 5321 §4.1.1.5).
            commands.add(Stage::Reset, format_args!("RSET"));
        }
        commands.add(Stage::Mail, format_args!("MAIL FROM:<{sender}>{}", Parameters { size, needs }));
        for recipient in envelope.to() {
            commands.add(Stage::Rcpt, format_args!("RCPT TO:<{recipient}>"));
        }
        commands.add(Stage::Data, format_args!("DATA"));
    }

    /// Hears the answers to commands of a mail: all of them, whatever the first one is.
    fn hear_some(&mut self, which: Range<usize>) -> Result<(), SessionError> {
        let mut refused = None;
        for at in which {
            let stage = self.commands.stage(at);
            self.wire.allow(self.patience(stage));
            match self.hear(stage).and_then(|reply| self.judge(stage, reply)) {
                Ok(_) if stage == Stage::Reset => self.begun = false,
                Ok(_) if stage == Stage::Mail => self.begun = true,
                // RFC 2920 §3.1: it waits for a message whose sender or recipient it refused.
                Ok(_) if stage == Stage::Data && refused.is_some() => self.abort(),
                Ok(_) => {}
                Err(error) => {
                    refused.get_or_insert(error);
                    if !self.open {
                        break;
                    }
                }
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// Says goodbye and closes.
    pub fn quit(mut self) {
        // Where the next mail was begun, all that is said would be its text.
        if self.open && self.ahead.is_empty() {
            self.timeouts.command = self.timeouts.command.min(GOODBYE);
            // What was sent is sent, whatever the server says now.
            self.ask(Stage::Quit, format_args!("QUIT")).ok();
        }
        self.abort();
    }

    /// Closes without a word.
    pub fn abort(&mut self) {
        self.open = false;
        self.ahead.clear();
        self.wire.close();
    }

    fn encrypt(&mut self, server: &Server) -> Result<(), SessionError> {
        self.wire.allow(self.timeouts.command);
        encryption(server).and_then(|tls| self.wire.encrypt(tls)).map_err(|fault| self.closing(Stage::Tls, fault))
    }

    /// Greets the server and learns what it offers.
    fn hello(&mut self, name: &str) -> Result<(), SessionError> {
        let mut offers = Offers::default();
        let mut is_name = true;
        self.tell(Stage::Hello, format_args!("EHLO {name}"))?;
        let reply = self.hear_each(Stage::Hello, &mut |line| {
            if !std::mem::take(&mut is_name) {
                offers.push(line);
            }
        })?;
        self.offers = if Stage::Hello.takes(reply.code) { offers } else { Offers::default() };
        // RFC 5321 §3.2: a server of old knows HELO.
        if reply.code / 100 == 5 {
            return self.ask(Stage::Hello, format_args!("HELO {name}")).map(drop);
        }
        self.judge(Stage::Hello, reply).map(drop)
    }

    /// Says a command and returns the reply if it is the consent that the stage needs.
    fn ask(&mut self, stage: Stage, command: fmt::Arguments<'_>) -> Result<Reply, SessionError> {
        let reply = self.say(stage, command)?;
        self.judge(stage, reply)
    }

    /// Says a command and returns the reply, whatever it is.
    pub(super) fn say(&mut self, stage: Stage, command: fmt::Arguments<'_>) -> Result<Reply, SessionError> {
        self.tell(stage, command)?;
        self.hear(stage)
    }

    fn tell(&mut self, stage: Stage, command: fmt::Arguments<'_>) -> Result<(), SessionError> {
        self.commands.clear();
        self.commands.add(stage, command);
        self.tell_some(0..1)
    }

    fn tell_some(&mut self, which: Range<usize>) -> Result<(), SessionError> {
        let stage = self.commands.stage(which.start);
        if !self.open {
            return Err(self.error(stage, Fault::Closed));
        }
        // Somebody answered to what nobody asked: from now on every answer would be the wrong one.
        if self.wire.has_unread() {
            return Err(self.closing(stage, Fault::Garbage));
        }
        self.wire.allow(self.patience(stage));
        let Some(lines) = self.commands.lines(&which) else { return Err(self.error(stage, Fault::Stray)) };
        self.wire.write(lines.as_bytes()).map_err(|fault| self.closing(stage, fault))
    }

    /// Returns how long the answer at a stage may take.
    fn patience(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Data => self.timeouts.data,
            Stage::Dot => self.timeouts.dot,
            _ => self.timeouts.command,
        }
    }

    fn hear(&mut self, stage: Stage) -> Result<Reply, SessionError> {
        self.hear_each(stage, &mut |_| {})
    }

    fn hear_each(&mut self, stage: Stage, each: &mut dyn FnMut(&str)) -> Result<Reply, SessionError> {
        let mut reply = Reply::new(0);
        let read = self.wire.read(&mut |code, line| {
            reply.code = code;
            reply.push(line);
            each(line);
        });
        if let Err(fault) = read {
            return Err(self.closing(stage, fault));
        }
        if stage == Stage::Auth {
            reply.text.clear();
        }
        Ok(reply)
    }

    /// Returns a reply if it is the consent that a stage needs. One that is no refusal either is out of step.
    pub(super) fn judge(&mut self, stage: Stage, reply: Reply) -> Result<Reply, SessionError> {
        match reply.code {
            code if stage.takes(code) => Ok(reply),
            421 => Err(self.closing(stage, Fault::Refused(reply))),
            400..=599 => Err(self.error(stage, Fault::Refused(reply))),
            _ => Err(self.closing(stage, Fault::Garbage)),
        }
    }

    /// Says why a message broke off: the server may have told before it closed.
    fn interrupted(&mut self, fault: Fault) -> SessionError {
        self.wire.allow(GOODBYE);
        let spoke = matches!(self.wire.is_silent(), Ok(false));
        let reply = if spoke { self.hear(Stage::Body).ok() } else { None };
        let fault = match reply {
            Some(reply) if reply.code >= 400 => Fault::Refused(reply),
            Some(_) => Fault::Garbage,
            None => fault,
        };
        self.closing(Stage::Body, fault)
    }

    /// Closes the connection and returns why.
    fn closing(&mut self, stage: Stage, fault: Fault) -> SessionError {
        self.abort();
        self.error(stage, fault)
    }

    pub(super) fn error(&self, stage: Stage, fault: Fault) -> SessionError {
        SessionError { host: self.host.clone(), stage, fault }
    }
}

impl Offered<'_> {
    /// Ends the message, and returns the server's answer.
    ///
    /// # Errors
    /// At [`Stage::Body`] the connection was over before, and nothing was sent. At [`Stage::Dot`], unless the server said no,
    /// nobody knows whether it took the mail.
    pub fn dot(self) -> Result<Reply, SessionError> {
        self.dot_and(None)
    }

    /// Ends the message as [`Offered::dot`] does, and begins the next mail in the same breath where the server offers to hear several
    /// commands at once (RFC 2920 §3.1). The session takes no other mail then.
    ///
    /// # Errors
    /// As [`Offered::dot`]: they are about the message that ends.
    pub fn dot_and(self, next: Option<(&Envelope, &[u8])>) -> Result<Reply, SessionError> {
        let session = &mut *self.session;
        session.wire.allow(session.timeouts.dot);
        // A server that spoke or closed by now did not wait for the dot. It is not written, and the mail is known not to be sent.
        match session.wire.is_silent() {
            Ok(true) => {}
            Ok(false) => return Err(session.interrupted(Fault::Garbage)),
            Err(fault) => return Err(session.interrupted(fault)),
        }
        // RFC 5321 §4.1.1.4: with the answer, whichever, the server has forgotten the mail.
        session.begun = false;
        let mut end = std::mem::take(&mut session.body);
        end.clear();
        end.extend_from_slice(END);
        if let Some((envelope, message)) =
            next.filter(|(envelope, message)| session.offers.pipelining && session.check(envelope, message).is_ok())
        {
            let mut ahead = std::mem::take(&mut session.ahead);
            session.add_commands(&mut ahead, envelope, message);
            match ahead.lines(&(0..ahead.len())) {
                Some(lines) => end.extend_from_slice(lines.as_bytes()),
                None => ahead.clear(),
            }
            session.ahead = ahead;
        }
        session.wire.allow(session.timeouts.block);
        let written = session.wire.write(&end);
        session.body = end;
        if let Err(fault) = written {
            return Err(session.closing(Stage::Dot, fault));
        }
        session.wire.allow(session.timeouts.dot);
        let reply = session.hear(Stage::Dot)?;
        session.judge(Stage::Dot, reply)
    }
}

impl Drop for Offered<'_> {
    fn drop(&mut self) {
        if self.session.begun {
            self.session.abort();
        }
    }
}

/// What a mail needs that not every server offers.
struct Needs {
    /// SMTPUTF8 (RFC 6531 §3.2), because of this address, or of one in the head.
    utf8: Option<String>,
    /// 8BITMIME (RFC 6152).
    eight_bit: bool,
}

impl Needs {
    fn of(envelope: &Envelope, message: &[u8]) -> Self {
        let eight_bit = !message.is_ascii();
        let mut addresses = envelope.to().iter().chain(envelope.from());
        let address = addresses.find(|address| !AsRef::<str>::as_ref(address).is_ascii()).map(|address| format!("`{address}`"));
        let in_head =
            || eight_bit && !message.get(..memmem::find(message, b"\r\n\r\n").unwrap_or(message.len())).unwrap_or_default().is_ascii();
        Needs { utf8: address.or_else(|| in_head().then(|| "an address in its head".to_owned())), eight_bit }
    }
}

/// The parameters of MAIL.
struct Parameters {
    size: Option<usize>,
    needs: Needs,
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(size) = self.size {
            write!(f, " SIZE={size}")?;
        }
        if self.needs.utf8.is_some() {
            f.write_str(" SMTPUTF8")?;
        }
        if self.needs.eight_bit { f.write_str(" BODY=8BITMIME") } else { Ok(()) }
    }
}
