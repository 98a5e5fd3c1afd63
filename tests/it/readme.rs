//! The README is true: every example in it is run, from top to bottom, in one empty folder.

use crate::builder::{NOW, Site, folder};
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
            (Some(block), None) => block.text += &format!("{line}\n"),
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

#[test]
fn every_example_prints_what_the_readme_shows() {
    let site = folder();
    for block in blocks(&readme()) {
        if let Some(file) = &block.file {
            site.write(file, &block.text);
        }
        if block.language != "console" {
            continue;
        }
        let mut expected = String::new();
        let mut shown = String::new();
        for line in block.text.lines() {
            expected += &format!("{line}\n");
            if let Some(command) = line.strip_prefix("$ ") {
                shown += &format!("{line}\n{}", shell(&site, command));
            }
        }
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned();
        assert_eq!(trimmed(&expected), trimmed(&shown), "the block at line {} of README.md", block.line);
    }
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
fn the_reference_of_the_configuration_is_the_one_the_program_has() {
    let text = readme();
    let shown = text.split("<!-- reference -->").nth(1).and_then(|rest| rest.split("<!-- /reference -->").next()).expect("the markers");
    assert_eq!(shown.trim(), postrider::config::reference().trim(), "put the output of `config::reference()` between the markers");
}

#[test]
fn the_two_commands_of_the_set_up_are_there_and_ci_calls_them() {
    let ci = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/run")).expect(".ci/run");
    assert!(readme().contains("cargo run --release -- build\ncargo test\n"));
    assert!(ci.contains("cargo run --release") && ci.contains("cargo test"));
}
