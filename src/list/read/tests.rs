use super::*;
use crate::model::{Status, SuppressionReason};
use proptest::prelude::*;

/// Returns the rows of a list, and its findings as `line:column code message`.
fn read(text: impl AsRef<[u8]>) -> (Vec<Row>, Vec<String>) {
    read_as(text.as_ref(), true)
}

fn read_as(text: &[u8], shows_addresses: bool) -> (Vec<Row>, Vec<String>) {
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for found in Reader::new(text, "list.csv", shows_addresses) {
        match found.expect("bytes") {
            Found::Row(row) => rows.push(*row),
            Found::Finding(found) => {
                let at = found.place.as_ref().expect("a place").start;
                findings.push(format!("{}:{} {} {}", at.line, at.column, found.code, found.message));
            }
        }
    }
    (rows, findings)
}

fn addresses(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.address.as_str()).collect()
}

#[test]
fn a_list_with_a_header_is_read_by_the_names_of_its_columns() {
    let (rows, findings) = read("Email,Name,Language,Tags,City\nAda@Example.org,Ada,en_gb,\"vip, maths,vip\",London\n");
    assert_eq!(findings, [""; 0]);
    let row = &rows[0];
    assert_eq!((row.line, row.key.as_str(), row.address.as_str()), (2, "ada@example.org", "Ada@Example.org"));
    assert_eq!((row.name.as_deref(), row.language.as_deref()), (Some("Ada"), Some("en-GB")));
    assert_eq!((row.tags.as_slice(), row.fields["city"].as_str()), (&["vip".to_owned(), "maths".to_owned()][..], "London"));
    assert_eq!(row.standing, Standing::Active);
}

#[test]
fn other_delimiters_byte_order_marks_and_line_ends_are_no_obstacle() {
    for text in
        ["\u{feff}email;name\r\na@example.org;A, B\r\n", "email\tname\ra@example.org\tA, B\r", "sep=|\n\nemail|name\n\na@example.org|A, B"]
    {
        let (rows, findings) = read(text);
        assert_eq!((rows[0].address.as_str(), rows[0].name.as_deref(), findings.len()), ("a@example.org", Some("A, B"), 0), "{text}");
    }
}

#[test]
fn what_makes_a_column_of_addresses_is_the_delimiter() {
    let (rows, _) = read("email;name,first\na@example.org;A, B\n");
    assert_eq!(rows[0].fields["name_first"], "A, B");
}

#[test]
fn addresses_alone_are_a_list_too() {
    let (rows, findings) = read("a@example.org\n\n b@example.org \nAda <c@example.org>\n");
    assert_eq!(addresses(&rows), ["a@example.org", "b@example.org"]);
    assert_eq!(findings, ["4:1 bad-subscriber-address `Ada <c@example.org>` holds more than an address"]);
}

#[test]
fn a_list_without_a_column_for_addresses_is_refused_with_advice() {
    let (rows, findings) = read("emial,name\na@example.org,A\n");
    assert_eq!(
        (rows.len(), findings),
        (0, vec!["1:1 no-address-column no column holds addresses; the first line names `emial`, `name`".to_owned()])
    );
    let (_, findings) = read("a@example.org,A\n");
    assert_eq!(findings, ["1:1 no-address-column the first line names no columns"]);
    let help = Reader::new(&b"emial,name\n"[..], "l", true).find_map(|found| match found.expect("bytes") {
        Found::Finding(found) => found.help,
        Found::Row(_) => None,
    });
    assert_eq!(help.as_deref(), Some("rename `emial` to `email`"));
}

#[test]
fn what_is_no_csv_is_refused_once() {
    for (text, message) in [
        (&b"PK\x03\x04\x14\x00\x06"[..], "this is a spreadsheet or an archive"),
        (b"\xff\xfee\0m\0a\0i\0l\0\n\0a\0@\0b\0", "the list is not in UTF-8"),
        (b"e\0m\0a\0i\0l\0\n\0a\0@\0b\0", "the list is not in UTF-8"),
        (b"[{\"email\": \"a@example.org\"}]", "the list is one JSON array"),
    ] {
        assert_eq!(read(text).1, [format!("1:1 unreadable-list {message}")]);
    }
    assert_eq!(read("\n\n"), (vec![], vec![]));
}

