//! The login (RFC 4954): PLAIN (RFC 4616), LOGIN, or XOAUTH2 for providers that take a token instead of a password.

use super::error::{Fault, SessionError, Stage};
use super::reply::Reply;
use super::server::Server;
use super::session::Session;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The ways to log in: in the configuration, on the wire, and what is said, the first that fits first.
const WAYS: &[(&str, &str, Say)] = &[("plain", "PLAIN", plain), ("login", "LOGIN", login), ("xoauth2", "XOAUTH2", xoauth2)];

type Say = fn(&mut Session, &str, &str) -> Result<Reply, SessionError>;

impl Session {
    /// Logs in, if there is a name and a password. No reply of the server's to it is told: it may repeat them.
    pub(super) fn log_in(&mut self, server: &Server) -> Result<(), SessionError> {
        let Some((user, password)) = &server.login else { return Ok(()) };
        let fits = |(name, _, _): &&(&str, &str, Say)| server.auth.as_deref().is_none_or(|wanted| wanted == *name);
        let offered = |(_, name, _): &&(&str, &str, Say)| self.offers.logins.iter().any(|offered| offered == name);
        let Some((_, _, say)) = WAYS.iter().filter(fits).find(offered) else {
            let offered = self.offers.logins.join(", ");
            return Err(self.error(Stage::Auth, Fault::NoLogin(offered)));
        };
        let reply = say(self, user, password)?;
        self.judge(Stage::Auth, reply).map(drop)
    }

    fn auth(&mut self, words: &str) -> Result<Reply, SessionError> {
        self.say(Stage::Auth, format_args!("{words}"))
    }
}

fn plain(session: &mut Session, user: &str, password: &str) -> Result<Reply, SessionError> {
    let secret = STANDARD.encode(format!("\0{user}\0{password}"));
    let reply = session.auth(&format!("AUTH PLAIN {secret}"))?;
    // A server that overlooks the initial response asks for it (RFC 4954 §4).
    if reply.code == 334 { session.auth(&secret) } else { Ok(reply) }
}

fn login(session: &mut Session, user: &str, password: &str) -> Result<Reply, SessionError> {
    let mut reply = session.auth("AUTH LOGIN")?;
    for answer in [user, password] {
        if reply.code != 334 {
            break;
        }
        reply = session.auth(&STANDARD.encode(answer))?;
    }
    Ok(reply)
}

fn xoauth2(session: &mut Session, user: &str, token: &str) -> Result<Reply, SessionError> {
    let reply = session.auth(&format!("AUTH XOAUTH2 {}", STANDARD.encode(format!("user={user}\x01auth=Bearer {token}\x01\x01"))))?;
    // A token that is refused comes with a report first, and the refusal after an empty answer.
    if reply.code == 334 { session.auth("") } else { Ok(reply) }
}
