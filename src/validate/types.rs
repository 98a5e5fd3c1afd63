//! The types that several vocabularies' rows name. What they check is in `text::value`; here each kind of flaw gets its code.
//! A type that one vocabulary alone has stands in that vocabulary's file.

use super::codes::{
    ATTR_NOT_BLANK, CONTAINS_EMAIL, EMAIL_FORMAT, IMPLAUSIBLE_DATE, INCORRECT_DOW, INTEGER_OVERFLOW, INVALID_ADDR_SPEC, INVALID_FULL_LINK,
    INVALID_IRI, INVALID_TAG, INVALID_URI_CHAR, INVALID_URN, INVALID_UUID, MISSING_REAL_NAME, NON_CANONICAL_URI, NOT_BLANK,
    PROBLEMATICAL_RFC822_DATE, SCHEME_NOT_IANA_REGISTERED, UNEXPECTED_WHITESPACE, UNKNOWN_HOST, URI_NOT_IRI, USE_ZERO_FOR_MIDNIGHT,
};
use super::scene::Scene;
use super::value::{Flaws, Type};
use crate::diagnostic::Code;
use crate::text::value::{date, language, mail, media_type, name, number, time, uri, word};
use chrono::{DateTime, FixedOffset, Utc};

/// Text that may be anything.
pub static TEXT: Type = Type { name: "text", check: |_, _, _| {} };

/// Text of an element that must not be blank.
pub static SOME_TEXT: Type = Type { name: "text", check: |value, _, flaws| some_text(value, &NOT_BLANK, flaws) };

/// Text of an attribute that must not be blank.
pub static SOME_ATTRIBUTE: Type = Type { name: "text", check: |value, _, flaws| some_text(value, &ATTR_NOT_BLANK, flaws) };

fn some_text(value: &str, code: &'static Code, flaws: &mut Flaws) {
    if value.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
        flaws.raise(code, 0..value.len(), "is blank").help("write something in it, or leave it out");
    }
}

/// A date of RSS.
pub static RFC822: Type = Type {
    name: "an RFC 822 date",
    check: |value, scene, flaws| {
        let mut found = Vec::new();
        let date = date::rfc822(value, &mut found);
        flaws.extend(found, date_code);
        plausible(value, date, scene, flaws);
    },
};

/// A date of Atom.
pub static RFC3339: Type = Type {
    name: "an RFC 3339 date",
    check: |value, scene, flaws| match date::rfc3339(value) {
        Ok(date) => plausible(value, Some(date), scene, flaws),
        Err(flaw) => flaws.extend([flaw], |kind| (*kind == date::Kind::Padding).then_some(&UNEXPECTED_WHITESPACE)),
    },
};

/// A date of Dublin Core and of modules.
pub static W3CDTF: Type = Type {
    name: "a W3C-DTF date",
    check: |value, scene, flaws| match date::w3cdtf(value.trim()) {
        Ok(date) => plausible(value, Some(date), scene, flaws),
        Err(_) => flaws.extend(date::w3cdtf(value).err(), date_code),
    },
};

/// A date of ISO 8601.
pub static ISO8601: Type = Type { name: "an ISO 8601 date", check: |value, _, flaws| flaws.extend(date::iso8601(value).err(), date_code) };

/// A URI reference, which may be relative.
pub static REFERENCE: Type = Type {
    name: "a URI reference",
    check: |value, scene, flaws| {
        let mut found = Vec::new();
        uri::reference(value, charset(scene), &mut found);
        found.extend(uri::registered_scheme(value).err().filter(|_| found.is_empty()));
        tell(found, scene, flaws);
    },
};

/// An absolute URI.
pub static ABSOLUTE: Type = Type {
    name: "an absolute URI",
    check: |value, scene, flaws| {
        let mut found = Vec::new();
        uri::absolute(value, charset(scene), &mut found);
        found.extend(uri::registered_scheme(value).err().filter(|_| found.is_empty()));
        tell(found, scene, flaws);
    },
};

