//! The report for people, in the look of a compiler's: `annotate-snippets` draws the line and the marks.

use super::{Report, Style, is_shown, last_lines, origin, path_of, sorted, tame::tame};
use crate::diagnostic::{Diagnostic, Place, Severity};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// In how many files one kind of warning is shown before the other files are only counted. Errors are always shown: each
/// of them is to be mended.
const FILES: usize = 20;
/// How often one kind of finding is shown in one file before the others are only counted.
const SHOWN: usize = 3;
/// Lines are short already, and a terminal wraps what is too long for it: nothing more is cut away.
const WIDTH: usize = 400;
/// Stands for the file until the snippet is drawn; no text that was tamed holds it.
const ORIGIN: &str = "\u{e0000}";

/// Writes the findings file by file, then the notes, then how much was found.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let found: Vec<&Diagnostic> = sorted(report.diagnostics).into_iter().filter(|found| is_shown(found, style)).collect();
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unshown: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for file in found.chunk_by(|a, b| path_of(a) == path_of(b)) {
        let codes: BTreeSet<&str> = file.iter().filter(|found| !found.is_error()).map(|found| found.code).collect();
        for code in &codes {
            *files.entry(code).or_insert(0) += 1;
        }
        let (rest, shown): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            file.iter().partition(|found| !found.is_error() && files.get(found.code).is_some_and(|n| *n > FILES));
        for code in codes.iter().filter(|code| rest.iter().any(|found| found.code == **code)) {
            let (times, files) = unshown.entry(code).or_insert((0, 0));
            *times += rest.iter().filter(|found| found.code == *code).count();
            *files += 1;
        }
        write_file(out, &shown, report.each_error, style)?;
    }
    for (code, (times, files)) in unshown {
        let plural = if files == 1 { "" } else { "s" };
        write!(out, "and {times} more `{code}` in {files} more file{plural}; `--format json` has them all\n\n")?;
    }
    let lines = last_lines(report);
    for line in lines {
        writeln!(out, "{}", tame(&line))?;
    }
    Ok(())
}

/// Writes the findings of one file. What is repeated too often is counted at its end.
fn write_file(out: &mut dyn Write, found: &[&Diagnostic], each_error: bool, style: Style) -> io::Result<()> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for found in found {
        let times = times.entry(found.code).or_insert(0);
        let is_shown = *times < SHOWN || each_error && found.is_error();
        *times += usize::from(!(each_error && found.is_error()));
        if is_shown {
            write!(out, "{}\n\n", diagnostic(found, style))?;
        }
    }
    let path = found.first().map(|found| path_of(found)).filter(|path| !path.is_empty());
    let place = path.map(|path| format!(" in {}", tame(path))).unwrap_or_default();
    for (code, times) in times.into_iter().filter(|(_, times)| *times > SHOWN) {
        let more = times - SHOWN;
        write!(out, "and {more} more `{code}`{place}\n\n")?;
    }
    Ok(())
}

/// Renders one finding.
fn diagnostic(found: &Diagnostic, style: Style) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = Group::with_title(level.primary_title(tame(&found.message)).id(found.code));
    match found.place.as_ref().map(|place| (place, snippet(place))) {
        Some((_, Some(snippet))) => group = group.element(snippet),
        Some((place, None)) => group = group.element(Origin::path(origin(place))),
        None => {}
    }
    if let Some(help) = &found.help {
        group = group.element(Level::HELP.message(tame(help)));
    }
    if let Some(spec) = found.spec {
        group = group.element(Level::NOTE.with_name("spec").message(tame(spec)));
    }
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.term_width(WIDTH).render(&[group]);
    match &found.place {
        Some(place) => name_origin(&text, place),
        None => without_bar(text),
    }
}

/// Takes the bar away that would lead from the place to the help, where there is no place.
fn without_bar(text: String) -> String {
    match text.split_once('\n') {
        Some((title, rest)) => match rest.split_once('\n') {
            Some((bar, rest)) if bar.contains('|') && !bar.contains('=') => format!("{title}\n{rest}"),
            _ => text,
        },
        None => text,
    }
}

/// Puts the true origin in place of the mark and the line and column that the renderer counted in the excerpt.
fn name_origin(text: &str, place: &Place) -> String {
    let Some((before, after)) = text.split_once(ORIGIN) else { return text.to_owned() };
    let after = after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    format!("{before}{}{after}", origin(place))
}

/// Returns the line with its mark, where it is known. The excerpt may be shortened, so its origin is named later.
fn snippet(place: &Place) -> Option<Snippet<'static, annotate_snippets::Annotation<'static>>> {
    if place.start.line == 0 || place.excerpt.is_empty() {
        return None;
    }
    let (start, end) = place.mark;
    let part = |range: std::ops::Range<usize>| place.excerpt.get(range).map(tame);
    // Taming changes lengths, so it is done to each part.
    let parts = part(0..start).zip(part(start..end)).zip(part(end..place.excerpt.len()));
    let ((before, marked), after) = parts.unwrap_or_else(|| ((tame(&place.excerpt), String::new()), String::new()));
    let mark = before.len()..before.len() + marked.len();
    let source = format!("{before}{marked}{after}");
    Some(
        Snippet::source(source)
            .path(ORIGIN)
            .line_start(place.start.line as usize)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(mark)),
    )
}

#[cfg(test)]
mod tests;
