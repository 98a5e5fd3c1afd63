//! Sending: an edition to a server that takes everything (`smtp-sink`), beside the program that sends as fast as it can (`smtp-source`).
//! Both come with Postfix. Nothing leaves the machine.

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs, io,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::{
    SITE,
    measure::{Usage, measure},
    words::WORDS,
};

/// How many recipients, when nobody says.
const RECIPIENTS: usize = 10_000;

/// How often both programs run at each number of connections, in turns; the round with the median of the ratios counts, with all its
/// figures.
const ROUNDS: usize = 3;

/// How long a byte takes to the server that is far away, and as long back.
const WAY: Duration = Duration::from_millis(25);

/// How many recipients have their mail from far away.
const FAR: usize = 800;

/// Where the programs of Postfix are for whoever has no `sbin` in their path.
const SBIN: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"];

/// Measures sending to as many recipients as `words` say; prints a table.
pub(crate) fn compare(words: &[&str]) -> io::Result<()> {
    let (rounds, most) = if words.contains(&"--bench") { (ROUNDS, RECIPIENTS) } else { (1, 100) };
    let recipients = match words.iter().find(|word| !word.starts_with('-')) {
        Some(number) => number.parse().map_err(|_| io::Error::other(format!("`{number}` is no number of recipients")))?,
        None => most,
    };
    let sink = Sink::start()?;
    let octets = Site::make(1, sink.port)?.size()?;
    let site = Site::make(recipients, sink.port)?;
    println!("Messages of {octets} octets, {recipients} of them.\n");
    println!(
        "| connections | smtp-source, a second | postrider, a second | ratio | CPU µs each, of smtp-source | of postrider | peak MB | target |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | :-- |");
    let mut missed = Missed::default();
    for connections in [1, 4, 16] {
        let mut pairs = Vec::new();
        for _ in 0..rounds {
            pairs.push((site.source(connections, recipients, octets, sink.port)?, site.send(connections, sink.port)?));
        }
        let ratio = |(theirs, ours): &(Usage, Usage)| theirs.wall / ours.wall;
        pairs.sort_by(|left, right| ratio(left).total_cmp(&ratio(right)));
        let Some(pair @ (theirs, ours)) = pairs.get(pairs.len() / 2) else { continue };
        let cpu = |usage: &Usage| usage.cpu / recipients as f64 * 1e6;
        let verdict = format!(
            "ratio ≥ 0.7: {}, CPU ≤ 180 µs: {}, peak ≤ 32 MB: {}",
            missed.word(ratio(pair) >= 0.7),
            missed.word(cpu(ours) <= 180.0),
            missed.word(ours.peak <= 32e6)
        );
        println!(
            "| {connections} | {:.0} | {:.0} | {:.2} | {:.0} | {:.0} | {:.1} | {verdict} |",
            recipients as f64 / theirs.wall,
            recipients as f64 / ours.wall,
            ratio(pair),
            cpu(theirs),
            cpu(ours),
            ours.peak / 1e6,
        );
    }
    println!("\nMaking the list: {:.0} subscribers a second imported.", recipients as f64 / site.import.wall);
    far_away(sink.port, &mut missed)?;
    shared(&site, recipients, sink.port, &mut missed)?;
    missed.verdict(words.contains(&"--bench"))
}

/// How many limits were missed.
#[derive(Default)]
struct Missed(usize);

impl Missed {
    fn word(&mut self, kept: bool) -> &'static str {
        self.0 += usize::from(!kept);
        if kept { "PASS" } else { "over" }
    }

    /// Fails a measurement that missed a limit; a run that only shows that it works proves nothing about speed.
    fn verdict(&self, measured: bool) -> io::Result<()> {
        match self.0 {
            0 => Ok(()),
            _ if !measured => Ok(()),
            count => Err(io::Error::other(format!("{count} limits are missed: see where it says `over`"))),
        }
    }
}

/// Prints how many mails a second reach a server that is 50 ms away and back.
fn far_away(port: u16, missed: &mut Missed) -> io::Result<()> {
    let site = Site::make(FAR, port)?;
    let far = delayed(port)?;
    let usage = site.send(8, far)?;
    let rate = FAR as f64 / usage.wall;
    println!("With round trips of {} ms and 8 connections: {rate:.0} a second (≥ 35: {}).", 2 * WAY.as_millis(), missed.word(rate >= 35.0));
    Ok(())
}

/// Prints how several senders share a ledger, where there is a PostgreSQL: how fast mails leave from the first to the last.
fn shared(site: &Site, recipients: usize, port: u16, missed: &mut Missed) -> io::Result<()> {
    let Ok(url) = std::env::var("POSTRIDER_TEST_POSTGRES") else {
        println!("Without a PostgreSQL (`tests/check/postgres.sh cargo bench …`) nothing is said about senders that share a ledger.");
        return Ok(());
    };
    println!("\n| senders with 2 connections each, one ledger in PostgreSQL | a second | not slower than one |");
    println!("| ---: | ---: | :-- |");
    let mut alone = 0.0;
    for senders in [1, 2, 4] {
        let rate = recipients as f64 / site.share(senders, port, &url)?;
        // A tenth is noise.
        println!("| {senders} | {rate:.0} | {} |", missed.word(rate >= alone * 0.9));
        if senders == 1 {
            alone = rate;
        }
    }
    Ok(())
}

