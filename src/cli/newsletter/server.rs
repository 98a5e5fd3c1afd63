//! The mail server of the configuration.

use super::super::{Workplace, secrets};
use crate::delivery::{Server, Timeouts};
use crate::model::Settings;
use anyhow::{Context, bail};
use std::path::Path;

/// Returns the configured server with its password.
pub(super) fn of(workplace: &Workplace, settings: &Settings) -> anyhow::Result<Server> {
    let newsletter = &settings.newsletter;
    let smtp = &newsletter.smtp;
    let Some(host) = smtp.host.clone() else {
        bail!(
            "no mail server is configured; help: write for example `newsletter: {{smtp: {{host: smtp.example.org, username: ada}}}}` in postrider.yaml"
        );
    };
    let password = secrets::secret(workplace, "POSTRIDER_SMTP_PASSWORD")?;
    let login = match (&smtp.username, password) {
        (Some(name), Some(password)) => Some((name.clone(), password)),
        (Some(name), None) => bail!(
            "there is no password for `{name}`; help: set POSTRIDER_SMTP_PASSWORD, or POSTRIDER_SMTP_PASSWORD_FILE to a file that holds it"
        ),
        (None, _) => None,
    };
    let ca = smtp.ca.as_ref().map(|path| {
        let path = workplace.path(Path::new(path));
        std::fs::read(&path).with_context(|| format!("cannot read `{}`, which `newsletter.smtp.ca` names", path.display()))
    });
    let of_from = || newsletter.from.as_ref().and_then(|from| from.address.rsplit_once('@')).map(|(_, domain)| domain.to_owned());
    Ok(Server {
        host,
        port: smtp.port,
        tls: smtp.tls,
        ca: ca.transpose()?,
        login,
        auth: smtp.auth.clone(),
        ehlo: smtp.ehlo.clone().or_else(of_from).unwrap_or_else(|| "localhost".to_owned()),
        timeouts: Timeouts::default(),
    })
}
