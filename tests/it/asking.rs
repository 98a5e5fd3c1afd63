//! What comes back from readers and servers: tokens in mailboxes and logs, bounces and complaints.

use crate::builder::{Run, Site, folder};
use crate::subscribers::{id_of, import, send, subscribers};
use postrider::mail::token::{Keys, Purpose};

const KEY: &str = "a key of a test that has more than 32 octets";
/// Keys are parted by blanks, so this is one.
const SECRET: &str = "a-key-of-a-test-that-has-more-than-32-octets";

#[test]
fn collected_tokens_are_verified_and_applied_once() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\nc@example.org\n", &[]);
    let (mine, foreign) = (Keys::new(&[SECRET.as_bytes()]).expect("keys"), Keys::new(&[KEY.as_bytes()]).expect("keys"));
    let leave = |keys: &Keys, newsletter: &str, key: &str| keys.token(Purpose::Unsubscribe, &id_of(&site, key), newsletter);
    let (good, forged) = (leave(&mine, "main", "a@example.org"), leave(&foreign, "main", "b@example.org"));
    let other = leave(&mine, "other", "b@example.org");
    let bounce = mine.token(Purpose::Bounce, &id_of(&site, "c@example.org"), "main");
    site.write(
        "log",
        format!("POST /u/{good} 200\nPOST /u?t={good}\nPOST /u/{forged}\nPOST /u/{other}\nTo: bounces+{bounce}@example.org\n"),
    );
    let run = || site.run_with(&["subscribers", "unsubscribe", "--tokens", "log"], &[("POSTRIDER_UNSUBSCRIBE_KEY", SECRET)]);
    run().assert(1, &["1 unsubscribed (a…@example.org)", "1 forged", "1 for something else", "1 for another newsletter"]);
    run().assert(1, &["1 known already", "a key that made tokens once"]);
    subscribers(&site, &["list", "--status", "active"]).assert(0, &["2 subscribers of 3"]);
    subscribers(&site, &["unsubscribe", "--tokens", "log"]).assert(2, &["POSTRIDER_UNSUBSCRIBE_KEY"]);
    site.write("Maildir/new/2", format!("From: c@example.org\nSubject: {}\n\nplease\n", leave(&mine, "main", "c@example.org")));
    let mailbox = site.run_with(&["subscribers", "unsubscribe", "--tokens", "Maildir"], &[("POSTRIDER_UNSUBSCRIBE_KEY", SECRET)]);
    mailbox.assert(0, &["1 unsubscribed (c…@example.org)"]);
    let rotated = format!("{SECRET}-and-newer,{SECRET}");
    let json =
        site.run_with(&["subscribers", "unsubscribe", "--tokens", "log", "--format", "json"], &[("POSTRIDER_UNSUBSCRIBE_KEY", &rotated)]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((&json["version"], &json["counts"]["known_already"]), (&1.into(), &1.into()));
}

fn unsubscribe(site: &Site, file: &str) -> Run {
    site.run_with(&["subscribers", "unsubscribe", "--tokens", file], &[("POSTRIDER_UNSUBSCRIBE_KEY", SECRET)])
}

fn token_of(site: &Site, key: &str) -> String {
    Keys::new(&[SECRET.as_bytes()]).expect("keys").token(Purpose::Unsubscribe, &id_of(site, key), "main")
}

