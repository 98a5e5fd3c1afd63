//! `newsletter:` with every default filled in.

use super::{Value, Values, path_of};
use crate::config::values::mail::mailbox;
use crate::model::{DkimSettings, MailContent, Mailbox, NewsletterSettings, PostalAddress, SmtpSettings, Tls, Transport};
use crate::text::dates;
use crate::text::schedule::Schedule;
use chrono::TimeDelta;
use chrono_tz::Tz;

impl Values {
    /// Returns the settings of the newsletter; `None` only if a default of the table were wrong.
    pub(super) fn newsletter(&self, zone: Tz) -> Option<NewsletterSettings> {
        let from = self.mailbox("newsletter.from");
        let date = |text: String| dates::parse(&text, zone).ok().map(|parsed| parsed.date);
        let address = |text: String| if text == "none" { PostalAddress::None } else { PostalAddress::Of(text) };
        Some(NewsletterSettings {
            id: self.text("newsletter.id")?,
            reply_to: self.mailbox("newsletter.reply_to"),
            envelope_from: self.text("newsletter.envelope_from"),
            headers: self.named("newsletter.headers"),
            subject: self.text("newsletter.subject"),
            look: self.text("newsletter.template")?,
            content: match self.text("newsletter.content")?.as_str() {
                "titles" => MailContent::Titles,
                "summary" => MailContent::Summary,
                _ => MailContent::Full,
            },
            start_from: self.text("newsletter.start_from").and_then(date),
            max_age: duration(&self.text("newsletter.max_age")?)?,
            max_entries: usize::try_from(self.number("newsletter.max_entries")?).unwrap_or(usize::MAX),
            postal_address: self.text("newsletter.postal_address").map(address),
            unsubscribe_url: self.text("newsletter.unsubscribe_url"),
            unsubscribe_mailto: self.text("newsletter.unsubscribe_mailto"),
            archive: self.text("newsletter.archive"),
            schedule: self.text("newsletter.schedule").and_then(|text| Schedule::parse(&text).ok()),
            dkim: self.dkim(from.as_ref()),
            smtp: self.smtp()?,
            transport: match self.text("newsletter.transport")?.as_str() {
                "sendmail" => Transport::Sendmail,
                "eml" => Transport::Eml,
                _ => Transport::Smtp,
            },
            sendmail: self.text("newsletter.sendmail"),
            eml: self.text("newsletter.eml"),
            from,
        })
    }

    fn dkim(&self, from: Option<&Mailbox>) -> Option<DkimSettings> {
        let keys = self.named("newsletter.dkim.keys");
        let of_from = || from.and_then(|from| from.address.rsplit_once('@')).map(|(_, domain)| domain.to_owned());
        let domain = self.text("newsletter.dkim.domain").or_else(of_from).filter(|_| !keys.is_empty())?;
        Some(DkimSettings { domain, keys, unsigned: self.texts("newsletter.dkim.unsigned") })
    }

    fn smtp(&self) -> Option<SmtpSettings> {
        let tls = match self.text("newsletter.smtp.tls")?.as_str() {
            "implicit" => Tls::Implicit,
            "none" => Tls::None,
            _ => Tls::Required,
        };
        let usual = match tls {
            Tls::Required => 587,
            Tls::Implicit => 465,
            Tls::None => 25,
        };
        Some(SmtpSettings {
            host: self.text("newsletter.smtp.host"),
            port: self.number("newsletter.smtp.port").and_then(|port| u16::try_from(port).ok()).unwrap_or(usual),
            tls,
            ca: self.text("newsletter.smtp.ca"),
            username: self.text("newsletter.smtp.username"),
            auth: self.text("newsletter.smtp.auth"),
            ehlo: self.text("newsletter.smtp.ehlo"),
            connections: self.number("newsletter.smtp.connections").and_then(|count| usize::try_from(count).ok()).unwrap_or(2),
            per_connection: self.most("newsletter.smtp.per_connection"),
            per_second: self.most("newsletter.smtp.per_second"),
            per_hour: self.most("newsletter.smtp.per_hour"),
            per_day: self.most("newsletter.smtp.per_day"),
            per_domain: self.most_of_each("newsletter.smtp.per_domain"),
        })
    }

    fn most(&self, path: &str) -> Option<u32> {
        self.number(path).map(|count| u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Returns the numbers below a group whose names are domains, sorted by domain.
    fn most_of_each(&self, group: &str) -> Vec<(String, u32)> {
        let number = |path: &Vec<String>| match self.at(path) {
            Some(Value::Number(Some(count))) => Some((path.last()?.to_lowercase(), u32::try_from(count).unwrap_or(u32::MAX))),
            _ => None,
        };
        self.below(group).filter_map(number).collect()
    }

    fn mailbox(&self, path: &str) -> Option<Mailbox> {
        mailbox(&self.text(path)?).ok()
    }

    /// Returns the texts below a group whose names the user chooses, sorted by name.
    fn named(&self, group: &str) -> Vec<(String, String)> {
        self.below(group).filter_map(|path| Some((path.last()?.clone(), super::as_text(self.at(path))?))).collect()
    }

    /// Returns the paths directly below a group.
    fn below(&self, group: &str) -> impl Iterator<Item = &Vec<String>> {
        let above = path_of(group);
        self.given.keys().filter(move |path| path.len() == above.len() + 1 && path.starts_with(&above))
    }
}

/// Returns a span of time such as `30d`; `None` for one that no calendar holds.
fn duration(text: &str) -> Option<TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    match unit {
        'w' => TimeDelta::try_weeks(number),
        'd' => TimeDelta::try_days(number),
        'h' => TimeDelta::try_hours(number),
        'm' => TimeDelta::try_minutes(number),
        _ => TimeDelta::try_seconds(number),
    }
}
