//! `postrider newsletter preview`: the next edition as files that a person, a browser and a mail program can open.

use super::super::{Exit, Format, Workplace};
use super::EditionArgs;
use super::make::{self, Edition, MadeLetter, Maker};
use crate::diagnostic::Diagnostic;
use crate::edition::Mailed;
use crate::edition::render::{Recipient, filled};
use crate::html::{Scanner, Token};
use crate::mail::check::check;
use crate::mail::token::Tokens;
use crate::mail::{self, Content, Frame, Letter, Message};
use crate::model::Settings;
use crate::output;
use crate::report::{Action, OutputLine, Report};
use anyhow::{Context, bail};
use clap::Args;
use quick_xml::escape::escape;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Where previews go when nobody says.
const FOLDER: &str = ".postrider/preview";

/// The report for programs, by which the files of an earlier preview are known, too.
const REPORT: &str = "edition.json";

/// Arguments of `postrider newsletter preview`.
#[derive(Debug, Args)]
pub(in crate::cli) struct PreviewArgs {
    #[command(flatten)]
    edition: EditionArgs,
    /// Write into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show the edition in the browser
    #[arg(long)]
    open: bool,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), default_value = "human")]
    format: Format,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, args: &PreviewArgs) -> anyhow::Result<Exit> {
    let mut preview = Preview::default();
    let exit = preview.run(workplace, args);
    super::super::build::fill_places(workplace, &mut preview.findings);
    let line = preview.line.as_deref();
    let report = Report { diagnostics: &preview.findings, outputs: &preview.lines, notes: &preview.notes, ..Report::default() };
    super::super::print_report(workplace, args.format, &report, line)?;
    exit
}

#[derive(Debug, Default)]
struct Preview {
    findings: Vec<Diagnostic>,
    notes: Vec<String>,
    lines: Vec<OutputLine>,
    line: Option<String>,
}

/// A letter as it would arrive.
struct Shown<'a> {
    letter: &'a MadeLetter,
    message: Message,
    html: String,
    text: String,
}

impl Preview {
    fn run(&mut self, workplace: &Workplace, args: &PreviewArgs) -> anyhow::Result<Exit> {
        let Some(settings) = super::super::load(workplace, &mut self.findings)? else { return Ok(Exit::CouldNotRun) };
        let now = super::super::now(args.edition.now.as_deref(), &settings)?;
        let mailed = Mailed::default();
        let maker = Maker { workplace, settings: &settings, args: &args.edition, now, mailed: &mailed };
        let mut notes = Vec::new();
        let made = maker.make(&mut self.findings, &mut notes)?;
        let Some(edition) = made else {
            self.line = notes.pop();
            return Ok(if self.findings.iter().any(Diagnostic::is_error) { Exit::Errors } else { Exit::Fine });
        };
        let config = super::super::config_file_if_any(workplace)?.unwrap_or_else(|| "postrider.yaml".to_owned());
        let frame = make::frame(&settings, &config, &mut self.findings);
        let mut shown = Vec::new();
        for letter in &edition.letters {
            match show(&frame, &edition, letter, &settings) {
                Ok(letter) => {
                    self.findings.extend(check(&letter.message.bytes, &format!("{}.eml", name(letter.letter))));
                    shown.push(letter);
                }
                Err(found) => self.findings.extend(found),
            }
        }
        if self.findings.iter().any(Diagnostic::is_error) {
            return Ok(Exit::Errors);
        }
        self.write(workplace, args, &edition, &shown)?;
        Ok(Exit::Fine)
    }

    fn write(&mut self, workplace: &Workplace, args: &PreviewArgs, edition: &Edition, shown: &[Shown<'_>]) -> anyhow::Result<()> {
        let folder = args.out.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
        let target = workplace.path(&folder);
        if args.out.is_none() {
            output::private_folder(&workplace.path(Path::new(".postrider"))).context("cannot make the folder `.postrider`")?;
        }
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for letter in shown {
            let name = name(letter.letter);
            files.push((format!("{name}.eml"), letter.message.bytes.clone()));
            files.push((format!("{name}.html"), letter.html.clone().into_bytes()));
            files.push((format!("{name}.txt"), letter.text.clone().into_bytes()));
        }
        let report = serde_json::to_string_pretty(&report(edition, shown, &self.findings)).unwrap_or_default();
        files.push((REPORT.to_owned(), format!("{report}\n").into_bytes()));
        let earlier = earlier(&target);
        for name in earlier.iter().filter(|name| !files.iter().any(|(made, _)| made == *name)) {
            std::fs::remove_file(target.join(name)).with_context(|| format!("cannot remove `{}`", folder.join(name).display()))?;
            let path = folder.join(name).display().to_string().replace('\\', "/");
            self.lines.push(OutputLine { path, action: Action::Removed, bytes: 0, entries: None });
        }
        if let Some((name, _)) = files.iter().find(|(name, _)| !earlier.contains(name) && target.join(name).exists()) {
            bail!("`{}` was not written by postrider; help: write into another folder with `--out`", folder.join(name).display());
        }
        for (name, bytes) in &files {
            let changed = output::replace_file(&target.join(name), bytes)
                .with_context(|| format!("cannot write `{}`", folder.join(name).display()))?;
            let action = if changed { Action::Written } else { Action::Unchanged };
            let path = folder.join(name).display().to_string().replace('\\', "/");
            self.lines.push(OutputLine { path, action, bytes: bytes.len() as u64, entries: None });
        }
        for letter in shown {
            self.notes.push(summary(letter));
        }
        self.line = Some(format!("edition {} ({}) in {}; hash {}", edition.key, posts(edition), folder.display(), edition.hash));
        if args.open {
            open(&target.join("edition.html"))?;
        }
        Ok(())
    }
}

/// Makes the message for the reader of previews. Its date is that of the newest entry, so that the same posts give the same bytes.
fn show<'a>(frame: &Frame, edition: &Edition, letter: &'a MadeLetter, settings: &Settings) -> Result<Shown<'a>, Vec<Diagnostic>> {
    let content = Content {
        key: &edition.key,
        language: letter.language.as_deref().or(settings.language.as_deref()).unwrap_or_default(),
        date: letter.date,
        subject: &letter.rendered.subject,
        html: &letter.rendered.html,
        text: &letter.rendered.text,
    };
    let reader = make::reader();
    let prepared = Letter::new(frame, &content)?;
    let recipient = mail::Recipient {
        id: crate::edition::subscriber_id([content.language]),
        email: &reader.address,
        name: reader.name.as_deref(),
        web_url: Some(&letter.web_url),
        fields: &reader.fields,
    };
    let message = prepared.to(&recipient, Tokens::Preview).map_err(|found| vec![found])?;
    let unsubscribe_url = prepared.unsubscribe_url(&reader.id, Tokens::Preview);
    let reader = Recipient { subscriber: &reader, unsubscribe_url: Some(&unsubscribe_url), web_url: Some(&letter.web_url) };
    let html = filled(&letter.rendered.html, &reader, |value| escape(value).into_owned());
    let text = filled(&letter.rendered.text, &reader, str::to_owned);
    Ok(Shown { letter, message, html, text })
}

