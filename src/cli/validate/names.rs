//! One spelling for each document. `./a.xml`, `b/../a.xml` and the whole path are one file to reports, baselines and the globs of
//! `validate.paths`.

use std::path::{Component, Path, PathBuf};

/// Spells names in the usual way: relative to the root where they are below it, with `/`, without `.` and `..`.
#[derive(Debug, Default)]
pub(in crate::cli) struct Names {
    /// The root as a whole path: as the system spells it, and with its links followed.
    roots: Vec<PathBuf>,
}

impl Names {
    /// Makes names relative to a root.
    pub(in crate::cli) fn new(root: &Path) -> Self {
        let absolute = std::path::absolute(root).ok().map(|root| flat(&root));
        let mut roots: Vec<PathBuf> = absolute.into_iter().chain(root.canonicalize()).collect();
        roots.dedup();
        Names { roots }
    }

    /// Returns the usual spelling; an address and `-` stay.
    pub(in crate::cli) fn usual(&self, given: &str) -> String {
        if given.is_empty() || given == "-" || is_web(given) {
            return given.to_owned();
        }
        let whole = self.roots.first().map(|root| flat(&root.join(given)));
        let below = self.roots.iter().find_map(|root| whole.as_ref()?.strip_prefix(root).ok());
        let usual = below.map_or_else(|| flat(Path::new(given)), Path::to_path_buf);
        let usual = usual.to_string_lossy();
        let usual = if cfg!(windows) { usual.replace('\\', "/") } else { usual.into_owned() };
        if usual.is_empty() { ".".to_owned() } else { usual }
    }
}

/// Takes `.` and `..` out of a path. Behind a link `..` is another folder than the one before it, and stays.
fn flat(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::RootDir)) => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) && !out.is_symlink() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Returns whether a name is an address on the web.
pub(super) fn is_web(given: &str) -> bool {
    given.split_once("://").is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name_however_it_is_spelled() {
        let site = tempfile::tempdir().expect("a folder");
        let names = Names::new(site.path());
        let whole = site.path().join("a/x.xml").display().to_string();
        let around = format!("../{}/a/x.xml", site.path().file_name().and_then(|name| name.to_str()).expect("a name"));
        for given in ["a/x.xml", "./a/x.xml", "a/./x.xml", "a//x.xml", "b/../a/x.xml", &whole, &around] {
            assert_eq!(names.usual(given), "a/x.xml", "{given}");
        }
        for (given, usual) in [
            ("-", "-"),
            ("", ""),
            ("./", "."),
            ("../x.xml", "../x.xml"),
            ("../b/.././x.xml", "../x.xml"),
            ("/../x.xml", "/x.xml"),
            ("./a/*.xml", "a/*.xml"),
            ("https://example.org/a/../b", "https://example.org/a/../b"),
        ] {
            assert_eq!(names.usual(given), usual, "{given}");
        }
        assert_eq!(Names::default().usual("./a/../b.xml"), "b.xml");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_behind_a_link_keeps_its_name() {
        let site = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(site.path().join("far/away")).expect("made");
        std::os::unix::fs::symlink("far/away", site.path().join("near")).expect("linked");
        let names = Names::new(site.path());
        assert_eq!((names.usual("near/../x.xml").as_str(), names.usual("far/../x.xml").as_str()), ("near/../x.xml", "x.xml"));
    }
}