/// A site with one post, its list, and the ledger as the import leaves it.
struct Site {
    folder: tempfile::TempDir,
    ledger: PathBuf,
    import: Usage,
}

impl Site {
    fn make(recipients: usize, server: u16) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (site, ledger) = (folder.path(), folder.path().join("imported"));
        fs::create_dir(site.join("posts"))?;
        let paragraph: String = WORDS.iter().cycle().take(80).flat_map(|word| [word, " "]).collect();
        let post = format!("---\ntitle: A letter\ndate: 2026-11-20\n---\n{}", format!("{paragraph}\n\n").repeat(3));
        fs::write(site.join("posts/letter.md"), post)?;
        let newsletter = "newsletter:\n  from: Ada Example <ada@example.org>\n  postal_address: none\n  \
            unsubscribe_url: https://blog.example/leave?t={token}\n  transport: smtp\n  smtp: {host: 127.0.0.1, tls: none, ";
        fs::write(site.join("postrider.yaml"), format!("{SITE}{newsletter}port: {server}}}\n"))?;
        let mut list = "email,name\n".to_owned();
        (0..recipients).try_for_each(|number| writeln!(list, "reader{number}@example.com,Reader {number}")).map_err(io::Error::other)?;
        fs::write(site.join("list.csv"), list)?;
        let list = site.join("list.csv").display().to_string();
        let import = Self::command(site, &[], &["subscribers", "import", &list, "--consent", "They asked for it"]);
        let import = measure(&import, &site.join("log.txt"))?;
        let made = Site { folder, ledger, import };
        made.is_fine(&import)?;
        fs::rename(made.folder.path().join(".postrider"), &made.ledger)?;
        Ok(made)
    }

    /// Returns the command that runs postrider there, with settings of its own.
    fn command(site: &Path, settings: &[(&str, String)], arguments: &[&str]) -> Vec<OsString> {
        let mut command: Vec<OsString> = vec!["env".into(), "POSTRIDER_UNSUBSCRIBE_KEY=only-for-measuring-only-for-measuring-only".into()];
        command.extend(settings.iter().map(|(name, value)| format!("POSTRIDER_{name}={value}").into()));
        command.push(env!("CARGO_BIN_EXE_postrider").into());
        command.extend(arguments.iter().map(OsString::from));
        command.extend(["-C".into(), site.into()]);
        command
    }

    fn is_fine(&self, usage: &Usage) -> io::Result<()> {
        if usage.status == 0 { Ok(()) } else { Err(io::Error::other(fs::read_to_string(self.folder.path().join("log.txt"))?)) }
    }

    /// Removes what an earlier sender left; returns the folder in which it kept its ledger.
    fn forget(&self) -> io::Result<PathBuf> {
        let here = self.folder.path().join(".postrider");
        for old in [&here, &self.folder.path().join("postrider.lock")] {
            let removed = if old.is_dir() { fs::remove_dir_all(old) } else { fs::remove_file(old) };
            removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
        }
        Ok(here)
    }

    /// Takes the ledger as the import left it.
    fn begin_again(&self) -> io::Result<()> {
        let here = self.forget()?;
        fs::create_dir(&here)?;
        for file in fs::read_dir(&self.ledger)? {
            let file = file?;
            if file.file_type()?.is_file() {
                fs::copy(file.path(), here.join(file.file_name()))?;
            }
        }
        Ok(())
    }

    /// Sends the edition to everybody, over so many connections, with the ledger as the import left it.
    fn send(&self, connections: usize, port: u16) -> io::Result<Usage> {
        self.begin_again()?;
        let usage = measure(&self.sending(connections, port, &[]), &self.folder.path().join("log.txt"))?;
        self.is_fine(&usage)?;
        Ok(usage)
    }

    fn sending(&self, connections: usize, port: u16, settings: &[(&str, String)]) -> Vec<OsString> {
        let server = [("NEWSLETTER_SMTP_CONNECTIONS", connections.to_string()), ("NEWSLETTER_SMTP_PORT", port.to_string())];
        let settings = [&server, settings].concat();
        Self::command(self.folder.path(), &settings, &["newsletter", "send", "--first", "--yes", "--now", "2026-11-21"])
    }

    /// Sends the edition to everybody out of one ledger in a PostgreSQL, by so many senders at once; returns the seconds between the
    /// first mail and the last.
    fn share(&self, senders: usize, port: u16, url: &str) -> io::Result<f64> {
        self.forget()?;
        let mut client = postgres::Client::connect(url, postgres::NoTls).map_err(io::Error::other)?;
        let schema = format!("ratios_{}_{senders}", std::process::id());
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).map_err(io::Error::other)?;
        let ask = if url.contains('?') { '&' } else { '?' };
        let sent = self.share_over(senders, port, format!("{url}{ask}options=-csearch_path%3D{schema}"));
        let took = client.query_one(&format!("SELECT CAST(max(at) - min(at) AS BIGINT) FROM {schema}.attempts"), &[]);
        client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).map_err(io::Error::other)?;
        sent?;
        let millis: i64 = took.and_then(|row| row.try_get(0)).map_err(io::Error::other)?;
        Ok(millis as f64 / 1e3)
    }

    fn share_over(&self, senders: usize, port: u16, ledger: String) -> io::Result<()> {
        let site = self.folder.path();
        let settings = [("LEDGER", ledger)];
        let list = site.join("list.csv").display().to_string();
        let lists: [&[&str]; 2] =
            [&["subscribers", "import", &list, "--consent", "They asked for it"], &["newsletter", "make", "--now", "2026-11-21"]];
        for arguments in lists {
            self.is_fine(&measure(&Self::command(site, &settings, arguments), &site.join("log.txt"))?)?;
        }
        let usages: Vec<io::Result<Usage>> = thread::scope(|scope| {
            let sender = |number| {
                let (command, log) = (self.sending(2, port, &settings), site.join(format!("log-{number}.txt")));
                scope.spawn(move || measure(&command, &log))
            };
            let threads: Vec<_> = (0..senders).map(sender).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("a sender could not be run")))).collect()
        });
        for (number, usage) in usages.into_iter().enumerate() {
            if usage?.status != 0 {
                return Err(io::Error::other(fs::read_to_string(site.join(format!("log-{number}.txt")))?));
            }
        }
        Ok(())
    }

    /// Returns the octets of a message, from the folder that takes them in place of a server.
    fn size(&self) -> io::Result<usize> {
        let site = self.folder.path();
        let settings = [("NEWSLETTER_TRANSPORT", "eml".to_owned())];
        self.begin_again()?;
        let arguments = ["newsletter", "send", "--first", "--yes", "--now", "2026-11-21"];
        self.is_fine(&measure(&Self::command(site, &settings, &arguments), &site.join("log.txt"))?)?;
        largest(site).and_then(|size| size.ok_or_else(|| io::Error::other("no message was written")))
    }

    /// Lets `smtp-source` send as many.
    fn source(&self, connections: usize, messages: usize, size: usize, port: u16) -> io::Result<Usage> {
        let words =
            ["-s", &connections.to_string(), "-m", &messages.to_string(), "-l", &size.to_string(), "-d", &format!("127.0.0.1:{port}")];
        let mut command: Vec<OsString> = vec![program("smtp-source")?.into()];
        command.extend(words.iter().map(OsString::from));
        let usage = measure(&command, &self.folder.path().join("log.txt"))?;
        self.is_fine(&usage)?;
        Ok(usage)
    }
}

