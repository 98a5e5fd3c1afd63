//! The JSON reader and the tables of JSON Feed: the members of a feed may be anything. What a strict parser refuses has a
//! finding about syntax.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postrider::diagnostic::Source;
use postrider::validate::{Kind, Surroundings, validate};

fuzz_target!(|members: &str| {
    let text = format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",{members}");
    let now = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("a time").fixed_offset();
    let verdict = validate(Source::new("feed.json", &text), Surroundings { url: None, now, html_judged: false, podcast: false });
    assert_eq!(verdict.kind, Kind::JsonFeed11);
    let mut before = (0, 0);
    for found in &verdict.diagnostics {
        let place = found.place.as_ref().expect("every finding has a place");
        let start = (place.start.line, place.start.column);
        assert!(start >= before && place.excerpt.get(place.mark.0..place.mark.1).is_some(), "{found:?}");
        before = start;
        let pointer = found.subject.as_ref().and_then(|subject| subject.pointer.as_deref()).expect("a pointer");
        assert!(pointer.is_empty() || pointer.starts_with('/'), "{found:?}");
    }
    let has = |code: &str| verdict.diagnostics.iter().any(|found| found.code == code);
    let strict = serde_json::from_str::<serde::de::IgnoredAny>(&text);
    if let Err(error) = strict {
        // What is deeper than either of them reads is no fault of the text.
        let is_fault = has("json-syntax") || has("bad-characters") || has("validator-limit");
        assert!(is_fault || error.to_string().contains("recursion") || error.to_string().contains("number out of range"), "{error}");
    } else {
        assert!(!has("json-syntax"));
    }
});
