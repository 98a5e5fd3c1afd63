//! A mail server for tests, on a port of this machine: it does what a script says and remembers what it was told.
//!
//! A script is a function: it sees the moment, and returns what to do, or `None` for what a good server does.
#![allow(dead_code, reason = "two test programs use it, each a part")]
#![allow(clippy::unnecessary_wraps, reason = "`say` returns what a script returns")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The certificate that signed the server's own.
pub(crate) const ROOT: &str = include_str!("tls/root.pem");
const IDENTITY: &str = include_str!("tls/localhost.pem");

/// The one password, or token, that is right, whoever the user is.
pub(crate) const PASSWORD: &str = "open sesame";

/// How the server encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Clear,
    Starttls,
    Implicit,
}

/// What a client does that a server answers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Banner,
    Hello,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    Dot,
    Reset,
    Quit,
    Other,
}

/// A moment of a connection.
#[derive(Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) at: At,
    /// The command, without its line end.
    pub(crate) line: &'a str,
    /// The number of the connection, from 1.
    pub(crate) connection: usize,
    /// How many messages were taken on it.
    pub(crate) taken: usize,
    pub(crate) encrypted: bool,
}

/// What a server can do. Words of consent have their effect: 220 to STARTTLS begins the encryption, 354 to DATA the message, and
/// 250 to its end takes it.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Says a line, or several with CRLF between them.
    Say(String),
    /// Says these bytes, one in each write, and no line end.
    Drip(Vec<u8>, Duration),
    /// Waits.
    Pause(Duration),
    /// Waits, and remembers when the client says something without having been answered.
    Listen(Duration),
    /// Reads so many bytes and closes.
    Take(usize),
    /// Takes the message, whatever is said.
    Keep,
    /// Closes without a word.
    Close,
    /// Is silent until the client closes.
    Stall,
    /// Closes so that the client sees a reset: something it said is unread.
    Reset,
}

/// Says a line instead of what is usual.
pub(crate) fn say(line: &str) -> Option<Vec<Step>> {
    Some(vec![Step::Say(line.to_owned())])
}

/// A message that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) connection: usize,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// As it was before the dots were doubled.
    pub(crate) bytes: Vec<u8>,
}

impl Taken {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// What the server was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard {
    pub(crate) connections: usize,
    /// How many of them are over.
    pub(crate) closed: usize,
    /// Every command, without passwords.
    pub(crate) commands: Vec<String>,
    /// Mechanism, user and password of every login, right or wrong.
    pub(crate) logins: Vec<(String, String, String)>,
    pub(crate) taken: Vec<Taken>,
    /// How often the client did not wait for an answer.
    pub(crate) early: usize,
}

impl Heard {
    /// Returns how many commands begin so.
    pub(crate) fn count(&self, start: &str) -> usize {
        self.commands.iter().filter(|command| command.starts_with(start)).count()
    }
}

type Script = dyn Fn(&Moment<'_>) -> Option<Vec<Step>> + Send + Sync;

/// The server; dropped, it takes no more connections.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    heard: Arc<Mutex<Heard>>,
    over: Arc<AtomicBool>,
}

