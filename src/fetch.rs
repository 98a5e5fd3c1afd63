//! Edge: documents from the web, and only from addresses that the user gives. One request a host at a time; redirects,
//! compression, sizes and times have limits; what fails for the moment is tried again.
#![allow(clippy::disallowed_methods, reason = "this is the edge that waits")]

use crate::validate::transport::Answer;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::{HeaderMap, Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};
use url::{Host, Url};

/// How many redirects are followed.
const REDIRECTS: usize = 10;
/// How long a server may take to begin.
const SILENCE: Duration = Duration::from_secs(20);
/// How long to wait before the second try; each further one waits twice as long.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that a server can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a document may cost.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The largest document, in bytes after decompression.
    largest: u64,
    /// How long a document may take in all, with redirects and tries.
    patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { largest: 512 << 20, patience: Duration::from_mins(1) }
    }
}

/// Why a document could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server cannot be reached.
    #[error("{0}")]
    Unreachable(String),
    /// The server is silent, or so slow that it never ends.
    #[error("the server does not answer in time")]
    Silent,
    /// The answer does not end.
    #[error("the server had not sent all of it after {} seconds", .0.as_secs())]
    Slow(Duration),
    /// More than anybody should have to read.
    #[error("it is larger than {} MB", .0 >> 20)]
    TooLarge(u64),
    /// Redirects without an end.
    #[error("it redirects more than {REDIRECTS} times")]
    Redirects,
    /// A redirect to what is no address on the web.
    #[error("it redirects to `{0}`, which is no address on the web")]
    Location(String),
    /// A redirect from the web to a private network.
    #[error("it redirects to `{0}`, which is in a private network")]
    Inside(Url),
    /// A password in the address.
    #[error("the address holds a user name or password, which would end up in logs; give it without them")]
    Password,
    /// The body ends early or is not what it says.
    #[error("the answer broke off or cannot be decompressed: {0}")]
    Body(io::Error),
}

/// A document with what its server said.
#[derive(Debug)]
pub struct Fetched {
    /// What the server said.
    pub answer: Answer,
    /// The document, decompressed.
    pub bytes: Vec<u8>,
}

/// What fetches documents.
#[derive(Debug)]
pub struct Fetcher {
    /// Asks any server.
    open: Agent,
    /// Asks no server of a private network.
    guarded: Agent,
    /// The hosts that were found in a private network.
    inside: Inside,
    retries: u32,
    limits: Limits,
    /// A lock for each host: holding it is the right to ask.
    hosts: Mutex<BTreeMap<String, Arc<Mutex<()>>>>,
}

impl Fetcher {
    /// Makes one that tries so many times more when something fails for the moment.
    #[must_use]
    pub fn new(retries: u32) -> Self {
        Self::with(retries, Limits::default())
    }

    fn with(retries: u32, limits: Limits) -> Self {
        let inside = Inside::default();
        let agent = |refuses| {
            let lookup = Lookup { refuses, inside: Arc::clone(&inside), system: DefaultResolver::default() };
            Agent::with_parts(config(), DefaultConnector::default(), lookup)
        };
        Fetcher { open: agent(false), guarded: agent(true), inside: Arc::clone(&inside), retries, limits, hosts: Mutex::default() }
    }