/// An address of the web.
pub static WEB: Type = Type {
    name: "a web address",
    check: |value, scene, flaws| {
        let mut found = Vec::new();
        uri::web(value, charset(scene), &mut found);
        tell(found, scene, flaws);
    },
};

/// An identifier that is a URI.
pub static IDENTIFIER: Type = Type {
    name: "an identifier",
    check: |value, _, flaws| {
        let mut found = Vec::new();
        uri::identifier(value, &mut found);
        let code = |kind: &uri::Kind| match kind {
            uri::Kind::Empty => Some(&NOT_BLANK),
            uri::Kind::Padding => Some(&UNEXPECTED_WHITESPACE),
            kind => uri_code(kind),
        };
        flaws.extend(found.into_iter().filter(is_told), code);
    },
};

/// A person of RSS: an address, then the name in parentheses.
pub static CONTACT: Type = Type {
    name: "an address with a name",
    check: |value, _, flaws| {
        let mut found = Vec::new();
        mail::contact(value, &mut found);
        flaws.extend(found, mail_code);
    },
};

/// A mail address.
pub static ADDRESS: Type = Type {
    name: "a mail address",
    check: |value, _, flaws| {
        let found = mail::address(value).and_then(|()| mail::known_host(value));
        flaws.extend(found.err(), |kind| (*kind == mail::Kind::UnknownHost).then_some(&UNKNOWN_HOST));
    },
};

/// A language tag.
pub static LANGUAGE: Type =
    Type { name: "a language tag", check: |value, _, flaws| flaws.extend(language::language(value).err(), |_| None) };

/// A media type.
pub static MEDIA_TYPE: Type =
    Type { name: "a media type", check: |value, _, flaws| flaws.extend(media_type::media_type(value).err(), |_| None) };

/// A whole number.
pub static INTEGER: Type =
    Type { name: "a whole number", check: |value, _, flaws| flaws.extend(number::integer(value).err(), number_code) };

/// A whole number that is zero or more.
pub static NON_NEGATIVE: Type = Type {
    name: "a whole number that is zero or more",
    check: |value, _, flaws| flaws.extend(number::non_negative(value).err(), number_code),
};

/// A whole number that is one or more.
pub static POSITIVE: Type =
    Type { name: "a whole number that is one or more", check: |value, _, flaws| flaws.extend(number::positive(value).err(), number_code) };

/// A size in pixels, or another count that is never so large as to overflow 32 bits.
pub static SIZE: Type = Type {
    name: "a whole number that is one or more",
    check: |value, _, flaws| match number::positive(value) {
        Ok(size) if i32::try_from(size).is_err() => {
            let flaw = flaws.raise(&INTEGER_OVERFLOW, 0..value.len(), "is more than 2147483647, which overflows in readers");
            flaw.help("write the real number, or leave it out");
        }
        found => flaws.extend(found.err(), number_code),
    },
};

/// A number with or without a fraction.
pub static FLOAT: Type = Type { name: "a number", check: |value, _, flaws| flaws.extend(number::float(value).err(), number_code) };

/// `true` or `false`.
pub static TRUE_FALSE: Type =
    Type { name: "`true` or `false`", check: |value, _, flaws| flaws.extend(word::true_false(value).err(), |_| None) };

/// A boolean of XML Schema.
pub static BOOLEAN: Type =
    Type { name: "`true` or `false`, `1` or `0`", check: |value, _, flaws| flaws.extend(word::boolean(value).err(), |_| None) };

/// A name token of XML.
pub static NMTOKEN: Type = Type { name: "a name token", check: |value, _, flaws| flaws.extend(name::nmtoken(value).err(), |_| None) };

/// A time in a recording, in seconds.
pub static SECONDS: Type =
    Type { name: "a number of seconds", check: |value, _, flaws| flaws.extend(time::seconds(value).err(), |_| None) };

/// Returns which characters an address may have: Atom has IRIs (RFC 4287 §2), RSS is older than they are.
fn charset(scene: &Scene<'_, '_>) -> uri::Charset {
    if scene.kind.is_atom() { uri::Charset::Iri } else { uri::Charset::Uri }
}

