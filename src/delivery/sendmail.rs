//! Mails that leave through a program that is called as sendmail is: `PROGRAM -i -f SENDER -- RECIPIENT`, the message on its
//! standard input. Its exit status is the answer (sysexits.h).

use super::class::{Class, Reason};
use super::error::Stage;
use super::transport::{Failure, Line, Sent, Transport};
use crate::mail::Message;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is asked whether the program has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// How long a program that has ended may have left its input unread: some of its own may read on.
const LINGERING: Duration = Duration::from_secs(1);

/// How much is told of what a program says of its failure: the end of it, in bytes.
const SAID: usize = 300;

/// A program that takes mails.
#[derive(Debug, Clone)]
pub struct Sendmail {
    /// Its path.
    pub program: String,
    /// How long it may take.
    pub timeout: Duration,
}

impl Transport for Sendmail {
    fn open(&self) -> Result<Box<dyn Line>, Failure> {
        Ok(Box::new(self.clone()))
    }
}

impl Line for Sendmail {
    fn send(&mut self, message: &Message, _: Option<&Message>, may_end: &mut dyn FnMut() -> bool) -> Result<Sent, Failure> {
        // Whatever closes the pipe, the end of this program too, ends the message: so nothing is written before it may end.
        if !may_end() {
            return Ok(Sent::Held);
        }
        // A file, not a pipe: whatever the program leaves behind may write to it for as long as it likes.
        let mut said = tempfile::tempfile().ok();
        let mut child = self.start(message, said.as_ref())?;
        let written = child.stdin.take().map(|input| write(input, lines_of_unix(&message.bytes)));
        let ended = self.wait(&mut child);
        let is_written = written.is_some_and(|written| written.recv_timeout(LINGERING) == Ok(true));
        match (ended, is_written) {
            (Some(status), true) if status.success() => Ok(Sent::Taken { code: None, told: format!("`{}` took it", self.program) }),
            (Some(status), _) if !status.success() => Err(self.answer(status, said.as_mut())),
            (Some(_), _) => {
                Err(failure(Stage::Dot, Class::Unknown, format!("`{}` ended well and did not read the mail to its end", self.program)))
            }
            (None, _) => {
                Err(failure(Stage::Dot, Class::Unknown, format!("`{}` has not ended after {} s", self.program, self.timeout.as_secs())))
            }
        }
    }

    fn is_open(&self) -> bool {
        true
    }

    fn close(self: Box<Self>) {}
}

impl Sendmail {
    fn start(&self, message: &Message, said: Option<&File>) -> Result<Child, Failure> {
        let sender = message.envelope.from().map_or("", |sender| sender.as_ref());
        let recipients = message.envelope.to().iter().map(AsRef::<str>::as_ref);
        let mut command = Command::new(&self.program);
        command.args(["-i", "-f", sender, "--"]).args(recipients);
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // Who stops us at a terminal does not stop a mail that was handed over.
            command.process_group(0);
        }
        let said = said.and_then(|file| file.try_clone().ok()).map_or_else(Stdio::null, Stdio::from);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(said).spawn();
        let cannot = |error| format!("cannot run `{}`: {error}; help: see `newsletter.sendmail`", self.program);
        child.map_err(|error| failure(Stage::Connect, Class::Stop(Reason::Login), cannot(error)))
    }

    /// Waits for the program's end; `None` when it takes too long, and it is killed then.
    fn wait(&self, child: &mut Child) -> Option<ExitStatus> {
        let end = Instant::now() + self.timeout;
        while Instant::now() < end {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(GLANCE),
                Err(_) => return None,
            }
        }
        child.kill().ok();
        child.wait().ok();
        None
    }

    fn answer(&self, status: ExitStatus, said: Option<&mut File>) -> Failure {
        let said = said.map(last_words).filter(|said| !said.is_empty()).map_or(String::new(), |said| format!(": {said}"));
        match status.code() {
            Some(code) => failure(Stage::Dot, class(code), format!("`{}` ended with status {code}{said}", self.program)),
            // A signal: whoever was killed may have passed the mail on.
            None => failure(Stage::Dot, Class::Unknown, format!("`{}` was killed{said}", self.program)),
        }
    }
}

/// What an exit status means (sysexits.h).
fn class(code: i32) -> Class {
    match code {
        // EX_DATAERR, EX_NOUSER, EX_NOHOST.
        65 | 67 | 68 => Class::Refused { suppress: false },
        // EX_USAGE, EX_NOPERM, EX_CONFIG; 126 and 127 are a shell's.
        64 | 77 | 78 | 126 | 127 => Class::Stop(Reason::Sender),
        // EX_TEMPFAIL and all others.
        _ => Class::Deferred { slow: false },
    }
}

/// Writes a message in a thread of its own, for a program that does not read holds up whoever writes; says when it is done, and
/// whether all of it was taken.
fn write(mut input: ChildStdin, text: Vec<u8>) -> Receiver<bool> {
    let (done, written) = mpsc::channel();
    thread::spawn(move || {
        let is_written = input.write_all(&text).and_then(|()| input.flush()).is_ok();
        drop(input);
        done.send(is_written).ok();
    });
    written
}