#[test]
fn a_bad_row_is_told_with_its_place_and_the_rest_goes_on() {
    let text = "name,email\nA,a@example.org\nB,b@@example.org\nC\nD, x,d@example.org\n\"E,e@example.org\nF,f@example.org\n,\n";
    let (rows, findings) = read(text);
    assert_eq!(addresses(&rows), ["a@example.org", "f@example.org"]);
    assert_eq!(
        findings,
        [
            "3:3 bad-subscriber-address `b@@example.org` is no mail address",
            "4:1 bad-subscriber-address the row has no address",
            "5:6 bad-subscriber-row the row has 3 values for 2 columns; it is left out",
            "6:1 bad-subscriber-row a quote is never closed; the row is left out",
        ]
    );
}

#[test]
fn a_finding_in_a_row_of_several_lines_has_the_line_it_is_on() {
    let (rows, findings) = read("name,note,email\nA,\"x\ny\",a@example.org\nB,\"x\ny\",b\n");
    assert_eq!(rows[0].fields["note"], "x y");
    assert_eq!(
        findings,
        [
            "2:3 bad-subscriber-value `note` holds a line break or control character; it is put on one line",
            "4:3 bad-subscriber-value `note` holds a line break or control character; it is put on one line",
            "5:4 bad-subscriber-address `b` has no `@`",
        ]
    );
}

#[test]
fn no_value_brings_a_line_break_into_a_header() {
    let (rows, findings) =
        read("{\"email\":\"a@example.org\",\"name\":\"A\\r\\nBcc: e@example.org\"}\n{\"email\":\"b@example.org\\r\\nX: y\"}\n");
    assert_eq!(rows[0].name.as_deref(), Some("A Bcc: e@example.org"));
    assert_eq!((rows.len(), findings.len()), (1, 2));
}

#[test]
fn one_address_in_two_spellings_is_one_subscriber_and_both_lines_are_told() {
    let (rows, findings) = read("email\nada@bücher.example\nb@example.org\nADA@xn--bcher-kva.example\n");
    assert_eq!(addresses(&rows), ["ada@bücher.example", "b@example.org"]);
    assert_eq!(findings, ["4:1 duplicate-subscriber `ADA@xn--bcher-kva.example` stands on line 2 too"]);
}

#[test]
fn who_left_in_a_second_row_has_left() {
    let (rows, _) = read("email,status\na@example.org,active\na@example.org,unsubscribed\nb@example.org,bounced\nb@example.org,active\n");
    let all: Vec<(&str, Status)> = rows.iter().map(|row| (row.address.as_str(), row.standing.status())).collect();
    assert_eq!(all, [("a@example.org", Status::Active), ("a@example.org", Status::Unsubscribed), ("b@example.org", Status::Unsubscribed)]);
}

#[test]
fn nobody_who_left_bounced_or_complained_elsewhere_is_active_here() {
    for (text, status, suppression) in [
        ("Email Address,UNSUB_TIME\na@example.org,2020-01-02 03:04:05\n", Status::Unsubscribed, None),
        ("Email Address,CLEAN_TIME\na@example.org,2020-01-02 03:04:05\n", Status::Unsubscribed, Some(SuppressionReason::Bounced)),
        ("email_address,status\na@example.org,cleaned\n", Status::Unsubscribed, Some(SuppressionReason::Bounced)),
        ("email_address,type\na@example.org,unactivated\n", Status::Pending, None),
        ("email_address,type\na@example.org,spammy\n", Status::Unsubscribed, Some(SuppressionReason::Manual)),
        ("email,email_disabled\na@example.org,true\n", Status::Unsubscribed, None),
        ("email,subscribed_to_emails\na@example.org,false\n", Status::Unsubscribed, None),
        ("email,deleted_at\na@example.org,2020-01-02T03:04:05.000Z\n", Status::Unsubscribed, None),
        ("email,status\na@example.org,blocklisted\n", Status::Unsubscribed, Some(SuppressionReason::Manual)),
        ("email,status,unsubscribed\na@example.org,active,yes\n", Status::Unsubscribed, None),
        ("email,status\na@example.org,junk\n", Status::Unsubscribed, Some(SuppressionReason::Complained)),
        ("{\"email\":\"a@example.org\",\"subscribed\":false}", Status::Unsubscribed, None),
    ] {
        let (rows, findings) = read(text);
        assert_eq!((rows[0].standing.status(), rows[0].standing.suppression()), (status, suppression), "{text}");
        assert!(findings.iter().any(|found| found.contains(" not-subscribed 1 row is kept as ")), "{findings:?}");
    }
}

