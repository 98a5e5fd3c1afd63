//! Where a ledger is, opening it, and the lock of whoever sends.

use super::database::{Database, Durability, values};
use super::postgres::Postgres;
use super::schema::MIGRATIONS;
use super::sqlite::Sqlite;
use super::{Clock, Ledger, LedgerError, hex};
use ring::hmac::{HMAC_SHA256, Key};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where a ledger is. Whatever shows it leaves the password out.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite.
    File(PathBuf),
    /// A PostgreSQL server: `postgres://user@host/db`.
    Server(String),
}

impl Location {
    /// Returns the location that `ledger:` or `POSTRIDER_LEDGER` names; `root` is what a path follows.
    #[must_use]
    pub fn of(text: &str, root: &Path) -> Self {
        let root = if root == Path::new(".") { Path::new("") } else { root };
        if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
            Location::Server(text.to_owned())
        } else {
            Location::File(root.join(text))
        }
    }

    /// Returns whether a text names neither a file nor a server in the one way that is understood: it may hold a password then, and must
    /// not become a file's name.
    #[must_use]
    pub fn is_foreign(text: &str) -> bool {
        if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
            return false;
        }
        // As libpq takes it: `host=db user = ada password='…'`.
        let is_parameter = |before: &str| before.split_whitespace().next_back().is_some_and(|word| PARAMETERS.contains(&word));
        text.contains("://") || text.match_indices('=').any(|(at, _)| text.get(..at).is_some_and(is_parameter))
    }
}

/// What the URL of a server begins with.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// What libpq's own form of a connection begins with, in any order.
const PARAMETERS: [&str; 9] = ["host", "hostaddr", "port", "dbname", "user", "password", "passfile", "service", "sslmode"];

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Location {
    /// Leaves the password out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => write!(f, "`{}`", path.display()),
            Location::Server(text) => {
                let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
                write!(f, "`postgres://{}`", without_password(rest))
            }
        }
    }
}

/// Returns what stands behind the scheme of a URL without password and parameters; where it is in doubt what is the password, as little
/// as is safe.
fn without_password(rest: &str) -> String {
    let bare = |place: &str| place.split('?').next().unwrap_or_default().to_owned();
    // A password may hold an `@` or a `?` itself.
    let Some((login, place)) = rest.rsplit_once('@') else { return bare(rest) };
    let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    let is_user = !user.contains(['/', '?', '@']);
    let is_plain = password.is_none_or(|password| !(password.contains('@') && password.contains('?')));
    match (is_user, is_plain) {
        (true, true) if user.is_empty() => bare(place),
        (true, true) => format!("{user}@{}", bare(place)),
        (true, false) => format!("{user}@…"),
        (false, _) => "…".to_owned(),
    }
}

/// Held by whoever sends with a ledger in a file; there is one of them on a machine.
#[derive(Debug)]
pub struct SenderLock {
    /// `None` with a server, where leases do what the lock does.
    _file: Option<File>,
}

/// How often, and after which time, the lock is asked for again.
const GLANCES: u32 = 3;
const GLANCE: Duration = Duration::from_millis(10);

impl Ledger {
    /// Opens the ledger, and brings its tables to the version that this program knows; a file is copied before.
    ///
    /// # Errors
    /// When there is none and `create` is false, when it is damaged, newer, on a network file system, or cannot be reached.
    pub fn open(location: &Location, create: bool, clock: Clock) -> Result<Self, LedgerError> {
        let database: Box<dyn Database> = match location {
            Location::File(path) => {
                let is_new = prepare(path, location, create)?;
                let sqlite = Sqlite::open(path, create).map_err(|error| LedgerError::of(location, &error))?;
                private(path, location)?;
                let mut ledger = Ledger::over(Box::new(sqlite), location, clock);
                ledger.migrate(if is_new { None } else { Some(path) })?;
                return ledger.with_pepper();
            }
            Location::Server(url) => Box::new(Postgres::open(url).map_err(|error| LedgerError::of(location, &error))?),
        };
        let mut ledger = Ledger::over(database, location, clock);
        ledger.migrate(None)?;
        ledger.with_pepper()
    }

