//! Edge: arguments in, exit code out; one file per subcommand. Loops, progress and printing live here, decisions do not.
#![allow(clippy::disallowed_methods, reason = "this is the edge that reads the environment and prints")]

mod adopt;
mod beside;
mod build;
mod diff;
mod explain;
mod feeds;
mod init;
mod ledger;
mod lock;
mod new;
mod newsletter;
mod posts;
mod records;
mod schema;
mod secrets;
mod subscribers;
mod summary;
mod validate;

use crate::config::{self, Answers};
use crate::diagnostic::{Code, Diagnostic, Source};
use crate::ledger::LedgerError;
use crate::model::{Date, FeedFormat, Settings};
use crate::page;
use crate::report::{self, Report, Reporter, Style};
use crate::source;
use crate::template::Templates;
use anyhow::{Context, bail};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How a run ended, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well; there may be warnings.
    Fine = 0,
    /// There are errors in what was read.
    Errors = 1,
    /// It could not run: arguments, configuration, files.
    CouldNotRun = 2,
    /// Mails are pending, deferred or unknown.
    Open = 3,
    /// Another sender holds the ledger.
    Held = 4,
    /// Stopped by SIGINT.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// Returns this status, or another one where all is well.
    fn or(self, other: Exit) -> Exit {
        if self == Exit::Fine { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// A folder of dated Markdown posts, to every reader.
#[derive(Debug, Parser)]
#[command(name = "postrider", version, about, max_term_width = 100, propagate_version = true)]
struct Cli {
    /// Act as if started in this folder; relative paths of other options follow it
    #[arg(id = "root", short = 'C', value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    directory: PathBuf,
    /// Read this configuration instead of `postrider.yaml`
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_enum, value_name = "WHEN", global = true, default_value_t)]
    color: Color,
    /// Print findings only
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take over the ids and dates by which followers know the posts, from the feeds that they read today
    Adopt(adopt::AdoptArgs),
    /// Build the feeds, the subscribe page and the OPML file from the posts
    Build(build::BuildArgs),
    /// Say what followers would see: which entries are new, updated, unread once more, gone
    Diff(diff::DiffArgs),
    /// Explain a finding: what it reports, why it matters, how to mend it; without a name, list them all
    Explain {
        /// The name of the finding
        #[arg(value_name = "CODE")]
        code: Option<String>,
    },
    /// Start a site: write a commented `postrider.yaml` (never overwrites)
    Init(InitArgs),
    /// Look after the ledger: who wants mail, and what was sent to whom
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Write `postrider.lock` alone: the ids and dates by which readers know the posts
    Lock(lock::LockArgs),
    /// Start a dated draft
    New(NewArgs),
    /// Make the newsletter from the posts nobody was mailed yet
    #[command(subcommand)]
    Newsletter(newsletter::NewsletterCommand),
    /// Print the JSON Schema of `postrider.yaml`
    Schema,
    /// Keep the list of those who want the newsletter
    Subscribers(subscribers::SubscribersArgs),
    /// Check feeds: every fault, with its place, why it matters and how to mend it
    Validate(validate::ValidateArgs),
}

/// Arguments of `postrider init`.
#[derive(Debug, Args)]
struct InitArgs {
    /// The folder of the site, made if need be
    #[arg(default_value = ".", hide_default_value = true)]
    directory: PathBuf,
    /// The address at which `output` is served
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The site's title
    #[arg(long)]
    title: Option<String>,
    /// The pattern of permalinks
    #[arg(long, value_name = "PATTERN")]
    permalink: Option<String>,
    /// The folder that is served
    #[arg(long, value_name = "DIR")]
    output: Option<String>,
    /// Copy the built-in templates into the folder of templates, to be changed (never overwrites)
    #[arg(long)]
    templates: bool,
    /// Print a sample of the headers that feeds want, for this host, and write nothing
    #[arg(long, value_name = "HOST", value_parser = PossibleValuesParser::new(page::HOSTS.iter().map(|host| host.name)))]
    headers: Option<String>,
}