/// Returns the files of an earlier preview in a folder: those that its report tells of and that are there.
fn earlier(folder: &Path) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(folder.join(REPORT)) else { return Vec::new() };
    let report: Value = serde_json::from_str(&text).unwrap_or_default();
    let Some(letters) = report["letters"].as_array().filter(|_| report["edition"].is_string()) else { return Vec::new() };
    let stem = |letter: &Value| letter["language"].as_str().map_or_else(|| "edition".to_owned(), |tag| format!("edition.{tag}"));
    let stems = letters.iter().map(stem).filter(|stem| !stem.contains(['/', '\\']));
    let names = stems.flat_map(|stem| ["eml", "html", "txt"].map(|ending| format!("{stem}.{ending}"))).chain([REPORT.to_owned()]);
    names.filter(|name| folder.join(name).is_file()).collect()
}

/// Returns the name of a letter's files.
fn name(letter: &MadeLetter) -> String {
    letter.language.as_ref().map_or_else(|| "edition".to_owned(), |tag| format!("edition.{tag}"))
}

fn posts(edition: &Edition) -> String {
    let count = edition.letters.iter().map(|letter| letter.posts.len()).sum();
    super::super::summary::plural(count, "post", "posts")
}

/// Returns what there is to say of a letter, in one line.
fn summary(shown: &Shown<'_>) -> String {
    let (size, limit) = (shown.html.len(), crate::edition::render::LIMIT);
    format!(
        "{}: “{}”, HTML {size} bytes ({} below what Gmail clips), text {} bytes",
        name(shown.letter),
        shown.letter.rendered.subject,
        limit.saturating_sub(size),
        shown.text.len()
    )
}

/// Returns the report for programs.
fn report(edition: &Edition, shown: &[Shown<'_>], findings: &[Diagnostic]) -> Value {
    let letters: Vec<Value> = shown.iter().map(letter_report).collect();
    let finding = |found: &Diagnostic| {
        let place = found.place.as_ref();
        json!({"code": found.code, "severity": found.severity.name(), "message": &*found.message, "help": found.help.as_deref(),
            "path": place.map(|place| &*place.path), "line": place.map(|place| place.start.line).filter(|line| *line > 0)})
    };
    json!({
        "version": 1,
        "edition": edition.key,
        "hash": edition.hash,
        "letters": letters,
        "left_out": edition.kept_out.reasons().iter().filter(|(n, _)| *n > 0).map(|(n, reason)| json!({"count": n, "reason": reason})).collect::<Vec<_>>(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn letter_report(shown: &Shown<'_>) -> Value {
    let Shown { letter, message, html, text } = shown;
    let entry = |post: &crate::edition::render::LetterPost| {
        let content = match post.content {
            crate::model::MailContent::Full => "full",
            crate::model::MailContent::Summary => "summary",
            crate::model::MailContent::Titles => "titles",
        };
        json!({"path": post.path, "url": post.url, "title": post.title, "content": content})
    };
    let limit = crate::edition::render::LIMIT;
    json!({
        "language": letter.language,
        "subject": letter.rendered.subject,
        "preheader": letter.rendered.preheader,
        "entries": letter.posts.iter().map(entry).collect::<Vec<_>>(),
        "bytes": {"message": message.bytes.len(), "html": html.len(), "text": text.len()},
        "clip": {"limit": limit, "left": limit.saturating_sub(html.len())},
        "images": addresses(html, "img", "src"),
        "links": addresses(html, "a", "href"),
    })
}

/// Returns the addresses that elements of a name have, each once, in order.
fn addresses(html: &str, element: &str, attribute: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for token in Scanner::new(html) {
        let Token::Start(tag) = token else { continue };
        if !tag.name.eq_ignore_ascii_case(element) {
            continue;
        }
        let values = tag.attributes().filter(|known| known.name.eq_ignore_ascii_case(attribute));
        for value in values.map(|known| htmlize::unescape_attribute(known.value).into_owned()) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
    }
    found
}

/// Opens a file in the browser.
fn open(path: &Path) -> anyhow::Result<()> {
    let path = path.canonicalize().with_context(|| format!("cannot find `{}`", path.display()))?;
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let status = std::process::Command::new(program).args(before).arg(&path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => anyhow::bail!("`{program}` could not open `{}`; help: open the file yourself", path.display()),
    }
}
