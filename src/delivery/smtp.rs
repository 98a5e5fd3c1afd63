//! One connection to a mail server (RFC 5321), one command at a time: encrypted before anything that matters is said.

use crate::mail::Message;
use crate::model::Tls;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error as SmtpError, response::Response};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// How long a server may take for an answer (RFC 5321 §4.5.3.2: up to five minutes before the message ends, ten behind it).
const PATIENCE: Duration = Duration::from_mins(5);
const LAST_PATIENCE: Duration = Duration::from_mins(10);

/// How a user shows who they are, the safest first.
const MECHANISMS: [(&str, Mechanism); 3] = [("plain", Mechanism::Plain), ("login", Mechanism::Login), ("xoauth2", Mechanism::Xoauth2)];

/// A mail server and how it is spoken to.
#[derive(Clone)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// A further certificate to trust, in PEM.
    pub ca: Option<Vec<u8>>,
    /// The user's name and password.
    pub login: Option<(String, String)>,
    /// How to log in: `plain`, `login` or `xoauth2`; `None` for the first that the server offers.
    pub auth: Option<String>,
    /// The name that is said to the server.
    pub ehlo: String,
}

impl fmt::Debug for Server {
    /// Leaves the password out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.login.as_ref().map(|(user, _)| user);
        f.debug_struct("Server").field("host", &self.host).field("port", &self.port).field("user", &user).finish_non_exhaustive()
    }
}

impl Server {
    /// Returns whether the server is on this machine.
    fn is_here(&self) -> bool {
        let address = self.host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        self.host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    }
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// No connection, or none that is safe.
    #[error("cannot connect to `{0}`, port {1}: {2}")]
    Connect(String, u16, String),
    /// `tls: none` with a server elsewhere.
    #[error(
        "`{0}` is not on this machine, and `newsletter.smtp.tls` is `none`; help: set it to `required`, so that nobody on the way can read mails and password"
    )]
    Unencrypted(String),
    /// STARTTLS is not offered (RFC 3207 §4).
    #[error(
        "`{0}` offers no encryption, so nothing was said to it; help: use the port of the provider's documentation, 587 or, with `tls: implicit`, 465"
    )]
    NoStarttls(String),
    /// The encryption failed.
    #[error("the encrypted connection to `{0}` failed: {1}")]
    Tls(String, String),
    /// The password was not taken. What the server says to it is not told: it may repeat the password.
    #[error("`{0}` refused the login{1}; help: check `newsletter.smtp.username` and POSTRIDER_SMTP_PASSWORD")]
    Login(String, String),
    /// The server refused the mail, or the connection broke.
    #[error("`{0}` did not take the mail: {1}")]
    Refused(String, String),
}

/// An open connection.
pub struct Connection {
    smtp: SmtpConnection,
    host: String,
}

/// Connects, encrypts and logs in.
///
/// # Errors
/// When any of these fails; nothing but the greeting was said then.
pub fn connect(server: &Server) -> Result<Connection, DeliveryError> {
    let host = || server.host.clone();
    if server.tls == Tls::None && !server.is_here() {
        return Err(DeliveryError::Unencrypted(host()));
    }
    let tls = parameters(server)?;
    let hello = ClientId::Domain(server.ehlo.clone());
    let at_once = tls.as_ref().filter(|_| server.tls == Tls::Implicit);
    let mut smtp = SmtpConnection::connect((server.host.as_str(), server.port), Some(PATIENCE), &hello, at_once, None)
        .map_err(|error| DeliveryError::Connect(host(), server.port, error.to_string()))?;
    if let (Tls::Required, Some(tls)) = (server.tls, &tls) {
        if !smtp.can_starttls() {
            smtp.abort();
            return Err(DeliveryError::NoStarttls(host()));
        }
        smtp.starttls(tls, &hello).map_err(|error| DeliveryError::Tls(host(), error.to_string()))?;
    }
    if let Some((user, password)) = &server.login {
        let wanted = |(name, _): &&(&str, Mechanism)| server.auth.as_deref().is_none_or(|auth| auth == *name);
        let mechanisms: Vec<Mechanism> = MECHANISMS.iter().filter(wanted).map(|(_, mechanism)| *mechanism).collect();
        let credentials = Credentials::new(user.clone(), password.clone());
        smtp.auth(&mechanisms, &credentials)
            .map_err(|error| DeliveryError::Login(host(), error.status().map(|code| format!(" ({code})")).unwrap_or_default()))?;
    }
    Ok(Connection { smtp, host: host() })
}

fn parameters(server: &Server) -> Result<Option<TlsParameters>, DeliveryError> {
    if server.tls == Tls::None {
        return Ok(None);
    }
    let fail = |error: SmtpError| DeliveryError::Tls(server.host.clone(), error.to_string());
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.ca {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(fail)?);
    }
    builder.build_rustls().map(Some).map_err(fail)
}

impl Connection {
    /// Sends a mail and returns what the server said to it.
    ///
    /// # Errors
    /// When the server refuses it, or the connection breaks.
    pub fn send(&mut self, message: &Message) -> Result<String, DeliveryError> {
        // The line end before the dot is the last one of the message (RFC 5321 §4.1.1.4).
        let bytes = message.bytes.strip_suffix(b"\r\n").unwrap_or(&message.bytes);
        // The answer to the message itself may take longest.
        self.smtp.set_timeout(Some(LAST_PATIENCE)).ok();
        let response =
            self.smtp.send(&message.envelope, bytes).map_err(|error| DeliveryError::Refused(self.host.clone(), error.to_string()))?;
        Ok(told(&response))
    }

    /// Says goodbye.
    pub fn quit(mut self) {
        // What was sent is sent, whatever the server says now.
        drop(self.smtp.quit());
    }
}

fn told(response: &Response) -> String {
    response.message().collect::<Vec<_>>().join(" ")
}