    /// Fetches a document. An answer with a status of failure is an answer, too.
    ///
    /// # Errors
    /// When there is no answer, or none that can be read.
    pub fn get(&self, url: &Url) -> Result<Fetched, FetchError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Password);
        }
        let mut deadline = Instant::now() + self.limits.patience;
        let (mut left, mut pause) = (self.retries, PAUSE);
        loop {
            let result = self.follow(url, &mut deadline, None);
            let wait = match &result {
                Ok((fetched, asked)) if may_pass(fetched.answer.status) => asked.unwrap_or(pause),
                Err(FetchError::Unreachable(_) | FetchError::Body(_)) => pause,
                _ => return result.map(|(fetched, _)| fetched),
            };
            // Who is asked to come back later than that does not come back sooner.
            if left == 0 || wait > LONGEST_PAUSE || Instant::now() + wait > deadline {
                return result.map(|(fetched, _)| fetched);
            }
            std::thread::sleep(wait);
            (left, pause) = (left - 1, pause * 2);
        }
    }

    /// Asks once and follows redirects. Returns also how long the server asks to wait. `may_enter`: whether private networks
    /// may be asked; where it is not known yet, the first server may be in one, since the user named it.
    fn follow(&self, url: &Url, deadline: &mut Instant, mut may_enter: Option<bool>) -> Result<(Fetched, Option<Duration>), FetchError> {
        let mut redirects: Vec<(u16, Url)> = Vec::new();
        loop {
            let here = redirects.last().map_or(url, |(_, url)| url).clone();
            let lock = self.lock(&here);
            let queued = Instant::now();
            let _turn = lock.lock().unwrap_or_else(PoisonError::into_inner);
            *deadline += queued.elapsed();
            let agent = if may_enter.unwrap_or(true) { &self.open } else { &self.guarded };
            let time = deadline.saturating_duration_since(Instant::now());
            let request = agent.get(here.as_str()).config().timeout_global(Some(time.max(Duration::from_millis(1)))).build();
            let response = request.call().map_err(|error| failed(&error, &here))?;
            let may_enter = *may_enter.get_or_insert_with(|| is_inside(url) || self.was_inside(url));
            let (parts, body) = response.into_parts();
            let status = parts.status.as_u16();
            if let (300..=308, Some(location)) = (status, text(&parts.headers, &header::LOCATION)) {
                let next = here.join(&location).ok().filter(|next| matches!(next.scheme(), "http" | "https"));
                let next = next.ok_or(FetchError::Location(location))?;
                // A stranger's server must not make a CI job ask services of its own network.
                if !may_enter && is_inside(&next) {
                    return Err(FetchError::Inside(next));
                }
                redirects.push((status, next));
                if redirects.len() > REDIRECTS {
                    return Err(FetchError::Redirects);
                }
                continue;
            }
            let wait = text(&parts.headers, &header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
            let coding = text(&parts.headers, &header::CONTENT_ENCODING);
            let bytes = read(body, coding.as_deref(), self.limits)?;
            let length = text(&parts.headers, &header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
            let answer = Answer {
                asked: url.clone(),
                redirects,
                status,
                content_type: text(&parts.headers, &header::CONTENT_TYPE),
                content_encoding: coding,
                has_validator: parts.headers.contains_key(header::ETAG) || parts.headers.contains_key(header::LAST_MODIFIED),
                bytes: length.unwrap_or(bytes.len() as u64),
            };
            return Ok((Fetched { answer, bytes }, wait));
        }
    }

    /// Returns whether a host that was asked just now is in a private network, whatever its name.
    fn was_inside(&self, url: &Url) -> bool {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner).contains(url.host_str().unwrap_or_default())
    }

    /// Returns the lock of a host.
    fn lock(&self, url: &Url) -> Arc<Mutex<()>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(url.host_str().unwrap_or_default().to_owned()).or_default())
    }
}

/// Returns how every request is made.
fn config() -> Config {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(SILENCE))
        .timeout_recv_response(Some(SILENCE))
        .user_agent(concat!("postrider/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")"))
        .accept("application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5")
        .accept_encoding("gzip, br");
    config.build()
}

/// The names of hosts in private networks.
type Inside = Arc<Mutex<BTreeSet<String>>>;

/// Looks names up as the system does, and minds where they lead: the address that is checked is the one that is asked.
#[derive(Debug)]
struct Lookup {
    /// Whether hosts of private networks are refused.
    refuses: bool,
    inside: Inside,
    system: DefaultResolver,
}

/// A name leads to a private network.
#[derive(Debug, thiserror::Error)]
#[error("it is in a private network")]
struct Refused;

impl Resolver for Lookup {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.system.resolve(uri, config, timeout).map_err(|error| match error {
            ureq::Error::Io(_) => ureq::Error::HostNotFound,
            error => error,
        })?;
        let is_inside = found.iter().any(|address| is_private(address.ip()));
        if is_inside && self.refuses {
            return Err(ureq::Error::Other(Box::new(Refused)));
        }
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let host = uri.host().unwrap_or_default();
        if is_inside {
            inside.insert(host.to_owned())
        } else {
            inside.remove(host)
        };
        Ok(found)
    }
}

/// Returns whether an address names this machine or its own network. A proxy looks names up itself, so that only they can tell.
fn is_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => is_private(ip.into()),
        Some(Host::Ipv6(ip)) => is_private(ip.into()),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost") || !name.contains('.'),
        None => true,
    }
}

/// Returns whether an address is not one of the internet (RFC 6890).
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let is_shared = a == 100 && b & 0xc0 == 64;
            a == 0 || is_shared || ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_broadcast() || ip.is_multicast()
        }
        IpAddr::V6(ip) => {
            let embedded = ip.to_ipv4().or_else(|| {
                // RFC 6052 §2.1: 64:ff9b::/96 has an address of IPv4 at its end.
                let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = ip.segments() else { return None };
                Some((u32::from(high) << 16 | u32::from(low)).into())
            });
            let is_own = ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local();
            is_own || ip.is_multicast() || embedded.is_some_and(|ip| is_private(ip.into()))
        }
    }
}

/// Returns whether another try may have better luck.
fn may_pass(status: u16) -> bool {
    matches!(status, 429 | 500 | 502..=504)
}

/// Returns a header that is text.
fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.trim().to_owned())
}

/// Says why a request failed, in a user's words.
fn failed(error: &ureq::Error, url: &Url) -> FetchError {
    FetchError::Unreachable(match error {
        ureq::Error::Timeout(_) => return FetchError::Silent,
        ureq::Error::Other(other) if other.is::<Refused>() => return FetchError::Inside(url.clone()),
        ureq::Error::HostNotFound => "there is no such host, or nobody here can look its name up".to_owned(),
        ureq::Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => "the server refuses the connection".to_owned(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => "the server closes the connection unasked".to_owned(),
            _ => error.to_string(),
        },
        error => error.to_string(),
    })
}