impl MailServer {
    pub(crate) fn start(mode: Mode, script: impl Fn(&Moment<'_>) -> Option<Vec<Step>> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (heard, over) = (Arc::new(Mutex::new(Heard::default())), Arc::new(AtomicBool::new(false)));
        let (memory, ended, script) = (Arc::clone(&heard), Arc::clone(&over), Arc::new(script) as Arc<Script>);
        thread::spawn(move || {
            for tcp in listener.incoming().map_while(Result::ok) {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let connection = {
                    let mut heard = memory.lock().unwrap_or_else(PoisonError::into_inner);
                    heard.connections += 1;
                    heard.connections
                };
                let (heard, script) = (Arc::clone(&memory), Arc::clone(&script));
                thread::spawn(move || Talk::new(tcp, mode, connection, heard, script).go_on());
            }
        });
        MailServer { port, heard, over }
    }

    /// Starts a server that does what a good server does.
    pub(crate) fn good(mode: Mode) -> Self {
        MailServer::start(mode, |_| None)
    }

    pub(crate) fn heard(&self) -> Heard {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many messages were taken.
    pub(crate) fn taken(&self) -> usize {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).taken.len()
    }

    /// Forgets what was said so far, and returns the messages that were taken.
    pub(crate) fn forget(&self) -> Vec<Taken> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.commands.clear();
        std::mem::take(&mut heard.taken)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// One connection.
struct Talk {
    tcp: TcpStream,
    stream: Box<dyn Stream>,
    mode: Mode,
    encrypted: bool,
    connection: usize,
    heard: Arc<Mutex<Heard>>,
    script: Arc<Script>,
    unread: Vec<u8>,
    taken: usize,
    from: String,
    to: Vec<String>,
}

/// The connection is over.
struct Over;

impl Talk {
    fn new(tcp: TcpStream, mode: Mode, connection: usize, heard: Arc<Mutex<Heard>>, script: Arc<Script>) -> Self {
        tcp.set_nodelay(true).expect("a connection");
        let stream = Box::new(tcp.try_clone().expect("a connection"));
        let (unread, from, to) = (Vec::new(), String::new(), Vec::new());
        Talk { tcp, stream, mode, encrypted: false, connection, heard, script, unread, taken: 0, from, to }
    }

    fn go_on(mut self) {
        if self.mode == Mode::Implicit {
            self.encrypt();
        }
        let banner = self.react(At::Banner, "", "220 localhost ready".to_owned());
        if banner.is_ok() {
            while let Ok(line) = self.line() {
                if self.obey(&line).is_err() {
                    break;
                }
            }
        }
        drop(self.tcp.shutdown(Shutdown::Both));
        self.remember(|heard| heard.closed += 1);
    }

    fn remember(&self, change: impl FnOnce(&mut Heard)) {
        change(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn obey(&mut self, line: &str) -> Result<(), Over> {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let shown = if word == "AUTH" { line.split(' ').take(2).collect::<Vec<_>>().join(" ") } else { line.to_owned() };
        self.remember(|heard| heard.commands.push(shown));
        let path = || line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path.to_owned()).unwrap_or_default();
        match word.as_str() {
            "EHLO" => self.react(At::Hello, line, self.offers()).map(drop),
            "HELO" => self.react(At::Hello, line, "250 localhost".to_owned()).map(drop),
            "STARTTLS" => {
                if self.react(At::Starttls, line, "220 go on".to_owned())? == 220 {
                    self.encrypt();
                }
                Ok(())
            }
            "AUTH" => self.auth(line),
            "MAIL" => {
                if self.react(At::Mail, line, "250 2.1.0 fine".to_owned())? == 250 {
                    (self.from, self.to) = (path(), Vec::new());
                }
                Ok(())
            }
            "RCPT" => {
                if self.react(At::Rcpt, line, "250 2.1.5 fine".to_owned())? == 250 {
                    self.to.push(path());
                }
                Ok(())
            }
            "DATA" => self.data(line),
            "RSET" => {
                self.to.clear();
                self.react(At::Reset, line, "250 2.0.0 forgotten".to_owned()).map(drop)
            }
            "QUIT" => self.react(At::Quit, line, "221 2.0.0 goodbye".to_owned()).and(Err(Over)),
            _ => self.react(At::Other, line, "500 5.5.2 what".to_owned()).map(drop),
        }
    }

    fn offers(&self) -> String {
        let starttls = if self.mode == Mode::Starttls && !self.encrypted { "250-STARTTLS\r\n" } else { "" };
        let auth = if self.encrypted || self.mode == Mode::Clear { "250-AUTH PLAIN LOGIN XOAUTH2\r\n" } else { "" };
        format!("250-localhost\r\n250-SIZE 10000000\r\n{starttls}{auth}250-PIPELINING\r\n250-SMTPUTF8\r\n250 8BITMIME")
    }

    fn data(&mut self, line: &str) -> Result<(), Over> {
        let usual = if self.to.is_empty() { "503 5.5.1 no recipients" } else { "354 go on" };
        if self.react(At::Data, line, usual.to_owned())? != 354 {
            return Ok(());
        }
        // The line end before the message counts as the one before its dot.
        let mut wire = b"\r\n".to_vec();
        while !wire.ends_with(b"\r\n.\r\n") {
            wire.extend(self.until_line_end()?);
        }
        let lines = wire[2..wire.len() - 3].split_inclusive(|byte| *byte == b'\n');
        let bytes = lines.flat_map(|line| line.strip_prefix(b".").unwrap_or(line)).copied().collect();
        let steps = self.steps(At::Dot, ".", "250 2.0.0 queued as 42".to_owned());
        if steps.iter().any(|step| matches!(step, Step::Keep)) || code(&steps) / 100 == 2 {
            self.taken += 1;
            let taken = Taken { connection: self.connection, from: self.from.clone(), to: self.to.clone(), bytes };
            self.remember(|heard| heard.taken.push(taken));
        }
        self.to.clear();
        self.carry_out(&steps).map(drop)
    }

    /// Plays the usual part in a login, unless the script says something else to its first line.
    fn auth(&mut self, line: &str) -> Result<(), Over> {
        let scripted = (self.script)(&self.moment(At::Auth, line));
        if let Some(steps) = scripted {
            return self.carry_out(&steps).map(drop);
        }
        let mut words = line.split(' ').skip(1).map(str::to_owned);
        let (way, first) = (words.next().unwrap_or_default(), words.next());
        let decode = |text: &str| String::from_utf8_lossy(&STANDARD.decode(text).unwrap_or_default()).into_owned();
        let (user, password) = match (way.as_str(), first) {
            ("PLAIN", Some(first)) => {
                let parts: Vec<String> = decode(&first).split('\0').map(str::to_owned).collect();
                (parts.get(1).cloned().unwrap_or_default(), parts.get(2).cloned().unwrap_or_default())
            }
            ("LOGIN", None) => {
                self.write(b"334 VXNlcm5hbWU6\r\n")?;
                let user = decode(&self.line()?);
                self.write(b"334 UGFzc3dvcmQ6\r\n")?;
                (user, decode(&self.line()?))
            }
            ("XOAUTH2", Some(first)) => {
                let text = decode(&first);
                let mut parts = text.split('\x01');
                let mut part = |start| parts.next().and_then(|part| part.strip_prefix(start)).unwrap_or_default().to_owned();
                (part("user="), part("auth=Bearer "))
            }
            _ => return self.write(b"504 5.5.4 what\r\n"),
        };
        let right = password == PASSWORD;
        if way == "XOAUTH2" && !right {
            self.write(b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n")?;
            self.line()?;
        }
        self.remember(|heard| heard.logins.push((way, user, password)));
        self.write(if right { b"235 2.7.0 welcome\r\n" } else { b"535 5.7.8 wrong\r\n" })
    }

    fn moment<'a>(&self, at: At, line: &'a str) -> Moment<'a> {
        Moment { at, line, connection: self.connection, taken: self.taken, encrypted: self.encrypted }
    }

    fn steps(&self, at: At, line: &str, usual: String) -> Vec<Step> {
        (self.script)(&self.moment(at, line)).unwrap_or_else(|| vec![Step::Say(usual)])
    }

    /// Does what the script says, or what is usual, and returns the code that was said.
    fn react(&mut self, at: At, line: &str, usual: String) -> Result<u16, Over> {
        let steps = self.steps(at, line, usual);
        self.carry_out(&steps)
    }

    fn carry_out(&mut self, steps: &[Step]) -> Result<u16, Over> {
        for step in steps {
            match step {
                Step::Say(line) => self.write(format!("{line}\r\n").as_bytes())?,
                Step::Drip(bytes, pause) => {
                    for byte in bytes {
                        self.write(&[*byte])?;
                        thread::sleep(*pause);
                    }
                }
                Step::Pause(pause) => thread::sleep(*pause),
                Step::Listen(pause) => {
                    thread::sleep(*pause);
                    self.tcp.set_nonblocking(true).expect("a connection");
                    let is_early = !self.unread.is_empty() || matches!(self.tcp.peek(&mut [0]), Ok(count) if count > 0);
                    self.tcp.set_nonblocking(false).expect("a connection");
                    self.remember(|heard| heard.early += usize::from(is_early));
                }
                Step::Take(count) => {
                    while self.unread.len() < *count {
                        self.fill()?;
                    }
                    return Err(Over);
                }
                Step::Keep => {}
                Step::Close => return Err(Over),
                Step::Stall => {
                    // The client sees no end of the connection, whatever it says.
                    while self.fill().is_ok() {
                        self.unread.clear();
                    }
                    return Err(Over);
                }
                Step::Reset => {
                    // Until there is something to leave unread.
                    self.tcp.peek(&mut [0]).map_err(|_| Over)?;
                    return Err(Over);
                }
            }
        }
        Ok(code(steps))
    }

    fn encrypt(&mut self) {
        let identity = IDENTITY.as_bytes();
        let chain = CertificateDer::pem_slice_iter(identity).collect::<Result<Vec<_>, _>>().expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(identity).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("an identity");
        let tls = ServerConnection::new(Arc::new(config)).expect("a connection");
        self.stream = Box::new(StreamOwned::new(tls, self.tcp.try_clone().expect("a connection")));
        self.encrypted = true;
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Over> {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).map_err(|_| Over)
    }

    fn fill(&mut self) -> Result<(), Over> {
        let mut room = [0; 16 * 1024];
        match self.stream.read(&mut room) {
            Ok(count) if count > 0 => {
                self.unread.extend_from_slice(&room[..count]);
                Ok(())
            }
            _ => Err(Over),
        }
    }

    fn until_line_end(&mut self) -> Result<Vec<u8>, Over> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.unread) {
                return Ok(self.unread.drain(..=at).collect());
            }
            self.fill()?;
        }
    }

    fn line(&mut self) -> Result<String, Over> {
        let line = self.until_line_end()?;
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// Returns the code of the first reply among steps; 0 without one.
fn code(steps: &[Step]) -> u16 {
    let codes = steps.iter().filter_map(|step| match step {
        Step::Say(line) => line.get(..3)?.parse().ok(),
        Step::Drip(bytes, _) => std::str::from_utf8(bytes.get(..3)?).ok()?.parse().ok(),
        _ => None,
    });
    codes.into_iter().next().unwrap_or_default()
}
