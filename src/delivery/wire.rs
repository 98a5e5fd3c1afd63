//! The connection: bytes with a time limit, encrypted from some moment on, and replies out of them.
#![allow(clippy::disallowed_methods, reason = "this is the edge that waits")]

use super::error::Fault;
use super::reply::Line;
use memchr::{memchr, memchr_iter};
use rustls::{ClientConnection, Stream};
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// The longest line of a reply. RFC 5321 §4.5.3.1.5 says 512 octets; servers say more.
const LINE: usize = 2048;
/// The longest reply.
const REPLY: usize = 64 * 1024;
/// How much of a message is written at once: a block of RFC 5321 §4.5.3.2.5.
const BLOCK: usize = 64 * 1024;

/// A connection to a server.
pub(super) struct Wire {
    socket: Socket,
    tls: Option<ClientConnection>,
    inbox: Inbox,
}

/// What was read and not yet used.
struct Inbox {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Inbox {
    fn unread(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }
}

impl Wire {
    /// Takes a connection over. Small writes leave at once: waiting for more costs 40 ms a mail (RFC 896, RFC 1122 §4.2.3.2).
    pub(super) fn new(tcp: TcpStream) -> Result<Self, Fault> {
        tcp.set_nodelay(true).map_err(fault)?;
        let inbox = Inbox { bytes: vec![0; 2 * LINE].into(), start: 0, end: 0 };
        Ok(Wire { socket: Socket::new(tcp), tls: None, inbox })
    }

    /// Says how long the next step may take.
    pub(super) fn allow(&mut self, limit: Duration) {
        self.socket.allow(limit);
    }

    /// Returns whether something was said that nobody has read yet.
    pub(super) fn has_unread(&self) -> bool {
        !self.inbox.unread().is_empty()
    }

    /// Returns how many lines were said that nobody has read yet.
    pub(super) fn unread_lines(&self) -> usize {
        memchr_iter(b'\n', self.inbox.unread()).count()
    }

    /// Encrypts all that follows.
    pub(super) fn encrypt(&mut self, mut tls: ClientConnection) -> Result<(), Fault> {
        if self.has_unread() {
            return Err(Fault::Injected);
        }
        while tls.is_handshaking() {
            tls.complete_io(&mut self.socket).map_err(|error| self.socket.fault(error))?;
        }
        self.tls = Some(tls);
        Ok(())
    }

