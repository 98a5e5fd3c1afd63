//! The authority of a reference: user, host and port (RFC 3986 §3.2).

use super::parts::host_range;
use super::{Flaw, Kind, split};
use crate::text::value::{quote, trim};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

pub(super) fn authority_flaw(value: &str, authority: &Range<usize>, needs_host: bool) -> Option<Flaw> {
    let text = value.get(authority.clone())?;
    if text.matches('@').nth(1).is_some() {
        return Some(
            Flaw::new(Kind::BadAuthority, authority.clone(), "has more than one `@` before the path").help("write the first as `%40`"),
        );
    }
    let host = host_range(value, authority);
    let name = value.get(host.clone())?;
    if name.is_empty() {
        return needs_host.then(|| Flaw::new(Kind::BadAuthority, host, "has no host"));
    }
    if let Some(literal) = name.strip_prefix('[') {
        let literal = literal.strip_suffix(']').unwrap_or(literal);
        if !is_ip_literal(literal) {
            return Some(Flaw::new(Kind::BadAuthority, host, format!("has {} as host, which is no IPv6 address", quote(name))));
        }
    } else if name.contains(':') {
        return Some(Flaw::new(Kind::BadAuthority, host, "has more than one `:` in the host").help("put an IPv6 address in brackets"));
    }
    let port = value.get(host.end..authority.end)?;
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.is_empty() || digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok());
    (!is_port).then(|| {
        let written = port.strip_prefix(':').unwrap_or(port);
        Flaw::new(Kind::BadAuthority, authority.end - written.len()..authority.end, format!("has {} as port", quote(written)))
            .help("write a port from 0 to 65535")
    })
}

/// RFC 3986 §3.2.2: an IPv6 address, or one of a version to come.
fn is_ip_literal(text: &str) -> bool {
    let Some(future) = text.strip_prefix(['v', 'V']) else { return text.parse::<Ipv6Addr>().is_ok() };
    future.split_once('.').is_some_and(|(version, rest)| {
        let is_address = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(&b);
        !version.is_empty() && version.bytes().all(|b| b.is_ascii_hexdigit()) && !rest.is_empty() && rest.bytes().all(is_address)
    })
}

/// Tells whether the host of a URI can be reached from everywhere: it has a dot, is `localhost` or an IP address.
pub fn known_host(value: &str) -> Result<(), Flaw> {
    let (inner, start) = trim(value);
    let Some(authority) = split(inner).authority else { return Ok(()) };
    let host = host_range(inner, &authority);
    let name = inner.get(host.clone()).unwrap_or_default();
    if name.is_empty() || is_known_host(name) {
        return Ok(());
    }
    Err(Flaw::new(Kind::UnknownHost, host, format!("has the host {}, which only a local network can know", quote(name))).shift(start))
}

/// Returns whether a host's name can be known everywhere.
pub(crate) fn is_known_host(name: &str) -> bool {
    name.starts_with('[')
        || name.parse::<Ipv4Addr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || name.trim_end_matches('.').contains(['.', '。'])
}