/// Says where a date that is written correctly cannot be meant.
fn plausible(value: &str, date: Option<DateTime<FixedOffset>>, scene: &Scene<'_, '_>, flaws: &mut Flaws) {
    let now = scene.surroundings.now.with_timezone(&Utc);
    flaws.extend(date.and_then(|date| date::plausible(value, &date, &now).err()), date_code);
}

/// Returns the code of a flaw of a date; none for one that its type says itself.
#[must_use]
pub fn date_code(kind: &date::Kind) -> Option<&'static Code> {
    match kind {
        date::Kind::WrongWeekday => Some(&INCORRECT_DOW),
        date::Kind::Problematical => Some(&PROBLEMATICAL_RFC822_DATE),
        date::Kind::Future | date::Kind::Past => Some(&IMPLAUSIBLE_DATE),
        date::Kind::Empty | date::Kind::Padding | date::Kind::Malformed | date::Kind::Impossible => None,
    }
}

/// Returns the code of a flaw of a URI; none for one that its type says itself.
#[must_use]
pub fn uri_code(kind: &uri::Kind) -> Option<&'static Code> {
    match kind {
        uri::Kind::Padding | uri::Kind::BadChar => Some(&INVALID_URI_CHAR),
        uri::Kind::NoIri => Some(&INVALID_IRI),
        uri::Kind::NotAscii => Some(&URI_NOT_IRI),
        uri::Kind::Relative => Some(&INVALID_FULL_LINK),
        uri::Kind::NonCanonical => Some(&NON_CANONICAL_URI),
        uri::Kind::SchemeUnknown | uri::Kind::SchemeProvisional => Some(&SCHEME_NOT_IANA_REGISTERED),
        uri::Kind::UnknownHost => Some(&UNKNOWN_HOST),
        uri::Kind::BadTag => Some(&INVALID_TAG),
        uri::Kind::BadUrn => Some(&INVALID_URN),
        uri::Kind::BadUuid => Some(&INVALID_UUID),
        uri::Kind::Empty | uri::Kind::BadPercent | uri::Kind::BadScheme | uri::Kind::BadAuthority | uri::Kind::NotWeb => None,
    }
}

/// Adds the flaws of a link. White space around it in RSS is none: every reader takes it away.
pub fn tell(found: Vec<uri::Flaw>, scene: &Scene<'_, '_>, flaws: &mut Flaws) {
    let is_atom = scene.kind.is_atom();
    flaws.extend(found.into_iter().filter(|flaw| is_atom || flaw.kind != uri::Kind::Padding), uri_code);
}

/// Adds the flaw of a word. White space around one in an attribute is none; that around an element's text is gone already.
pub fn tell_word<T>(found: Result<T, word::Flaw>, flaws: &mut Flaws) {
    flaws.extend(found.err().filter(|flaw| flaw.kind != word::Kind::Padding), |_| None);
}

/// Returns whether a flaw of an identifier is worth a word: nobody opens it, so its scheme may be any that is registered.
fn is_told(flaw: &uri::Flaw) -> bool {
    flaw.kind != uri::Kind::SchemeProvisional
}

/// Returns the code of a flaw of a contact; none for one that its type says itself.
#[must_use]
pub fn mail_code(kind: &mail::Kind) -> Option<&'static Code> {
    match kind {
        mail::Kind::BadAddress => Some(&INVALID_ADDR_SPEC),
        mail::Kind::Format => Some(&EMAIL_FORMAT),
        mail::Kind::NoName => Some(&MISSING_REAL_NAME),
        mail::Kind::UnknownHost => Some(&UNKNOWN_HOST),
        mail::Kind::ContainsEmail => Some(&CONTAINS_EMAIL),
        mail::Kind::Empty | mail::Kind::NoAddress | mail::Kind::BadContact => None,
    }
}

/// Returns the code of a flaw of a number; none for one that its type says itself.
#[must_use]
pub fn number_code(kind: &number::Kind) -> Option<&'static Code> {
    match kind {
        number::Kind::Empty => Some(&NOT_BLANK),
        number::Kind::Midnight => Some(&USE_ZERO_FOR_MIDNIGHT),
        _ => None,
    }
}
