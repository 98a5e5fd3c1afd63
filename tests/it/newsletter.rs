//! `postrider newsletter`: previews as files, and a test mail over a server on this machine.

use crate::builder::{CONFIG, Site, site};
use crate::mail_server::{MailServer, Mode, PASSWORD, ROOT};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{JoinHandle, spawn};

pub(crate) const NEWSLETTER: &str =
    "newsletter: {from: Ada Example <ada@example.org>, postal_address: none, unsubscribe_mailto: leave@example.org}\n";

/// A site with a sender and two posts; the clock says 22 November 2026.
pub(crate) fn letters() -> Site {
    let site = site().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}"));
    site.post("first", "2026-11-10", "The *first* post with a [link](https://example.net/).").post(
        "second",
        "2026-11-20",
        "The second post.",
    )
}

pub(crate) fn preview(site: &Site, args: &[&str]) -> crate::builder::Run {
    site.run(&[&["newsletter", "preview", "--out", "preview"], args].concat())
}

#[test]
fn a_preview_is_a_mail_a_page_and_a_text_and_says_what_they_hold() {
    let site = letters();
    preview(&site, &[]).assert(0, &["edition 2026-11-20 (2 posts)"]);
    let mail = site.read("preview/edition.eml");
    for part in
        ["From: \"Ada Example\" <ada@example.org>\r\n", "Subject: second and 1 more\r\n", "Date: Fri, 20 Nov 2026 00:00:00 +0000\r\n"]
    {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    assert!(site.read("preview/edition.html").contains("<a href=\"https://example.net/\" style=\"color:"));
    let text = site.read("preview/edition.txt");
    assert!(text.contains("The _first_ post with a link [1].") && text.contains("[1] https://example.net/"), "{text}");
    let report = site.json("preview/edition.json");
    assert_eq!((&report["edition"], &report["letters"][0]["entries"][0]["path"]), (&"2026-11-20".into(), &"posts/second.md".into()));
    assert_eq!(report["hash"].as_str().map(str::len), Some(64));
}

#[test]
fn the_same_posts_make_the_same_bytes_whenever_and_wherever() {
    let (one, other) = (letters(), letters());
    preview(&one, &[]).assert(0, &[]);
    let environment = [("TZ", "Asia/Tokyo"), ("POSTRIDER_NOW", "2026-11-25")];
    other.run_with(&["newsletter", "preview", "--out", "preview"], &environment).assert(0, &[]);
    assert_eq!(one.files("preview"), other.files("preview"));
}

#[test]
fn nothing_new_is_no_error_and_no_edition() {
    let site = site().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}"));
    let site =
        site.file("posts/a.md", "---\ntitle: A\ndate: 2026-11-20\ntags: rail\nnewsletter: false\n---\n").post("old", "2025-01-01", "Old.");
    preview(&site, &[]).assert(0, &["nothing new to mail", "1 with `newsletter: false`"]);
    let told = ["nothing new to mail", "warning[unknown-choice]: no post has the tag `rial`", "did you mean `rail`?"];
    preview(&site, &["--tag", "rial"]).assert(0, &told);
    assert!(!site.has("preview"));
}

#[test]
fn a_flood_is_refused_with_the_list_and_nothing_is_written() {
    let site = letters()
        .file("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", "start_from: 2026-01-01, max_age: 5d, postal")));
    preview(&site, &[]).assert(1, &["old-post", "posts/first.md", "--allow-old"]);
    assert!(!site.has("preview"));
    preview(&site, &["--allow-old"]).assert(0, &["2 posts"]);
    preview(&site, &["--posts", "posts/second.md"]).assert(0, &["1 post)"]);
}

#[test]
fn an_edition_is_made_when_it_is_due_and_never_too_late() {
    let site = letters();
    preview(&site, &["--if-due"]).assert(2, &["`--if-due` needs a schedule"]);
    site.write("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", "schedule: weekly on friday 09:00, postal")));
    preview(&site, &["--if-due"]).assert(0, &["2 posts"]);
    preview(&site, &["--not-after", "2026-11-21"]).assert(2, &["it is later than `--not-after 2026-11-21`"]);
    preview(&site, &["--not-after", "2026-11-22"]).assert(0, &[]);
    preview(&site, &["--not-after", "2026-11-22 00:00"]).assert(2, &["it is later"]);
}

#[test]
fn the_authors_opening_gives_the_edition_its_title() {
    let site = letters().file("newsletter/no-7.md", "# On rails\n\nHello, *all*.\n");
    preview(&site, &["--edition", "no-7"]).assert(0, &["edition no-7"]);
    let (html, text) = (site.read("preview/edition.html"), site.read("preview/edition.txt"));
    assert!(html.contains("On rails") && text.contains("On rails") && text.contains("Hello, _all_."), "{text}");
    preview(&site, &["--edition", "../x"]).assert(2, &["the key holds other characters"]);
    preview(&site, &["--intro", "nosuch.md"]).assert(1, &["missing-intro", "nosuch.md"]);
}

