//! Templates: the built-in ones, what a site puts in their place, and filling them.
//!
//! A template sees the values it is handed and no file but other templates by name; what it prints is escaped where its
//! name ends in `.html`. A fault in one is a diagnostic with its line. Values are never template source.

mod shortcode;
mod uses;

pub use shortcode::{ShortcodeValues, check_shortcodes, fill_shortcode};
pub use uses::{EVERYTHING, Use, Uses};

use crate::diagnostic::{Code, Diagnostic, Place, Source};
use crate::model::slot;
use crate::text::{chars, short, wrap};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, escape_formatter};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A template that cannot be used.
pub static TEMPLATE_ERROR: Code =
    Code::error("template-error", "A template of the site cannot be read or fails when it is filled, so its page is not written.");

/// The findings of this room.
pub const CODES: &[&Code] = &[&TEMPLATE_ERROR];

macro_rules! built_in {
    ($name:literal) => {
        ($name, include_str!(concat!("../../templates/", $name)))
    };
}

/// The built-in templates: the name, which is the path in the folder of templates, and the text.
pub const BUILT_IN: &[(&str, &str)] = &[
    built_in!("letter/message.html"),
    built_in!("letter/message.txt"),
    built_in!("letter/preheader.txt"),
    built_in!("letter/subject.txt"),
    built_in!("magazine/message.html"),
    built_in!("mail/closing.html"),
    built_in!("mail/footer.html"),
    built_in!("mail/footer.txt"),
    built_in!("mail/head.html"),
    built_in!("mail/opening.html"),
    built_in!("mail/styles.html"),
    built_in!("subscribe.html"),
];

/// What says which variables each of them gets; no template, but beside them where somebody changes theirs.
pub const README: (&str, &str) = built_in!("README.md");

/// Jinja's own signs.
static SYNTAX: LazyLock<SyntaxConfig> =
    LazyLock::new(|| SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().unwrap_or_default());

/// How much a template may do: so many steps at least, and so many for each feed, post or other item.
const FUEL: (u64, u64) = (200_000, 5_000);

/// How wide the lines of plain text are.
pub const COLUMNS: usize = 72;

/// How deep templates may include one another, and macros call themselves.
const DEPTH: usize = 64;

/// A template's text and the file it comes from, as the user knows it.
#[derive(Debug, Clone)]
struct Template<'a> {
    path: Cow<'a, str>,
    text: Cow<'a, str>,
    /// The key whose value it is, where it is no file.
    key: Option<&'static str>,
    /// The text of the file of that key, and where the value begins in it, as far as it stands there as it is.
    around: Option<(Cow<'a, str>, usize)>,
}

impl Template<'_> {
    /// Returns a place in it, as the user knows it.
    fn place(&self, span: Range<usize>) -> Place {
        match (&self.around, self.key) {
            (Some((text, start)), _) => Source::new(&self.path, text).place(start + span.start..start + span.end),
            (None, Some(key)) => Place::key(&*self.path, key),
            (None, None) => Source::new(&self.path, &self.text).place(span),
        }
    }

    /// Returns the place of all of it.
    fn whole(&self) -> Place {
        if self.key.is_some() { self.place(0..self.text.len()) } else { Place::file(&*self.path) }
    }

    /// Returns what makes a letter or page do without it.
    fn way_out(&self) -> String {
        self.key.map_or_else(
            || "remove the file to use the built-in template".to_owned(),
            |key| format!("take `{key}` out to use the look's own"),
        )
    }
}

/// The templates of a site: the built-in ones, and its own in their places or beside them.
#[derive(Debug, Clone)]
pub struct Templates<'a> {
    by_name: BTreeMap<Cow<'a, str>, Template<'a>>,
}

impl<'a> Templates<'a> {
    /// Returns the built-in templates.
    #[must_use]
    pub fn built_in() -> Self {
        let mut templates = Templates { by_name: BTreeMap::new() };
        for (name, text) in BUILT_IN {
            templates.put(*name, format!("templates/{name}"), *text);
        }
        templates
    }

    /// Puts a template in, in place of the one of that name. `path` is the file that its faults are reported at.
    pub fn put(&mut self, name: impl Into<Cow<'a, str>>, path: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) {
        self.by_name.insert(name.into(), Template { path: path.into(), text: text.into(), key: None, around: None });
    }