/// Arguments of `postrider new`.
#[derive(Debug, Args)]
struct NewArgs {
    /// The title of the post
    title: String,
    /// Date it so, instead of now
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW")]
    now: Option<String>,
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How to report: a row of the table of reporters.
#[derive(Debug, Clone, Copy)]
struct Format(&'static Reporter);

impl Default for Format {
    fn default() -> Self {
        Format(&report::REPORTERS[0])
    }
}

impl Format {
    /// Returns the format for people.
    fn human() -> Self {
        Self::default()
    }

    /// Returns the format that is one JSON object.
    fn json() -> Self {
        report::reporter("json").map_or_else(Self::human, Format)
    }

    /// Returns whether people read it, and not a program.
    fn is_human(self) -> bool {
        self.0.name == Self::human().0.name
    }

    /// Reads `--format`.
    fn parser() -> impl TypedValueParser<Value = Format> {
        PossibleValuesParser::new(report::REPORTERS.iter().map(|reporter| PossibleValue::new(reporter.name).help(reporter.doc)))
            .map(|name| report::reporter(&name).map_or_else(Format::human, Format))
    }
}

/// What a run may know of the terminal it is in.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Terminal {
    /// Whether what goes to standard error is coloured.
    color: bool,
    /// Whether what goes to standard output is.
    color_out: bool,
    progress: bool,
    asks: bool,
}

/// Where a run takes place: its folder, its configuration, its surroundings.
#[derive(Debug, Clone)]
pub struct Workplace {
    root: PathBuf,
    config: Option<PathBuf>,
    environment: Vec<(String, String)>,
    terminal: Terminal,
    quiet: bool,
}

impl Workplace {
    fn new(cli: &Cli) -> anyhow::Result<Self> {
        if !cli.directory.is_dir() {
            bail!("there is no folder `{}`; help: `-C` takes the folder of a site", cli.directory.display());
        }
        let color = |terminal: bool| match cli.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        let (color, color_out) = (color(io::stderr().is_terminal()), color(io::stdout().is_terminal()));
        let asks = io::stdin().is_terminal() && io::stdout().is_terminal();
        let mut environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("POSTRIDER_"))
            .collect();
        environment.sort();
        let terminal = Terminal { color, color_out, progress: io::stderr().is_terminal() && !cli.quiet, asks };
        Ok(Workplace { root: cli.directory.clone(), config: cli.config.clone(), environment, terminal, quiet: cli.quiet })
    }

    /// Returns a path of the command line or the configuration, which follow `-C`.
    fn path(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }

    /// Says something in passing, on standard error.
    fn note(&self, text: &str) {
        if !self.quiet {
            drop(writeln!(io::stderr(), "{text}"));
        }
    }
}

/// Every finding that this build of postrider can make, room by room.
#[must_use]
pub fn codes() -> Vec<&'static Code> {
    [
        build::CODES,
        config::CODES,
        newsletter::CODES,
        posts::CODES,
        crate::edition::CODES,
        crate::edition::render::CODES,
        crate::frontmatter::CODES,
        crate::html::CODES,
        crate::list::CODES,
        crate::mail::CODES,
        crate::mail::check::CODES,
        crate::markdown::CODES,
        crate::template::CODES,
        crate::site::CODES,
        crate::validate::CODES,
    ]
    .concat()
}

/// Runs the program with the process's own arguments.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            drop(error.print());
            return if error.use_stderr() { Exit::CouldNotRun.into() } else { Exit::Fine.into() };
        }
    };
    let workplace = Workplace::new(&cli);
    let result = workplace.as_ref().map_err(|e| anyhow::anyhow!("{e}")).and_then(|workplace| dispatch(workplace, &cli.command));
    match result {
        Ok(exit) => exit.into(),
        Err(error) if is_closed_pipe(&error) => Exit::Fine.into(),
        Err(error) => {
            print_error(&error);
            let is_held = matches!(error.downcast_ref::<LedgerError>(), Some(LedgerError::Held(_)));
            if is_held { Exit::Held.into() } else { Exit::CouldNotRun.into() }
        }
    }
}

fn dispatch(workplace: &Workplace, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Adopt(args) => adopt::run(workplace, args),
        Command::Build(args) => build::run(workplace, args),
        Command::Diff(args) => diff::run(workplace, args),
        Command::Explain { code } => explain::run(code.as_deref()),
        Command::Init(args) => start_site(workplace, args),
        Command::Ledger(command) => ledger::run(workplace, command),
        Command::Lock(args) => lock::run(workplace, args),
        Command::New(args) => start_post(workplace, args),
        Command::Newsletter(command) => newsletter::run(workplace, command),
        Command::Schema => print_lines(&[schema::run()]),
        Command::Subscribers(args) => subscribers::run(workplace, args),
        Command::Validate(args) => validate::run(workplace, args),
    }
}

