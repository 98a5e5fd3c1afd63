//! The `guid` of RSS: whether it is the link that it says it is, and whether it tells entries apart.

use super::Rule;
use crate::text::value::{trim, uri};
use crate::validate::codes::{INVALID_HTTP_GUID, INVALID_PERMALINK, NOT_SUFFICIENTLY_UNIQUE};
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;

/// Numbers with fewer digits are the next blog's numbers too.
const UNIQUE: usize = 8;

/// Sees each `guid`.
#[derive(Debug, Default)]
pub(super) struct Guid;

impl Rule for Guid {
    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if !here.is("", "guid") {
            return;
        }
        let value = here.text.value();
        let (guid, start) = trim(&value);
        let span = here.text.locate(scene.reader, &(start..start + guid.len())).unwrap_or_else(|| here.tag.span.clone());
        let is_link = !here.value("isPermaLink").is_some_and(|value| value.trim().eq_ignore_ascii_case("false"));
        if is_link {
            link(scene, guid, span, findings);
        } else if !guid.is_empty() && guid.len() < UNIQUE && guid.bytes().all(|b| b.is_ascii_digit()) {
            let message = format!("`{guid}` is a number that other feeds have too");
            findings.add(scene, &NOT_SUFFICIENTLY_UNIQUE, span, message).help("put the address of the site before it");
        }
    }
}

/// Judges a guid that says that it is a link.
fn link(scene: &Scene<'_, '_>, guid: &str, span: crate::diagnostic::Span, findings: &mut Findings) {
    const HELP: &str = "write the address of the page, or add `isPermaLink=\"false\"`";
    let scheme = uri::scheme(guid);
    if scheme.is_some_and(|scheme| ["http", "https", "ftp"].contains(&scheme.to_ascii_lowercase().as_str())) {
        let mut flaws = Vec::new();
        uri::http_guid(guid, &mut flaws);
        if let Some(flaw) = flaws.first() {
            findings.add(scene, &INVALID_HTTP_GUID, span, format!("`{guid}` is no permalink: it {}", flaw.reason)).help(HELP);
        }
    } else if scheme.is_some() {
        let message = format!("`{guid}` says that it is a permalink, but no browser opens it");
        findings.add(scene, &INVALID_PERMALINK, span, message).help("add `isPermaLink=\"false\"`");
    } else if guid.is_empty() {
        findings.add(scene, &INVALID_HTTP_GUID, span, "the `guid` says that it is a permalink, but is empty").help(HELP);
    } else {
        findings.add(scene, &INVALID_HTTP_GUID, span, format!("`{guid}` says that it is a permalink, but is no full address")).help(HELP);
    }
}