/// Returns the octets of the largest message below a folder.
fn largest(folder: &Path) -> io::Result<Option<usize>> {
    let mut found = None;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found = found.max(largest(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "eml") {
            found = found.max(usize::try_from(fs::metadata(&path)?.len()).ok());
        }
    }
    Ok(found)
}

/// Returns where a program of Postfix is.
fn program(name: &str) -> io::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(SBIN.iter().map(PathBuf::from));
    let missing = || io::Error::other(format!("no {name}: it comes with Postfix (on Debian: apt-get install postfix)"));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file()).ok_or_else(missing)
}

/// A server that takes everything and keeps nothing.
struct Sink {
    process: Child,
    port: u16,
}

impl Sink {
    fn start() -> io::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(program("smtp-sink")?);
        if nix::unistd::Uid::effective().is_root() {
            command.args(["-u", "nobody"]);
        }
        command.arg(format!("127.0.0.1:{port}")).arg("1000").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let sink = Sink { process: command.spawn()?, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if began.elapsed() > Duration::from_secs(5) {
                return Err(io::Error::other("smtp-sink does not answer"));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(sink)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).ok();
    }
}

/// Returns a port that leads to another, a [`WAY`] away.
fn delayed(port: u16) -> io::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let here = listener.local_addr()?.port();
    thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { return };
            for (from, to) in [(near.try_clone(), far.try_clone()), (Ok(far), Ok(near))] {
                let (Ok(from), Ok(to)) = (from, to) else { return };
                to.set_nodelay(true).ok();
                carry(from, to);
            }
        }
    });
    Ok(here)
}

/// Carries bytes from one connection to another, each of them a [`WAY`] later.
fn carry(mut from: TcpStream, mut to: TcpStream) {
    let (letter_box, way) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut room = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut room) {
            if letter_box.send((Instant::now() + WAY, room[..read].to_vec())).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (at, bytes) in way {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                return;
            }
        }
        to.shutdown(Shutdown::Write).ok();
    });
}