/// Runs `postrider init`.
fn start_site(workplace: &Workplace, args: &InitArgs) -> anyhow::Result<Exit> {
    if let Some(host) = &args.headers {
        return print_headers(workplace, host);
    }
    if args.templates {
        return copy_templates(workplace);
    }
    let answers = Answers {
        url: args.url.clone(),
        title: args.title.clone(),
        permalink: args.permalink.clone(),
        output: args.output.clone(),
        ..Answers::default()
    };
    let (mut input, mut output) = (io::stdin().lock(), io::stdout());
    let terminal = workplace.terminal.asks.then_some(init::Terminal { input: &mut input, output: &mut output });
    print_lines(&init::run(&workplace.path(&args.directory), answers, terminal)?)
}

/// Copies the built-in templates out; those of the site's own stay.
fn copy_templates(workplace: &Workplace) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let Some(settings) = load(workplace, &mut findings)? else {
        print_report(workplace, Format::human(), &Report { diagnostics: &findings, ..Report::default() }, None)?;
        return Ok(Exit::CouldNotRun);
    };
    let folder = settings.templates.trim_end_matches('/');
    let mut lines = Vec::new();
    for (name, text) in crate::template::BUILT_IN.iter().chain(&[crate::template::README]) {
        let path = format!("{folder}/{name}");
        let target = workplace.path(Path::new(&path));
        if target.exists() {
            lines.push(format!("{path} is there already"));
            continue;
        }
        crate::output::replace_file(&target, text.as_bytes()).with_context(|| format!("cannot write `{path}`"))?;
        lines.push(format!("wrote {path}"));
    }
    print_lines(&lines)
}

/// Prints how a host is told to serve this site's feeds.
fn print_headers(workplace: &Workplace, host: &str) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let Some(mut settings) = load(workplace, &mut findings)? else {
        print_report(workplace, Format::human(), &Report { diagnostics: &findings, ..Report::default() }, None)?;
        return Ok(Exit::CouldNotRun);
    };
    crate::site::take_feeds(&mut settings, &lock::read_feeds(workplace)?);
    // A host knows paths from its own root, so the path of the site's address comes before them.
    let base = settings.url.path().trim_start_matches('/');
    let folders: Vec<&str> = std::iter::once(&*settings.habits.main_folder)
        .chain(settings.languages.iter().map(|language| language.path.as_str()))
        .map(|path| path.trim_start_matches('/'))
        .collect();
    let paths = folders.iter().flat_map(|folder| settings.feeds.formats.iter().map(move |format| (folder, *format)));
    let output = settings.output.trim_end_matches('/');
    let file = |(folder, format): (&&str, FeedFormat)| {
        let path = format!("{folder}{}", settings.feeds.files[format as usize]);
        (format!("{base}{path}"), format!("{output}/{path}"), format)
    };
    let files: Vec<(String, String, FeedFormat)> = paths.map(file).collect();
    let files: Vec<(&str, &str, FeedFormat)> =
        files.iter().map(|(path, source, format)| (path.as_str(), source.as_str(), *format)).collect();
    let Some(sample) = page::headers(host, &files) else { bail!("`{host}` is not a host postrider knows") };
    // What is printed is the file itself: `> vercel.json` has to be JSON.
    if let Some(file) = sample.file {
        workplace.note(&format!("put this into `{file}`"));
    }
    if !settings.feeds.by.is_empty() && !files.is_empty() {
        workplace.note("note: the feeds that `feeds.by` adds are not in it; serve them in the same way");
    }
    print_lines(&[sample.text.trim_end().to_owned()])
}

/// Runs `postrider new`.
fn start_post(workplace: &Workplace, args: &NewArgs) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let settings = load(workplace, &mut findings)?;
    print_report(workplace, Format::human(), &Report { diagnostics: &findings, ..Report::default() }, None)?;
    let Some(settings) = settings else { return Ok(Exit::CouldNotRun) };
    let path = new::run(&workplace.root, &settings, &args.title, now(args.now.as_deref(), &settings)?)?;
    print_lines(&[format!("wrote {path}")])
}

