use super::*;
use crate::diagnostic::{Code, Source};
use proptest::prelude::*;

static UNKNOWN_DATE: Code = Code::error("unknown-date", "A date.");
static MENDED: Code = Code::warning("mended", "Something.");

fn text(report: &Report<'_>, style: Style) -> String {
    super::super::examples::text(write, report, style)
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    text(&Report { diagnostics, files_read: 1, ..Report::default() }, Style::default())
}

#[test]
fn a_finding_looks_like_a_compilers() {
    let text = "---\ntitle: A\ndate: 19/08/2024\n---\n";
    let found = Diagnostic::new(&UNKNOWN_DATE, "`19/08/2024` is not a date postrider knows")
        .at(Source::new("posts/trip.md", text).place(19..29))
        .help("write `2024-08-19` or `2024-08-19 09:30:00 +0200`")
        .spec("RFC 3339 §5.6");
    insta::assert_snapshot!(shown(&[found]), @r"
    error[unknown-date]: `19/08/2024` is not a date postrider knows
     --> posts/trip.md:3:7
      |
    3 | date: 19/08/2024
      |       ^^^^^^^^^^
      |
      = help: write `2024-08-19` or `2024-08-19 09:30:00 +0200`
      = spec: RFC 3339 §5.6

    1 error
    ");
}

#[test]
fn wide_characters_before_the_mark_count_twice() {
    let text = "title: 日本語 x\n";
    let at = text.find('x').expect("an x");
    insta::assert_snapshot!(shown(&[Diagnostic::new(&MENDED, "here").at(Source::new("a.md", text).place(at..at + 1))]), @r"
    warning[mended]: here
     --> a.md:1:12
      |
    1 | title: 日本語 x
      |               ^

    1 warning
    ");
}

#[test]
fn a_shortened_line_keeps_its_true_column() {
    let text = format!("{}HERE{}", "x".repeat(500), "y".repeat(500));
    insta::assert_snapshot!(shown(&[Diagnostic::new(&MENDED, "here").at(Source::new("a.md", &text).place(500..504))]), @r"
    warning[mended]: here
     --> a.md:1:501
      |
    1 | …xxxxxxxxxxxxxxxxxxxxxxxxHEREyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
      |                          ^^^^

    1 warning
    ");
}

#[test]
fn findings_without_a_line_or_a_file_are_shown_too() {
    let found = [
        Diagnostic::new(&MENDED, "no `site.url`").help("set it"),
        Diagnostic::new(&MENDED, "key").at(Place::key("a.md", "permalink")),
        Diagnostic::new(&UNKNOWN_DATE, "file").at(Place::file("b.md")),
    ];
    insta::assert_snapshot!(shown(&found), @"
    warning[mended]: no `site.url`
     = help: set it

    warning[mended]: key
    --> a.md (`permalink`)

    error[unknown-date]: file
    --> b.md

    1 error, 2 warnings
    ");
}

#[test]
fn what_is_repeated_is_counted() {
    let text = "a\n".repeat(20);
    let mut found: Vec<Diagnostic> =
        (0..20).map(|n| Diagnostic::new(&MENDED, "again").at(Source::new("posts/a.md", &text).place(n * 2..n * 2 + 1))).collect();
    found.push(Diagnostic::new(&UNKNOWN_DATE, "once").at(Source::new("posts/a.md", &text).place(0..1)));
    let shown = shown(&found);
    assert_eq!(shown.matches("warning[mended]").count(), 3);
    assert!(shown.ends_with("and 17 more `mended` in posts/a.md\n\n1 error, 20 warnings\n"), "{shown}");
}

#[test]
fn no_escape_sequence_of_a_document_reaches_the_terminal() {
    let evil = "x\u{1b}[2J\u{202e}\u{9b}31m\u{e0000}:1:1";
    let found = Diagnostic::new(&MENDED, evil).at(Source::new(evil, evil).place(1..5)).help(evil);
    let notes = [evil.to_owned()];
    let report = Report { diagnostics: &[found], notes: &notes, ..Report::default() };
    let shown = text(&report, Style::default());
    assert!(!shown.chars().any(|c| c != '\n' && super::super::tame::is_wild(c)), "{shown}");
}

#[test]
fn colours_are_written_only_when_asked_for() {
    let found = [Diagnostic::new(&MENDED, "here").at(Source::new("a.md", "abc").place(0..1))];
    let report = Report { diagnostics: &found, ..Report::default() };
    assert!(text(&report, Style { color: true, info: false }).contains('\u{1b}'));
    assert!(!text(&report, Style::default()).contains('\u{1b}'));
}

proptest! {
    #[test]
    fn any_place_can_be_shown(text in "\\PC{0,200}|[\\p{Cc}a日\u{301}]{0,40}", start in 0usize..220, length in 0usize..50) {
        let found = Diagnostic::new(&MENDED, text.clone()).at(Source::new("a.md", &text).place(start..start + length));
        shown(&[found]);
    }

    #[test]
    fn even_a_place_that_contradicts_itself(start in 0usize..20, end in 0usize..20) {
        let place = Place { path: "a".into(), start: crate::diagnostic::Position { line: 3, column: 1 }, excerpt: "äöü".into(), mark: (start, end), ..Place::default() };
        shown(&[Diagnostic::new(&MENDED, "x").at(place)]);
    }
}

#[test]
fn a_warning_in_hundreds_of_files_is_shown_for_some_and_an_error_for_all() {
    let found = |code: &'static Code| (0..100).map(move |i| Diagnostic::new(code, "here").at(Place::file(format!("{i:03}.md"))));
    let text = shown(&found(&MENDED).chain(found(&UNKNOWN_DATE)).collect::<Vec<_>>());
    assert_eq!((text.matches("warning[mended]").count(), text.matches("error[unknown-date]").count()), (FILES, 100));
    assert!(text.contains("and 80 more `mended` in 80 more files; `--format json` has them all"), "{text}");
}