    /// Opens a further connection to the same ledger.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn another(&self) -> Result<Self, LedgerError> {
        let another = Ledger::open(&self.location, false, self.clock.clone())?;
        #[cfg(test)]
        let another = match &self.failing {
            Some(failing) => another.failing(failing),
            None => another,
        };
        Ok(another)
    }

    /// Returns where the ledger is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Returns whether several machines may send with it at once.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.location, Location::Server(_))
    }

    /// Returns the copies of the ledger that lie beside it, in order: those that were made before the tables changed, and whatever else
    /// begins with its name or is a database. What is erased from the ledger is still in them.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn backups(&self) -> Result<Vec<PathBuf>, LedgerError> {
        let Location::File(path) = &self.location else { return Ok(Vec::new()) };
        let failed = |source| LedgerError::File { place: self.location.to_string(), source };
        let (Some(folder), Some(name), Some(stem)) = (path.parent(), path.file_name(), path.file_stem()) else { return Ok(Vec::new()) };
        let (name, stem) = (name.to_string_lossy(), stem.to_string_lossy());
        let is_own =
            |found: &str| found.strip_prefix(&*name).is_some_and(|ending| ["", "-wal", "-shm", "-journal", ".lock"].contains(&ending));
        let mut found = Vec::new();
        for entry in fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !is_own(&name) && path.is_file() && (name.starts_with(&*stem) || is_database(&path)) {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }

    /// Takes the lock of whoever sends.
    ///
    /// # Errors
    /// [`LedgerError::Held`] when another sender has it.
    pub fn lock(&self) -> Result<SenderLock, LedgerError> {
        let Location::File(path) = &self.location else { return Ok(SenderLock { _file: None }) };
        let failed = |source| LedgerError::File { place: self.location.to_string(), source };
        // One lock for one file, however its path is spelled.
        let path = with_ending(&path.canonicalize().map_err(failed)?, ".lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        private(&path, &self.location)?;
        let mut locked = file.try_lock();
        // Whoever only looks whether somebody sends has it for an instant.
        for _ in 0..GLANCES {
            if !matches!(locked, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(GLANCE);
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => Ok(SenderLock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(LedgerError::Held(self.location.to_string())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Returns the ledger's own random id.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn id(&mut self) -> Result<String, LedgerError> {
        Ok(self.meta("id")?.unwrap_or_default())
    }

    /// Returns how often a sender has begun with this ledger.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn generation(&mut self) -> Result<i64, LedgerError> {
        Ok(self.meta("generation")?.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// Counts one more sender, and returns how many there were.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn next_generation(&mut self, at_least: i64) -> Result<i64, LedgerError> {
        self.together(Durability::Power, |ledger| {
            ledger.decide_alone()?;
            let next = ledger.generation()?.max(at_least) + 1;
            ledger.set_meta("generation", &next.to_string())?;
            Ok(next)
        })
    }

    pub(super) fn over(database: Box<dyn Database>, location: &Location, clock: Clock) -> Self {
        let (location, pepper) = (location.clone(), Key::new(HMAC_SHA256, &[]));
        Ledger {
            database,
            location,
            clock,
            pepper,
            ahead: std::collections::HashMap::new(),
            passed: super::claims::Passed::default(),
            #[cfg(test)]
            failing: None,
        }
    }

    fn with_pepper(mut self) -> Result<Self, LedgerError> {
        let pepper = self.meta("pepper")?.unwrap_or_default();
        self.pepper = Key::new(HMAC_SHA256, pepper.as_bytes());
        Ok(self)
    }

    pub(super) fn meta(&mut self, name: &str) -> Result<Option<String>, LedgerError> {
        self.first("SELECT value FROM meta WHERE name = $1", values![name], |row| row.string(0))
    }

    pub(super) fn set_meta(&mut self, name: &str, value: &str) -> Result<(), LedgerError> {
        let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.execute(sql, values![name, value]).map(drop)
    }

    /// Takes each step from the version at hand to the newest, in one transaction; `copied` is copied before it is changed.
    pub(super) fn migrate(&mut self, copied: Option<&Path>) -> Result<(), LedgerError> {
        let found = self.version()?;
        let known = MIGRATIONS.len();
        let version = usize::try_from(found).unwrap_or_default();
        if version > known {
            return Err(LedgerError::Newer { place: self.location.to_string(), found, known });
        }
        if version == known {
            return Ok(());
        }
        if let (Some(path), true) = (copied, found > 0) {
            let backup = with_ending(path, &format!(".backup-{found}"));
            if !backup.exists() {
                // Half a copy never bears the name of a whole one.
                let part = with_ending(&backup, ".part");
                fs::remove_file(&part).ok();
                let mut sqlite = Sqlite::open(path, false).map_err(|error| self.failed(&error))?;
                sqlite.copy_to(&part).map_err(|error| self.failed(&error))?;
                private(&part, &self.location)?;
                fs::rename(&part, &backup).map_err(|source| LedgerError::File { place: self.location.to_string(), source })?;
            }
        }
        self.together(Durability::Power, |ledger| {
            if ledger.is_shared() {
                // Two machines may come to an empty database at once; this number is postrider's own.
                ledger.script("SELECT pg_advisory_xact_lock(7311846321)")?;
            }
            // Another may have been here since.
            let found = ledger.version()?;
            for step in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or_default()) {
                let step = ledger.told(step).into_owned();
                ledger.script(&step)?;
            }
            if found == 0 {
                for name in ["id", "pepper"] {
                    ledger.set_meta(name, &random())?;
                }
                ledger.set_meta("rates", "")?;
            }
            ledger.set_meta("version", &MIGRATIONS.len().to_string())
        })
    }

    fn script(&mut self, sql: &str) -> Result<(), LedgerError> {
        self.database.script(sql).map_err(|error| self.failed(&error))
    }

    /// Returns the version of the tables; 0 where there are none.
    fn version(&mut self) -> Result<i64, LedgerError> {
        let tables = if self.is_shared() {
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'meta'"
        } else {
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'"
        };
        if self.first(tables, &[], |row| row.int(0))?.unwrap_or_default() == 0 {
            return Ok(0);
        }
        Ok(self.meta("version")?.and_then(|text| text.parse().ok()).unwrap_or_default())
    }
}

/// Returns 32 random hexadecimal digits.
///
/// # Panics
/// Never: where the system gives no random numbers, TLS would have failed before.
pub(crate) fn random() -> String {
    hex(&random_id())
}

/// Returns a random id.
pub(crate) fn random_id() -> [u8; 16] {
    let mut octets = [0; 16];
    // Without random numbers there is no id: all zeros collide at once, and the database says so.
    SystemRandom::new().fill(&mut octets).ok();
    octets
}

/// Makes the ledger's folder, for nobody else, with a `.gitignore`; returns whether there is no ledger yet.
fn prepare(path: &Path, location: &Location, create: bool) -> Result<bool, LedgerError> {
    let failed = |source| LedgerError::File { place: location.to_string(), source };
    let is_new = !path.exists();
    if is_new && !create {
        return Err(LedgerError::Missing);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.exists() {
        make_folder(folder).map_err(failed)?;
        fs::write(folder.join(".gitignore"), "*\n").map_err(failed)?;
    }
    if let Some(kind) = network(folder) {
        return Err(LedgerError::Network { place: location.to_string(), kind });
    }
    Ok(is_new)
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Lets nobody else read a file.
#[cfg(unix)]
fn private(path: &Path, location: &Location) -> Result<(), LedgerError> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |source| LedgerError::File { place: location.to_string(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(failed)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn private(_: &Path, _: &Location) -> Result<(), LedgerError> {
    Ok(())
}

/// Returns whether a file is a database of SQLite, by its first bytes.
fn is_database(path: &Path) -> bool {
    let mut first = [0; 16];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == *b"SQLite format 3\0"
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Returns the kind of network file system that a folder lies on, where there is a way to tell.
fn network(folder: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
    let folder = folder.canonicalize().ok()?;
    kind_of_network(&mounts, &folder)
}

/// The file systems on which a lock of one machine says nothing to another.
const NETWORKS: [&str; 10] = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs"];

fn kind_of_network(mounts: &str, folder: &Path) -> Option<String> {
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?.replace("\\040", " "), words.next()?.to_owned());
        folder.starts_with(&place).then_some((place.len(), kind))
    };
    // Of mounts one within the other the innermost counts, and of two at one place the later.
    let (_, kind) = mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length)?;
    NETWORKS.contains(&kind.as_str()).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_told_without_its_password() {
        let told = |text: &str| Location::of(text, Path::new("/site")).to_string();
        assert_eq!(told("postgres://ada:se@cret@db.example.org:5433/mail?sslmode=require"), "`postgres://ada@db.example.org:5433/mail`");
        assert_eq!(told("postgres://db.example.org/mail"), "`postgres://db.example.org/mail`");
        assert_eq!(told(".postrider/ledger.db"), "`/site/.postrider/ledger.db`");
        for (text, shown) in [
            ("postgres://ada:sec?ret@db/mail", "`postgres://ada@db/mail`"),
            ("postgresql://db/mail?user=ada&password=secret", "`postgres://db/mail`"),
            ("postgres://ada:secret@db/mail?options=a@b", "`postgres://ada@…`"),
            ("postgres://db/mail?password=sec@ret", "`postgres://…`"),
            ("postgres://:secret@db/mail", "`postgres://db/mail`"),
        ] {
            let place = Location::of(text, Path::new(""));
            assert_eq!((place.to_string().as_str(), format!("{place:?}").as_str()), (shown, shown));
        }
    }

    #[test]
    fn what_may_hold_a_password_is_no_file_name() {
        for text in
            ["host=db user=ada password=secret", "password = secret", "dbname=mail", "mysql://ada:secret@db/mail", "POSTGRES://db/mail"]
        {
            assert!(Location::is_foreign(text), "{text}");
        }
        for text in [".postrider/ledger.db", "postgres://ada@db/mail?sslmode=require", "C:/mail/a=b.db", "/srv/my host/ledger.db"] {
            assert!(!Location::is_foreign(text), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn there_is_one_lock_however_the_path_is_spelled() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = |name: &str, create| Ledger::open(&Location::of(name, folder.path()), create, Clock::Database).expect("a ledger");
        let first = open("ledger.db", true);
        std::os::unix::fs::symlink(folder.path().join("ledger.db"), folder.path().join("other.db")).expect("a link");
        let held = first.lock().expect("the lock");
        assert!(matches!(open("other.db", false).lock(), Err(LedgerError::Held(_))));
        assert!(matches!(open("./ledger.db", false).lock(), Err(LedgerError::Held(_))));
        drop(held);
        open("other.db", false).lock().expect("the lock");
    }

    #[test]
    fn a_network_file_system_is_known_by_the_innermost_mount() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n/dev/sdb1 /home/ada/fast\\040disk xfs rw 0 0\n";
        assert_eq!(kind_of_network(mounts, Path::new("/home/ada/site")).as_deref(), Some("nfs4"));
        assert_eq!(kind_of_network(mounts, Path::new("/home/ada/fast disk/site")), None);
        assert_eq!(kind_of_network(mounts, Path::new("/srv")), None);
    }
}