fn print_lines(lines: &[String]) -> anyhow::Result<Exit> {
    for line in lines {
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(Exit::Fine)
}

/// Returns the time to act for: the given one, else the clock's.
fn now(given: Option<&str>, settings: &Settings) -> anyhow::Result<Date> {
    let Some(given) = given.filter(|given| !given.trim().is_empty()) else { return Ok(chrono::Utc::now().fixed_offset()) };
    match crate::text::dates::parse(given, settings.timezone) {
        Ok(parsed) => Ok(parsed.date),
        Err(fault) => bail!("`{given}` {}; help: {}", fault.reason, fault.help),
    }
}

/// Says in one line why something could not be done, with the causes.
fn print_error(error: &anyhow::Error) {
    drop(writeln!(io::stderr(), "error: {}", report::tame(&described(error))));
}

/// Returns an error with its causes.
fn described(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Returns whether nobody reads our output any more, which is no error (`postrider build | head -1`).
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Reads the configuration; `None` when it has errors, which are among the findings then.
///
/// # Errors
/// When the file cannot be read, or there is none and the folder belongs to another generator.
fn load(workplace: &Workplace, findings: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Settings>> {
    let read = read_configuration(workplace)?;
    findings.extend(read.findings);
    findings.extend(read.settings.iter().flat_map(|settings| crate::template::check_shortcodes(&settings.shortcodes)));
    Ok(read.settings)
}

/// Reads the configuration, and that of the site's generator below it.
///
/// # Errors
/// When a file cannot be read, or there is none of ours and the generator's is not one we read.
fn read_configuration(workplace: &Workplace) -> anyhow::Result<config::Surroundings> {
    let path = config_file_if_any(workplace)?;
    let around = beside::Around::read(&workplace.root)?;
    let Some(path) = path else {
        // It is not guessed at what we cannot read.
        if let Some(found) = around.neighbour.filter(|found| !found.is_read()) {
            bail!("this is a {} site without a postrider.yaml; help: run `postrider init` to write one for it", found.name);
        }
        return Ok(config::read_site(None, &around.beside(), &workplace.environment));
    };
    let text = crate::text::decode::decode(source::read(&workplace.root, &path)?).text;
    Ok(config::read_site(Some(Source::new(&path, &text)), &around.beside(), &workplace.environment))
}

/// Returns the path of the configuration relative to the root.
fn config_file_if_any(workplace: &Workplace) -> anyhow::Result<Option<String>> {
    if let Some(given) = &workplace.config {
        if !workplace.path(given).is_file() {
            bail!("there is no file `{}`; help: `--config` takes the path of a postrider.yaml", given.display());
        }
        return Ok(Some(given.display().to_string()));
    }
    let there: Vec<&str> = ["postrider.yaml", "postrider.yml"].into_iter().filter(|name| workplace.root.join(name).exists()).collect();
    match there.as_slice() {
        [one] => Ok(Some((*one).to_owned())),
        [] => Ok(None),
        _ => bail!("there are both `postrider.yaml` and `postrider.yml`; help: remove one of them"),
    }
}

/// Returns the built-in templates with a site's own in their places.
fn templates(own: &[source::OwnTemplate]) -> Templates<'_> {
    let mut templates = Templates::built_in();
    for file in own {
        templates.put(&*file.name, &*file.path, &*file.text);
    }
    templates
}

/// Forgives a reader that went away: what was found still decides the exit status.
fn unless_closed(written: io::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints what a run found and did: findings on standard error, what changed on standard output; or JSON there.
fn print_report(workplace: &Workplace, format: Format, report: &Report<'_>, line: Option<&str>) -> anyhow::Result<()> {
    let style = Style { color: workplace.terminal.color, info: false };
    let report = &Report { quiet: workplace.quiet, ..*report };
    if !format.is_human() {
        let mut out = io::BufWriter::new(io::stdout().lock());
        return unless_closed((format.0.write)(report, style, &mut out).and_then(|()| out.flush()));
    }
    let lines = report::output_lines(report.outputs).into_iter().chain(line.map(report::tame)).filter(|_| !workplace.quiet);
    let mut err = io::BufWriter::new(io::stderr().lock());
    unless_closed((format.0.write)(report, style, &mut err).and_then(|()| err.flush()))?;
    unless_closed(lines.into_iter().try_for_each(|line| writeln!(io::stdout(), "{line}")))
}
