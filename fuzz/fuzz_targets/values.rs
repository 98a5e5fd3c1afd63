//! Value types: any value is judged, and each flaw lies in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postrider::text::value::{Flaw, date, geo, language, mail, media, media_type, name, number, plain, time, uri, word};

/// Checks what a type that has at most one flaw found.
fn one<T, K>(value: &str, found: Result<T, Flaw<K>>) {
    if let Err(flaw) = found {
        assert!(value.get(flaw.range.clone()).is_some() && !flaw.reason.is_empty(), "{} in {value:?}", flaw.reason);
    }
}

/// Checks what a type that has several found.
fn many<K, T>(value: &str, check: impl Fn(&str, &mut Vec<Flaw<K>>) -> T) {
    let mut flaws = Vec::new();
    check(value, &mut flaws);
    for flaw in flaws {
        one::<(), K>(value, Err(flaw));
    }
}

fuzz_target!(|value: &str| {
    many(value, date::rfc822);
    one(value, date::rfc3339(value));
    one(value, date::w3cdtf(value));
    one(value, date::iso8601(value));
    one(value, geo::latitude(value));
    one(value, geo::longitude(value));
    one(value, language::language(value));
    one(value, language::country(value));
    many(value, language::countries);
    many(value, mail::contact);
    one(value, mail::address(value));
    one(value, mail::known_host(value));
    one(value, mail::name_without_address(value));
    one(value, media::base64(value));
    for algorithm in [None, Some("md5"), Some("sha-1")] {
        one(value, media::hash(value, algorithm));
    }
    one(value, media::rating(value, None));
    one(value, media::colour(value));
    one(value, media_type::media_type(value));
    one(value, media_type::charset(value));
    one(value, name::form_component(value));
    one(value, name::nmtoken(value));
    one(value, name::xml_name(value));
    one(value, name::ncname(value));
    one(value, name::version(value));
    one(value, name::at_most(value, 10));
    one(value, number::integer(value));
    one(value, number::non_negative(value));
    one(value, number::positive(value));
    one(value, number::image_width(value));
    one(value, number::port(value));
    one(value, number::hour(value));
    one(value, number::float(value));
    one(value, number::percentage(value));
    many(value, number::comma_integers);
    one(value, plain::not_blank(value));
    many(value, plain::find_html);
    many(value, plain::find_bad_characters);
    one(value, time::npt(value));
    one(value, time::itunes_duration(value));
    one(value, time::seconds(value));
    one(value, time::iso_duration(value));
    for charset in [uri::Charset::Iri, uri::Charset::Uri] {
        many(value, |value, flaws| uri::reference(value, charset, flaws));
        many(value, |value, flaws| uri::absolute(value, charset, flaws));
        many(value, |value, flaws| uri::web(value, charset, flaws));
    }
    many(value, uri::http_guid);
    many(value, uri::identifier);
    one(value, uri::registered_scheme(value));
    one(value, uri::known_host(value));
    one(value, uri::check_canonical(value));
    one(value, uri::tag(value));
    one(value, uri::urn(value));
    one(value, uri::uuid(value));
    one(value, word::one_of(value, &["a", "b"], word::Case::Any));
    one(value, word::day(value));
    one(value, word::explicit(value));
    // What is in its canonical form has no other.
    if let Some(canonical) = uri::canonical(value) {
        assert_eq!(uri::canonical(&canonical), None);
    }
});