#[test]
fn who_is_subscribed_elsewhere_is_active_here() {
    for text in [
        "Email Address,CONFIRM_TIME,UNSUB_TIME\na@example.org,2020-01-02 03:04:05,\n",
        "email_address,type\na@example.org,regular\n",
        "email,email_disabled,active_subscription\na@example.org,false,false\n",
        "email,subscribed_to_emails,deleted_at\na@example.org,true,\n",
        "email,status\na@example.org,enabled\n",
        "email,unsubscribed_at\na@example.org,0000-00-00 00:00:00\n",
        "email,state\na@example.org,CA\n",
    ] {
        let (rows, findings) = read(text);
        assert_eq!((rows[0].standing, findings.len()), (Standing::Active, 0), "{text}: {findings:?}");
    }
}

#[test]
fn a_status_that_says_nothing_leaves_the_row_out() {
    let (rows, findings) = read("email,status\na@example.org,vip\nb@example.org,\n");
    assert_eq!(addresses(&rows), ["b@example.org"]);
    assert_eq!(findings, ["2:15 unknown-subscriber-status `vip` in `status` says nothing about who gets mail"]);
}

#[test]
fn rows_that_get_no_mail_are_counted_by_reason() {
    let (_, findings) = read("email,status\na@example.org,unsubscribed\nb@example.org,cleaned\nc@example.org,unsubscribed\n");
    assert_eq!(
        findings,
        [
            "2:1 not-subscribed 2 rows are kept as unsubscribed and get no mail",
            "3:1 not-subscribed 1 row is kept as bounced and gets no mail"
        ]
    );
}

#[test]
fn names_in_two_columns_are_one_name_and_two_fields() {
    let (rows, findings) = read("Email Address,First Name,Last Name\na@example.org,Ada,Lovelace\nb@example.org,,Babbage\n");
    assert_eq!((rows[0].name.as_deref(), rows[1].name.as_deref()), (Some("Ada Lovelace"), Some("Babbage")));
    assert_eq!((rows[0].fields["first_name"].as_str(), rows[0].fields["last_name"].as_str()), ("Ada", "Lovelace"));
    assert_eq!(findings.len(), 0);
}

#[test]
fn two_columns_that_both_mean_the_address_are_told_and_a_postal_address_is_none() {
    let (rows, findings) = read("Email,E-Mail,Address\na@example.org,b@example.org,Example Street 1\n");
    assert_eq!(addresses(&rows), ["a@example.org"]);
    let told = "1:7 second-address-column `Email` and `E-Mail` could both hold the address; `Email` counts, and `E-Mail` is kept as the field `e_mail`";
    assert_eq!(findings, [told]);
    assert_eq!(read("address,email,fields.mail\nExample Street 1,a@example.org,x\n").1, [""; 0]);
}

#[test]
fn a_column_whose_name_no_template_can_hold_is_renamed_and_told_once() {
    let (rows, findings) = read("email,Phone Number\na@example.org,'+49 1\nb@example.org,2\n");
    assert_eq!(rows[0].fields["phone_number"], "+49 1");
    let (_, of_capitals) = read("email,City,fields.Plan,First_Name\na@example.org,Ulm,pro,A\n");
    assert_eq!(of_capitals, [""; 0]);
    assert_eq!(findings, ["1:7 renamed-column the column `Phone Number` is kept as the field `phone_number`"]);
}

#[test]
fn a_value_that_means_nothing_is_left_out_and_the_row_stays() {
    let long = "x".repeat(5_000);
    let (rows, findings) = read(format!("email,language,created_at,note\na@example.org,English,3/4/2026,{long}\n"));
    let row = &rows[0];
    assert_eq!((row.language.as_deref(), row.created, row.fields.len()), (None, None, 0));
    assert_eq!(
        findings,
        [
            "2:15 bad-subscriber-value `English` in `language` is no language and is left out",
            "2:23 bad-subscriber-value `3/4/2026` in `created_at` is not a date postrider knows; it is left out",
            "2:32 bad-subscriber-value `note` has more than 4000 octets and is left out",
        ]
    );
}

