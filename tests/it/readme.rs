//! The README is true: every example in it is run by a shell, from top to bottom, in one empty folder.

use crate::builder::{NOW, Site, folder};
#[cfg(unix)]
use crate::mail_server::{MailServer, Mode};
use std::process::Command;

/// A fenced block: its language, the file it names, its text and its line.
struct Block {
    language: String,
    file: Option<String>,
    text: String,
    line: usize,
}

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md")
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
                let file = rest.split_whitespace().find_map(|word| word.strip_prefix("file=")).map(str::to_owned);
                open = Some(Block { language: language.to_owned(), file, text: String::new(), line: i + 1 });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    blocks
}

/// Runs one command line as a shell would, with the program on the path; returns what a terminal would show.
fn shell(site: &Site, command: &str) -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_postrider")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("PATH"));
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("exec 2>&1; {command}"))
        .current_dir(site.root())
        .env("PATH", path)
        .env("POSTRIDER_NOW", NOW)
        .output();
    String::from_utf8(output.expect("a shell").stdout).expect("UTF-8")
}

/// Returns the README as it would be if every example showed what is printed and the reference were the program's.
fn true_readme() -> String {
    let site = folder();
    let text = readme();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut shift = 0isize;
    for block in blocks(&text) {
        if let Some(file) = &block.file {
            site.write(file, &block.text);
        }
        if block.language != "console" {
            continue;
        }
        let commands = block.text.lines().filter_map(|line| line.strip_prefix("$ "));
        let shown: Vec<String> = commands.map(|command| format!("$ {command}\n{}", shell(&site, command))).collect();
        let shown: Vec<String> = shown.concat().trim_end().lines().map(|line| line.trim_end().to_owned()).collect();
        let start = block.line.checked_add_signed(shift).expect("a line");
        let old = block.text.lines().count();
        shift += isize::try_from(shown.len()).expect("a number") - isize::try_from(old).expect("a number");
        lines.splice(start..start + old, shown);
    }
    let text = lines.join("\n") + "\n";
    let (before, rest) = text.split_once(REFERENCE.0).expect("the marker");
    let (_, after) = rest.split_once(REFERENCE.1).expect("the marker");
    format!("{before}{}\n{}\n{}{after}", REFERENCE.0, postrider::config::reference().trim(), REFERENCE.1)
}

/// Between these stands what `config::reference` returns.
const REFERENCE: (&str, &str) = ("<!-- reference -->", "<!-- /reference -->");

#[test]
fn every_example_prints_what_the_readme_shows_and_the_reference_is_the_programs_own() {
    let truth = true_readme();
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"), &truth).expect("README.md");
    }
    let text = readme();
    for (i, (shown, printed)) in text.lines().zip(truth.lines()).enumerate() {
        assert_eq!(shown, printed, "line {} of README.md; read what changed, then accept it with UPDATE_README=1", i + 1);
    }
    assert_eq!(text.lines().count(), truth.lines().count());
}

#[test]
fn every_configuration_in_the_readme_is_read_without_a_finding() {
    for block in blocks(&readme()).iter().filter(|block| block.language == "yaml" && block.text.starts_with("site:")) {
        let (settings, findings) = postrider::config::read(postrider::diagnostic::Source::new("postrider.yaml", &block.text), &[]);
        let messages: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
        assert!(settings.is_some() && messages.is_empty(), "line {}: {messages:?}", block.line);
    }
}

#[test]
fn jobs_make_the_folder_that_they_judge() {
    let text = readme();
    let judged = |line: &str| line.contains("paths: public") || line.contains("validate public --format");
    let blocks = blocks(&text);
    let jobs: Vec<&Block> = blocks.iter().filter(|block| block.language == "yaml" && block.text.lines().any(judged)).collect();
    assert_eq!(jobs.len(), 2, "one for GitHub, one for GitLab");
    for block in jobs {
        assert!(serde_yaml::from_str::<serde_yaml::Value>(&block.text).is_ok(), "line {}", block.line);
        let built = |line: &str| line.contains("postrider build") || line.contains("postrider\" build");
        let at = |what: &dyn Fn(&str) -> bool| block.text.lines().position(what);
        assert!(at(&built).is_some_and(|build| at(&judged).is_some_and(|judge| build < judge)), "line {}", block.line);
    }
}

#[test]
fn the_two_commands_of_the_set_up_are_there_and_ci_calls_them() {
    let ci = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/run")).expect(".ci/run");
    assert!(readme().contains("cargo run --release -- build\ncargo test\n"));
    assert!(ci.contains("cargo run --release") && ci.contains("cargo test"));
}

#[test]
fn every_placeholder_of_a_permalink_is_explained_and_expands() {
    let text = readme();
    let site = crate::builder::site();
    for name in postrider::config::PLACEHOLDERS {
        assert!(text.contains(&format!("`:{name}`")), ":{name} is not in README.md");
        site.write("postrider.yaml", format!("{}permalink: /x-:year/:{name}/:path/\n", crate::builder::CONFIG));
        site.write("posts/trips/A day.md", "---\ntitle: A\ndate: 2024-08-19\ncategories: [News]\n---\nText.\n");
        let url = site.feed()["items"][0]["url"].as_str().expect("a URL").to_owned();
        assert!(!url.contains(':') || url.matches(':').count() == 1, "{url}");
        assert!(url.ends_with("/trips/A%20day/"), "{url}");
    }
}

#[cfg(unix)]
#[test]
fn the_way_to_a_first_edition_is_as_short_as_it_says() {
    let server = MailServer::good(Mode::Clear);
    let text = readme();
    let blocks = blocks(&text);
    let way = &blocks.iter().find(|block| block.text.starts_with("postrider init letter")).expect("the way").text;
    let way = way.replace("port: 1025", &format!("port: {}", server.port)).replace("$(date +%F)", "2026-11-20");
    let way = way.replace("$(openssl rand -base64 32)", "only-for-tests-only-for-tests-only-for-tests");
    let site = folder();
    let shown = shell(&site, &way);
    assert!(shown.contains("edition 2026-11-20: 1 sent") && shown.contains("closed since"), "{shown}");
    assert_eq!(server.heard().taken.remove(0).to, ["reader@example.net"]);
}