/// Reads a body and undoes its compression.
fn read(body: Body, coding: Option<&str>, limits: Limits) -> Result<Vec<u8>, FetchError> {
    let raw = body.into_with_config().limit(u64::MAX).reader();
    let mut bytes = Vec::new();
    let mut reader: Box<dyn Read> = match coding.unwrap_or_default().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Box::new(flate2::read::MultiGzDecoder::new(raw)),
        "deflate" => Box::new(flate2::read::ZlibDecoder::new(raw)),
        "br" => Box::new(brotli_decompressor::Decompressor::new(raw, 64 << 10)),
        "" | "identity" => Box::new(raw),
        other => return Err(FetchError::Body(io::Error::other(format!("`{other}` was not asked for")))),
    };
    // A few bytes can say that they are gigabytes.
    (&mut reader).take(limits.largest + 1).read_to_end(&mut bytes).map_err(|error| broken(error, limits))?;
    if bytes.len() as u64 > limits.largest { Err(FetchError::TooLarge(limits.largest)) } else { Ok(bytes) }
}

/// Says why a body could not be read.
fn broken(error: io::Error, limits: Limits) -> FetchError {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    if matches!(cause, Some(ureq::Error::Timeout(_))) { FetchError::Slow(limits.patience) } else { FetchError::Body(error) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Starts a server on this machine; returns its port and how often it was asked.
    fn server(answer: fn(TcpStream)) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                answer(stream);
            }
        });
        (port, asked)
    }

    fn url(url: &str) -> Url {
        Url::parse(url).expect("a URL")
    }

    fn limits(patience: u64, largest: u64) -> Limits {
        Limits { largest, patience: Duration::from_millis(patience) }
    }

    #[test]
    fn a_server_that_drips_is_given_up_once_for_all() {
        let (port, asked) = server(|mut stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let begin = Instant::now();
        let error = Fetcher::with(2, limits(300, 9000)).get(&url(&format!("http://127.0.0.1:{port}/"))).expect_err("slow");
        assert_eq!(error.to_string(), "the server had not sent all of it after 0 seconds");
        assert!(begin.elapsed() < Duration::from_secs(5));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_silent_server_is_not_asked_again() {
        let (port, asked) = server(|stream| {
            std::thread::sleep(Duration::from_secs(2));
            drop(stream);
        });
        let error = Fetcher::with(2, limits(200, 9)).get(&url(&format!("http://127.0.0.1:{port}/"))).expect_err("silent");
        assert_eq!((error.to_string().as_str(), asked.load(Ordering::SeqCst)), ("the server does not answer in time", 1));
    }

    #[test]
    fn tries_end_with_the_time_for_the_document() {
        let (port, asked) = server(|mut stream| drop(stream.write_all(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")));
        let fetched = Fetcher::with(9, limits(800, 9)).get(&url(&format!("http://127.0.0.1:{port}/"))).expect("an answer");
        assert_eq!((fetched.answer.status, asked.load(Ordering::SeqCst)), (503, 2));
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let (port, _) = server(|mut stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789")));
        let get = |largest| Fetcher::with(0, limits(5000, largest)).get(&url(&format!("http://127.0.0.1:{port}/")));
        assert_eq!(get(10).expect("it fits").bytes, b"0123456789");
        assert!(matches!(get(9), Err(FetchError::TooLarge(9))));
        assert_eq!(FetchError::TooLarge(512 << 20).to_string(), "it is larger than 512 MB");
    }

    #[test]
    fn a_name_that_leads_into_a_private_network_is_refused_unless_the_user_is_there_already() {
        let (port, asked) = server(|mut stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
        let (fetcher, named) = (Fetcher::new(0), url(&format!("http://localhost:{port}/")));
        let follow = |may_enter| fetcher.follow(&named, &mut (Instant::now() + Duration::from_secs(5)), may_enter);
        let error = follow(Some(false)).expect_err("refused").to_string();
        assert_eq!((error, asked.load(Ordering::SeqCst)), (format!("it redirects to `{named}`, which is in a private network"), 0));
        assert!(!fetcher.was_inside(&named));
        assert!(follow(None).is_ok() && fetcher.was_inside(&named), "the name is known by where it leads");
    }

    #[test]
    fn private_networks_are_known_in_every_spelling() {
        let is = |ip: &str| is_private(ip.parse().expect("an address"));
        for ip in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1", "fe80::1"] {
            assert!(is(ip), "{ip}");
        }
        for ip in ["::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1", "255.255.255.255", "224.0.0.1", "ff02::1"] {
            assert!(is(ip), "{ip}");
        }
        for ip in ["93.184.216.34", "100.128.0.1", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"] {
            assert!(!is(ip), "{ip}");
        }
    }
}