#[test]
fn whoever_came_back_is_not_sent_away_by_what_was_read_before() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\nc@example.org\n", &[]);
    send(&site, "one");
    let confirm = |address: &str| subscribers(&site, &["confirm", address, "--consent", "wrote a mail"]).assert(0, &["1 confirmed"]);
    // A mailbox.
    let mail = |id: &str| {
        format!("From: a@example.org\nMessage-ID: <{id}@example.org>\nSubject: unsubscribe {}\n\n", token_of(&site, "a@example.org"))
    };
    site.write("Maildir/new/1", mail("1"));
    site.write("Maildir/new/2", mail("2"));
    unsubscribe(&site, "Maildir").assert(0, &["1 unsubscribed (a…@example.org), 1 known already"]);
    confirm("a@example.org");
    unsubscribe(&site, "Maildir").assert(0, &["2 known already"]);
    subscribers(&site, &["list", "--status", "active"]).assert(0, &["3 subscribers"]);
    subscribers(&site, &["show", "a@example.org"]).assert(0, &["a mail or a line about them was read", "unsubscribed: token"]);
    site.write("Maildir/new/3", mail("3"));
    unsubscribe(&site, "Maildir").assert(0, &["1 unsubscribed (a…@example.org), 2 known already"]);
    // A log, whose lines say when; and a list of tokens, whose lines do not.
    let token = token_of(&site, "b@example.org");
    let log = |minute: u32| format!("[23/Nov/2026:13:{minute}:13 +0000] \"POST /u?t={token} HTTP/1.1\" 200\n");
    site.write("log", log(20));
    unsubscribe(&site, "log").assert(0, &["1 unsubscribed (b…@example.org)"]);
    confirm("b@example.org");
    unsubscribe(&site, "log").assert(0, &["1 known already"]);
    site.write("log", log(20) + &log(55));
    unsubscribe(&site, "log").assert(0, &["1 unsubscribed (b…@example.org), 1 known already"]);
    confirm("b@example.org");
    site.write("tokens", &token);
    unsubscribe(&site, "tokens").assert(0, &["1 unsubscribed"]);
    confirm("b@example.org");
    unsubscribe(&site, "tokens").assert(0, &["1 unsubscribed"]);
    // A complaint.
    site.write("arf.eml", complaint("<one-c@example.org>"));
    subscribers(&site, &["bounced", "arf.eml"]).assert(0, &["1 complained"]);
    confirm("c@example.org");
    subscribers(&site, &["bounced", "arf.eml"]).assert(0, &["1 known already"]);
    subscribers(&site, &["list", "--status", "active"]).assert(0, &["1 subscriber of 3"]);
    site.write("arf.eml", complaint("<one-c@example.org>").replace("FW: Hello", "FW: Hello again"));
    subscribers(&site, &["bounced", "arf.eml"]).assert(0, &["1 complained"]);
}

#[test]
fn a_report_that_is_known_by_a_token_is_not_counted_again_after_the_next_edition() {
    let site = folder();
    import(&site, "email\nb@example.org\n", &[]);
    send(&site, "one");
    site.write("Maildir/new/1", exchange(&token_of(&site, "b@example.org")));
    let bounced = || site.run_with(&["subscribers", "bounced", "Maildir"], &[("POSTRIDER_UNSUBSCRIBE_KEY", SECRET)]);
    bounced().assert(0, &["1 bounced (b…@example.org)"]);
    send(&site, "two");
    bounced().assert(0, &["1 known already"]);
    assert!(!subscribers(&site, &["list"]).stdout.contains("suppressed"));
}

#[test]
fn an_answer_that_quotes_the_letter_unsubscribes_nobody_and_is_named() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\n", &[]);
    let link = |key: &str| format!("https://example.org/u?t={}", token_of(&site, key));
    site.write(
        "Maildir/cur/1:2,S",
        format!(
            "From: a@example.org\nTo: ada@example.org\nSubject: Re: Second\n\nGreat letter!\n\n> Unsubscribe: {}\n",
            link("a@example.org")
        ),
    );
    let subject = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, token_of(&site, "b@example.org"));
    site.write("Maildir/cur/2:2,S", format!("From: b@example.org\nTo: leave@example.org\nSubject: =?utf-8?B?{subject}?=\n\n"));
    let run = unsubscribe(&site, "Maildir");
    run.assert(0, &["1 unsubscribed (b…@example.org), 1 with no token in recipient or subject", "1:2,S: no token in recipient or subject"]);
    let answer = site.read("Maildir/cur/1:2,S");
    site.write("mbox", format!("From a@example.org Mon\n{answer}"));
    site.write("one.eml", &answer);
    for file in ["mbox", "one.eml"] {
        unsubscribe(&site, file).assert(0, &["1 with no token"]);
    }
    site.write("log", format!("\"GET {} HTTP/1.1\" 200\n", link("a@example.org")));
    unsubscribe(&site, "log").assert(0, &["1 in requests that only look (GET)"]);
    subscribers(&site, &["list", "--status", "active"]).assert(0, &["1 subscriber of 2"]);
}

