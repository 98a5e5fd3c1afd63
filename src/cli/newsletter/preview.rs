//! `postrider newsletter preview`: the next edition as files that a person, a browser and a mail program can open.

use super::super::{Exit, Format, Workplace};
use super::make::{Made, Maker};
use super::{EarlyArgs, EditionArgs, known};
use crate::diagnostic::Diagnostic;
use crate::edition::render::LetterPost;
use crate::edition::{self, Letters, Version, reader, subscriber_id};
use crate::html::{Scanner, Token, push_value};
use crate::mail::check::{self, Bodies};
use crate::mail::token::Tokens;
use crate::mail::{CLIP, Message};
use crate::model::{MailContent, Subscriber};
use crate::output;
use crate::report::{Action, EditionLine, LetterLine, OutputLine, Report};
use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use url::Url;

/// Where previews go when nobody says.
const FOLDER: &str = ".postrider/preview";

/// The report for programs, by which the files of an earlier preview are known, too.
const REPORT: &str = "edition.json";

/// Arguments of `postrider newsletter preview`.
#[derive(Debug, Args)]
pub(in crate::cli) struct PreviewArgs {
    #[command(flatten)]
    edition: EditionArgs,
    #[command(flatten)]
    early: EarlyArgs,
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
    let report = Report {
        diagnostics: &preview.findings,
        outputs: &preview.lines,
        notes: &preview.notes,
        edition: preview.edition.as_ref(),
        ..Report::default()
    };
    super::super::print_report(workplace, args.format, &report, line)?;
    exit
}

#[derive(Debug, Default)]
struct Preview {
    findings: Vec<Diagnostic>,
    notes: Vec<String>,
    lines: Vec<OutputLine>,
    line: Option<String>,
    edition: Option<EditionLine>,
}

/// A letter as it would arrive.
struct Shown<'a> {
    letters: &'a Letters,
    version: &'a Version,
    message: Message,
    bodies: Bodies,
}

impl Preview {
    fn run(&mut self, workplace: &Workplace, args: &PreviewArgs) -> anyhow::Result<Exit> {
        let Some(settings) = super::super::load(workplace, &mut self.findings)? else { return Ok(Exit::CouldNotRun) };
        let mailed = known::mailed(workplace, &settings, &mut self.findings)?;
        let maker = Maker {
            workplace,
            settings: &settings,
            config: &super::super::config_file_if_any(workplace)?.unwrap_or_else(|| "postrider.yaml".to_owned()),
            args: &args.edition,
            early: args.early,
            now: super::super::now(args.edition.now.as_deref(), &settings)?,
            mailed: &mailed,
            recipients: &vec![reader()],
            tokens: Tokens::Preview,
            again: Some("`--again` shows posts that were mailed before"),
            date: None,
        };
        let mut notes = Vec::new();
        let Some(made) = maker.make(&mut self.findings, &mut notes)? else {
            self.notes = notes;
            return Ok(self.without_files(workplace, args));
        };
        let mut shown = Vec::new();
        for letters in &made.edition.letters {
            let file = shown_path(&folder(args).join(format!("{}.eml", name(letters))));
            match show(letters, &file) {
                Ok((letter, found)) => {
                    shown.push(letter);
                    self.findings.extend(found);
                }
                Err(found) => self.findings.push(found),
            }
        }
        if shown.len() < made.edition.letters.len() {
            return Ok(self.without_files(workplace, args));
        }
        // What the checklist finds can be looked at, so the files are written all the same.
        self.write(workplace, args, &made, &shown)?;
        Ok(self.exit())
    }

    fn exit(&self) -> Exit {
        if self.findings.iter().any(Diagnostic::is_error) { Exit::Errors } else { Exit::Fine }
    }

    /// Ends without an edition, and says so of files that are there from an earlier one.
    fn without_files(&mut self, workplace: &Workplace, args: &PreviewArgs) -> Exit {
        let folder = folder(args);
        if !earlier(&workplace.path(&folder)).is_empty() {
            self.notes.push(format!("nothing was written; `{}` still holds an earlier preview", shown_path(&folder)));
        }
        self.line = self.notes.pop();
        self.exit()
    }

