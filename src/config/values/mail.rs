//! Values of `newsletter:`.

use super::people::email;
use super::{Fault, Value, http_url};
use crate::model::Mailbox;
use crate::text::dates;
use crate::text::schedule::Schedule;

/// The mark that stands for a recipient's token.
const TOKEN: &str = "{token}";

/// Reads `Ada Example <ada@example.org>` or an address alone.
pub(in crate::config) fn mailbox(text: &str) -> Result<Mailbox, Fault> {
    let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else {
        return Ok(Mailbox { name: None, address: email(text)? });
    };
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name).trim();
    Ok(Mailbox { name: Some(name.to_owned()).filter(|name| !name.is_empty()), address: email(address.trim())? })
}

/// Checks an address that may hold `{token}`.
pub(super) fn bounces(text: &str) -> Result<String, Fault> {
    email(&text.replacen(TOKEN, "token", 1)).map(|_| text.to_owned()).map_err(|_| {
        let help = "write an address such as `bounces@example.org` or `bounces+{token}@example.org`";
        Fault::value(format!("`{text}` is no e-mail address"), help)
    })
}

/// Checks where one unsubscribes by mail (RFC 6068). A subject of the user's own has to hold the token: without it nobody knows who leaves.
pub(super) fn leaving(text: &str) -> Result<String, Fault> {
    let whole = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map_or(text, |scheme| &text[scheme.len()..]);
    let (address, query) = whole.split_once('?').map_or((whole, None), |(address, query)| (address, Some(query)));
    let example = "write `leave@example.org`, `leave+{token}@example.org` or `leave@example.org?subject=stop%20{token}`";
    if email(&address.replace(TOKEN, "token")).is_err() {
        return Err(Fault::value(format!("`{text}` is no e-mail address"), example));
    }
    match whole.matches(TOKEN).count() {
        0 if query.is_some() => Err(Fault::value("the unsubscribe mail holds no `{token}`, so nobody would know whose it is", example)),
        0 | 1 => Ok(text.to_owned()),
        _ => Err(Fault::value("the unsubscribe mail holds `{token}` more than once", "write it once")),
    }
}

/// Checks the number of a port.
pub(super) fn port(number: Value) -> Result<Value, Fault> {
    match number {
        Value::Number(Some(port)) if port > u64::from(u16::MAX) => {
            Err(Fault::value(format!("there is no port {port}"), "write a number from 1 to 65535, such as `587`"))
        }
        number => Ok(number),
    }
}

/// Checks a host name or the address of a host.
pub(super) fn domain(text: &str) -> Result<String, Fault> {
    match url::Host::parse(text) {
        Ok(url::Host::Domain(name)) => Ok(name),
        Ok(_) => Ok(text.to_owned()),
        Err(_) => {
            let help = if text.contains("://") || text.contains('/') {
                "write the name alone, without `https://` and without a path"
            } else {
                "write a name such as `mail.example.org`"
            };
            Err(Fault::value(format!("`{text}` is no host name"), help))
        }
    }
}

/// Checks the address of the unsubscribe link (RFC 8058 §3.1).
pub(super) fn token_url(text: &str) -> Result<String, Fault> {
    let url = http_url(&text.replace(TOKEN, "token"))?;
    if url.scheme() != "https" {
        return Err(Fault::value("the unsubscribe link is not https", "mail programs use it only with `https://`"));
    }
    match text.matches(TOKEN).count() {
        1 => Ok(text.to_owned()),
        0 => Err(Fault::value("the unsubscribe link holds no `{token}`", "write for example `https://example.org/unsubscribe/{token}`")),
        _ => Err(Fault::value("the unsubscribe link holds `{token}` more than once", "write it once")),
    }
}

/// Checks a date; which moment it is depends on the site's zone.
pub(super) fn date(text: &str) -> Result<String, Fault> {
    let parsed = dates::parse(text, chrono_tz::UTC);
    parsed.map(|_| text.to_owned()).map_err(|fault| Fault::value(format!("`{text}` {}", fault.reason), fault.help))
}

/// Checks when something is due.
pub(super) fn schedule(text: &str) -> Result<String, Fault> {
    let help = "write for example `daily 09:00`, `weekly on friday 09:00` or `monthly on 1 09:00`";
    Schedule::parse(text).map(|_| text.to_owned()).map_err(|reason| Fault::value(format!("`{text}` is no schedule: {reason}"), help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_an_address_with_or_without_a_name() {
        let read = |text: &str| mailbox(text).map(|found| (found.name.unwrap_or_default(), found.address)).map_err(|fault| fault.message);
        assert_eq!(read("ada@example.org"), Ok((String::new(), "ada@example.org".into())));
        assert_eq!(read("Ada, of Example <ada@example.org>"), Ok(("Ada, of Example".into(), "ada@example.org".into())));
        assert_eq!(read("\"Ada\" <ada@example.org>"), Ok(("Ada".into(), "ada@example.org".into())));
        assert_eq!(read("Ada <ada>"), Err("`ada` is no e-mail address".into()));
    }

    #[test]
    fn the_unsubscribe_link_is_https_with_one_token() {
        assert!(token_url("https://example.org/u?t={token}").is_ok());
        for (text, message) in [
            ("http://example.org/{token}", "the unsubscribe link is not https"),
            ("https://example.org/", "the unsubscribe link holds no `{token}`"),
            ("https://example.org/{token}/{token}", "the unsubscribe link holds `{token}` more than once"),
        ] {
            assert_eq!(token_url(text).expect_err(text).message, message);
        }
    }

    #[test]
    fn an_unsubscribe_mail_tells_whose_it_is() {
        for text in
            ["a@b.example", "mailto:a@b.example", "a+{token}@b.example", "a+{token}@b.example?subject=stop", "a@b.example?subject={token}"]
        {
            assert_eq!(leaving(text).ok().as_deref(), Some(text));
        }
        for (text, message) in [
            ("a@b.example?subject=stop", "the unsubscribe mail holds no `{token}`, so nobody would know whose it is"),
            ("a+{token}@b.example?subject={token}", "the unsubscribe mail holds `{token}` more than once"),
            ("https://b.example/", "`https://b.example/` is no e-mail address"),
            ("?subject={token}", "`?subject={token}` is no e-mail address"),
        ] {
            assert_eq!(leaving(text).expect_err(text).message, message);
        }
    }

    #[test]
    fn a_host_is_a_name_alone() {
        assert_eq!(domain("smtp.Bücher.example").ok().as_deref(), Some("smtp.xn--bcher-kva.example"));
        assert!(domain("127.0.0.1").is_ok() && domain("localhost").is_ok());
        assert!(domain("https://example.org").is_err() && domain("a b").is_err());
    }
}
