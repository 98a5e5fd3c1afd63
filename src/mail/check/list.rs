//! The headers of a list (RFC 2369, RFC 2919, RFC 8058).

use super::read::{Field, Mail};
use super::{Faults, Rule, Scene, codes, people};
use crate::mail::MISSING_UNSUBSCRIBE;
use crate::mail::list::OF_URLS;
use crate::text::short::shown;
use crate::text::url::scheme;
use url::Url;

/// The value that RFC 8058 §3.1 gives.
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

pub(super) const RULES: &[Rule] = &[
    Rule { code: &codes::NO_LIST_ID, spec: Some("RFC 2919 §3"), help: "add `List-Id: Name <id.your.domain>`", judge: no_list_id },
    Rule {
        code: &codes::BAD_LIST_ID_HEADER,
        spec: Some("RFC 2919 §2"),
        help: "write `Name <id.your.domain>`, with at most 255 characters between the brackets",
        judge: bad_list_id,
    },
    Rule {
        code: &MISSING_UNSUBSCRIBE,
        spec: Some("RFC 2369 §3.2"),
        help: "add `List-Unsubscribe` with an https URL",
        judge: no_list_unsubscribe,
    },
    Rule {
        code: &codes::BAD_LIST_UNSUBSCRIBE,
        spec: Some("RFC 2369 §2"),
        help: "write `<https://…>, <mailto:…>`, with one https URL at most",
        judge: bad_list_unsubscribe,
    },
    Rule {
        code: &codes::NO_ONE_CLICK,
        spec: Some("RFC 8058 §3.1"),
        help: "add `List-Unsubscribe-Post: List-Unsubscribe=One-Click`",
        judge: no_one_click,
    },
    Rule {
        code: &codes::BAD_ONE_CLICK,
        spec: Some("RFC 8058 §3.1"),
        help: "write `List-Unsubscribe=One-Click`, beside one https URL in `List-Unsubscribe`",
        judge: bad_one_click,
    },
    Rule {
        code: &codes::ADDRESS_IN_LINK,
        spec: Some("RFC 8058 §3.1"),
        help: "put an opaque token that cannot be guessed in the address's place",
        judge: address_in_link,
    },
    Rule { code: &codes::BAD_LIST_HEADER, spec: Some("RFC 2369 §2"), help: "write a URL between `<` and `>`", judge: bad_list_headers },
];

/// Returns the URLs of a header, or what is wrong with it.
fn urls(value: &str) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    let mut rest = value.trim();
    loop {
        let (url, after) = rest
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'))
            .ok_or_else(|| format!("has `{}` where a URL in brackets is expected", shown(rest)))?;
        if url.contains(|c: char| !c.is_ascii_graphic()) || scheme(url).is_none() || Url::parse(url).is_err() {
            return Err(format!("has `{}`, which is no URL", shown(url)));
        }
        found.push(url);
        rest = match after.trim() {
            "" => return Ok(found),
            after => after.strip_prefix(',').map(str::trim).ok_or_else(|| format!("has `{}` behind a URL", shown(after)))?,
        };
    }
}

/// Returns the URLs for unsubscribing, not more than anyone needs.
pub(super) fn unsubscribe_urls<'a>(mail: &'a Mail<'a>) -> Vec<&'a str> {
    let mut found = mail.field("List-Unsubscribe").and_then(|field| urls(&field.value).ok()).unwrap_or_default();
    found.truncate(10);
    found
}

fn count(urls: &[&str], name: &str) -> usize {
    urls.iter().filter(|url| scheme(url).as_deref() == Some(name)).count()
}

fn no_list_id(scene: &Scene<'_>, faults: &mut Faults) {
    if scene.mail.field("List-Id").is_none() {
        faults.whole("the message has no `List-Id`, by which readers' filters know the list");
    }
}

fn bad_list_id(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("List-Id") else { return };
    let value = people::without_comments(&field.value);
    let id = value.trim().strip_suffix('>').and_then(|value| value.rsplit_once('<')).map(|(_, id)| id);
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|byte| byte != b'.' && people::is_atom(byte));
    if !id.is_some_and(|id| id.len() <= 255 && id.contains('.') && id.split('.').all(is_label)) {
        faults.at(field.span.clone(), format!("the list's id `{}` is none", shown(&field.value)));
    }
}

fn no_list_unsubscribe(scene: &Scene<'_>, faults: &mut Faults) {
    if scene.mail.field("List-Unsubscribe").is_none() {
        faults.whole("the message has no `List-Unsubscribe`, which large providers ask for");
    }
}

fn bad_list_unsubscribe(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("List-Unsubscribe") else { return };
    let mut refuse = |reason: &str| faults.at(field.span.clone(), format!("`List-Unsubscribe` {reason}"));
    match urls(&field.value) {
        Err(reason) => refuse(&reason),
        Ok(found) => {
            let (secure, mail) = (count(&found, "https"), count(&found, "mailto"));
            if secure + mail < found.len() {
                refuse("has a URL that is neither `https:` nor `mailto:`");
            } else if secure > 1 || mail > 1 {
                refuse("has more than one URL of a kind");
            }
        }
    }
}

fn no_one_click(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("List-Unsubscribe") else { return };
    if count(&unsubscribe_urls(scene.mail), "https") > 0 && scene.mail.field("List-Unsubscribe-Post").is_none() {
        faults.at(field.span.clone(), "the message lets nobody unsubscribe with one click");
    }
}

fn bad_one_click(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("List-Unsubscribe-Post") else { return };
    if field.value != ONE_CLICK {
        faults.at(field.span.clone(), format!("`List-Unsubscribe-Post` is `{}`", shown(&field.value)));
    } else if scene.mail.field("List-Unsubscribe").is_none_or(|other| urls(&other.value).is_ok_and(|found| count(&found, "https") == 0)) {
        faults.at(field.span.clone(), "`List-Unsubscribe-Post` has no https URL to send to");
    }
}

/// RFC 8058 §6: who sees the link should not know whose it is, and who knows an address should not be able to make it.
fn address_in_link(scene: &Scene<'_>, faults: &mut Faults) {
    let (Some(field), Some(to)) = (scene.mail.field("List-Unsubscribe"), scene.mail.field("To")) else { return };
    let plain = |text: &str| text.to_lowercase().replace("%40", "@").replace("%2b", "+").replace("%2e", ".");
    let links: Vec<String> = unsubscribe_urls(scene.mail).iter().map(|url| plain(url)).collect();
    for one in people::mailboxes(&to.value).unwrap_or_default().iter().take(10) {
        let address = plain(&format!("{}@{}", one.local, one.domain));
        if links.iter().any(|link| link.contains(&address)) {
            faults.at(field.span.clone(), "the link for unsubscribing holds the recipient's address");
        }
    }
}

fn bad_list_headers(scene: &Scene<'_>, faults: &mut Faults) {
    let fields = scene.mail.root().into_iter().flat_map(|part| &part.fields);
    let is_one = |field: &&Field<'_>| OF_URLS.iter().any(|name| name.eq_ignore_ascii_case(field.name));
    for field in fields.filter(is_one) {
        let value = people::without_comments(&field.value);
        // A list to which nobody posts says so (RFC 2369 §3.4).
        if field.name.eq_ignore_ascii_case("List-Post") && value.trim().eq_ignore_ascii_case("NO") {
            continue;
        }
        if let Err(reason) = urls(&value) {
            faults.at(field.span.clone(), format!("`{}` {reason}", field.name));
        }
    }
}