#[test]
fn an_opening_may_have_front_matter_and_any_ending_of_a_post() {
    for file in ["2026-11-20.md", "2026-11-20.markdown", "2026-11-20.mkd"] {
        let site = letters().file(&format!("newsletter/{file}"), "---\ntitle: On rails\ndate: 2026-11-20\n---\nHello, *all*.\n");
        let place = format!("newsletter/{file}:3:7");
        preview(&site, &[]).assert(0, &["“On rails”", "warning[key-of-opening]: `date` does nothing in an opening", &place]);
        let text = site.read("preview/edition.txt");
        assert!(text.contains("Hello, _all_.") && !text.contains("title:"), "{text}");
    }
    let site = letters().file("newsletter/2026-11-20.md", "---\ntitle: On rails\n\nHello.\n");
    preview(&site, &[]).assert(1, &["unclosed-front-matter", "newsletter/2026-11-20.md:1:1"]);
}

#[test]
fn an_opening_says_how_readers_are_greeted_where_it_tries_itself() {
    let site = letters().file("newsletter/no-7.md", "# On rails\n\nHello {{ subscriber.name }}!\n");
    let place = "newsletter/no-7.md:3:7";
    preview(&site, &["--edition", "no-7"])
        .assert(1, &["tag-in-opening", place, "`{{ subscriber.name }}` has no value in an opening", "message.html"]);
    site.write("newsletter/no-7.md", "Write `{{ subscriber.name }}`.\n");
    preview(&site, &["--edition", "no-7"]).assert(0, &[]);
    assert!(site.read("preview/edition.txt").contains("{{ subscriber.name }}"));
}

#[test]
fn a_post_without_text_for_mails_is_named() {
    let post = |text: &str| format!("---\ntitle: Storm\ndate: 2026-11-20\n---\n\n{text}\n");
    let site = letters().file("posts/2026-11-20-storm.md", post("<!-- feed:only -->\nx\n<!-- /feed:only -->"));
    let place = "posts/2026-11-20-storm.md:5:1";
    preview(&site, &[]).assert(0, &["nothing-to-mail", place, "its text is for feeds only", "newsletter: false"]);
    site.write("posts/2026-11-20-storm.md", post("![Waves](https://example.org/waves.jpg)"));
    let seen = preview(&site, &[]);
    assert!(!seen.stderr.contains("nothing-to-mail"), "{}", seen.stderr);
}

#[test]
fn a_file_of_the_sites_look_that_is_misspelt_is_named() {
    let settings = NEWSLETTER.replace('}', ", template: mine}");
    let site = letters()
        .file("postrider.yaml", format!("{CONFIG}{settings}"))
        .file("templates/mine/subject.txt", "S")
        .file("templates/mine/mesage.html", "x");
    preview(&site, &[]).assert(0, &["unused-template", "templates/mine/mesage.html", "did you mean `message.html`?"]);
}

#[test]
fn a_fault_in_the_subject_of_the_settings_is_placed_there() {
    let site = letters().file("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace('}', ", subject: '{{ titel }}'}")));
    let line = site.read("postrider.yaml").lines().position(|line| line.contains("titel")).expect("a line") + 1;
    let place = format!("postrider.yaml:{line}:");
    preview(&site, &[]).assert(1, &["template-error", "`titel` is not a variable", "did you mean `", &place, "{{ titel }}"]);
}

#[test]
fn a_letter_in_a_language_without_words_says_so_once() {
    let site = letters().file("postrider.yaml", format!("{}{NEWSLETTER}", CONFIG.replace("language: en", "language: ur")));
    let run = preview(&site, &[]);
    run.assert(0, &["no-words-in-language", "in the letter in `ur`", "en, de, fr"]);
    assert_eq!(run.stdout.matches("no-words-in-language").count() + run.stderr.matches("no-words-in-language").count(), 1);
    site.write("postrider.yaml", format!("{CONFIG}{NEWSLETTER}"));
    assert!(!preview(&site, &[]).stdout.contains("no-words-in-language"));
}

#[test]
fn the_opening_links_to_posts_as_posts_do() {
    let opening = "# On rails\n\nSee [this](../posts/first.md), [[second]], [that](second.md#end) and [all](@/posts/first.md).\n";
    let site = letters().file("newsletter/no-7.md", opening);
    preview(&site, &["--edition", "no-7"]).assert(0, &[]);
    let text = site.read("preview/edition.txt");
    for address in ["https://example.org/2026/11/first/", "https://example.org/2026/11/second/", "https://example.org/2026/11/second/#end"]
    {
        assert!(text.contains(&format!("] {address}\n")), "{address} in {text}");
    }
}