#[test]
fn a_confirm_token_makes_a_subscriber_active_and_brings_nobody_back_who_left_since() {
    let site = folder();
    subscribers(&site, &["add", "a@example.org", "--consent", "form", "--pending"]).assert(0, &["1 new"]);
    let keys = Keys::new(&[SECRET.as_bytes()]).expect("keys");
    let id = id_of(&site, "a@example.org");
    let now = chrono::Utc::now().fixed_offset();
    let old = keys.confirm(&id, "main", now - chrono::TimeDelta::days(8));
    let good = keys.confirm(&id, "main", now - chrono::TimeDelta::hours(1));
    let confirm = |token: &str| {
        site.write("tokens", token);
        let args = ["subscribers", "confirm", "--tokens", "tokens", "--consent", "clicked the link"];
        site.run_with(&args, &[("POSTRIDER_UNSUBSCRIBE_KEY", SECRET)])
    };
    confirm(&old).assert(0, &["1 expired"]);
    subscribers(&site, &["list"]).assert(0, &["1 pending"]);
    confirm(&good).assert(0, &["1 confirmed"]);
    confirm(&good).assert(0, &["1 known already"]);
    subscribers(&site, &["unsubscribe", "a@example.org"]);
    confirm(&good).assert(0, &["1 of somebody who left since"]);
    subscribers(&site, &["list"]).assert(0, &["1 unsubscribed"]);
}

/// A report as Postfix writes it.
fn postfix(id: &str, address: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\nTo: ada@example.org\nSubject: Undelivered Mail Returned to Sender\n\
         Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"B/mx\"\n\n\
         --B/mx\nContent-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n\nI'm sorry to have to inform you.\n\n\
         --B/mx\nContent-Description: Delivery report\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n\
         Final-Recipient: rfc822; {address}\nOriginal-Recipient: rfc822;{address}\nAction: failed\nStatus: {status}\n\
         Diagnostic-Code: smtp; 550 {status} said so\n\n\
         --B/mx\nContent-Description: Undelivered Message Headers\nContent-Type: text/rfc822-headers\n\n\
         From: Ada <ada@example.org>\nMessage-ID: {id}\nSubject: Hello\n\n--B/mx--\n"
    )
}

/// A report as Exchange writes it: with the whole mail, and the token in its header.
fn exchange(token: &str) -> String {
    format!(
        "From: postmaster@contoso.example\r\nTo: ada@example.org\r\nSubject: Undeliverable: Hello\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report;\r\n report-type=delivery-status;\r\n boundary=\"_x_\"\r\n\r\n\
         --_x_\r\nContent-Type: multipart/alternative; boundary=\"_y_\"\r\n\r\n--_y_\r\nContent-Type: text/html\r\n\r\n<b>gone</b>\r\n--_y_--\r\n\
         --_x_\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;mail.contoso.example\r\n\r\n\
         Final-recipient: RFC822;b@example.org\r\nAction: failed\r\nStatus: 5.1.10\r\n\
         Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound\r\n\r\n\
         --_x_\r\nContent-Type: message/rfc822\r\n\r\nFrom: ada@example.org\r\nMessage-ID: <replaced@relay.example>\r\n\
         List-Unsubscribe: <mailto:leave@example.org?subject={token}>\r\n\r\nHello\r\n--_x_--\r\n"
    )
}

/// A complaint.
fn complaint(id: &str) -> String {
    format!(
        "From: fbl@provider.example\nSubject: FW: Hello\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=\"z\"\n\n\
         --z\nContent-Type: text/plain\n\nThis is an abuse report.\n--z\nContent-Type: message/feedback-report\n\n\
         Feedback-Type: abuse\nUser-Agent: fbl/1\nVersion: 1\nOriginal-Rcpt-To: <c@example.org>\n\n--z\nContent-Type: message/rfc822\n\n\
         From: ada@example.org\nMessage-ID: {id}\n\nHello\n--z--\n"
    )
}

#[test]
fn that_a_mailbox_is_gone_where_somebody_has_their_mail_forwarded_to_says_nothing_of_theirs() {
    let site = folder();
    import(&site, "email\na@example.org\n", &[]);
    for key in ["one", "two"] {
        send(&site, key);
        let report = postfix(&format!("<{key}-a@example.org>"), "elsewhere@example.net", "5.1.1");
        site.write("report.eml", report.replace("Original-Recipient: rfc822;elsewhere@example.net\n", ""));
        subscribers(&site, &["bounced", "report.eml"]).assert(0, &["1 returned for other reasons (a…@example.org)"]);
    }
    assert!(!subscribers(&site, &["list"]).stdout.contains("suppressed"));
    let report = postfix("<two-a@example.org>", "elsewhere@example.net", "5.1.1");
    site.write(
        "report.eml",
        report.replace("Original-Recipient: rfc822;elsewhere", "Original-Recipient: rfc822;A").replace("A@example.net", "A@example.org"),
    );
    subscribers(&site, &["bounced", "report.eml"]).assert(0, &["1 bounced (a…@example.org)"]);
}