    /// Puts the value of a key in, in place of the template of that name. `file` and `around` are the path and the text of the file with
    /// the key; `key_end` is where the key ends in it.
    pub fn put_value(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        key: &'static str,
        value: impl Into<Cow<'a, str>>,
        (file, around, key_end): (impl Into<Cow<'a, str>>, impl Into<Cow<'a, str>>, usize),
    ) {
        let (text, around) = (value.into(), around.into());
        // What YAML escapes or folds stands there in another way.
        let start = around.get(key_end..).and_then(|rest| rest.find(&*text)).map(|at| key_end + at);
        let around = start.map(|start| (around, start));
        self.by_name.insert(name.into(), Template { path: file.into(), text, key: Some(key), around });
    }

    /// Returns a template's text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(|template| &*template.text)
    }

    /// Returns the file that a template comes from, as the user knows it.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(|template| &*template.path)
    }

    /// Returns the folders that hold a file of a name, sorted.
    #[must_use]
    pub fn folders_with(&self, file: &str) -> Vec<String> {
        let folder = |name: &str| Some(name.strip_suffix(file)?.strip_suffix('/')?.to_owned());
        self.by_name.keys().filter_map(|name| folder(name)).collect()
    }

    /// Returns the names of the files in a folder, sorted.
    pub fn files_in(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.by_name.keys().filter_map(move |name| name.strip_prefix(folder)?.strip_prefix('/'))
    }

    /// Returns whether a template names another, as those do that include one.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.by_name.values().any(|template| template.text.contains(name))
    }

    /// Returns a place in a template, as the user knows it.
    #[must_use]
    pub fn place(&self, name: &str, span: Range<usize>) -> Place {
        self.by_name.get(name).map_or_else(|| Place::file(name), |template| template.place(span))
    }

    /// Returns the place of a template as a whole, as the user knows it.
    #[must_use]
    pub fn whole(&self, name: &str) -> Place {
        self.by_name.get(name).map_or_else(|| Place::file(name), Template::whole)
    }

    /// Returns what makes a letter or page do without a template, as the end of an advice.
    #[must_use]
    pub fn way_out(&self, name: &str) -> String {
        self.by_name.get(name).map(Template::way_out).unwrap_or_default()
    }

    /// Returns how some templates, and all that they include, use the values that differ for each recipient.
    #[must_use]
    pub fn uses(&self, names: &[&str]) -> Uses {
        uses::scan(names, |name| self.text(name))
    }

    /// Returns a template filled with values. `variables` are the names of all values that it gets (`posts[].title`), for
    /// help; the work it may do grows with `items`.
    ///
    /// # Errors
    /// What is wrong with the template.
    pub fn fill(&self, name: &str, values: Value, variables: &[&str], items: usize) -> Result<String, Diagnostic> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| if ending(name) == "html" { AutoEscape::Html } else { AutoEscape::None });
        environment.set_formatter(write_escaped);
        environment.set_debug(true);
        environment.add_filter("wrap", |text: &str, columns: Option<usize>| wrap::wrap(text, columns.unwrap_or(COLUMNS)).join("\n"));
        environment.add_filter("shorten", |text: &str, most: usize| short::shorten(text, most));
        // A line with nothing but a statement leaves no line.
        environment.set_syntax(SYNTAX.clone());
        environment.set_recursion_limit(DEPTH);
        environment.set_fuel(Some(FUEL.0 + FUEL.1 * items as u64));
        // Only those that are asked for are parsed: a fault in a template that is not used stops nothing.
        let sources: BTreeMap<String, String> =
            self.by_name.iter().map(|(name, template)| (name.to_string(), template.text.to_string())).collect();
        environment.set_loader(move |name| Ok(sources.get(name).cloned()));
        let filled = environment.get_template(name).and_then(|template| template.render(values));
        filled.map_err(|error| self.diagnose(&error, name, variables))
    }

    fn diagnose(&self, error: &Error, name: &str, variables: &[&str]) -> Diagnostic {
        let error = innermost(error);
        let name = error.name().filter(|name| self.by_name.contains_key(*name)).unwrap_or(name);
        let Some(template) = self.by_name.get(name) else {
            return Diagnostic::new(&TEMPLATE_ERROR, format!("there is no template `{name}`"));
        };
        let span = error.range().or_else(|| error.line().map(|line| line_span(&template.text, line)));
        let place = span.clone().map_or_else(|| template.whole(), |span| template.place(span));
        let written = span.clone().and_then(|span| template.text.get(span)).unwrap_or_default().trim();
        let from = span.and_then(|span| template.text.get(span.start..)).unwrap_or_default();
        let help = hyphenated(error, from).unwrap_or_else(|| help(error, written, variables, &template.way_out()));
        Diagnostic::new(&TEMPLATE_ERROR, message(error, written)).at(place).help(help)
    }
}