#[test]
fn parts_for_mail_are_in_mail_only() {
    let body = "Both.\n\n<!-- mail:only -->\nFor mail.\n<!-- /mail:only -->\n\n<!-- feed:only -->\nFor feeds.\n<!-- /feed:only -->\n";
    let site = site().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}")).post("a", "2026-11-20", body);
    preview(&site, &[]).assert(0, &[]);
    site.build(&[]).assert(0, &[]);
    let (mail, feed) = (site.read("preview/edition.txt"), site.read("public/rss.xml"));
    assert!(mail.contains("For mail.") && !mail.contains("For feeds."), "{mail}");
    assert!(feed.contains("For feeds.") && !feed.contains("For mail."), "{feed}");
    site.write("posts/a.md", "---\ntitle: a\ndate: 2026-11-20\n---\n\n<!-- mail:only -->\nFor mail.\n");
    preview(&site, &[]).assert(1, &["posts/a.md:6:1"]);
}

#[test]
fn a_sites_own_look_takes_the_place_of_a_built_in_one_and_its_faults_have_lines() {
    let site = letters().file("templates/letter/subject.txt", "{{ site.title }}: {{ posts[0].title }}\n");
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("preview/edition.eml").contains("Subject: Example: second\r\n"));
    site.write("templates/letter/subject.txt", "\n{{ psots[0].title }}\n");
    preview(&site, &[]).assert(1, &["template-error", "templates/letter/subject.txt:2:4"]);
    site.write("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", "template: leter, postal")));
    preview(&site, &[]).assert(1, &["unknown-look", "did you mean `letter`?", "postrider.yaml:"]);
    site.write("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", "subject: 'News: {{ posts[0].title }}', postal")));
    site.write("templates/letter/subject.txt", "x\n");
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("preview/edition.eml").contains("Subject: News: second\r\n"));
}

