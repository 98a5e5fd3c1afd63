//! Edge: documents from the web, and only from addresses that the user gives. One request a host at a time; redirects,
//! compression, sizes and times have limits; what fails for the moment is tried again.
#![allow(clippy::disallowed_methods, reason = "this is the edge that waits")]

use crate::validate::transport::Answer;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use ureq::http::{HeaderMap, header};
use ureq::{Agent, Body};
use url::{Host, Url};

/// The largest document that is fetched, in bytes after decompression.
const LARGEST: u64 = 512 << 20;
/// How many redirects are followed.
const REDIRECTS: usize = 10;
/// How long one request may take in all.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a server may take to begin.
const SILENCE: Duration = Duration::from_secs(20);
/// How long to wait before the second try; each further one waits twice as long.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that a server can ask for.
const LONGEST_PAUSE: u64 = 30;

/// Why a document could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server cannot be reached, or stops answering.
    #[error("{0}")]
    Unreachable(String),
    /// More than anybody should have to read.
    #[error("it has more than {} MB", LARGEST >> 20)]
    TooLarge,
    /// Redirects without an end.
    #[error("it redirects more than {REDIRECTS} times")]
    Redirects,
    /// A redirect to what is no address on the web.
    #[error("it redirects to `{0}`, which is no address on the web")]
    Location(String),
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
    agent: Agent,
    retries: u32,
    /// A lock for each host: holding it is the right to ask.
    hosts: Mutex<BTreeMap<String, Arc<Mutex<()>>>>,
}

impl Fetcher {
    /// Makes one that tries so many times more when something fails for the moment.
    #[must_use]
    pub fn new(retries: u32) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(SILENCE))
            .timeout_recv_response(Some(SILENCE))
            .user_agent(concat!("postrider/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")"))
            .accept("application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5")
            .accept_encoding("gzip, br");
        Fetcher { agent: config.build().into(), retries, hosts: Mutex::default() }
    }

    /// Fetches a document. An answer with a status of failure is an answer, too.
    ///
    /// # Errors
    /// When there is no answer, or none that can be read.
    pub fn get(&self, url: &Url) -> Result<Fetched, FetchError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Password);
        }
        let mut pause = PAUSE;
        for _ in 0..self.retries {
            match self.try_once(url) {
                Ok((fetched, asked)) if may_pass(fetched.answer.status) => {
                    // Who is asked to come back later than that does not come back sooner.
                    if asked.is_some_and(|seconds| seconds > LONGEST_PAUSE) {
                        return Ok(fetched);
                    }
                    let Some(asked) = asked else {
                        std::thread::sleep(pause);
                        pause *= 2;
                        continue;
                    };
                    std::thread::sleep(Duration::from_secs(asked));
                }
                Ok((fetched, _)) => return Ok(fetched),
                Err(FetchError::Unreachable(_) | FetchError::Body(_)) => {
                    std::thread::sleep(pause);
                    pause *= 2;
                }
                Err(error) => return Err(error),
            }
        }
        self.try_once(url).map(|(fetched, _)| fetched)
    }

    /// Asks once and follows redirects. Returns also how many seconds the server asks to wait.
    fn try_once(&self, url: &Url) -> Result<(Fetched, Option<u64>), FetchError> {
        let mut redirects: Vec<(u16, Url)> = Vec::new();
        loop {
            let here = redirects.last().map_or(url, |(_, url)| url).clone();
            let lock = self.lock(&here);
            let _turn = lock.lock().unwrap_or_else(PoisonError::into_inner);
            let response = self.agent.get(here.as_str()).call().map_err(|error| FetchError::Unreachable(plain(&error)))?;
            let (parts, body) = response.into_parts();
            let status = parts.status.as_u16();
            if let (300..=308, Some(location)) = (status, text(&parts.headers, &header::LOCATION)) {
                let next = here.join(&location).ok().filter(|next| matches!(next.scheme(), "http" | "https"));
                // A stranger's server must not make a CI job ask services of its own network.
                let next = next.filter(|next| is_inside(url) || !is_inside(next));
                redirects.push((status, next.ok_or(FetchError::Location(location))?));
                if redirects.len() > REDIRECTS {
                    return Err(FetchError::Redirects);
                }
                continue;
            }
            let wait = text(&parts.headers, &header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
            let coding = text(&parts.headers, &header::CONTENT_ENCODING);
            let bytes = read(body, coding.as_deref())?;
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

    /// Returns the lock of a host.
    fn lock(&self, url: &Url) -> Arc<Mutex<()>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(url.host_str().unwrap_or_default().to_owned()).or_default())
    }
}

/// Returns whether an address names this machine or its own network.
fn is_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost") || !name.contains('.'),
        None => true,
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
fn plain(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        ureq::Error::Timeout(_) => "the server does not answer in time".to_owned(),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => "the server refuses the connection".to_owned(),
        error => error.to_string(),
    }
}

/// Reads a body and undoes its compression.
fn read(body: Body, coding: Option<&str>) -> Result<Vec<u8>, FetchError> {
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
    (&mut reader).take(LARGEST + 1).read_to_end(&mut bytes).map_err(FetchError::Body)?;
    if bytes.len() as u64 > LARGEST { Err(FetchError::TooLarge) } else { Ok(bytes) }
}