    /// Writes in blocks, each within the time that is allowed.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for block in bytes.chunks(BLOCK) {
            self.socket.allow(self.socket.limit);
            let written = match &mut self.tls {
                // rustls tells of a failed write only at the next one, so the block is flushed.
                Some(tls) => {
                    let mut stream = Stream::new(tls, &mut self.socket);
                    stream.write_all(block).and_then(|()| stream.flush())
                }
                None => self.socket.write_all(block),
            };
            written.map_err(|error| self.socket.fault(error))?;
        }
        Ok(())
    }

    /// Reads a reply and gives its code and the text of each of its lines.
    pub(super) fn read(&mut self, each: &mut dyn FnMut(u16, &str)) -> Result<(), Fault> {
        let (mut code, mut size) = (None, 0);
        loop {
            let length = self.fill_line()?;
            size += length;
            if size > REPLY {
                return Err(Fault::TooLong);
            }
            let line = self.inbox.unread().get(..length).unwrap_or_default();
            // Servers that end their lines with LF alone are understood; so are those that end them with CR CR LF.
            let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
            let line = Line::read(line.get(..end).unwrap_or_default()).ok_or(Fault::Garbage)?;
            if *code.get_or_insert(line.code) != line.code {
                return Err(Fault::Garbage);
            }
            each(line.code, &String::from_utf8_lossy(line.text));
            let last = line.last;
            self.inbox.start += length;
            if last {
                return Ok(());
            }
        }
    }

    /// Makes sure that a whole line is there, and returns its length with its end.
    fn fill_line(&mut self) -> Result<usize, Fault> {
        let mut searched = 0;
        loop {
            let unread = self.inbox.unread();
            if let Some(at) = unread.get(searched..).and_then(|rest| memchr(b'\n', rest)) {
                return if searched + at < LINE { Ok(searched + at + 1) } else { Err(Fault::TooLong) };
            }
            searched = unread.len();
            if searched >= LINE {
                return Err(Fault::TooLong);
            }
            self.fill().map_err(|error| self.socket.fault(error))?;
        }
    }

    /// Reads what is there, at least a byte.
    fn fill(&mut self) -> io::Result<()> {
        let inbox = &mut self.inbox;
        inbox.bytes.copy_within(inbox.start..inbox.end, 0);
        (inbox.start, inbox.end) = (0, inbox.end - inbox.start);
        let room = inbox.bytes.get_mut(inbox.end..).unwrap_or_default();
        let read = match &mut self.tls {
            Some(tls) => Stream::new(tls, &mut self.socket).read(room)?,
            None => self.socket.read(room)?,
        };
        inbox.end += read;
        if read == 0 { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Returns whether the server is silent at this moment, as it must be while a message is not yet ended; an error when the
    /// connection is over.
    pub(super) fn is_silent(&mut self) -> Result<bool, Fault> {
        if self.has_unread() {
            return Ok(false);
        }
        self.socket.tcp.set_nonblocking(true).map_err(fault)?;
        let read = self.fill();
        self.socket.tcp.set_nonblocking(false).map_err(fault)?;
        match read {
            Ok(()) => Ok(false),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(self.socket.fault(error)),
        }
    }

    /// Closes the connection for good.
    pub(super) fn close(&mut self) {
        // Whatever the other side makes of it, nothing is said or heard any more.
        self.socket.tcp.shutdown(Shutdown::Both).ok();
    }
}

/// A socket whose every read and write ends with the time of its step.
struct Socket {
    tcp: TcpStream,
    limit: Duration,
    deadline: Instant,
    reads: Patience,
    writes: Patience,
}

/// The time limit that the system was told, and whether the step is at its beginning: then the limit of the step before serves.
#[derive(Default)]
struct Patience {
    told: Option<Duration>,
    begun: bool,
}

impl Socket {
    fn new(tcp: TcpStream) -> Self {
        Socket { tcp, limit: Duration::ZERO, deadline: Instant::now(), reads: Patience::default(), writes: Patience::default() }
    }

    fn allow(&mut self, limit: Duration) {
        self.limit = limit;
        self.deadline = Instant::now() + limit;
        self.reads.begun = false;
        self.writes.begun = false;
    }

    /// Turns a failed read or write into what it means.
    fn fault(&self, error: io::Error) -> Fault {
        match fault(error) {
            Fault::TimedOut(_) => Fault::TimedOut(self.limit),
            other => other,
        }
    }
}

impl Patience {
    /// Returns the time limit that the system has to be told now, if it does not know it.
    fn left(&mut self, limit: Duration, deadline: Instant) -> io::Result<Option<Duration>> {
        let left = if self.begun { deadline.saturating_duration_since(Instant::now()) } else { limit };
        self.begun = true;
        if left < Duration::from_millis(1) {
            return Err(ErrorKind::TimedOut.into());
        }
        let news = self.told.replace(left) != Some(left);
        Ok(news.then_some(left))
    }
}

impl Read for Socket {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if let Some(left) = self.reads.left(self.limit, self.deadline)? {
            self.tcp.set_read_timeout(Some(left))?;
        }
        self.tcp.read(room)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        if let Some(left) = self.writes.left(self.limit, self.deadline)? {
            self.tcp.set_write_timeout(Some(left))?;
        }
        self.tcp.write_vectored(parts)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns what a failed read or write means.
fn fault(error: io::Error) -> Fault {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return match tls {
            rustls::Error::InvalidCertificate(_) => Fault::Certificate(tls.to_string()),
            _ => Fault::Tls(tls.to_string()),
        };
    }
    match error.kind() {
        // What the system calls a time limit that passed differs.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Fault::TimedOut(Duration::ZERO),
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::WriteZero => Fault::Closed,
        _ => Fault::Broken(error),
    }
}