#[test]
fn faults_of_the_subject_are_placed_where_it_is_written() {
    let site = letters();
    let others = "from: ada@example.org\n  postal_address: none\n  unsubscribe_mailto: leave@example.org\n";
    let of = |subject: &str| {
        site.write("postrider.yaml", format!("{CONFIG}newsletter:\n  subject: {subject}\n  {others}"));
        preview(&site, &[])
    };
    of(r#""News {{ psots[0].title }}""#).assert(1, &["`psots[0]` is not a variable", "postrider.yaml:3:21", "did you mean `posts`?"]);
    let broken = of(r#""News {{ title }""#);
    broken.assert(1, &["template-error", "postrider.yaml:3:", "or take `newsletter.subject` out to use the look's own"]);
    assert!(!broken.stderr.contains("remove the file"), "{}", broken.stderr);
    // Written in another way than it is read.
    of(r#""News\x20{{ psots }}""#).assert(1, &["`psots` is not a variable", "postrider.yaml:3:3"]);
    of(r#""{{ title }}""#).assert(1, &["no-mail-subject", "the subject that the template makes is empty", "postrider.yaml:3:13"]);
    site.write("postrider.yaml", format!("{CONFIG}{NEWSLETTER}"));
    site.write("templates/letter/subject.txt", "\n");
    preview(&site, &[]).assert(1, &["no-mail-subject", "--> templates/letter/subject.txt", "or remove the file"]);
}

#[test]
fn a_subject_with_the_readers_name_is_told_as_the_reader_of_previews_gets_it() {
    let site = letters().file("templates/letter/subject.txt", "For {{ subscriber.name or 'you' }}{{ subscriber.fields.city }}\n");
    let run = preview(&site, &[]);
    run.assert(0, &["“For Reader”"]);
    assert!(!run.stderr.contains("{{") && site.json("preview/edition.json")["letters"][0]["subject"] == "For Reader");
}

#[test]
fn fields_of_the_list_go_by_one_name_and_those_that_nobody_has_are_named() {
    let site = letters().file("templates/letter/preheader.txt", "{{ subscriber.fields.City }} {{ subscriber.fields['zip-code'] }}\n");
    assert_eq!(preview(&site, &[]).count("unknown-field"), 0, "nobody knows the list");
    crate::subscribers::import(&site, "Email,City,Zip-Code\na@example.org,Ulm,89073\n", &[]).assert(0, &["1 new"]);
    assert_eq!(preview(&site, &[]).count("unknown-field"), 0);
    site.write("templates/letter/preheader.txt", "\n{{ subscriber.fields.Citty }} {{ subscriber.fields.zip_code }}\n");
    let run = preview(&site, &[]);
    run.assert(0, &["warning[unknown-field]: nobody on the list has the field `citty`", "preheader.txt:2:1", "did you mean `city`?"]);
    assert_eq!(run.count("unknown-field"), 1);
}

#[test]
fn each_language_has_a_letter_of_its_own() {
    let site = letters().file("postrider.yaml", format!("{CONFIG}languages: {{de: {{title: Beispiel}}}}\n{NEWSLETTER}"));
    let site = site.post("second.de", "2026-11-20", "Der zweite.");
    preview(&site, &[]).assert(0, &["3 posts"]);
    assert!(site.read("preview/edition.de.txt").contains("Der zweite.") && !site.read("preview/edition.txt").contains("Der zweite."));
    assert!(site.read("preview/edition.de.html").contains("<html lang=\"de\""));
}

#[test]
fn posts_in_a_language_without_a_letter_of_its_own_are_named() {
    let site = letters().file("posts/b.md", "---\ntitle: Neues\ndate: 2026-11-20\nlanguage: de\n---\nText.\n");
    preview(&site, &[]).assert(0, &["edition.de: “Neues”"]);
    site.write("postrider.yaml", format!("{}{NEWSLETTER}", CONFIG.replace("language: en, ", "")));
    let run = preview(&site, &[]);
    run.assert(0, &["warning[no-letter-in-language]: the post is in `de`, and goes to all", "posts/b.md:4", "set `site.language`"]);
    let alone = site.file("posts/first.md", "").file("posts/second.md", "");
    assert_eq!((run.count("no-letter-in-language"), preview(&alone, &[]).count("no-letter-in-language")), (1, 0));
}

#[test]
fn where_all_was_mailed_before_the_way_to_see_or_try_it_again_is_named() {
    let (port, _) = server("220 hello", usual);
    let site = letters().file("postrider.yaml", smtp(port, ""));
    site.run(&["newsletter", "skip", "--all"]).assert(0, &[]);
    preview(&site, &[]).assert(0, &["nothing new to mail; left out: 2 mailed before; `--again` shows posts that were mailed before"]);
    let test = ["newsletter", "test", "--to", "me@example.org"];
    site.run(&test).assert(0, &["nothing new to mail", "`--again` tries the server with posts that were mailed before"]);
    site.run(&[&test[..], &["--again"]].concat()).assert(0, &["1 mail sent"]);
}

#[test]
fn without_a_sender_there_is_a_preview_and_no_test() {
    let site = site().post("a", "2026-11-20", "Text.");
    preview(&site, &[]).assert(0, &["missing-sender", "missing-unsubscribe", "no-postal-address"]);
    site.run(&["newsletter", "test", "--to", "me@example.org"]).assert(2, &["the mails have no sender"]);
}

#[test]
fn the_templates_can_be_copied_out_and_are_never_overwritten() {
    let site = letters();
    site.run(&["init", "--templates"]).assert(0, &["wrote templates/letter/message.html", "wrote templates/magazine/message.html"]);
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("templates/README.md").contains("`posts[].title`"), "what the help of findings leads to");
    site.write("templates/letter/subject.txt", "Mine\n");
    site.run(&["init", "--templates"]).assert(0, &["templates/letter/subject.txt is there already"]);
    assert_eq!(site.read("templates/letter/subject.txt"), "Mine\n");
}

/// A mail server that says its part, one line for each that it hears, and tells what it heard.
fn server(greeting: &'static str, answer: impl Fn(&str) -> &'static str + Send + 'static) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = spawn(move || {
        let Ok((stream, _)) = listener.accept() else { return Vec::new() };
        talk(&stream, greeting, answer)
    });
    (port, heard)
}

fn talk(mut stream: &TcpStream, greeting: &str, answer: impl Fn(&str) -> &'static str) -> Vec<String> {
    let mut heard = Vec::new();
    let mut lines = BufReader::new(stream);
    write!(stream, "{greeting}\r\n").expect("a connection");
    let mut in_message = false;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap_or(0) == 0 {
            return heard;
        }
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        heard.push(line.clone());
        in_message = match (in_message, line.as_str()) {
            (true, ".") => {
                write!(stream, "250 2.0.0 queued as 42\r\n").expect("a connection");
                false
            }
            (true, _) => true,
            (false, _) => {
                let said = answer(&line);
                let _ = write!(stream, "{said}\r\n");
                said.starts_with("354")
            }
        };
    }
}

fn smtp(port: u16, more: &str) -> String {
    let smtp = format!("smtp: {{host: 127.0.0.1, port: {port}, tls: none{more}}}, postal");
    format!("{CONFIG}{}", NEWSLETTER.replace("postal", &smtp))
}

fn usual(line: &str) -> &'static str {
    match line.split(' ').next().unwrap_or_default() {
        "EHLO" => "250-localhost\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
        "AUTH" => "235 2.7.0 hello",
        "DATA" => "354 go on",
        "QUIT" => "221 goodbye",
        _ => "250 2.1.0 fine",
    }
}

