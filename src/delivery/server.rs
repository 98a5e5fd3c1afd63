//! The mail server that is configured: how it is reached, how long it is waited for, and where it may be unencrypted.

use crate::model::Tls;
use std::fmt;
use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// A mail server and how it is spoken to.
#[derive(Clone)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// Further certificates to trust, in PEM.
    pub ca: Option<Vec<u8>>,
    /// The user's name and password.
    pub login: Option<(String, String)>,
    /// How to log in: `plain`, `login` or `xoauth2`; `None` for the first that the server offers.
    pub auth: Option<String>,
    /// The name that is said to the server.
    pub ehlo: String,
    /// How long it is waited for.
    pub timeouts: Timeouts,
}

impl fmt::Debug for Server {
    /// Leaves the password out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.login.as_ref().map(|(user, _)| user);
        f.debug_struct("Server").field("host", &self.host).field("port", &self.port).field("user", &user).finish_non_exhaustive()
    }
}

/// How long a server may take. Each is a limit for the whole step, however slowly the answer drips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// For the first words.
    pub greeting: Duration,
    /// For the answer to any command but DATA, and for the handshake.
    pub command: Duration,
    /// For the answer to DATA.
    pub data: Duration,
    /// For taking a block of the message.
    pub block: Duration,
    /// For the answer to the message.
    pub dot: Duration,
}

impl Default for Timeouts {
    /// RFC 5321 §4.5.3.2, and half a minute to connect.
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(30),
            greeting: Duration::from_mins(5),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            dot: Duration::from_mins(10),
        }
    }
}

/// What finds a server and connects.
pub trait Connector: Sync {
    /// Returns a connection, and the address at its other end.
    ///
    /// # Errors
    /// When there is no address, no way, or nobody listens.
    fn connect(&self, host: &str, port: u16, timeout: Duration) -> io::Result<(TcpStream, IpAddr)>;
}

/// Connects to the addresses that the system's resolver gives, one after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Direct;

impl Connector for Direct {
    fn connect(&self, host: &str, port: u16, timeout: Duration) -> io::Result<(TcpStream, IpAddr)> {
        let mut last = None;
        for address in (bare(host), port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(stream) => return Ok((stream, address.ip())),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the name has no address")))
    }
}

/// Returns a host without the brackets of an address (RFC 5321 §4.1.3).
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

impl Server {
    /// Returns the host without the brackets of an address.
    pub(super) fn bare_host(&self) -> &str {
        bare(&self.host)
    }

    /// Returns whether one may speak to an address without encryption: where nobody else is on the way, and, without a password,
    /// in networks of one's own (RFC 1918, RFC 4193).
    pub(super) fn may_be_overheard_at(&self, peer: IpAddr) -> bool {
        let private = match peer.to_canonical() {
            IpAddr::V4(v4) => v4.is_private(),
            IpAddr::V6(v6) => v6.is_unique_local(),
        };
        peer.to_canonical().is_loopback() || (private && self.login.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(login: bool) -> Server {
        let login = login.then(|| ("ada".to_owned(), "open sesame".to_owned()));
        Server {
            host: "mail.example.org".to_owned(),
            port: 25,
            tls: Tls::None,
            ca: None,
            login,
            auth: None,
            ehlo: "example.org".to_owned(),
            timeouts: Timeouts::default(),
        }
    }

    #[test]
    fn unencrypted_words_stay_on_this_machine_or_without_a_password_in_a_private_network() {
        let may = |login: bool, peer: &str| server(login).may_be_overheard_at(peer.parse().expect("an address"));
        for peer in ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"] {
            assert!(may(true, peer) && may(false, peer), "{peer}");
        }
        for peer in ["10.0.0.1", "172.31.0.1", "192.168.1.1", "fd00::1", "fc00::1", "::ffff:10.1.1.1"] {
            assert!(!may(true, peer) && may(false, peer), "{peer}");
        }
        for peer in ["172.32.0.1", "11.0.0.1", "198.51.100.1", "2001:db8::1", "fe80::1", "169.254.1.1", "0.0.0.0"] {
            assert!(!may(false, peer), "{peer}");
        }
    }

    #[test]
    fn a_password_is_not_shown_for_debugging() {
        assert!(!format!("{:?}", server(true)).contains("sesame"));
    }

    #[test]
    fn an_address_may_stand_in_brackets() {
        assert_eq!((bare("[::1]"), bare("[127.0.0.1]"), bare("mail.example.org")), ("::1", "127.0.0.1", "mail.example.org"));
    }
}
