//! Which findings count in which file: flags, then `validate:` of the configuration for its paths, then for all.

use super::super::{Workplace, config_file_if_any};
use super::names::Names;
use crate::config;
use crate::diagnostic::{Diagnostic, Source};
use crate::model::{CodeSettings, Named, ValidateSettings};
use crate::source;
use crate::validate::policy::{PROFILES, Policy, UnknownCode};
use globset::{Glob, GlobBuilder, GlobMatcher};

/// What the command line says.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::cli) struct Flags<'a> {
    pub(in crate::cli) deny: &'a [String],
    pub(in crate::cli) allow: &'a [String],
    pub(in crate::cli) profile: Option<&'a str>,
}

/// What counts where.
#[derive(Debug, Default)]
pub(in crate::cli) struct Policies {
    /// How paths and globs are spelled.
    pub(super) names: Names,
    /// What the flags say.
    flags: Policy,
    /// What the configuration says of the files of a glob.
    paths: Vec<(GlobMatcher, Policy)>,
    /// What it says of every file.
    all: Policy,
}

impl Policies {
    /// Returns the findings of a file that count.
    pub(in crate::cli) fn judge(&self, path: &str, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        Policy::judge_by(&self.layers(path), diagnostics)
    }

    /// Returns whether the profile of a file wants it to be a podcast.
    pub(super) fn wants_podcast(&self, path: &str) -> bool {
        self.layers(path).into_iter().find_map(Policy::named_profile).is_some_and(|profile| profile.podcast)
    }

    /// Returns what is said of a file, the strongest first.
    fn layers(&self, path: &str) -> Vec<&Policy> {
        let path = self.names.usual(path);
        let fits = self.paths.iter().filter(|(glob, _)| glob.is_match(&path)).map(|(_, policy)| policy);
        std::iter::once(&self.flags).chain(fits).chain([&self.all]).collect()
    }

    /// Adds what a configuration says; what is wrong with it becomes findings.
    pub(in crate::cli) fn configure(&mut self, settings: &ValidateSettings, found: &mut Vec<Diagnostic>) {
        add(&mut self.all, &settings.codes, found);
        for (glob, codes) in &settings.paths {
            match self.matcher(&glob.name) {
                Ok(matcher) => {
                    let mut policy = Policy::default();
                    add(&mut policy, codes, found);
                    self.paths.push((matcher, policy));
                }
                Err(error) => found.push(wrong(glob, format!("`{}` is not a pattern of paths: {}", glob.name, error.kind()))),
            }
        }
    }

    /// Compiles a glob: without `/` it matches a name in any folder.
    fn matcher(&self, glob: &str) -> Result<GlobMatcher, globset::Error> {
        let given = glob.trim_start_matches("./");
        let pattern = if given.contains('/') { self.names.usual(given) } else { format!("**/{given}") };
        let glob: Glob = GlobBuilder::new(&pattern).literal_separator(true).build()?;
        Ok(glob.compile_matcher())
    }
}

fn add(policy: &mut Policy, codes: &CodeSettings, found: &mut Vec<Diagnostic>) {
    set_profile(policy, codes.profile.as_deref());
    let results = codes.allow.iter().map(|named| (named, policy.allow(&named.name))).collect::<Vec<_>>();
    let denied = codes.deny.iter().map(|named| (named, policy.deny(&named.name)));
    for (named, result) in results.into_iter().chain(denied) {
        if let Err(error) = result {
            found.push(unknown(named, &error));
        }
    }
}

/// Sets the profile of a name; that there is one is checked where the name is read.
fn set_profile(policy: &mut Policy, name: Option<&str>) {
    if let Some(profile) = name.and_then(|name| PROFILES.iter().find(|profile| profile.name == name)) {
        policy.profile(profile);
    }
}

fn unknown(named: &Named, error: &UnknownCode) -> Diagnostic {
    wrong(named, error.message()).help(error.help())
}

fn wrong(named: &Named, message: String) -> Diagnostic {
    Diagnostic::new(&config::codes::BAD_VALUE, message).at(named.place.clone())
}

/// Reads what counts. `None` when the configuration has errors, which are among the findings then.
///
/// # Errors
/// When a flag names a code that is none, or the configuration cannot be read.
pub(in crate::cli) fn read(workplace: &Workplace, flags: Flags<'_>, found: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Policies>> {
    let mut policies = Policies { names: Names::new(&workplace.root), ..Policies::default() };
    set_profile(&mut policies.flags, flags.profile);
    for name in flags.allow {
        policies.flags.allow(name.trim())?;
    }
    for name in flags.deny {
        policies.flags.deny(name.trim())?;
    }
    let settings = match config_file_if_any(workplace)? {
        Some(path) => {
            let bytes = source::read(&workplace.root, &path)?;
            let text = crate::text::decode::decode(bytes).text;
            config::read(Source::new(&path, &text), &workplace.environment)
        }
        None => config::defaults(&workplace.environment),
    };
    let before = found.len();
    found.extend(settings.1);
    if let Some(settings) = &settings.0 {
        policies.configure(&settings.validate, found);
    }
    let wrong = settings.0.is_none() || found.iter().skip(before).any(Diagnostic::is_error);
    Ok((!wrong).then_some(policies))
}