#[test]
fn a_test_goes_to_the_configured_server_and_is_the_mail_of_the_preview() {
    let (port, heard) = server("220 localhost", usual);
    let site = letters().file("postrider.yaml", smtp(port, ", username: ada"));
    // A line that begins with a dot has one more on its way (RFC 5321 §4.5.2).
    site.write("posts/second.md", "---\ntitle: second\ndate: 2026-11-20\n---\n\nThe second post.\n\n    .dotted\n    ..\n");
    let secret = [("POSTRIDER_SMTP_PASSWORD", "open sesame")];
    let run = site.run_with(&["newsletter", "test", "--to", "me@example.org", "--name", "Me"], &secret);
    run.assert(0, &["sent to me@example.org: 250 2.0.0 queued as 42", "nothing was recorded"]);
    assert!(!run.stdout.contains("sesame") && !run.stderr.contains("sesame"));
    let heard = heard.join().expect("a server");
    for line in ["MAIL FROM:<ada@example.org>", "RCPT TO:<me@example.org>", "To: Me <me@example.org>", "Subject: second and 1 more", "QUIT"]
    {
        assert!(heard.iter().any(|known| known == line), "{line} in {heard:#?}");
    }
    preview(&site, &[]).assert(0, &[]);
    let previewed = site.read("preview/edition.eml");
    let body = previewed.split_once("\r\n\r\n").expect("a body").1.trim_end();
    let sent = heard.iter().skip_while(|line| *line != "DATA").skip(1).take_while(|line| *line != ".");
    let sent: Vec<&str> = sent.map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
    let sent = sent.join("\r\n");
    assert_eq!(sent.split_once("\r\n\r\n").expect("a body").1.trim_end(), body);
    assert!(body.contains("\r\n..\r\n"), "{body}");
}

/// Returns the text part of the first mail that was heard, decoded.
fn heard_text(heard: &[String]) -> String {
    let lines: Vec<&str> = heard.iter().skip_while(|line| *line != "DATA").skip(1).map(String::as_str).collect();
    let message = mail_parser::MessageParser::default().parse(lines.join("\r\n").as_bytes()).expect("a message").into_owned();
    message.body_text(0).expect("a text").into_owned()
}

const GREETING: &str = "{% if subscriber.name %}Dear {{ subscriber.name|upper }},{% else %}Dear reader,{% endif %}\n\nHi {{ subscriber.name or \"friend\" }} of {{ subscriber.email|upper }}.\n{{ unsubscribe_url|upper }}\n";

#[test]
fn a_test_without_a_name_greets_nobody_by_the_name_of_another() {
    let (port, heard) = server("220 localhost", usual);
    let site = letters().file("postrider.yaml", smtp(port, "")).file("templates/letter/message.txt", GREETING);
    site.run(&["newsletter", "test", "--to", "me@example.net"]).assert(0, &["1 mail sent"]);
    let text = heard_text(&heard.join().expect("a server"));
    assert!(text.starts_with("Dear reader,") && text.contains("Hi friend of ME@EXAMPLE.NET."), "{text}");
}

#[test]
fn what_a_template_makes_of_a_name_and_a_link_is_the_recipients_own() {
    let (port, heard) = server("220 localhost", usual);
    let site = letters().file("postrider.yaml", smtp(port, "")).file("templates/letter/message.txt", GREETING);
    site.run(&["newsletter", "test", "--to", "me@example.net", "--name", "Zoe"]).assert(0, &["1 mail sent"]);
    let text = heard_text(&heard.join().expect("a server"));
    for part in ["Dear ZOE,", "Hi Zoe of ME@EXAMPLE.NET.", "MAILTO:LEAVE@EXAMPLE.ORG"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.to_lowercase().contains("reader"), "{text}");
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("preview/edition.txt").contains("MAILTO:LEAVE@EXAMPLE.ORG"));
}