#[test]
fn lines_of_json_are_read_with_lists_and_objects() {
    let text = "{\"email\":\"a@example.org\",\"tags\":[\"x\",\"y\"],\"attributes\":{\"city\":\"Ulm\",\"n\":2,\"e\":null},\"age\":3}\n\nnull\n\
                {\"name\":\"B\",\"email\":\"b@example.org\"}\n{\"email\":\"c@example.org\"\n";
    let (rows, findings) = read(text);
    assert_eq!(addresses(&rows), ["a@example.org", "b@example.org"]);
    assert_eq!(rows[0].tags, ["x", "y"]);
    let fields: Vec<(&str, &str)> = rows[0].fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, [("age", "3"), ("city", "Ulm"), ("n", "2")]);
    assert_eq!(findings.len(), 2);
    assert!(findings.iter().all(|found| found.contains("bad-subscriber-row the line is no JSON object")), "{findings:?}");
}

#[test]
fn consent_and_its_time_come_along() {
    let (rows, _) = read("email,consent,consent_at,source,created_at\na@example.org,\"form, 2026\",2026-01-02,site,2025-12-31 10:00:00\n");
    let row = &rows[0];
    assert_eq!((row.consent.as_deref(), row.source.as_deref()), (Some("form, 2026"), Some("site")));
    assert_eq!(row.consent_at.map(|date| date.to_rfc3339()).as_deref(), Some("2026-01-02T00:00:00+00:00"));
    assert_eq!(row.created.map(|date| date.to_rfc3339()).as_deref(), Some("2025-12-31T10:00:00+00:00"));
}

#[test]
fn a_list_in_an_old_encoding_is_read_and_told_once() {
    let (rows, findings) = read(b"email,name\na@example.org,J\xf6rg\nb@example.org,Zo\xeb\n");
    assert_eq!((rows[0].name.as_deref(), rows[1].name.as_deref()), (Some("Jörg"), Some("Zoë")));
    assert_eq!(findings, ["2:1 guessed-list-encoding the list is not in UTF-8 and is read as windows-1252"]);
}

#[test]
fn a_public_log_shows_no_address() {
    let text = "email,name,language\nada@@example.org,Ada,en\n\"Ada <ada@example.org>\",x,y\nbob@example.org,x,bob@example.net\nBob@example.org,,\n";
    for found in Reader::new(text.as_bytes(), "list.csv", false) {
        if let Found::Finding(found) = found.expect("bytes") {
            let shown = format!("{found:?}");
            assert!(!shown.contains("ada@") && !shown.to_lowercase().contains("bob@"), "{shown}");
        }
    }
    assert!(read_as(text.as_bytes(), false).1.contains(&"5:1 duplicate-subscriber `B…@example.org` stands on line 4 too".to_owned()));
}

#[test]
fn a_fault_that_every_row_has_is_told_a_bounded_number_of_times() {
    let text = format!("email\n{}", "x\n".repeat(10_010));
    let (_, findings) = read(text);
    assert_eq!(findings.len(), 10_001);
    assert_eq!(findings.last().map(String::as_str), Some("0:0 bad-subscriber-address 10 more findings like this are not listed"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_every_row_can_be_mailed(bytes in prop::collection::vec(any::<u8>(), 0..120), header in "(email[,;]name\n|\\{|)") {
        let (rows, _) = read([header.as_bytes(), &bytes].concat());
        for row in rows {
            prop_assert_eq!(super::super::address::key(&row.address), Ok(row.key));
        }
    }

    #[test]
    fn any_pieces_of_a_list_are_read(pieces in prop::collection::vec(prop::sample::select(vec![
        "email", ",", ";", "\"", "\n", "\r\n", "a@example.org", "'=", "{\"email\":", "\"x@y.z\"", "}", "\u{e4}", "sep=", "status", "name", "\t", "\0",
    ]), 0..60)) {
        let text = pieces.concat();
        let (rows, findings) = read(&text);
        prop_assert!(rows.len() + findings.len() <= 2 * text.lines().count() + text.matches('\r').count() + 60);
        for row in rows {
            prop_assert!(!row.name.unwrap_or_default().contains(['\n', '\r', '\0']));
        }
    }
}
