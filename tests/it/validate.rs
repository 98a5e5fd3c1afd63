//! `postrider validate` and `explain`: files, folders, globs, standard input and a server on this machine.

use crate::builder::{NOW, Run, Site, folder};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A feed without a warning.
const GOOD: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel>
    <title>Notes</title>
    <link>https://example.org/</link>
    <description>From the road.</description>
    <language>en</language>
    <atom:link rel="self" href="https://example.org/rss.xml" type="application/rss+xml"/>
  </channel>
</rss>
"#;

/// A feed with an error in line 3 and a well-known code.
const BAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\">\n<channel><title>T</title><description>D</description></channel></rss>\n";

fn json(run: &Run) -> serde_json::Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr))
}

/// Returns the codes found in a file of a report.
fn codes(report: &serde_json::Value, path: &str) -> Vec<String> {
    let files = report["files"].as_array().expect("files");
    let file = files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path} in {report}"));
    file["diagnostics"].as_array().expect("diagnostics").iter().map(|found| found["code"].as_str().expect("a code").to_owned()).collect()
}

fn validate(site: &Site, args: &[&str]) -> Run {
    let no_proxy = [("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")];
    site.run_with(&[&["validate"], args].concat(), &no_proxy)
}

fn report(site: &Site, args: &[&str]) -> serde_json::Value {
    json(&validate(site, &[args, &["--format", "json"]].concat()))
}

#[test]
fn a_good_feed_is_one_line_and_a_bad_one_names_the_place() {
    let site = folder().file("good.xml", GOOD).file("bad.xml", BAD);
    let run = validate(&site, &["good.xml"]);
    run.assert(0, &["1 document checked, nothing found"]);
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (1, ""));
    validate(&site, &["bad.xml"]).assert(1, &["error[missing-link]", "bad.xml:3:1", "1 error"]);
    assert_eq!(validate(&site, &["good.xml", "-q"]).stdout, "");
    let quiet = validate(&site, &["bad.xml", "-q", "--format", "short"]);
    assert!(quiet.code == 1 && quiet.stdout.lines().all(|line| line.starts_with("bad.xml:")), "{}", quiet.stdout);
}

#[test]
fn a_folder_is_searched_for_feeds_and_the_rest_is_counted() {
    let site = folder().file("out/a/rss.xml", BAD).file("out/feed.xml", GOOD).file("out/index.html", "<!DOCTYPE html><html></html>");
    site.write("out/sitemap.xml", "<?xml version='1.0'?><urlset/>");
    site.write("out/.git/rss.xml", BAD);
    let run = validate(&site, &["out"]);
    run.assert(1, &["2 other files left out: no feeds", "2 documents checked", "out/a/rss.xml:3:1"]);
    let report = report(&site, &["out/"]);
    let paths: Vec<&str> = report["files"].as_array().expect("files").iter().filter_map(|file| file["path"].as_str()).collect();
    assert_eq!(paths, ["out/a/rss.xml", "out/feed.xml"]);
}

#[test]
fn a_folder_without_a_feed_is_named_in_every_format_whatever_else_is_checked() {
    let site =
        folder().file("good.xml", GOOD).file("empty/page.html", "<!DOCTYPE html><html></html>").file("list.txt", "good.xml\nempty\n");
    for format in ["human", "short", "json", "sarif", "github", "junit"] {
        for args in [&["empty"][..], &["empty", "good.xml"], &["--list", "list.txt"]] {
            let run = validate(&site, &[args, &["--format", format]].concat());
            run.assert(2, &["cannot read `empty`: no file in it is a feed"]);
        }
    }
    validate(&site, &["empty/*.html", "good.xml"]).assert(2, &["cannot read `empty/*.html`: no file that it matches is a feed"]);
}

#[test]
fn one_run_writes_several_reports() {
    let site = folder().file("bad.xml", BAD);
    let run = validate(&site, &["bad.xml", "--format", "github", "--report", "sarif=reports/a.sarif", "--report", "json=a.json"]);
    run.assert(1, &["::error file=bad.xml"]);
    assert!(site.read("reports/a.sarif").contains("\"ruleId\""));
    assert_eq!(site.read("a.json"), validate(&site, &["bad.xml", "--format", "json"]).stdout);
    validate(&site, &["bad.xml", "--report", "sarf=a.sarif"]).assert(2, &["did you mean `sarif`?"]);
    validate(&site, &["bad.xml", "--report", "sarif"]).assert(2, &["write it like `sarif=FILE`"]);
}