    fn write(&mut self, workplace: &Workplace, args: &PreviewArgs, made: &Made, shown: &[Shown<'_>]) -> anyhow::Result<()> {
        let folder = folder(args);
        let target = workplace.path(&folder);
        if args.out.is_none() {
            output::private_folder(&workplace.path(Path::new(".postrider"))).context("cannot make the folder `.postrider`")?;
        }
        let mut files: Vec<(String, Cow<'_, [u8]>)> = Vec::new();
        for letter in shown {
            let name = name(letter.letters);
            files.push((format!("{name}.eml"), letter.message.bytes.as_slice().into()));
            files.push((format!("{name}.html"), bytes(with_pictures(letter, &workplace.root, &target))));
            files.push((format!("{name}.txt"), letter.bodies.text.as_bytes().into()));
        }
        let report = serde_json::to_string_pretty(&report(made, shown, &self.findings)).unwrap_or_default();
        files.push((REPORT.to_owned(), format!("{report}\n").into_bytes().into()));
        let earlier = earlier(&target);
        if let Some((name, _)) = files.iter().find(|(name, _)| !earlier.contains(name) && target.join(name).exists()) {
            bail!("`{}` was not written by postrider; help: write into another folder with `--out`", folder.join(name).display());
        }
        for name in earlier.iter().filter(|name| !files.iter().any(|(made, _)| made == *name)) {
            std::fs::remove_file(target.join(name)).with_context(|| format!("cannot remove `{}`", folder.join(name).display()))?;
            let path = shown_path(&folder.join(name));
            self.lines.push(OutputLine { path, action: Action::Removed, bytes: 0, entries: None });
        }
        for (name, bytes) in &files {
            let changed = output::replace_file(&target.join(name), bytes)
                .with_context(|| format!("cannot write `{}`", folder.join(name).display()))?;
            let action = if changed { Action::Written } else { Action::Unchanged };
            let path = shown_path(&folder.join(name));
            self.lines.push(OutputLine { path, action, bytes: bytes.len() as u64, entries: None });
        }
        for letter in shown {
            self.notes.push(summary(letter));
        }
        self.notes.extend(Some(super::left_out(&made.left_out)).filter(|line| !line.is_empty()));
        let edition = &made.edition;
        self.line = Some(format!("edition {} ({}) in {}; hash {}", edition.key, posts(made), folder.display(), edition.hash));
        let line = |letter: &Shown<'_>| LetterLine {
            language: letter.letters.language.clone(),
            subject: edition::shown(&letter.version.rendered.subject),
            preheader: edition::shown(&letter.version.rendered.preheader),
        };
        self.edition =
            Some(EditionLine { key: edition.key.clone(), hash: edition.hash.clone(), letters: shown.iter().map(line).collect() });
        match shown.first() {
            Some(first) if args.open => open(&target.join(format!("{}.html", name(first.letters)))),
            _ => Ok(()),
        }
    }
}

/// Returns the HTML part with the pictures that are in the site's folder, which need not be on the web yet.
fn with_pictures<'s>(shown: &'s Shown<'_>, root: &Path, folder: &Path) -> Cow<'s, str> {
    let html = shown.bodies.html.as_str();
    // Read once more, the URL has no `..` within.
    let url = |path: &Path| Url::parse(Url::from_file_path(std::path::absolute(path).ok()?).ok()?.as_str()).ok();
    let Some(page) = url(&folder.join("edition.html")) else { return html.into() };
    let (mut out, mut done, mut scanner) = (String::new(), 0, Scanner::new(html));
    while let Some(token) = scanner.next() {
        let Token::Start(tag) = token else { continue };
        let Some(source) = tag.attributes().find(|attribute| tag.name == "img" && attribute.name == "src") else { continue };
        let file = shown.letters.pictures.get(&*htmlize::unescape_attribute(source.value));
        let here = file.and_then(|file| url(&root.join(file))).and_then(|file| page.make_relative(&file));
        if let Some(here) = here {
            // The bracket stands behind the rest of the tag.
            let start = scanner.offset() - 1 - tag.rest.len();
            out.push_str(html.get(done..start + source.span.start).unwrap_or_default());
            push_value(&mut out, &here);
            done = start + source.span.end;
        }
    }
    out.push_str(html.get(done..).unwrap_or_default());
    out.into()
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Returns the folder that files are written into.
fn folder(args: &PreviewArgs) -> PathBuf {
    args.out.clone().unwrap_or_else(|| PathBuf::from(FOLDER))
}

/// Returns a path as it is reported.
fn shown_path(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// Makes the message for the reader of previews, and reads it by the checklist, which places its findings in `file`.
fn show<'l>(letters: &'l Letters, file: &str) -> Result<(Shown<'l>, Vec<Diagnostic>), Diagnostic> {
    let reader = Subscriber { id: subscriber_id([letters.language.as_deref().unwrap_or_default()]), ..reader() };
    let (version, message) = letters.message(&reader, Tokens::Preview)?;
    let (bodies, found) = check::read(&message.bytes, file);
    Ok((Shown { letters, version, message, bodies }, letters.checked(found)))
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

/// Returns the name of the files of a letter.
fn name(letters: &Letters) -> String {
    letters.further_language.as_ref().map_or_else(|| "edition".to_owned(), |tag| format!("edition.{tag}"))
}

fn posts(made: &Made) -> String {
    let count = made.edition.letters.iter().map(|letters| letters.posts.len()).sum();
    super::super::summary::plural(count, "post", "posts")
}

/// Returns what there is to say of a letter, in one line.
fn summary(shown: &Shown<'_>) -> String {
    let size = shown.bodies.html_octets;
    format!(
        "{}: “{}”, HTML {size} bytes ({} below what Gmail clips), text {} bytes",
        name(shown.letters),
        edition::shown(&shown.version.rendered.subject),
        CLIP.saturating_sub(size),
        shown.bodies.text.len()
    )
}

/// Returns the report for programs.
fn report(made: &Made, shown: &[Shown<'_>], findings: &[Diagnostic]) -> Value {
    let letters: Vec<Value> = shown.iter().map(letter_report).collect();
    let finding = |found: &Diagnostic| {
        let place = found.place.as_ref();
        json!({"code": found.code, "severity": found.severity.name(), "message": &*found.message, "help": found.help.as_deref(),
            "path": place.map(|place| &*place.path), "line": place.map(|place| place.start.line).filter(|line| *line > 0)})
    };
    json!({
        "version": 1,
        "edition": made.edition.key,
        "hash": made.edition.hash,
        "letters": letters,
        "left_out": made.left_out.iter().map(|(count, reason)| json!({"count": count, "reason": reason})).collect::<Vec<_>>(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn letter_report(shown: &Shown<'_>) -> Value {
    let Shown { letters, version, message, bodies } = shown;
    let entry = |(post, content): (&LetterPost, &MailContent)| json!({"path": post.path, "url": post.url, "title": post.title, "content": content.name()});
    let ([images, links], size) = (addresses(&bodies.html), bodies.html_octets);
    json!({
        "language": letters.further_language,
        "subject": edition::shown(&version.rendered.subject),
        "preheader": edition::shown(&version.rendered.preheader),
        "entries": letters.posts.iter().zip(&version.contents).map(entry).collect::<Vec<_>>(),
        "bytes": {"message": message.bytes.len(), "html": size, "text": bodies.text.len()},
        "clip": {"limit": CLIP, "left": CLIP.saturating_sub(size)},
        "images": images,
        "links": links,
    })
}

/// Returns the addresses of images and links, each once, in order.
fn addresses(html: &str) -> [Vec<String>; 2] {
    let mut found = [Vec::new(), Vec::new()];
    let [images, links] = &mut found;
    for token in Scanner::new(html) {
        let Token::Start(tag) = token else { continue };
        let (attribute, found) = match tag.name {
            "img" => ("src", &mut *images),
            "a" => ("href", &mut *links),
            _ => continue,
        };
        let values = tag.attributes().filter(|known| known.name == attribute);
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
