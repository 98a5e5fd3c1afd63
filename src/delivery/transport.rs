//! The ways in which mails leave: over SMTP, through a program, into files.

use super::class::Class;
use super::error::{SessionError, Stage};
use super::server::{Connector, Server};
use super::session::Session;
use crate::mail::Message;

/// A way in which mails leave.
pub trait Transport: Send + Sync {
    /// Returns a line that is open.
    ///
    /// # Errors
    /// When it cannot be had, with what that means.
    fn open(&self) -> Result<Box<dyn Line>, Failure>;
}

/// An open line, for one mail after another.
pub trait Line {
    /// Sends a mail. When all of it but its end has left, `may_end` is asked; it ends only if the answer is yes. Whoever names the next
    /// mail sends that one next over this line, or closes it.
    ///
    /// # Errors
    /// When it was not taken, or nobody knows.
    fn send(&mut self, message: &Message, next: Option<&Message>, may_end: &mut dyn FnMut() -> bool) -> Result<Sent, Failure>;

    /// Returns whether the next mail was begun already and all of that is answered: it goes on without waiting.
    fn has_answers_ahead(&self) -> bool {
        false
    }

    /// Returns whether it can take another mail.
    fn is_open(&self) -> bool;

    /// Says goodbye.
    fn close(self: Box<Self>);
}

/// What came of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was taken, with this answer.
    Taken {
        /// The server's code, if it was a server.
        code: Option<u16>,
        /// The words.
        told: String,
    },
    /// It was not to end, and did not.
    Held,
}

/// Why a mail was not sent, and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Where.
    pub stage: Stage,
    /// What follows from it.
    pub class: Class,
    /// The server's code, if it answered.
    pub code: Option<u16>,
    /// What was said, or what happened.
    pub told: String,
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let code = error.reply().map(|reply| reply.code);
        // What is said to a login is not told: it may repeat the password.
        let told = match error.reply() {
            Some(reply) if error.stage != Stage::Auth => reply.to_string(),
            _ => error.to_string(),
        };
        Failure { stage: error.stage, class: error.class(), code, told }
    }
}

/// Over SMTP.
pub struct Smtp<C> {
    /// Returns the server; its secrets are read anew for every connection.
    pub server: Box<dyn Fn() -> Result<Server, String> + Send + Sync>,
    /// What connects to it.
    pub connector: C,
}

impl<C: Connector + Send + Sync> Transport for Smtp<C> {
    fn open(&self) -> Result<Box<dyn Line>, Failure> {
        let server = (self.server)().map_err(|told| Failure {
            stage: Stage::Connect,
            class: Class::Stop(super::Reason::Login),
            code: None,
            told,
        })?;
        Ok(Box::new(Session::open(&server, &self.connector)?))
    }
}

impl Line for Session {
    fn send(&mut self, message: &Message, next: Option<&Message>, may_end: &mut dyn FnMut() -> bool) -> Result<Sent, Failure> {
        let offered = self.offer(&message.envelope, &message.bytes)?;
        if !may_end() {
            // Dropped without its end, it closes the connection: there is no other way to take a message back.
            drop(offered);
            return Ok(Sent::Held);
        }
        let reply = offered.dot_and(next.map(|next| (&next.envelope, next.bytes.as_slice())))?;
        Ok(Sent::Taken { code: Some(reply.code), told: reply.to_string() })
    }

    fn has_answers_ahead(&self) -> bool {
        Session::has_answers_ahead(self)
    }

    fn is_open(&self) -> bool {
        Session::is_open(self)
    }

    fn close(self: Box<Self>) {
        self.quit();
    }
}
