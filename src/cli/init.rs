//! `postrider init`: a commented `postrider.yaml`, prefilled from the site generator beside it. Nothing is overwritten.

use super::beside::Around;
use crate::config::{self, Answers, Neighbour, Origin, Setting};
use crate::diagnostic::Source;
use crate::source;
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead, Write};
use std::path::Path;

/// The file that is written.
const NAME: &str = "postrider.yaml";
/// The names a configuration may have.
const NAMES: [&str; 2] = [NAME, "postrider.yml"];
/// How often a question is asked again before it is left open.
const TRIES: usize = 3;

/// A terminal to ask questions on.
pub(super) struct Terminal<'a> {
    /// Where answers come from.
    pub(super) input: &'a mut dyn BufRead,
    /// Where questions go.
    pub(super) output: &'a mut dyn Write,
}

/// Starts a site in a folder, which is made if need be, and returns the lines to print. What `answers` leaves open is
/// taken from the neighbour, and then asked for if there is a terminal.
pub(super) fn run(dir: &Path, mut answers: Answers, terminal: Option<Terminal<'_>>) -> Result<Vec<String>> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
    let names = names_in(dir)?;
    if let Some(name) = NAMES.iter().find(|name| names.iter().any(|there| there == *name)) {
        bail!("`{name}` is there already and was left as it is; help: edit it, or remove it to start anew");
    }
    let around = Around::read(dir)?;
    let (neighbour, site) = (around.neighbour, config::read_site(None, &around.beside(), &[]));
    match neighbour {
        Some(neighbour) if neighbour.is_read() => answers.from = Some(neighbour.name.to_lowercase()),
        Some(neighbour) => prefill(&mut answers, neighbour, dir),
        None => {}
    }
    let said = |key: &str| {
        let fits = |setting: &&Setting| setting.key == key && matches!(setting.origin, Origin::Neighbour(..) | Origin::Usual);
        site.origins.iter().find(fits)
    };
    if neighbour.is_none() && answers.posts.is_none() {
        answers.posts = source::usual_folders(dir).filter(|folders| folders.len() == 1 && folders[0] == ".").map(|_| ".".to_owned());
    }
    if let Some(terminal) = terminal {
        ask_all(&mut answers, terminal, |key| said(key).is_some())?;
    }
    let text = config::commented(&answers);
    if let Some(fault) = fault_of(&text) {
        bail!("{fault}");
    }
    create(&dir.join(NAME), &text)?;
    let mut lines = vec![format!("wrote {NAME}")];
    lines.extend(neighbour.map(|neighbour| about(neighbour, &answers, said("site.url").is_some())));
    if neighbour.is_none() && source::usual_folders(dir).is_none() {
        std::fs::create_dir(dir.join("posts")).context("cannot make the folder `posts`")?;
        lines.push("made posts/: `postrider new TITLE` starts a post in it".to_owned());
    }
    if answers.url.is_none() && said("site.url").is_none() {
        lines.push(format!("next: set `site.url` in {NAME}"));
    }
    lines.extend(neighbour.map(exclude_lines).unwrap_or_default());
    Ok(lines)
}