/// Returns the end of what a program said, in one line.
fn last_words(said: &mut File) -> String {
    let mut bytes = Vec::new();
    let end = said.seek(SeekFrom::End(0)).unwrap_or_default();
    let start = end.saturating_sub(SAID as u64);
    if said.seek(SeekFrom::Start(start)).and_then(|_| said.take(SAID as u64).read_to_end(&mut bytes)).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let words = text.trim_start_matches(char::REPLACEMENT_CHARACTER).split_whitespace().collect::<Vec<_>>().join(" ");
    if start > 0 { format!("… {words}") } else { words }
}

fn failure(stage: Stage, class: Class, told: String) -> Failure {
    Failure { stage, class, code: None, told }
}

/// Returns a message as such programs take it: each line ended by LF.
fn lines_of_unix(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            text.push(*byte);
        }
    }
    text
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use lettre::address::Envelope;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    /// Writes a program; the files of the test's folder are in `$here`.
    fn program(folder: &Path, script: &str) -> Sendmail {
        let path = folder.join("sendmail");
        std::fs::write(&path, format!("#!/bin/sh\nhere='{}'\n{script}\n", folder.display())).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("a file");
        Sendmail { program: path.display().to_string(), timeout: Duration::from_secs(10) }
    }

    fn message() -> Message {
        let address = |text: &str| text.parse().expect("an address");
        let envelope = Envelope::new(Some(address("news@example.org")), vec![address("ada@example.org")]).expect("an envelope");
        Message { id: "<1@example.org>".into(), envelope, needs_utf8: false, bytes: b"Subject: x\r\n\r\n.\r\nlast\r\n".to_vec() }
    }

    #[test]
    fn row_34_what_the_program_says_is_what_became_of_the_mail() {
        let folder = tempfile::tempdir().expect("a folder");
        let class = |script: &str| program(folder.path(), script).send(&message(), None, &mut || true).map_err(|failure| failure.class);
        assert!(matches!(class("echo \"$@\" >$here/arguments; cat >$here/mail"), Ok(Sent::Taken { .. })));
        assert_eq!(std::fs::read_to_string(folder.path().join("arguments")).expect("it"), "-i -f news@example.org -- ada@example.org\n");
        assert_eq!(std::fs::read_to_string(folder.path().join("mail")).expect("it"), "Subject: x\n\n.\nlast\n");
        assert_eq!(class("cat >/dev/null; exit 75"), Err(Class::Deferred { slow: false }));
        assert_eq!(class("cat >/dev/null; exit 67"), Err(Class::Refused { suppress: false }));
        assert_eq!(class("cat >/dev/null; kill -9 $$"), Err(Class::Unknown));
        assert_eq!(class("exit 75"), Err(Class::Deferred { slow: false }));
    }

    #[test]
    fn what_the_program_says_of_its_failure_is_the_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let told = |script: &str| {
            let failure = program(folder.path(), script).send(&message(), None, &mut || true).expect_err("a failure");
            let told = failure.told.replace(&folder.path().display().to_string(), "");
            (told, failure.class)
        };
        let later = Class::Deferred { slow: false };
        let script = "cat >/dev/null; echo 'sendmail: fatal: queue' >&2; echo 'file  write error' >&2; exit 75";
        assert_eq!(told(script), ("`/sendmail` ended with status 75: sendmail: fatal: queue file write error".to_owned(), later));
        assert_eq!(told("cat >/dev/null; exit 75"), ("`/sendmail` ended with status 75".to_owned(), later));
        let (long, _) =
            told("cat >/dev/null; for at in 1 2 3 4 5 6 7 8 9; do echo 'über und über und über und über und über' >&2; done; exit 75");
        assert!(long.starts_with("`/sendmail` ended with status 75: … ") && long.ends_with("und über") && long.len() < 400, "{long}");
    }

    #[test]
    fn a_program_that_reads_nothing_holds_nobody_up_for_longer_than_it_may_take() {
        let folder = tempfile::tempdir().expect("a folder");
        let long = Message { bytes: b"a line\r\n".repeat(100_000), ..message() };
        let class = |script: &str, millis| {
            let mut line = Sendmail { timeout: Duration::from_millis(millis), ..program(folder.path(), script) };
            line.send(&long, None, &mut || true).map_err(|failure| failure.class)
        };
        assert_eq!(class("exec sleep 20", 300), Err(Class::Unknown));
        assert_eq!(class("exit 0", 5000), Err(Class::Unknown), "it took what it did not read");
        assert_eq!(class("exit 75", 5000), Err(Class::Deferred { slow: false }));
    }

    #[test]
    fn nothing_is_said_to_the_program_before_the_mail_may_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut line = program(folder.path(), "touch $here/begun; cat >$here/whole");
        let begun = || folder.path().join("begun").exists();
        assert_eq!(line.send(&message(), None, &mut || false), Ok(Sent::Held));
        assert!(!begun());
        assert!(line.send(&message(), None, &mut || !begun()).is_ok());
    }

    #[test]
    fn a_program_that_is_not_there_stops_the_run() {
        let mut line = Sendmail { program: "/nowhere/sendmail".into(), timeout: Duration::from_secs(1) };
        let failure = line.send(&message(), None, &mut || true).expect_err("a failure");
        assert_eq!((failure.stage, failure.class), (Stage::Connect, Class::Stop(Reason::Login)));
    }
}
