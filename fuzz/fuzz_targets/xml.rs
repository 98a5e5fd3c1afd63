//! The XML reader: any text is read to its end, with spans inside it and as many ends as starts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postrider::xml::{Event, Kind, Limits, Reader};

fuzz_target!(|text: &str| {
    let mut reader = Reader::new(text, Limits::default());
    let mut depth = 0_usize;
    let mut before = 0;
    while let Some(event) = reader.next() {
        let span = match &event {
            Event::Start(tag) => {
                depth += 1;
                assert_eq!(&text[tag.name_span()], tag.name);
                for attribute in reader.attributes() {
                    assert!(text.get(attribute.name_span.clone()).is_some());
                    check(&reader, text, &attribute.value_span, Kind::Attribute, &attribute.value);
                }
                tag.span.clone()
            }
            Event::End(tag) => {
                depth = depth.checked_sub(1).expect("no more ends than starts");
                tag.span.clone()
            }
            Event::Text(piece) => {
                check(&reader, text, &piece.raw, piece.kind, &piece.value);
                piece.raw.clone()
            }
            Event::Comment(span) | Event::Doctype(span) | Event::Instruction { span, .. } => span.clone(),
        };
        assert_eq!(depth, reader.depth());
        assert!(span.start >= before && text.get(span.clone()).is_some());
        before = span.start;
    }
    assert_eq!(depth, 0);
    for fault in reader.take_faults() {
        assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
    }
});

/// Checks that the places of a decoded text ascend inside its raw range and end with it.
fn check(reader: &Reader<'_>, text: &str, raw: &std::ops::Range<usize>, kind: Kind, value: &str) {
    assert!(text.get(raw.clone()).is_some());
    let locator = reader.locator();
    let mut walk = locator.walk(raw.clone(), kind);
    let mut before = raw.start;
    // Enough of a long one: entities make much of little.
    for (offset, _) in value.char_indices().take(500) {
        let place = walk.seek(offset);
        assert!(place.start >= before && place.end <= raw.end && !place.is_empty() && text.get(place.clone()).is_some());
        before = place.start;
    }
    assert_eq!(locator.walk(raw.clone(), kind).seek(value.len()), raw.end..raw.end);
}
