//! The whole validator: any bytes are judged, with findings inside the text and in its order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postrider::validate::Surroundings;
use postrider::validate::input::Input;

fuzz_target!(|bytes: &[u8]| {
    let podcast = bytes.len() % 2 == 1;
    let input = Input::read(bytes.to_vec(), None);
    let now = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("a time").fixed_offset();
    let lines = input.text().split(['\n', '\r']).count() as u32;
    let verdict = input.judge("feed", Surroundings { url: None, now, html_judged: false, podcast });
    let mut before = (0, 0);
    for found in &verdict.diagnostics {
        assert!(!found.message.is_empty(), "{found:?}");
        let Some(place) = &found.place else { continue };
        assert!(place.start.line >= 1 && place.end.line <= lines, "{found:?}");
        assert!(place.excerpt.get(place.mark.0..place.mark.1).is_some(), "{found:?}");
        // What is said of the encoding stands before everything else.
        if found.subject.as_ref().is_some_and(|subject| !subject.path.is_empty()) {
            let start = (place.start.line, place.start.column);
            assert!(start >= before, "{found:?}");
            before = start;
        }
        let _ = found.fingerprint();
    }
});