/// Returns a text for a slot: without characters that neither HTML nor mail can hold.
#[must_use]
pub fn text(raw: &str) -> String {
    chars::clean(raw).into_owned()
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Returns the fault itself: minijinja wraps what fails in an included template.
fn innermost(error: &Error) -> &Error {
    let mut innermost = error;
    while let Some(inner) = std::error::Error::source(innermost).and_then(|source| source.downcast_ref::<Error>()) {
        innermost = inner;
    }
    innermost
}

/// Escapes as XML does: minijinja's own escaping writes `/` as a reference, which makes addresses hard to read.
fn write_escaped(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() && *state.auto_escape() == AutoEscape::Html => {
            out.write_str(&quick_xml::escape::escape(text)).map_err(Error::from)
        }
        _ => escape_formatter(out, state, value),
    }
}

fn message(error: &Error, written: &str) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::UndefinedError, _) if written.starts_with('[') => format!("the list has no `{written}` here"),
        (ErrorKind::UndefinedError, _) if !written.is_empty() => format!("`{written}` is not a variable that this template gets"),
        (ErrorKind::OutOfFuel, _) => "the template does too much: a loop in it does not end soon enough".to_owned(),
        (kind, Some(detail)) => format!("{}: {detail}", lower(&kind.to_string())),
        (kind, None) => lower(&kind.to_string()),
    }
}

fn help(error: &Error, written: &str, variables: &[&str], way_out: &str) -> String {
    let near = || closest(written, variables).map(|name| format!("did you mean `{name}`? "));
    match error.kind() {
        ErrorKind::UndefinedError if written.starts_with('[') => "ask first how long it is: `{% if posts|length > 5 %}`".to_owned(),
        ErrorKind::UndefinedError => format!("{}write one of the variables that templates/README.md lists", near().unwrap_or_default()),
        ErrorKind::OutOfFuel => format!("shorten the loops, or {way_out}"),
        _ => format!("mend this line, or {way_out}"),
    }
}

/// Returns the advice for a field that is written as its column: `subscriber.fields.zip-code` takes `code` from `zip`.
fn hyphenated(error: &Error, from: &str) -> Option<String> {
    let end = from.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(from.len());
    let (before, column) = from.get(..end)?.split_once(".fields.").filter(|_| error.kind() == ErrorKind::InvalidOperation)?;
    let name = slot::field_name(column).filter(|_| column.contains('-'))?;
    Some(format!("write `{before}.fields.{name}` or `{before}.fields[\"{column}\"]`: a `-` is a minus here"))
}

/// Returns the variable that was probably meant, by its last part: a loop gives the rest its own name, most often nearly that of
/// its list.
fn closest(written: &str, variables: &[&str]) -> Option<String> {
    let own = first(written);
    let wanted = written.rsplit('.').next()?.split('[').next()?;
    let last = |name: &str| strsim::damerau_levenshtein(wanted, name.rsplit('.').next().unwrap_or(name));
    let lists = variables.iter().filter(|_| !written.contains('.')).map(|name| first(name));
    let near = variables.iter().copied().chain(lists).filter(|name| last(name) <= 2);
    let name = near.min_by_key(|name| (last(name), strsim::damerau_levenshtein(own, first(name))))?;
    let is_loop = name.contains("[].") && own != first(name) && written.contains('.');
    Some(if is_loop { format!("{own}.{}", name.rsplit('.').next().unwrap_or_default()) } else { name.to_owned() })
}