#[test]
fn the_profile_podcast_judges_any_feed_as_one() {
    let site = folder().file("good.xml", GOOD).file("podcast/postrider.yaml", "validate: {profile: podcast}\n");
    validate(&site, &["good.xml"]).assert(0, &["nothing found"]);
    validate(&site, &["good.xml", "--profile", "podcast"]).assert(1, &["error[missing-itunes-element]", "no `itunes:explicit`"]);
    validate(&site, &["good.xml", "--config", "podcast/postrider.yaml"]).assert(1, &["error[missing-itunes-element]"]);
}

#[test]
fn a_glob_of_the_configuration_has_a_profile_of_its_own() {
    let site = folder().file("blog/rss.xml", GOOD).file("show/rss.xml", GOOD);
    site.write("postrider.yaml", "validate: {profile: w3c, paths: {show/*.xml: {profile: podcast}}}\n");
    let report = report(&site, &["blog", "show"]);
    assert_eq!(report["files"][0]["valid"], true);
    assert!(codes(&report, "show/rss.xml").contains(&"missing-itunes-element".to_owned()));
    assert_eq!(validate(&site, &["blog", "show", "--profile", "w3c"]).code, 0);
    site.write("postrider.yaml", "validate: {paths: {show/*.xml: {profile: podcasts}}}\n");
    validate(&site, &["show"]).assert(2, &["did you mean `podcast`?"]);
}

#[test]
fn a_glob_that_the_shell_left_matches_files() {
    let site = folder().file("a/rss.xml", GOOD).file("a/b/x.xml", GOOD).file("a/x.html", "<html>");
    let paths = |glob: &str| report(&site, &[glob])["files"].as_array().expect("files").len();
    assert_eq!((paths("a/*.xml"), paths("a/**/*.xml"), paths("./a/*/x.xml")), (1, 2, 1));
    validate(&site, &["b/*.xml"]).assert(2, &["it matches nothing"]);
    validate(&site, &["a/*.rss"]).assert(2, &["it matches nothing"]);
}

#[test]
fn what_cannot_be_read_is_status_2_and_the_rest_is_reported() {
    let site = folder().file("bad.xml", BAD);
    let run = validate(&site, &["missing.xml", "bad.xml", "--format", "json"]);
    assert_eq!(run.code, 2);
    let report = json(&run);
    assert_eq!(report["files"][0]["status"], "unread");
    assert_eq!(report["files"][0]["reason"], "there is no such file or folder");
    assert_eq!(report["files"][0]["kind"], "unknown");
    assert!(codes(&report, "bad.xml").contains(&"missing-link".to_owned()));
    validate(&site, &["missing.xml", "bad.xml"]).assert(2, &["cannot read `missing.xml`", "[missing-link]"]);
    validate(&site, &["", "bad.xml"]).assert(2, &["the path is empty", "[missing-link]"]);
}

#[test]
fn a_named_file_that_is_no_feed_is_an_error() {
    let site = folder().file("page.html", "<html><head><title>T</title></head></html>");
    assert_eq!(validate(&site, &["page.html"]).code, 1);
}