#[cfg(unix)]
#[test]
fn a_test_is_signed_with_the_keys_of_the_configuration_but_for_what_a_relay_replaces() {
    use std::os::unix::fs::PermissionsExt as _;
    let (port, heard) = server("220 localhost", usual);
    let dkim = ", dkim: {domain: example.org, keys: {mail: mail.pem}, unsigned: [Date, Message-ID]}, postal";
    let site = letters()
        .file("postrider.yaml", smtp(port, "").replace(", postal", dkim))
        .file("mail.pem", include_str!("../keys/rsa-2048.test-key.pem"));
    let run = |site: &Site| site.run(&["newsletter", "test", "--to", "me@example.org"]);
    std::fs::set_permissions(site.path("mail.pem"), std::fs::Permissions::from_mode(0o644)).expect("permissions");
    run(&site).assert(2, &["newsletter.dkim.keys.mail", "others than its owner may read"]);
    std::fs::set_permissions(site.path("mail.pem"), std::fs::Permissions::from_mode(0o600)).expect("permissions");
    run(&site).assert(0, &["1 mail sent"]);
    let heard = heard.join().expect("a server");
    let fields: Vec<&String> = heard.iter().skip_while(|line| *line != "DATA").skip(1).take_while(|line| !line.is_empty()).collect();
    assert!(fields[0].starts_with("DKIM-Signature: v=1; a=rsa-sha256;"), "{fields:#?}");
    let signature: String = fields.iter().take_while(|line| !line.starts_with("Date:")).map(|line| line.trim()).collect();
    let names = signature.split("h=").nth(1).and_then(|rest| rest.split(';').next()).expect("names").to_lowercase();
    assert!(names.contains("list-unsubscribe") && !names.contains("message-id") && !names.contains("date"), "{names}");
    let typo = site.read("postrider.yaml").replace("[Date, Message-ID]", "[Dat, Subject]");
    site.write("postrider.yaml", typo);
    preview(&site, &[]).assert(2, &["`Dat`", "`Date`", "`Subject`"]);
}

#[test]
fn an_address_that_is_none_is_named_before_anything_is_sent() {
    let site = letters().file("postrider.yaml", smtp(9, ""));
    site.run(&["newsletter", "test", "--to", "me@example.org", "--to", "nonsense"]).assert(2, &["`--to nonsense`: the address has no `@`"]);
}

#[test]
fn a_refused_address_does_not_stop_the_others_and_both_are_named_even_to_the_quiet() {
    let (port, heard) = server("220 localhost", |line| if line.starts_with("RCPT TO:<you") { "550 5.1.1 nobody" } else { usual(line) });
    let site = letters().file("postrider.yaml", smtp(port, ""));
    let run = site.run(&["-q", "newsletter", "test", "--to", "me@example.org", "--to", "you@example.org", "--to", "us@example.org"]);
    run.assert(2, &["the mail to you@example.org was not taken", "; sent to me@example.org, to us@example.org"]);
    assert_eq!(heard.join().expect("a server").iter().filter(|line| *line == "DATA").count(), 2);
}

#[test]
fn a_draft_is_shown_when_it_is_asked_for_and_says_why_it_is_not_otherwise() {
    let site =
        letters().file("posts/mine.md", "---\ntitle: Mine\ndate: 2026-11-21\ndraft: true\n---\n\nText.\n").post("later", "2026-12-01", "x");
    preview(&site, &["--posts", "posts/mine.md"]).assert(1, &["unmailable-post", "the post is a draft", "--drafts"]);
    preview(&site, &["--posts", "posts/mine.md", "--drafts"]).assert(0, &["“Mine”"]);
    preview(&site, &[]).assert(0, &["left out: 1 draft, 1 future", "2 posts"]);
    assert_eq!(site.json("preview/edition.json")["left_out"][0], serde_json::json!({"count": 1, "reason": "draft"}));
    preview(&site, &["--future"]).assert(0, &["3 posts"]);
    site.run(&["newsletter", "send", "--drafts"]).assert(2, &["--drafts"]);
}

#[test]
fn a_preview_that_is_not_made_says_that_an_earlier_one_is_still_there() {
    let site = letters();
    preview(&site, &[]).assert(0, &[]);
    site.write("templates/letter/subject.txt", "{{ nosuch }}");
    preview(&site, &[]).assert(1, &["nothing was written; `preview` still holds an earlier preview"]);
}

#[test]
fn what_the_checklist_finds_is_in_the_files_that_are_written() {
    let site = letters().file("templates/mine/message.html", "<p><img src=\"logo.png\"> {{ unsubscribe_url }}</p>");
    let site = site.file("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", "template: mine, postal")));
    let run = preview(&site, &[]);
    run.assert(1, &["logo.png", "preview/edition.eml:"]);
    assert!(site.read("preview/edition.eml").contains("logo.png"));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let site = letters();
    for (option, value) in [("--limit", "1"), ("--tag", "a"), ("--since", "2026-01-01"), ("--language", "en")] {
        preview(&site, &["--posts", "posts/first.md", option, value]).assert(2, &["cannot be used with", option]);
    }
    preview(&site, &["--limit", "0"]).assert(2, &["'0' for '--limit <N>': an edition holds at least one post; write 1 or more"]);
}