/// Writes a new file; one that is there is never replaced, even if it came a moment ago.
pub(super) fn create(path: &Path, text: &str) -> Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Returns the names in a folder, sorted.
pub(super) fn names_in(dir: &Path) -> Result<Vec<String>> {
    let read = || format!("cannot read the folder `{}`", dir.display());
    let entries = std::fs::read_dir(dir).with_context(read)?.collect::<Result<Vec<_>, _>>().with_context(read)?;
    let mut names: Vec<String> = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// Fills in what is usual for a neighbour whose own configuration is a program, which may say otherwise.
fn prefill(answers: &mut Answers, neighbour: &Neighbour, dir: &Path) {
    let usual = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    answers.posts = answers.posts.take().or_else(|| usual(neighbour.posts).filter(|posts| dir.join(posts).is_dir()));
    answers.output = answers.output.take().or_else(|| usual(neighbour.output));
    answers.permalink = answers.permalink.take().or_else(|| usual(neighbour.permalink));
}

/// One question: how to get at its answer, its text, its key.
type Question = (fn(&mut Answers) -> &mut Option<String>, &'static str, &'static str);

const QUESTIONS: &[Question] = &[
    (|answers| &mut answers.url, "the site's address, such as https://example.org/", "site.url"),
    (|answers| &mut answers.permalink, "the permalinks of posts", "permalink"),
    (|answers| &mut answers.output, "the folder that is served there", "output"),
];

/// Asks for what nobody has said yet.
fn ask_all(answers: &mut Answers, mut terminal: Terminal<'_>, is_said: impl Fn(&str) -> bool) -> Result<()> {
    for (slot, question, key) in QUESTIONS.iter().filter(|(_, _, key)| !is_said(key)) {
        let slot = slot(answers);
        if let Some(answer) = ask(&mut terminal, question, key, slot.as_deref())? {
            *slot = Some(answer);
        }
    }
    Ok(())
}

/// Asks until the answer is good; an empty one keeps what is known, and the end of input leaves the question open.
fn ask(terminal: &mut Terminal<'_>, question: &str, key: &str, known: Option<&str>) -> Result<Option<String>> {
    let default = config::KEYS.iter().find(|row| row.path == key).map_or("", |row| row.default);
    let shown = known.unwrap_or(default);
    for _ in 0..TRIES {
        let hint = if shown.is_empty() { String::new() } else { format!(" [{shown}]") };
        write!(terminal.output, "{question}{hint}: ").and_then(|()| terminal.output.flush()).context("cannot write to the terminal")?;
        let mut line = String::new();
        terminal.input.read_line(&mut line).context("cannot read from the terminal")?;
        let answer = line.trim();
        if answer.is_empty() {
            return Ok(None);
        }
        match fault_of(&nested(key, answer)) {
            None => return Ok(Some(answer.to_owned())),
            Some(fault) => writeln!(terminal.output, "{fault}").context("cannot write to the terminal")?,
        }
    }
    Ok(None)
}

/// Returns a configuration of one key.
fn nested(key: &str, value: &str) -> String {
    let value = config::yaml_text(value, true);
    key.split('.')
        .rev()
        .fold(value, |inside, name| if inside.starts_with('"') { format!("{name}: {inside}") } else { format!("{name}: {{{inside}}}") })
}

/// Returns the first fault of a configuration, with what to do.
fn fault_of(text: &str) -> Option<String> {
    let (_, found) = config::read(Source::new(NAME, text), &[]);
    let first = found.into_iter().find(crate::diagnostic::Diagnostic::is_error)?;
    Some(first.help.map_or(first.message.clone(), |help| format!("{}; help: {help}", first.message)))
}

fn about(neighbour: &Neighbour, answers: &Answers, is_said: bool) -> String {
    let parts = [("posts", &answers.posts), ("output", &answers.output), ("permalink", &answers.permalink)];
    let set: Vec<String> = parts.iter().filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}: {value}"))).collect();
    let article = if neighbour.name.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    let name = neighbour.name;
    if answers.from.is_some() {
        let what = if is_said { "its address, its names and its permalinks" } else { "its names and its permalinks" };
        let shown = "`postrider build --explain-site` shows them";
        return format!("this is {article} {name} site: {what} are read from its own configuration; {shown}");
    }
    format!("this is {article} {name} site: set {}; change what your site does otherwise", set.join(", "))
}

