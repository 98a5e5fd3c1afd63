//! `postrider build --explain-site`: what was found where. Nothing is built.

use super::super::{Exit, Format, Workplace, print_lines, print_report, read_configuration};
use crate::config::{Origin, Setting, Surroundings, Unread};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::{FeedFormat, Ids, Settings};
use crate::report::Report;
use crate::source;
use serde_json::{Value, json};

/// Runs the command.
pub(super) fn run(workplace: &Workplace, format: Format) -> anyhow::Result<Exit> {
    let around = read_configuration(workplace)?;
    let exit = if around.settings.is_some() { Exit::Fine } else { Exit::CouldNotRun };
    if format.is_human() {
        print_report(workplace, format, &Report { diagnostics: &around.findings, ..Report::default() }, None)?;
        print_lines(&lines(workplace, &around))?;
    } else if format.0.name == "json" {
        print_lines(&[serde_json::to_string_pretty(&document(workplace, &around))?])?;
    } else {
        anyhow::bail!("`--explain-site` has no report in the format `{}`; help: use `human` or `json`", format.0.name);
    }
    Ok(exit)
}

/// Returns the folders of posts where no key names them.
fn usual_posts(workplace: &Workplace, settings: &Settings) -> Option<Setting> {
    let folders = settings.posts.is_empty().then(|| source::usual_folders(&workplace.root))??;
    Some(Setting { key: "posts".to_owned(), value: format!("[{}]", folders.join(", ")), origin: Origin::Default })
}

/// Returns all that is told of the settings, in the order of the documentation.
fn settings(workplace: &Workplace, around: &Surroundings) -> Vec<Setting> {
    let Some(settings) = &around.settings else { return around.origins.clone() };
    let (value, origin) = match settings.habits.ids {
        Ids::Permalink => ("the permalink", Origin::Default),
        Ids::Jekyll => ("the folder of the permalink and the slug", Origin::Usual),
        Ids::Tag => ("a tag URI of the permalink and the day", Origin::Usual),
    };
    let ids = Setting { key: "ids".to_owned(), value: value.to_owned(), origin };
    let is_written = |setting: &&Setting| {
        let formats =
            [(FeedFormat::Rss, "feeds.files.rss"), (FeedFormat::Atom, "feeds.files.atom"), (FeedFormat::Json, "feeds.files.json")];
        formats.iter().all(|(format, key)| setting.key != *key || settings.feeds.formats.contains(format))
    };
    around.origins.iter().filter(is_written).cloned().chain(usual_posts(workplace, settings)).chain([ids]).collect()
}

fn lines(workplace: &Workplace, around: &Surroundings) -> Vec<String> {
    let settings = settings(workplace, around);
    let mut rows: Vec<[String; 3]> =
        settings.iter().map(|setting| [setting.key.clone(), setting.value.clone(), told(&setting.origin, around)]).collect();
    rows.retain(|row| !row[0].starts_with("newsletter.") && !row[0].starts_with("validate."));
    let mut lines = vec![match around.generator {
        Some(name) => {
            let article = if name.starts_with(['A', 'E', 'O']) { "an" } else { "a" };
            format!("this is {article} {name} site, and its configuration was read")
        }
        None => "no other generator's configuration was read".to_owned(),
    }];
    lines.push(String::new());
    lines.extend(table(&rows));
    for (head, is_understood) in [("not understood, so without effect here:", false), ("understood, and left alone:", true)] {
        let rows: Vec<[String; 3]> = around
            .unread
            .iter()
            .filter(|unread| unread.why.is_some() == is_understood)
            .map(|unread| [unread.key.clone(), unread.why.unwrap_or_default().to_owned(), at(&unread.place)])
            .collect();
        if !rows.is_empty() {
            lines.extend([String::new(), head.to_owned()]);
            lines.extend(table(&rows));
        }
    }
    lines
}

/// Aligns rows of three; what is too wide for its column pushes the rest aside.
fn table(rows: &[[String; 3]]) -> Vec<String> {
    let width = |at: usize, most: usize| rows.iter().map(|row| row[at].chars().count()).filter(|width| *width <= most).max().unwrap_or(0);
    let (first, second) = (width(0, 30), width(1, 60));
    rows.iter().map(|[a, b, c]| crate::report::tame(format!("  {a:first$}  {b:second$}  {c}").trim_end())).collect()
}

/// Returns where a setting comes from, in words.
fn told(origin: &Origin, around: &Surroundings) -> String {
    let generator = around.generator.unwrap_or_default();
    match origin {
        Origin::Environment(place) => place.path.to_string(),
        Origin::File(place) => at(place),
        Origin::Neighbour(place, key) => format!("{}, `{key}`", at(place)),
        Origin::Usual => format!("as {generator} does"),
        Origin::Default => "default".to_owned(),
    }
}

fn at(place: &Place) -> String {
    if place.start.line == 0 { place.path.to_string() } else { format!("{}:{}", place.path, place.start.line) }
}

fn document(workplace: &Workplace, around: &Surroundings) -> Value {
    let setting = |setting: &Setting| {
        let (from, place, key) = match &setting.origin {
            Origin::Environment(place) => ("environment", Some(place), None),
            Origin::File(place) => ("configuration", Some(place), None),
            Origin::Neighbour(place, key) => ("generator-configuration", Some(place), Some(key)),
            Origin::Usual => ("generator", None, None),
            Origin::Default => ("default", None, None),
        };
        let mut row = json!({"key": setting.key, "value": setting.value, "from": from});
        put_place(&mut row, place);
        if let Some(key) = key {
            row["generator_key"] = json!(key);
        }
        row
    };
    let unread = |unread: &Unread| {
        let mut row = json!({"key": unread.key});
        put_place(&mut row, Some(&unread.place));
        if let Some(why) = unread.why {
            row["reason"] = json!(why);
        }
        row
    };
    let part = |is_understood: bool| -> Vec<Value> {
        around.unread.iter().filter(|unread| unread.why.is_some() == is_understood).map(unread).collect()
    };
    let finding = |found: &Diagnostic| {
        let mut row =
            json!({"code": found.code, "severity": found.severity.name(), "message": found.message, "help": found.help.as_deref()});
        put_place(&mut row, found.place.as_ref());
        row
    };
    json!({
        "version": 1,
        "generator": around.generator,
        "settings": settings(workplace, around).iter().map(setting).collect::<Vec<_>>(),
        "not_understood": part(false),
        "left_alone": part(true),
        "findings": around.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn put_place(row: &mut Value, place: Option<&Place>) {
    let Some(place) = place else { return };
    row["path"] = json!(&*place.path);
    if place.start.line > 0 {
        row["line"] = json!(place.start.line);
        row["column"] = json!(place.start.column);
    }
}