#[test]
fn programs_are_told_key_hash_and_subjects() {
    let site = letters();
    let run = preview(&site, &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let told = site.json("preview/edition.json");
    assert_eq!((&report["edition"]["key"], &report["edition"]["hash"]), (&told["edition"], &told["hash"]));
    assert_eq!(report["edition"]["letters"][0]["subject"], "second and 1 more");
}

#[test]
fn an_edition_of_several_posts_is_nowhere_on_the_web_and_one_post_is() {
    let site = letters();
    preview(&site, &[]).assert(0, &[]);
    let (mail, text) = (site.read("preview/edition.eml"), site.read("preview/edition.txt"));
    assert!(!mail.contains("List-Archive") && !text.contains("View in browser") && !text.contains("All editions"), "{text}");
    preview(&site, &["--posts", "posts/first.md"]).assert(0, &[]);
    assert!(site.read("preview/edition.txt").contains("View in browser:\nhttps://example.org/2026/11/first/"));
}

#[test]
fn key_and_letter_agree_on_the_day() {
    let site = letters().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}").replace("timezone: UTC", "timezone: Europe/Berlin"));
    site.write("posts/second.md", "---\ntitle: Late\ndate: 2026-11-20T23:30:00Z\n---\n\nText.\n");
    preview(&site, &[]).assert(0, &["edition 2026-11-21"]);
    let (html, text) = (site.read("preview/edition.html"), site.read("preview/edition.txt"));
    assert!(text.contains("21 November 2026") && !text.contains("20 November 2026"), "{text}");
    assert!(html.contains("datetime=\"2026-11-21\""), "{html}");
}

#[test]
fn a_site_without_a_domain_is_listed_under_that_of_the_sender() {
    let site = letters().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}").replace("https://example.org/", "http://192.0.2.1/"));
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("preview/edition.eml").contains("<main.example.org>"));
    site.write("postrider.yaml", site.read("postrider.yaml").replace("Ada Example <ada@example.org>", "Ada <ada@mail.example>"));
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("preview/edition.eml").contains("<main.mail.example>"));
}

#[test]
fn a_mail_that_the_server_refuses_is_no_success() {
    let (port, heard) = server("220 localhost", |line| if line.starts_with("RCPT") { "550 5.1.1 nobody here" } else { usual(line) });
    let site = letters().file("postrider.yaml", smtp(port, ""));
    site.run(&["newsletter", "test", "--to", "me@example.org"]).assert(2, &["was not taken", "nobody here"]);
    assert!(!heard.join().expect("a server").iter().any(|line| line == "DATA"));
}

#[test]
fn an_address_that_the_server_cannot_take_is_named_before_anything_is_sent() {
    let run = |answer: fn(&str) -> &'static str| {
        let (port, heard) = server("220 localhost", answer);
        let site = letters().file("postrider.yaml", smtp(port, ""));
        let run = site.run(&["newsletter", "test", "--to", "me@example.org", "--to", "jörg@example.org"]);
        (run, heard.join().expect("a server"))
    };
    let (refused, heard) = run(usual);
    refused.assert(2, &["takes no mail from or to `jörg@example.org`", "SMTPUTF8"]);
    assert!(!heard.iter().any(|line| line.starts_with("MAIL")), "{heard:#?}");
    let (sent, heard) = run(|line| if line.starts_with("EHLO") { "250-localhost\r\n250-SMTPUTF8\r\n250 8BITMIME" } else { usual(line) });
    sent.assert(0, &["2 mails sent"]);
    let of = |start: &str| heard.iter().filter(|line| line.starts_with(start)).map(String::as_str).collect::<Vec<_>>();
    assert_eq!(of("MAIL"), ["MAIL FROM:<ada@example.org>", "MAIL FROM:<ada@example.org> SMTPUTF8 BODY=8BITMIME"]);
    assert_eq!(of("RCPT"), ["RCPT TO:<me@example.org>", "RCPT TO:<jörg@example.org>"]);
}

#[test]
fn an_address_that_could_add_a_command_is_refused_before_anything_is_said() {
    let site = letters().file("postrider.yaml", smtp(25, ""));
    for address in ["me@example.org\r\nRCPT TO:<you@example.org>", "me\n@example.org", "me@exa\u{b}mple.org"] {
        site.run(&["newsletter", "test", "--to", address]).assert(2, &["the address holds a line break or control character"]);
    }
}

#[test]
fn a_server_that_repeats_the_password_does_not_get_it_printed() {
    let echo = |line: &str| if line.starts_with("AUTH") { "535 bad AUTH PLAIN AGFkYQBvcGVuIHNlc2FtZQ==" } else { usual(line) };
    let (port, heard) = server("220 localhost", echo);
    let site = letters().file("postrider.yaml", smtp(port, ", username: ada"));
    let run = site.run_with(&["newsletter", "test", "--to", "me@example.org"], &[("POSTRIDER_SMTP_PASSWORD", "open sesame")]);
    run.assert(2, &["refused the login (535)"]);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("AGFkYQ"));
    drop(heard.join());
}

