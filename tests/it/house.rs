//! The floor plan in src/README.md is true.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the table of rooms: name to (kind, what it may import).
fn rooms() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let text = fs::read_to_string(root().join("src/README.md")).expect("src/README.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].trim_matches('`').to_owned(), (cells[1].to_owned(), cells[3].split_whitespace().map(str::to_owned).collect()))
    })
    .collect()
}

/// Returns every Rust file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns the room of a file of `src/`.
fn room_of(file: &Path) -> String {
    let relative = file.strip_prefix(root().join("src")).expect("in src");
    let first = relative.components().next().expect("a part").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Returns the rooms that a file names after `crate::`, also in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let word = |s: &str| s.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => drop(found.insert(word(rest))),
            Some(list) => {
                let mut depth = 0;
                let mut start = 0;
                for (i, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => {
                            found.insert(word(&list[start..i]));
                            break;
                        }
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            found.insert(word(&list[start..i]));
                            start = i + 1;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found.remove("");
    found
}

#[test]
fn every_room_stands_in_the_table_and_every_row_is_a_room() {
    let there: BTreeSet<String> = files(&root().join("src")).iter().map(|f| room_of(f)).filter(|r| r != "main" && r != "lib").collect();
    let listed: BTreeSet<String> = rooms().into_keys().collect();
    assert_eq!(there, listed);
}

#[test]
fn a_room_imports_only_what_its_row_names() {
    let rooms = rooms();
    let mut wrong = Vec::new();
    for file in files(&root().join("src")) {
        let room = room_of(&file);
        let Some((_, allowed)) = rooms.get(&room) else { continue };
        if allowed.contains("everything") {
            continue;
        }
        for import in imports(&fs::read_to_string(&file).expect("file")) {
            if import != room && !allowed.contains(&import) {
                wrong.push(format!("{} imports {import}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_imports_no_edge() {
    let rooms = rooms();
    for (room, (kind, allowed)) in &rooms {
        for import in allowed.iter().filter(|_| kind == "core") {
            assert!(rooms.get(import).is_some_and(|(kind, _)| kind == "core"), "{room} may import {import}");
        }
    }
}

#[test]
fn names_in_braces_are_imports_too() {
    let text = "use crate::{text, model::{Post, Site}, feed};\n// crate::nothing\nlet x = crate::site::plan();";
    assert_eq!(imports(text).into_iter().collect::<Vec<_>>(), ["feed", "model", "site", "text"]);
}

#[test]
fn every_code_has_a_name_of_its_own_and_says_what_it_reports() {
    let codes = postrider::cli::codes();
    let names: BTreeSet<&str> = codes.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), codes.len(), "a name is used twice");
    for code in codes {
        assert!(code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", code.name);
        assert!(code.summary.len() > 30 && code.summary.ends_with('.'), "{}: {}", code.name, code.summary);
    }
}

#[test]
fn every_code_that_is_declared_can_be_explained() {
    let known: BTreeSet<&str> = postrider::cli::codes().iter().map(|code| code.name).collect();
    let mut declared = 0;
    for file in files(&root().join("src")) {
        let text = fs::read_to_string(&file).expect("a source file");
        // Codes of a room's own tests come after `mod tests`, or stand inside a function.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for item in text.split("\npub").skip(1).filter(|item| item.lines().next().is_some_and(|line| line.contains(": Code ="))) {
            let name = item.split('"').nth(1).unwrap_or_default();
            assert!(known.contains(name), "`{name}` of {} is in no table", file.display());
            declared += 1;
        }
    }
    assert!(declared > 100, "{declared} codes found");
}

#[test]
fn the_stated_rust_version_is_the_one_the_workflow_tests() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    assert_eq!(manifest.matches("\nrust-version = \"").count(), 1, "stated once");
    // The workflow reads the version from there, so that it cannot drift.
    let workflow = fs::read_to_string(root().join(".github/workflows/ci.yml")).expect("ci.yml");
    assert!(workflow.contains("rust-version"), "the workflow does not test the stated version");
}

#[test]
fn the_action_knows_the_archives_that_a_release_has() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("a file");
    let (action, release) = (read("action.yml"), read(".github/workflows/release.yml"));
    let targets: Vec<&str> = release.lines().filter_map(|line| line.split("target: ").nth(1)?.split(',').next()).collect();
    assert_eq!(targets.len(), 5);
    for target in targets.iter().filter(|target| !target.starts_with('$')) {
        assert!(action.contains(&format!("postrider-{target}.")), "{target}");
    }
    let action: serde_yaml::Value = serde_yaml::from_str(&action).expect("YAML");
    assert_eq!(action["runs"]["using"], "composite");
    assert_eq!(action["inputs"]["version"]["default"], "", "the Action takes the version of its own manifest");
}

#[test]
fn each_row_of_the_fault_matrix_has_tests_and_they_are_there() {
    let table = fs::read_to_string(root().join("src/delivery/run/tests.rs")).expect("the table");
    let tests: String = [root().join("src"), root().join("tests/it")]
        .iter()
        .flat_map(|folder| files(folder))
        .map(|file| fs::read_to_string(file).expect("a file"))
        .collect();
    let mut rows = BTreeSet::new();
    for line in table.lines().filter(|line| line.starts_with("//! | ")) {
        let cells: Vec<&str> = line.trim_start_matches("//! |").split('|').collect();
        let numbers = cells[0].split(',').filter_map(|number| number.trim().parse::<usize>().ok());
        let before = rows.len();
        rows.extend(numbers);
        for name in cells[2].split('`').skip(1).step_by(2).filter(|_| rows.len() > before) {
            assert!(
                tests.contains(&format!("#[test]\nfn {name}()"))
                    || tests.contains(&format!("]\n    fn {name}()"))
                    || tests.contains(&format!("]\nfn {name}()")),
                "{name}"
            );
        }
    }
    assert_eq!(rows, (1..=34).collect());
}