/// Returns the first part of a variable's name.
fn first(name: &str) -> &str {
    name.split(['.', '[']).next().unwrap_or_default()
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Returns the range of a line, counted from 1, without its end.
fn line_span(text: &str, line: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;
    use proptest::prelude::*;

    const VARIABLES: &[&str] = &["title", "description", "posts[].title"];

    fn fill(files: &[(&'static str, &str)], values: Value) -> Result<String, Diagnostic> {
        let mut templates = Templates::built_in();
        for (name, text) in files {
            templates.put(*name, format!("own/{name}"), (*text).to_owned());
        }
        templates.fill(files[0].0, values, VARIABLES, 0)
    }

    fn fault(text: &str) -> Diagnostic {
        fill(&[("a.html", text)], context! { title => "T" }).expect_err("a fault")
    }

    #[test]
    fn a_misspelt_variable_is_named_with_its_line_and_the_right_one() {
        let fault = fault("<p>\n  {{ descripton }}</p>");
        let place = fault.place.expect("a place");
        assert_eq!((fault.code, fault.message.as_str()), ("template-error", "`descripton` is not a variable that this template gets"));
        assert_eq!((&*place.path, place.start.line, place.start.column), ("own/a.html", 2, 6));
        assert_eq!(&place.excerpt[place.mark.0..place.mark.1], "descripton");
        assert_eq!(fault.help.as_deref(), Some("did you mean `description`? write one of the variables that templates/README.md lists"));
    }

    #[test]
    fn a_slip_in_a_loop_is_answered_in_the_loops_own_words() {
        let in_loop = |text: &str| fill(&[("a.html", text)], context! { posts => [context! { title => "T" }] }).expect_err("a fault");
        let help = in_loop("{% for post in posts %}{{ post.titel }}{% endfor %}").help.expect("help");
        assert!(help.starts_with("did you mean `post.title`?"), "{help}");
        let of_list = in_loop("{{ psots[0].title }}").help.expect("help");
        assert!(of_list.starts_with("did you mean `posts`?"), "{of_list}");
        let missing = in_loop("{{ posts[5].title }}");
        assert_eq!(missing.message, "the list has no `[5].title` here");
    }

    #[test]
    fn a_field_that_is_written_with_a_minus_is_answered_with_its_name() {
        let fields = context! { fields => context! { sign => "" } };
        let fault = fill(&[("a.html", "{{ who.fields.sign-up-date }}")], context! { who => fields }).expect_err("a fault");
        assert_eq!(fault.help.as_deref(), Some("write `who.fields.sign_up_date` or `who.fields[\"sign-up-date\"]`: a `-` is a minus here"));
    }

    #[test]
    fn a_fault_in_the_value_of_a_key_is_reported_there() {
        let of = |file: &'static str, value: &str| {
            let mut templates = Templates::built_in();
            templates.put_value("a.txt", "site.line", value.to_owned(), ("site.yaml", file, file.find("line:").expect("the key") + 4));
            templates.fill("a.txt", context! {}, VARIABLES, 0).expect_err("a fault")
        };
        let fault = of("{{ titel }}\nline: 'A {{ titel }}'\n", "A {{ titel }}");
        let place = fault.place.expect("a place");
        assert_eq!((&*place.path, place.start.line, place.start.column), ("site.yaml", 2, 13));
        assert!(fault.help.is_some_and(|help| help.starts_with("did you mean `title`?")));
        let fault = of("line: >\n  A\n  {{ titel\n", "A {{ titel");
        assert_eq!(fault.place.and_then(|place| place.key).as_deref(), Some("site.line"));
        assert_eq!(fault.help.as_deref(), Some("mend this line, or take `site.line` out to use the look's own"));
    }

    #[test]
    fn a_broken_template_is_named_with_its_line() {
        let fault = fault("a\n{% for x in feeds %}\n");
        assert!(fault.message.starts_with("syntax error: "), "{}", fault.message);
        assert!(fault.place.expect("a place").start.line >= 2);
    }

    #[test]
    fn a_fault_in_an_included_template_is_reported_there() {
        let files = [("a.html", "{% include 'b.html' %}"), ("b.html", "\n\n{{ nothing }}")];
        let place = fill(&files, context! {}).expect_err("a fault").place.expect("a place");
        assert_eq!((&*place.path, place.start.line), ("own/b.html", 3));
    }

    #[test]
    fn a_template_gets_no_other_file() {
        assert!(fault("{% include '/etc/passwd' %}").message.starts_with("template not found"));
        assert!(fault("{% include '../a.html' %}").message.starts_with("template not found"));
    }

    #[test]
    fn loops_and_recursions_that_do_not_end_are_stopped() {
        let endless = fault("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}");
        assert_eq!(endless.message, "the template does too much: a loop in it does not end soon enough");
        assert_eq!(fault("{% include 'a.html' %}").code, "template-error");
        assert_eq!(fault("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}").code, "template-error");
    }

    #[test]
    fn only_html_is_escaped() {
        let values = || context! { title => "<b> & https://a.org/" };
        assert_eq!(fill(&[("a.html", "{{ title }}")], values()).expect("text"), "&lt;b&gt; &amp; https://a.org/");
        assert_eq!(fill(&[("a.txt", "{{ title }}")], values()).expect("text"), "<b> & https://a.org/");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_template_ends_in_a_text_or_a_diagnostic(text in "[{}%a-z .|'\n]{0,40}") {
            let _ = fill(&[("a.html", &text)], context! { title => "T" });
        }
    }
}