#[test]
fn reports_that_name_nobody_of_the_list_are_matched_by_message_id_however_many_there_are() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\n", &[]);
    send(&site, "one");
    let report = |id: &str| postfix(id, "elsewhere@example.net", "5.7.1").replace("MAILER-DAEMON", &id.replace(['<', '>', '@'], "-"));
    let forged = (0..1100).map(|at| report(&format!("<forged{at}@example.org>")));
    let ours = ["<one-a@example.org>", "<one-b@example.org>", "<one-a@example.org>"].map(report);
    let mails: Vec<String> = ours[..1].iter().cloned().chain(forged).chain(ours[1..].iter().cloned()).collect();
    let mbox = format!("From x Mon\n{}", mails.join("\nFrom x Mon\n"));
    site.write("mbox", mbox);
    let run = subscribers(&site, &["bounced", "mbox"]);
    run.assert(0, &["read 1103 messages: 2 returned for other reasons", "1 known already (a…@example.org), 1100 not matched"]);
    assert!(run.stderr.contains("mbox, message 2: not matched: it returns no mail of this ledger"), "{}", run.stderr);
}

#[test]
fn a_complaint_of_somebody_who_was_put_on_the_list_again_since_takes_them_off() {
    let site = folder();
    import(&site, "email\nc@example.org\n", &[]);
    send(&site, "one");
    subscribers(&site, &["remove", "c@example.org"]).assert(0, &[]);
    import(&site, "email\nc@example.org\n", &[]);
    site.write("arf.eml", complaint("<one-c@example.org>"));
    subscribers(&site, &["bounced", "arf.eml"]).assert(0, &["1 complained"]);
    subscribers(&site, &["list"]).assert(0, &["unsubscribed"]);
}

#[test]
fn what_comes_back_is_matched_and_counted_once() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\nc@example.org\nd@example.org\n", &[]);
    send(&site, "one");
    let token = Keys::new(&[SECRET.as_bytes()]).expect("keys").token(Purpose::Unsubscribe, &id_of(&site, "b@example.org"), "main");
    site.write("Maildir/new/1", postfix("<one-a@example.org>", "a@example.org", "5.1.1"));
    site.write("Maildir/new/2", exchange(&token));
    site.write("Maildir/cur/3:2,S", complaint("<one-c@example.org>"));
    site.write("Maildir/cur/4:2,S", postfix("<one-d@example.org>", "d@example.org", "5.7.1"));
    site.write("Maildir/cur/5:2,S", postfix("<forged@example.org>", "d@example.org", "5.1.1"));
    site.write("Maildir/cur/6:2,S", "From: d@example.org\nSubject: On holiday\nAuto-Submitted: auto-replied\n\nBack soon.\n");
    site.write("Maildir/tmp/7", "half a mail");
    let bounced = || site.run_with(&["subscribers", "bounced", "Maildir"], &[("POSTRIDER_UNSUBSCRIBE_KEY", SECRET)]);
    let first = bounced();
    first.assert(0, &["read 6 messages: 2 bounced (", "1 returned for other reasons", "1 complained (c…@example.org)", "2 not matched"]);
    first.assert(0, &["5:2,S: not matched: it returns no mail of this ledger", "6:2,S: not matched: it is an automatic reply"]);
    bounced().assert(0, &["4 known already, 2 not matched"]);
    subscribers(&site, &["show", "a@example.org"]).assert(0, &["active", "edition one sent: queued", "bounced: one"]);
    subscribers(&site, &["show", "c@example.org"]).assert(0, &["unsubscribed", "suppressed", "complained"]);
    // Once is chance; twice is enough.
    send(&site, "two");
    site.write(
        "mbox",
        format!("From x Mon\n{}\nFrom x Mon\n{}", postfix("<two-a@example.org>", "a@example.org", "5.1.1"), "Subject: hello\n\nx\n"),
    );
    subscribers(&site, &["bounced", "mbox"]).assert(0, &["1 bounced often enough and suppressed now", "mbox, message 2: not matched"]);
    subscribers(&site, &["list"]).assert(0, &["suppressed: bounced"]);
    site.run(&["ledger", "check"]).assert(0, &["is whole"]);
}