/// Returns the lines that keep Jekyll from publishing our files: it publishes every file in its root.
fn exclude_lines(neighbour: &Neighbour) -> Vec<String> {
    if neighbour.name != "Jekyll" {
        return Vec::new();
    }
    let lines = ["add these lines to _config.yml, or Jekyll publishes the files:", "exclude:", "  - postrider.yaml", "  - postrider.lock"];
    lines.map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Settings;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for name in names {
            let path = dir.path().join(name);
            if name.ends_with('/') { std::fs::create_dir_all(path) } else { std::fs::write(path, "x") }.expect("a name");
        }
        dir
    }

    fn settings(dir: &Path) -> Settings {
        let text = std::fs::read_to_string(dir.join(NAME)).expect("a configuration");
        let (settings, found) = config::read(Source::new(NAME, &text), &[]);
        assert_eq!(found, []);
        settings.expect("settings")
    }

    #[test]
    fn an_empty_folder_gets_a_configuration_and_a_folder_of_posts() {
        let dir = folder(&[]);
        let site = dir.path().join("new/site");
        let lines = run(&site, Answers::default(), None).expect("a start");
        assert_eq!(lines.first().map(String::as_str), Some("wrote postrider.yaml"));
        assert!(site.join("posts").is_dir());
        assert!(!settings(&site).url_given);
    }

    #[test]
    fn a_configuration_that_is_there_is_never_overwritten() {
        for name in NAMES {
            let dir = folder(&[name]);
            let error = run(dir.path(), Answers::default(), None).expect_err("a refusal").to_string();
            assert!(error.contains(name) && error.contains("help: "), "{error}");
            assert_eq!(std::fs::read_to_string(dir.path().join(name)).expect("the file"), "x");
        }
        let dir = folder(&["a"]);
        assert!(create(&dir.path().join("a"), "y").is_err());
    }

    #[test]
    fn a_jekyll_site_goes_by_its_own_configuration_and_gets_the_lines_to_exclude() {
        let dir = folder(&["_config.yml", "_posts/"]);
        let lines = run(dir.path(), Answers::default(), None).expect("a start");
        let text = std::fs::read_to_string(dir.path().join(NAME)).expect("a configuration");
        assert!(text.contains("\n  from: jekyll\n") && text.contains("\n#permalink: ") && text.contains("\n#output: "), "{text}");
        assert!(lines.iter().any(|line| line.contains("are read from its own configuration")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("set `site.url`")), "{lines:?}");
        assert!(lines.join("\n").ends_with("exclude:\n  - postrider.yaml\n  - postrider.lock"), "{lines:?}");
        assert!(!dir.path().join("posts").exists());
    }

    #[test]
    fn a_site_whose_configuration_is_not_read_gets_its_usual_addresses() {
        let dir = folder(&["gatsby-config.js"]);
        let lines = run(dir.path(), Answers::default(), None).expect("a start");
        assert!(lines.iter().any(|line| line.starts_with("this is a Gatsby site")), "{lines:?}");
        assert_eq!(settings(dir.path()).permalink, "/:slug/");
    }

    #[test]
    fn a_site_whose_literals_are_read_is_asked_for_by_name_with_its_article() {
        for (config, said, from) in [
            ("pelicanconf.py", "this is a Pelican site", "pelican"),
            (".eleventy.js", "this is an Eleventy site", "eleventy"),
            ("astro.config.mjs", "this is an Astro site", "astro"),
        ] {
            let dir = folder(&[config]);
            let lines = run(dir.path(), Answers::default(), None).expect("a start");
            assert!(lines.iter().any(|line| line.starts_with(said)), "{lines:?}");
            let text = std::fs::read_to_string(dir.path().join(NAME)).expect("a file");
            assert!(text.contains(&format!("\n  from: {from}\n")), "{text}");
        }
    }

    #[test]
    fn nobody_is_asked_what_the_sites_own_configuration_says() {
        for (config, asked) in [("url: https://example.org\npermalink: pretty\n", ""), ("title: x\n", "the site's address")] {
            let dir = folder(&["_posts/"]);
            std::fs::write(dir.path().join("_config.yml"), config).expect("a file");
            let mut output = Vec::new();
            run(dir.path(), Answers::default(), Some(Terminal { input: &mut std::io::empty(), output: &mut output })).expect("a start");
            let output = String::from_utf8(output).expect("text");
            assert!(output.starts_with(asked) && output.matches(": ").count() <= 1, "{output}");
            assert_eq!(output.is_empty(), asked.is_empty());
        }
    }

    #[test]
    fn questions_are_asked_again_until_the_answer_is_good() {
        let dir = folder(&[]);
        let mut input = "example.org/blog\nhttps://example.org/blog\n\npages\n".as_bytes();
        let mut output = Vec::new();
        run(dir.path(), Answers::default(), Some(Terminal { input: &mut input, output: &mut output })).expect("a start");
        let settings = settings(dir.path());
        assert_eq!((settings.url.as_str(), settings.output.as_str()), ("https://example.org/blog/", "pages"));
        assert_eq!(settings.permalink, "/:year/:month/:slug/");
        let asked = String::from_utf8(output).expect("text");
        assert!(asked.contains("help: write `https://example.org/blog`"), "{asked}");
        assert!(asked.contains("the permalinks of posts [/:year/:month/:slug/]: "), "{asked}");
    }

    #[test]
    fn the_end_of_input_leaves_questions_open() {
        let dir = folder(&[]);
        let mut output = Vec::new();
        run(dir.path(), Answers::default(), Some(Terminal { input: &mut std::io::empty(), output: &mut output })).expect("a start");
        assert!(!settings(dir.path()).url_given);
    }

    #[test]
    fn a_bad_answer_on_the_command_line_writes_nothing() {
        let dir = folder(&[]);
        let answers = Answers { url: Some("example.org".into()), ..Answers::default() };
        let error = run(dir.path(), answers, None).expect_err("a refusal").to_string();
        assert!(error.contains("write `https://example.org`"), "{error}");
        assert!(!dir.path().join(NAME).exists());
    }
}