#[test]
fn standard_input_is_read_and_any_encoding() {
    let site = folder();
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(GOOD.replace("utf-8", "utf-16").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (bytes, code) in [(GOOD.as_bytes(), 0), (BAD.as_bytes(), 1), (utf16.as_slice(), 0), (b"<rss>\xff</rss>".as_slice(), 1)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postrider"));
        command.current_dir(site.root()).args(["validate", "-"]).env("POSTRIDER_NOW", NOW);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("postrider runs");
        child.stdin.take().expect("a pipe").write_all(bytes).expect("written");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn flags_say_what_counts() {
    let site = folder().file("bad.xml", BAD);
    assert_eq!(validate(&site, &["bad.xml", "--allow", "missing-link"]).code, 0);
    assert_eq!(validate(&site, &["bad.xml", "--allow", "missing-element"]).code, 0, "a code covers those below it");
    let report = report(&site, &["bad.xml", "--allow", "missing-element", "--deny", "best-practices"]);
    assert_eq!(validate(&site, &["bad.xml", "--allow", "missing-element"]).code, 0);
    assert!(codes(&report, "bad.xml").iter().all(|code| code != "missing-link"));
    validate(&site, &["bad.xml", "--allow", "missing-lnik"]).assert(2, &["did you mean `missing-link`?"]);
    for (flag, word, help) in [
        ("--deny", "info", "advice is never an error"),
        ("--deny", "warning", "did you mean `warnings`?"),
        ("--deny", "errors", "errors count anyway"),
        ("--deny", "wranings", "did you mean `warnings`?"),
        ("--allow", "warnings", "name the findings"),
        ("--allow", "advice", "only with `--advice`"),
    ] {
        validate(&site, &["bad.xml", flag, word]).assert(2, &[&format!("there is no code `{word}`"), help]);
    }
    validate(&site, &["bad.xml", "--profile", "loose"]).assert(2, &["strict", "w3c", "podcast"]);
}

#[test]
fn what_is_denied_is_an_error_in_the_report_too() {
    let site = folder().file("feed.xml", GOOD.replace("    <language>en</language>\n", ""));
    let report = report(&site, &["feed.xml", "--base-url", "https://example.org/"]);
    let warnings = report["summary"]["warnings"].as_u64().expect("a number");
    assert!(warnings > 0, "{report}");
    let strict = json(&validate(&site, &["feed.xml", "--base-url", "https://example.org/", "--deny", "warnings", "--format", "json"]));
    assert_eq!(strict["summary"]["errors"], warnings);
    assert_eq!(strict["files"][0]["valid"], warnings == 0);
    assert_eq!(strict["summary"]["warnings"], 0);
}

#[test]
fn the_configuration_says_what_counts_for_which_paths() {
    let site = folder().file("old/bad.xml", BAD).file("bad.xml", BAD);
    site.write("postrider.yaml", "validate:\n  paths:\n    old/*.xml: {allow: [missing-link]}\n");
    let run = validate(&site, &[".", "--format", "json"]);
    assert_eq!(run.code, 1);
    let report = json(&run);
    assert!(!codes(&report, "old/bad.xml").contains(&"missing-link".to_owned()));
    assert!(codes(&report, "bad.xml").contains(&"missing-link".to_owned()));
    assert_eq!(validate(&site, &["./old/bad.xml"]).code, 0);
    assert_eq!(validate(&site, &["old/bad.xml", "--deny", "missing-link"]).code, 1, "a flag wins over the file");
    site.write("postrider.yaml", "validate: {profile: strict, allow: missing-link}\n");
    assert_eq!(validate(&site, &["bad.xml"]).code, i32::from(report_has_warnings(&site)));
}

fn report_has_warnings(site: &Site) -> bool {
    report(site, &["bad.xml", "--profile", "podcast"])["summary"]["warnings"].as_u64() > Some(0)
}

#[test]
fn an_unknown_code_in_the_configuration_is_reported_where_it_stands() {
    let site = folder().file("good.xml", GOOD).file("postrider.yaml", "validate:\n  allow: [missing-link, misssing-guid]\n");
    validate(&site, &["good.xml"]).assert(2, &["postrider.yaml:2:25", "did you mean `missing-guid`?"]);
}

#[test]
fn with_a_baseline_only_new_findings_fail() {
    let site = folder().file("bad.xml", BAD);
    let earlier = validate(&site, &["bad.xml", "--format", "json"]);
    site.write("baseline.json", &earlier.stdout);
    validate(&site, &["bad.xml", "--baseline", "baseline.json"]).assert(0, &["in the baseline"]);
    site.write("bad.xml", BAD.replace("<description>D</description>", ""));
    let run = validate(&site, &["bad.xml", "--baseline", "baseline.json"]);
    run.assert(1, &["[missing-description]"]);
    assert!(!run.stdout.contains("[missing-link]"));
    site.write("baseline.json", "{}");
    validate(&site, &["bad.xml", "--baseline", "baseline.json"]).assert(2, &["--format json"]);
}

#[test]
fn a_file_is_the_same_file_however_it_is_spelled() {
    let site = folder().file("old/bad.xml", BAD).file("old/none.txt", "");
    site.write("b/x.txt", "");
    let whole = site.root().join("old/bad.xml").display().to_string();
    let spellings = ["old/bad.xml", "./old/bad.xml", "b/../old/bad.xml", &whole];
    for earlier in spellings {
        site.write("baseline.json", &validate(&site, &[earlier, "old/none.txt", "--format", "json"]).stdout);
        for now in spellings {
            validate(&site, &[now, "old/none.txt", "--baseline", "baseline.json"]).assert(0, &["in the baseline"]);
        }
    }
    let fingerprints = |given: &str| {
        let report = report(&site, &[given, "none.xml"]);
        assert_eq!(report["files"][0]["path"], given, "the report for programs names it as it was given");
        report["files"][0]["diagnostics"][0]["fingerprint"].clone()
    };
    assert_eq!(validate(&site, &spellings).stdout.matches("[missing-link]").count(), 1);
    for given in spellings {
        assert_eq!(fingerprints(given), fingerprints("old/bad.xml"));
        validate(&site, &[given]).assert(1, &["--> old/bad.xml:3:1"]);
        site.write("postrider.yaml", format!("validate: {{paths: {{\"{given}\": {{allow: missing-link}}}}}}\n"));
        assert_eq!(validate(&site, &["old/../old/bad.xml"]).code, 0, "{given}");
        site.write("postrider.yaml", "validate: {}\n");
    }
}

#[test]
fn a_self_link_is_compared_with_where_the_feed_will_be() {
    let site = folder().file("public/rss.xml", GOOD).file("public/b/rss.xml", GOOD);
    let report = report(&site, &["public", "--base-url", "https://example.org/"]);
    let has = |path: &str| codes(&report, path).contains(&"self-doesnt-match-location".to_owned());
    assert_eq!((has("public/rss.xml"), has("public/b/rss.xml")), (false, true));
    validate(&site, &["public", "--base-url", "example.org"]).assert(2, &["--base-url"]);
    let code = "self-doesnt-match-location";
    for (paths, base, differ) in [
        (&["public/rss.xml"][..], "https://example.org/rss.xml", &[][..]),
        (&["public/rss.xml"], "https://example.org/feed", &["public/rss.xml"]),
        (&["public/rss.xml"], "https://example.org/", &[]),
        (&["public/b/rss.xml"], "https://example.org/", &[]),
        (&["public/rss.xml", "public/b/rss.xml"], "https://example.org/", &["public/b/rss.xml"]),
        (&["public/rss.xml", "public/b/rss.xml"], "https://example.org", &["public/b/rss.xml"]),
        (&["public/b"], "https://example.org/b", &["public/b/rss.xml"]),
    ] {
        let report = self::report(&site, &[paths, &["--base-url", base]].concat());
        let files = report["files"].as_array().expect("files").iter().filter_map(|file| file["path"].as_str());
        let found: Vec<&str> = files.filter(|path| codes(&report, path).contains(&code.to_owned())).collect();
        assert_eq!(found, differ, "{paths:?} at {base}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_does_not_hide_the_others() {
    use std::os::unix::fs::PermissionsExt;
    let site = folder().file("out/a/rss.xml", GOOD).file("out/b/rss.xml", GOOD);
    let allow = |mode| std::fs::set_permissions(site.root().join("out/a"), PermissionsExt::from_mode(mode)).expect("set");
    allow(0);
    // Whoever may read everything has nothing to see here.
    if std::fs::read_dir(site.root().join("out/a")).is_err() {
        validate(&site, &["out"]).assert(2, &["cannot read `out/a`: permission denied", "1 document checked"]);
    }
    allow(0o755);
}

#[cfg(unix)]
#[test]
fn a_link_to_what_is_read_anyway_is_followed_once() {
    let site = folder().file("out/a/rss.xml", GOOD);
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, site.root().join(name)).expect("a link");
    link(".", "out/self");
    link("..", "out/up");
    link("../../out", "out/a/back");
    validate(&site, &["out"]).assert(0, &["1 document checked, nothing found"]);
    link("nowhere", "out/lost");
    validate(&site, &["out"]).assert(2, &["cannot read `out/lost`: a link that leads nowhere"]);
}

#[test]
fn every_format_is_printed_on_standard_output() {
    let site = folder().file("bad.xml", BAD);
    for (format, part) in [
        ("human", "error[missing-link]"),
        ("short", "bad.xml:3:1: error[missing-link]"),
        ("github", "::error file=bad.xml,line=3"),
        ("junit", "<testsuite name=\"bad.xml\""),
        ("sarif", "\"ruleId\": \"missing-link\""),
    ] {
        let run = validate(&site, &["bad.xml", "--format", format]);
        assert!(run.code == 1 && run.stdout.contains(part) && run.stderr.is_empty(), "{format}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn explain_prints_a_page_or_a_line_for_each_code() {
    let site = folder();
    site.run(&["explain", "missing-link"]).assert(0, &["# missing-link", "## Why it matters", "## How to fix"]);
    assert!(site.run(&["explain", "missing-link"]).stdout.contains("\n```xml\n"), "tests' marks are not for people");
    site.run(&["explain", "unknown-date"]).assert(0, &["# unknown-date", "Severity: error"]);
    site.run(&["explain"]).assert(0, &["missing-link ", "unknown-date "]);
    site.run(&["explain", "mising-link"]).assert(2, &["did you mean `missing-link`?"]);
}

#[test]
fn the_profiles_of_the_configuration_are_those_of_the_validator() {
    let names: Vec<&str> = postrider::validate::policy::PROFILES.iter().map(|profile| profile.name).collect();
    let key = postrider::config::KEYS.iter().find(|key| key.path == "validate.profile").expect("a key");
    assert_eq!(key.kind, postrider::config::Kind::OneOf(&names.leak()[..]));
}

/// What a server answers: a status line, headers and a body.
pub(crate) type Answer = fn(path: &str, times: usize) -> (String, Vec<u8>);

/// A server on this machine.
pub(crate) struct Server {
    pub(crate) address: String,
    /// How many connections were open at once, at most.
    at_once: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Starts a server that answers until the test ends.
pub(crate) fn server(answer: Answer) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let server = Server { address, at_once: Arc::default(), asked: Arc::default() };
    let (at_once, asked, open) = (Arc::clone(&server.at_once), Arc::clone(&server.asked), Arc::new(AtomicUsize::new(0)));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (at_once, asked, open) = (Arc::clone(&at_once), Arc::clone(&asked), Arc::clone(&open));
            std::thread::spawn(move || {
                at_once.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let mut stream = stream.expect("a connection");
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                    request.push(byte[0]);
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let times = {
                    let mut asked = asked.lock().expect("a lock");
                    asked.push(path.clone());
                    asked.iter().filter(|other| **other == path).count()
                };
                let (head, body) = answer(&path, times);
                std::thread::sleep(std::time::Duration::from_millis(30));
                let _ = open.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(format!("HTTP/1.1 {head}Connection: close\r\n\r\n").as_bytes());
                let _ = stream.write_all(&body);
            });
        }
    });
    server
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("written");
    encoder.finish().expect("compressed")
}

fn answer(path: &str, times: usize) -> (String, Vec<u8>) {
    let ok = |headers: &str, body: Vec<u8>| (format!("200 OK\r\nContent-Length: {}\r\n{headers}", body.len()), body);
    match path {
        p if p.starts_with("/good.xml") => {
            ok("Content-Type: application/rss+xml; charset=utf-8\r\nETag: \"1\"\r\nContent-Encoding: gzip\r\n", gzip(GOOD))
        }
        "/plain.xml" => ok("Content-Type: text/plain\r\n", format!("{GOOD}<!--{}-->", "x".repeat(2000)).into_bytes()),
        "/latin.xml" => ok("Content-Type: application/rss+xml; charset=iso-8859-1\r\n", GOOD.replace("Notes", "Notés").into_bytes()),
        "/moved.xml" => ("301 Moved Permanently\r\nLocation: /later.xml\r\n".to_owned(), Vec::new()),
        "/later.xml" => ("302 Found\r\nLocation: good.xml\r\n".to_owned(), Vec::new()),
        "/round.xml" => ("302 Found\r\nLocation: /round.xml\r\n".to_owned(), Vec::new()),
        "/out.xml" => ("302 Found\r\nLocation: file:///etc/passwd\r\n".to_owned(), Vec::new()),
        "/busy.xml" if times < 3 => ("503 Busy\r\nRetry-After: 0\r\n".to_owned(), Vec::new()),
        "/busy.xml" => ok("Content-Type: application/rss+xml\r\n", GOOD.into()),
        "/cut.xml" => ("200 OK\r\nContent-Length: 9000\r\n".to_owned(), GOOD.into()),
        _ => ("404 Not Found\r\nContent-Length: 0\r\n".to_owned(), Vec::new()),
    }
}

#[test]
fn a_feed_on_the_web_is_judged_with_how_it_is_served() {
    let (site, server) = (folder(), server(answer));
    let url = |path: &str| format!("{}{path}", server.address);
    let found = |path: &str| codes(&report(&site, &[&url(path)]), &url(path));
    let good = found("/good.xml");
    assert_eq!(good.iter().filter(|code| *code != "self-doesnt-match-location").count(), 0, "{good:?}");
    assert!(good.contains(&"self-doesnt-match-location".to_owned()));
    let plain = found("/plain.xml");
    for code in ["unexpected-content-type", "uncompressed", "missing-etag"] {
        assert!(plain.contains(&code.to_owned()), "{code}: {plain:?}");
    }
    assert!(found("/latin.xml").contains(&"encoding-mismatch".to_owned()));
    let moved = found("/moved.xml");
    assert!(moved.contains(&"permanent-redirect".to_owned()) && moved.contains(&"temp-redirect".to_owned()), "{moved:?}");
    let based = report(&site, &[&url("/good.xml"), "--base-url", "https://example.org/rss.xml"]);
    assert!(codes(&based, &url("/good.xml")).is_empty());
}

#[test]
fn an_address_that_gives_no_feed_is_status_2() {
    let (site, server) = (folder(), server(answer));
    for (path, said) in
        [("/none.xml", "status 404"), ("/round.xml", "more than 10 times"), ("/out.xml", "file:///etc/passwd"), ("/cut.xml", "broke off")]
    {
        validate(&site, &[&format!("{}{path}", server.address), "--retries", "0"]).assert(2, &[said]);
    }
    validate(&site, &["http://127.0.0.1:1/", "--retries", "1"]).assert(2, &["refuses the connection"]);
    let run = validate(&site, &["https://user:secret@127.0.0.1:1/"]);
    run.assert(2, &["user name or password"]);
    assert!(!run.stdout.contains("secret"));
}

#[test]
fn what_fails_for_the_moment_is_tried_again() {
    let (site, server) = (folder(), server(answer));
    let url = format!("{}/busy.xml", server.address);
    validate(&site, &[&url, "--retries", "1"]).assert(2, &["status 503"]);
    assert_eq!(validate(&site, &[&url]).code, 0);
}

#[test]
fn a_list_is_read_politely() {
    let (site, server) = (folder(), server(answer));
    let lines: Vec<String> = (0..6).map(|n| format!("{}/good.xml?{n}", server.address)).collect();
    site.write("list.txt", format!("# feeds\n\n{}\ngood.xml\n", lines.join("\n")));
    site.write("good.xml", GOOD);
    let report = report(&site, &["--list", "list.txt"]);
    let paths: Vec<&str> = report["files"].as_array().expect("files").iter().filter_map(|file| file["path"].as_str()).collect();
    assert_eq!(paths, lines.iter().map(String::as_str).chain(["good.xml"]).collect::<Vec<_>>());
    assert_eq!(server.at_once.load(Ordering::SeqCst), 1, "one request a host at a time");
    assert_eq!(server.asked.lock().expect("a lock").len(), 6);
    site.write("empty.txt", "# nothing\n");
    validate(&site, &["--list", "empty.txt"]).assert(2, &["names nothing"]);
}

#[test]
fn nothing_is_asked_of_a_server_that_a_file_names() {
    let (site, server) = (folder(), server(answer));
    let feed = GOOD.replace("https://example.org", &server.address);
    site.write(
        "feed.xml",
        format!("{feed}<!-- {} -->", server.address).replace("<rss", &format!("<!DOCTYPE rss SYSTEM \"{}/x.dtd\"><rss", server.address)),
    );
    validate(&site, &["feed.xml"]);
    assert_eq!(server.asked.lock().expect("a lock").len(), 0);
}