#[test]
fn a_preview_replaces_its_own_files_only_and_leaves_none_of_an_earlier_one() {
    let site = letters().file("postrider.yaml", format!("{CONFIG}languages: {{de: {{}}}}\n{NEWSLETTER}")).post(
        "second.de",
        "2026-11-20",
        "Der zweite.",
    );
    preview(&site, &[]).assert(0, &[]);
    preview(&site, &["--language", "en"]).assert(0, &["removed preview/edition.de.html"]);
    preview(&site, &["--language", "de"]).assert(0, &["removed preview/edition.html"]);
    preview(&site, &["--language", "en"]).assert(0, &["removed preview/edition.de.html"]);
    assert!(site.has("preview/edition.html") && !site.has("preview/edition.de.html"));
    let site = site.file("mine/edition.html", "MINE");
    site.run(&["newsletter", "preview", "--out", "mine"]).assert(2, &["mine/edition.html", "was not written by postrider"]);
    assert_eq!(site.read("mine/edition.html"), "MINE");
}

#[test]
fn each_test_mail_has_an_id_of_its_own() {
    let (port, heard) = server("220 localhost", usual);
    let site = letters().file("postrider.yaml", smtp(port, ""));
    site.run(&["newsletter", "test", "--to", "me@example.org", "--to", "you@example.org"]).assert(0, &["2 mails sent"]);
    let heard = heard.join().expect("a server");
    let ids: std::collections::BTreeSet<&String> = heard.iter().filter(|line| line.starts_with("Message-ID:")).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
}

#[test]
fn nothing_is_said_to_a_server_that_offers_no_encryption() {
    let (port, heard) = server("220 localhost", usual);
    let config = smtp(port, ", username: ada").replace("tls: none", "tls: required");
    let site = letters().file("postrider.yaml", config);
    let run = site.run_with(&["newsletter", "test", "--to", "me@example.org"], &[("POSTRIDER_SMTP_PASSWORD", "open sesame")]);
    run.assert(2, &["offers no encryption"]);
    assert!(!heard.join().expect("a server").iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));
}

#[test]
fn a_test_goes_over_an_encrypted_connection_to_a_server_that_shows_who_it_is() {
    for (mode, tls) in [(Mode::Starttls, "tls: required"), (Mode::Implicit, "tls: implicit")] {
        let mail = MailServer::good(mode);
        let config = smtp(mail.port, ", username: ada, ca: root.pem").replace("tls: none", tls);
        let site = letters().file("postrider.yaml", &config).file("root.pem", ROOT);
        let run = |site: &Site| site.run_with(&["newsletter", "test", "--to", "me@example.org"], &[("POSTRIDER_SMTP_PASSWORD", PASSWORD)]);
        run(&site).assert(0, &["1 mail sent"]);
        let heard = mail.heard();
        assert_eq!(heard.logins, [("PLAIN".to_owned(), "ada".to_owned(), PASSWORD.to_owned())]);
        assert!(heard.taken[0].text().contains("\r\nSubject: second and 1 more\r\n"), "{}", heard.taken[0].text());
        site.write("postrider.yaml", config.replace(", ca: root.pem", ""));
        run(&site).assert(2, &["cannot show that it is `127.0.0.1`", "newsletter.smtp.ca"]);
        assert_eq!(mail.heard().logins.len(), 1);
    }
}

#[cfg(unix)]
#[test]
fn a_secret_in_a_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = letters().file("postrider.yaml", smtp(25, ", username: ada")).file("secret", "open sesame\n");
    let run = |site: &Site| site.run_with(&["newsletter", "test", "--to", "me@example.org"], &[("POSTRIDER_SMTP_PASSWORD_FILE", "secret")]);
    std::fs::set_permissions(site.path("secret"), std::fs::Permissions::from_mode(0o644)).expect("permissions");
    run(&site).assert(2, &["others than its owner may read", "chmod 600"]);
}

#[test]
fn a_preview_shows_the_pictures_of_the_site_before_they_are_on_the_web_and_the_mail_their_addresses() {
    let site = letters().file("posts/a b.png", "PNG").post("third", "2026-11-21", "![A](a%20b.png) ![B](https://example.net/b.png)");
    preview(&site, &[]).assert(0, &[]);
    let (html, mail) = (site.read("preview/edition.html"), site.json("preview/edition.json"));
    assert!(html.contains("src=\"../posts/a%20b.png\"") && html.contains("src=\"https://example.net/b.png\""), "{html}");
    assert_eq!(
        mail["letters"][0]["images"],
        serde_json::json!(["https://example.org/2026/11/third/a%20b.png", "https://example.net/b.png"])
    );
}

#[test]
fn what_a_mail_of_titles_does_not_hold_is_no_finding() {
    let site = letters().post("third", "2026-11-21", "<video src=\"https://example.net/a.mp4\"></video>");
    preview(&site, &[]).assert(0, &["mail-media"]);
    site.write("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", "content: titles, postal")));
    let run = preview(&site, &[]);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("mail-media"));
}
