//! The keys that sign mails (DKIM, RFC 6376).

use super::super::Workplace;
use super::super::secrets;
use crate::diagnostic::{Diagnostic, Place};
use crate::mail::dkim::{Key, Signer};
use crate::model::Settings;
use anyhow::Context;
use std::path::Path;

/// Returns who signs the mails; what is wrong with a key is among the findings.
pub(super) fn signers(
    workplace: &Workplace,
    settings: &Settings,
    config: &str,
    findings: &mut Vec<Diagnostic>,
) -> anyhow::Result<Vec<Signer>> {
    let Some(dkim) = &settings.newsletter.dkim else { return Ok(Vec::new()) };
    let mut signers = Vec::new();
    for (selector, file) in &dkim.keys {
        let path = workplace.path(Path::new(file));
        let key = format!("newsletter.dkim.keys.{selector}");
        let at = |found: Diagnostic| found.at(Place::key(config, key.as_str()));
        secrets::private(&path).with_context(|| format!("`newsletter.dkim.keys.{selector}` names `{file}`"))?;
        let pem = std::fs::read(&path).with_context(|| format!("cannot read `{file}`, which `newsletter.dkim.keys.{selector}` names"))?;
        match Key::from_pem(&pem).map_err(|found| vec![found]).and_then(|key| Signer::new(&dkim.domain, selector, key, &dkim.unsigned)) {
            Ok(signer) => signers.push(signer),
            Err(found) => findings.extend(found.into_iter().map(at)),
        }
    }
    Ok(signers)
}
