//! The podcast namespace (<https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md>): every element that is
//! no longer a proposal.

use crate::text::value::media_type::media_type;
use crate::text::value::word::{Case, one_of};
use crate::text::value::{geo, language, mail, media, name, number, uri, word};
use crate::validate::codes::{
    ATTR_NOT_BLANK, INVALID_ADDR_SPEC, INVALID_COUNTRY_CODE, INVALID_DURATION, INVALID_FLOAT, INVALID_INTEGER, INVALID_ISO8601_DATE,
    INVALID_LANGUAGE, INVALID_LATITUDE, INVALID_LONGITUDE, INVALID_MIME_ATTRIBUTE, INVALID_NON_NEGATIVE_INTEGER, INVALID_PERCENTAGE,
    INVALID_PODCAST_GUID, INVALID_PODCAST_LENGTH, INVALID_PODCAST_STRUCTURE, INVALID_PODCAST_TERM, INVALID_PODCAST_URL,
    INVALID_PODCAST_VALUE, INVALID_POSITIVE_INTEGER, INVALID_RFC2822_DATE, INVALID_TRUE_FALSE, INVALID_URI_ATTRIBUTE, INVALID_UUID,
    INVALID_YES_NO, MISSING_RECOMMENDED_ATTRIBUTE, NOT_BASE64, NOT_BLANK, OBSOLETE_PODCAST_ELEMENT, UNEXPECTED_TEXT,
};
use crate::validate::scene::Scene;
use crate::validate::table::{Attribute, Content, Element, Extension, Role, Vocabulary, attribute, element, many, on, optional, some};
use crate::validate::types::{ISO8601, LANGUAGE, MEDIA_TYPE, NON_NEGATIVE, RFC822, SECONDS, SIZE, SOME_ATTRIBUTE, TRUE_FALSE, tell_word};
use crate::validate::value::{Flaws, Type};

const FEED: Role = Role::FEED;
const ENTRY: Role = Role::ENTRY;
const BOTH: Role = Role::FEED.or(Role::ENTRY);

/// The podcast namespace. Software must take its second address for the same.
pub static PODCAST: Vocabulary = Vocabulary {
    name: "the podcast namespace",
    prefix: "podcast",
    uris: &["https://podcastindex.org/namespace/1.0", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"],
    elements: ELEMENTS,
    attributes: &[],
    closed: true,
};

const ELEMENTS: &[Extension] = &[
    on(ENTRY, many(&TRANSCRIPT)),
    on(FEED, optional(&LOCKED)),
    on(BOTH, many(&FUNDING)),
    on(ENTRY, optional(&CHAPTERS)),
    on(ENTRY, many(&SOUNDBITE)),
    on(BOTH, many(&PERSON)),
    on(BOTH, many(&LOCATION)),
    on(ENTRY, optional(&SEASON)),
    on(ENTRY, optional(&EPISODE)),
    on(FEED, many(&TRAILER)),
    on(BOTH, optional(&LICENSE)),
    on(ENTRY, many(&ALTERNATE_ENCLOSURE)),
    on(FEED, optional(&GUID)),
    on(BOTH, many(&VALUE)),
    on(FEED, optional(&MEDIUM)),
    on(BOTH, many(&IMAGE)),
    on(BOTH, optional(&IMAGES)),
    on(FEED, many(&LIVE_ITEM)),
    on(ENTRY, many(&CONTENT_LINK)),
    on(BOTH, many(&SOCIAL_INTERACT)),
    on(FEED, many(&BLOCK)),
    on(BOTH, many(&TXT)),
    on(FEED, many(&REMOTE_ITEM)),
    on(FEED, optional(&PODROLL)),
    on(FEED, optional(&UPDATE_FREQUENCY)),
    on(FEED, optional(&PODPING)),
    on(FEED, optional(&PUBLISHER)),
    on(BOTH, optional(&CHAT)),
    // Proposals that hosts write and that nothing fixes.
    on(BOTH, many(&SOCIAL)),
    on(BOTH, many(&RECOMMENDATIONS)),
    on(BOTH, many(&CONTACT)),
    on(BOTH, many(&ID)),
    on(BOTH, many(&META_BOOST)),
    on(FEED, many(&HIVE_ACCOUNT)),
];

const SPEC: &str = "Podcast namespace 1.0";
const NOTHING: Content = Content::Empty(&UNEXPECTED_TEXT);

/// An attribute that holds an address of a page or a file.
const fn link(name: &'static str) -> Attribute {
    attribute(name).value(&HTTPS, &INVALID_URI_ATTRIBUTE)
}

const fn file_type(name: &'static str) -> Attribute {
    attribute(name).value(&MEDIA_TYPE, &INVALID_MIME_ATTRIBUTE)
}

const fn empty(name: &'static str) -> Element {
    element(name, SPEC).content(NOTHING)
}

/// An element with a text that must be there.
const fn named(name: &'static str) -> Element {
    element(name, SPEC).value(&SHORT_NAME, &INVALID_PODCAST_LENGTH)
}

/// An element with a text that may be missing.
const fn short(name: &'static str) -> Element {
    element(name, SPEC).value(&SHORT_TEXT, &INVALID_PODCAST_LENGTH)
}

const fn proposal(name: &'static str) -> Element {
    element(name, SPEC).content(Content::Anything)
}

static SOCIAL: Element = proposal("social");
static RECOMMENDATIONS: Element = proposal("recommendations");
static CONTACT: Element = proposal("contact");
static ID: Element = proposal("id");
static META_BOOST: Element = proposal("metaBoost");
static HIVE_ACCOUNT: Element = proposal("hiveAccount");

static TRANSCRIPT: Element = empty("transcript").attributes(&[
    link("url").required(),
    attribute("type").required().value(&TRANSCRIPT_TYPE, &INVALID_MIME_ATTRIBUTE),
    attribute("language").value(&LANGUAGE, &INVALID_LANGUAGE),
    attribute("rel").value(&CAPTIONS, &INVALID_PODCAST_TERM),
]);
static LOCKED: Element =
    element("locked", SPEC).value(&YES_NO, &INVALID_YES_NO).attributes(&[attribute("owner").value(&BARE_ADDRESS, &INVALID_ADDR_SPEC)]);
static FUNDING: Element = short("funding").attributes(&[link("url").required()]);
static CHAPTERS: Element =
    empty("chapters").attributes(&[link("url").required(), attribute("type").required().value(&CHAPTERS_TYPE, &INVALID_MIME_ATTRIBUTE)]);
static SOUNDBITE: Element = short("soundbite").attributes(&[
    attribute("startTime").required().value(&SECONDS, &INVALID_DURATION),
    attribute("duration").required().value(&SECONDS, &INVALID_DURATION),
]);
static PERSON: Element = named("person").attributes(&[
    attribute("role").value(&PERSON_ROLE, &INVALID_PODCAST_TERM),
    attribute("group").value(&PERSON_GROUP, &INVALID_PODCAST_TERM),
    link("img"),
    link("href"),
]);
static LOCATION: Element = named("location").attributes(&[
    attribute("rel").value(&LOCATION_REL, &INVALID_PODCAST_VALUE),
    attribute("geo").value(&GEO_URI, &INVALID_PODCAST_VALUE),
    attribute("osm").value(&OSM, &INVALID_PODCAST_VALUE),
    attribute("country").value(&COUNTRY, &INVALID_COUNTRY_CODE),
]);
static SEASON: Element = element("season", SPEC)
    .value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER)
    .attributes(&[attribute("name").value(&SHORT_TEXT, &INVALID_PODCAST_LENGTH)]);
static EPISODE: Element = element("episode", SPEC)
    .value(&DECIMAL, &INVALID_FLOAT)
    .attributes(&[attribute("display").value(&VERY_SHORT, &INVALID_PODCAST_LENGTH)]);
static TRAILER: Element = named("trailer").attributes(&[
    link("url").required(),
    attribute("pubdate").required().value(&RFC822, &INVALID_RFC2822_DATE),
    attribute("length").or_missing(&MISSING_RECOMMENDED_ATTRIBUTE).value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    file_type("type").or_missing(&MISSING_RECOMMENDED_ATTRIBUTE),
    attribute("season").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
]);
static LICENSE: Element = named("license").attributes(&[link("url")]);
static ALTERNATE_ENCLOSURE: Element = element("alternateEnclosure", SPEC).children(&[some(&SOURCE), optional(&INTEGRITY)]).attributes(&[
    file_type("type").required(),
    attribute("length").or_missing(&MISSING_RECOMMENDED_ATTRIBUTE).value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    attribute("bitrate").value(&DECIMAL, &INVALID_FLOAT),
    attribute("height").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("lang").value(&LANGUAGE, &INVALID_LANGUAGE),
    attribute("title").value(&VERY_SHORT, &INVALID_PODCAST_LENGTH),
    attribute("rel").value(&VERY_SHORT, &INVALID_PODCAST_LENGTH),
    attribute("codecs"),
    attribute("default").value(&TRUE_FALSE, &INVALID_TRUE_FALSE),
]);
/// Files may lie anywhere: in IPFS, in Tor.
static SOURCE: Element =
    empty("source").attributes(&[attribute("uri").required().value(&ANY_URI, &INVALID_URI_ATTRIBUTE), file_type("contentType")]);
static INTEGRITY: Element = empty("integrity").attributes(&[
    attribute("type").required().value(&INTEGRITY_TYPE, &INVALID_PODCAST_VALUE),
    attribute("value").required().value(&INTEGRITY_VALUE, &INVALID_PODCAST_VALUE),
]);
static GUID: Element = element("guid", SPEC).value(&PODCAST_UUID, &INVALID_UUID);
static VALUE: Element = element("value", SPEC).children(&[some(&VALUE_RECIPIENT), many(&VALUE_TIME_SPLIT)]).attributes(&[
    attribute("type").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
    attribute("method").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
    attribute("suggested").value(&DECIMAL, &INVALID_FLOAT),
]);
static VALUE_RECIPIENT: Element = empty("valueRecipient").attributes(&[
    attribute("name"),
    attribute("customKey"),
    attribute("customValue"),
    attribute("type").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
    attribute("address").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
    attribute("split").required().value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    attribute("fee").value(&TRUE_FALSE, &INVALID_TRUE_FALSE),
]);
static VALUE_TIME_SPLIT: Element =
    element("valueTimeSplit", SPEC).children(&[many(&VALUE_RECIPIENT), optional(&REMOTE_ITEM)]).attributes(&[
        attribute("startTime").required().value(&SECONDS, &INVALID_DURATION),
        attribute("duration").required().value(&SECONDS, &INVALID_DURATION),
        attribute("remoteStartTime").value(&SECONDS, &INVALID_DURATION),
        attribute("remotePercentage").value(&PERCENTAGE, &INVALID_PERCENTAGE),
    ]);
static MEDIUM: Element = element("medium", SPEC).value(&MEDIUM_NAME, &INVALID_PODCAST_VALUE);
static IMAGE: Element = empty("image").attributes(&[
    link("href").required(),
    attribute("alt"),
    attribute("aspect-ratio").value(&RATIO, &INVALID_PODCAST_VALUE),
    attribute("width").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("height").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    file_type("type"),
    attribute("purpose").value(&SHORT_TEXT, &INVALID_PODCAST_LENGTH),
]);
static IMAGES: Element = empty("images").attributes(&[attribute("srcset").required().value(&SRCSET, &INVALID_PODCAST_VALUE)]);
/// It is an entry, with all that an `item` may hold.
static LIVE_ITEM: Element = element("liveItem", SPEC).role(Role::ENTRY.or(Role::LIVE)).attributes(&[
    attribute("status").required().value(&LIVE_STATUS, &INVALID_PODCAST_VALUE),
    attribute("start").required().value(&TIMESTAMP, &INVALID_ISO8601_DATE),
    attribute("end").value(&TIMESTAMP, &INVALID_ISO8601_DATE),
    link("chat"),
]);
static CONTENT_LINK: Element = short("contentLink").attributes(&[attribute("href").required().value(&ANY_URI, &INVALID_URI_ATTRIBUTE)]);
static SOCIAL_INTERACT: Element = empty("socialInteract").attributes(&[
    attribute("protocol").required().value(&SOCIAL_PROTOCOL, &INVALID_PODCAST_TERM),
    attribute("uri").value(&ANY_URI, &INVALID_URI_ATTRIBUTE),
    attribute("accountId"),
    attribute("accountUrl").value(&ANY_URI, &INVALID_URI_ATTRIBUTE),
    attribute("priority").value(&WHOLE, &INVALID_INTEGER),
]);
static BLOCK: Element =
    element("block", SPEC).value(&YES_NO, &INVALID_YES_NO).attributes(&[attribute("id").value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK)]);
static TXT: Element = element("txt", SPEC)
    .value(&LONG_TEXT, &INVALID_PODCAST_LENGTH)
    .attributes(&[attribute("purpose").value(&SHORT_TEXT, &INVALID_PODCAST_LENGTH)]);
static REMOTE_ITEM: Element = empty("remoteItem").attributes(&[
    attribute("feedGuid").required().value(&PODCAST_UUID, &INVALID_UUID),
    link("feedUrl"),
    attribute("itemGuid"),
    attribute("medium").value(&MEDIUM_NAME, &INVALID_PODCAST_VALUE),
    attribute("title"),
]);
static PODROLL: Element = element("podroll", SPEC).children(&[some(&REMOTE_ITEM)]);
static UPDATE_FREQUENCY: Element = short("updateFrequency").attributes(&[
    attribute("complete").value(&TRUE_FALSE, &INVALID_TRUE_FALSE),
    attribute("dtstart").value(&TIMESTAMP, &INVALID_ISO8601_DATE),
    attribute("rrule").value(&RECURRENCE, &INVALID_PODCAST_VALUE),
]);
static PODPING: Element = empty("podping").attributes(&[attribute("usesPodping").value(&TRUE_FALSE, &INVALID_TRUE_FALSE)]);
static PUBLISHER: Element = element("publisher", SPEC).children(&[some(&REMOTE_ITEM).or_duplicate(&INVALID_PODCAST_STRUCTURE)]);
static CHAT: Element = empty("chat").attributes(&[
    attribute("server").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
    attribute("protocol").required().value(&CHAT_PROTOCOL, &INVALID_PODCAST_TERM),
    attribute("accountId"),
    attribute("space"),
]);

fn at_most(value: &str, limit: usize, flaws: &mut Flaws) {
    flaws.extend(name::at_most(value, limit).err(), |_| None);
}

static SHORT_TEXT: Type = Type { name: "a text of 128 characters or fewer", check: |value, _, flaws| at_most(value, 128, flaws) };
static VERY_SHORT: Type = Type { name: "a text of 32 characters or fewer", check: |value, _, flaws| at_most(value, 32, flaws) };
static LONG_TEXT: Type = Type { name: "a text of 4000 characters or fewer", check: |value, _, flaws| at_most(value, 4000, flaws) };
static SHORT_NAME: Type = Type {
    name: "a text of 128 characters or fewer",
    check: |value, _, flaws| {
        if value.trim().is_empty() {
            flaws.raise(&NOT_BLANK, 0..value.len(), "is blank").help("write something in it, or leave it out");
        }
        at_most(value, 128, flaws);
    },
};

/// The formats that apps read, and what each is called (`examples/transcripts/transcripts.md` of the namespace).
static TRANSCRIPT_TYPE: Type = Type {
    name: "a media type",
    check: |value, _, flaws| {
        const KNOWN: [&str; 6] = ["text/vtt", "application/x-subrip", "application/srt", "application/json", "text/html", "text/plain"];
        format_of(value, &KNOWN, "a format of transcripts that apps read", flaws);
    },
};
static CHAPTERS_TYPE: Type = Type {
    name: "a media type",
    // `application/json` is what hosts send, and apps read it.
    check: |value, _, flaws| {
        format_of(value, &["application/json+chapters", "application/json"], "the format of chapters that apps read", flaws);
    },
};

/// Judges the media type of a file that apps read in some formats only.
fn format_of(value: &str, known: &[&str], what: &str, flaws: &mut Flaws) {
    if let Err(flaw) = media_type(value) {
        return flaws.extend([flaw], |_| None);
    }
    let bare = value.split(';').next().unwrap_or_default().trim();
    if let Err(flaw) = one_of(bare, known, Case::Any) {
        let found = flaws.raise(&INVALID_PODCAST_TERM, 0..value.len(), format!("is not {what}"));
        found.help = flaw.help;
    }
}

static YES_NO: Type = Type { name: "`yes` or `no`", check: |value, _, flaws| tell_word(word::yes_no(value, Case::Exact), flaws) };
static CAPTIONS: Type = Type { name: "`captions`", check: |value, _, flaws| tell_word(one_of(value, &["captions"], Case::Exact), flaws) };
static LOCATION_REL: Type =
    Type { name: "`subject` or `creator`", check: |value, _, flaws| tell_word(one_of(value, &["subject", "creator"], Case::Exact), flaws) };
static LIVE_STATUS: Type = Type {
    name: "`pending`, `live` or `ended`",
    check: |value, _, flaws| tell_word(one_of(value, &["pending", "live", "ended"], Case::Exact), flaws),
};
static INTEGRITY_TYPE: Type = Type {
    name: "`sri` or `pgp-signature`",
    check: |value, _, flaws| tell_word(one_of(value, &["sri", "pgp-signature"], Case::Exact), flaws),
};
static SOCIAL_PROTOCOL: Type = Type {
    name: "a protocol of the podcast namespace",
    check: |value, _, flaws| {
        const KNOWN: [&str; 8] = ["disabled", "activitypub", "twitter", "lightning", "bluesky", "hive", "matrix", "nostr"];
        tell_word(one_of(value, &KNOWN, Case::Exact), flaws);
    },
};
static CHAT_PROTOCOL: Type = Type {
    name: "a protocol of the podcast namespace",
    check: |value, _, flaws| tell_word(one_of(value, &["irc", "xmpp", "nostr", "matrix"], Case::Exact), flaws),
};

/// The media that a feed may be of; each has a list of its kind.
pub const MEDIA: [&str; 9] = ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"];

/// Returns whether a medium is that of a list, which holds no items of its own.
#[must_use]
pub fn is_list(medium: &str) -> bool {
    medium == "mixed" || medium.strip_suffix('L').is_some_and(|medium| MEDIA.contains(&medium))
}

static MEDIUM_NAME: Type = Type {
    name: "a medium of the podcast namespace",
    check: |value, _, flaws| {
        if !is_list(value.trim()) {
            tell_word(one_of(value, &MEDIA, Case::Exact), flaws);
        }
    },
};

static COUNTRY: Type = Type { name: "a country", check: |value, _, flaws| flaws.extend(language::country(value).err(), |_| None) };
static BARE_ADDRESS: Type = Type { name: "a mail address", check: |value, _, flaws| flaws.extend(mail::address(value).err(), |_| None) };
static DECIMAL: Type = Type {
    name: "a number",
    check: |value, _, flaws| flaws.extend(number::non_negative_float(value).err(), crate::validate::types::number_code),
};
static WHOLE: Type = Type { name: "a whole number", check: |value, _, flaws| flaws.extend(number::integer(value).err(), |_| None) };
static PERCENTAGE: Type = Type {
    name: "a number from 0 to 100",
    check: |value, _, flaws| match number::percentage(value) {
        Ok(_) if value.trim().ends_with('%') => {
            flaws.add(0..value.len(), "has a `%`").help("write the number alone");
        }
        found => flaws.extend(found.err(), |_| None),
    },
};

/// A time of ISO 8601. The namespace's own examples have zones without a colon, `-0600`, beside times with colons.
static TIMESTAMP: Type = Type {
    name: "an ISO 8601 date",
    check: |value, scene, flaws| {
        let inner = value.trim();
        let zone = inner.len().checked_sub(5).and_then(|at| inner.split_at_checked(at));
        match zone.filter(|(_, zone)| zone.starts_with(['+', '-']) && zone.bytes().skip(1).all(|b| b.is_ascii_digit())) {
            Some((time, zone)) if time.contains(':') => {
                let (hours, minutes) = zone.split_at(3);
                (ISO8601.check)(&format!("{time}{hours}:{minutes}"), scene, flaws);
                // What is wrong stands elsewhere by the colon.
                flaws.0.iter_mut().for_each(|flaw| flaw.range = 0..value.len());
            }
            _ => (ISO8601.check)(value, scene, flaws),
        }
    },
};

/// A URI of any scheme.
static ANY_URI: Type = Type {
    name: "an absolute URI",
    check: |value, _, flaws| {
        let mut found = Vec::new();
        uri::absolute(value, uri::Charset::Iri, &mut found);
        flaws.extend(found, |_| None);
    },
};

/// An address that apps open: the specification wants `https`.
static HTTPS: Type = Type {
    name: "an absolute URI",
    check: |value, scene, flaws| {
        let before = flaws.0.len();
        (ANY_URI.check)(value, scene, flaws);
        let inner = value.trim_start();
        if flaws.0.len() == before && inner.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:")) {
            let start = value.len() - inner.len();
            let flaw = flaws.raise(&INVALID_PODCAST_URL, start..start + 4, "is not encrypted, and the podcast namespace wants `https`");
            flaw.help(format!("write `https{}`, if the server has it", inner.get(4..).unwrap_or_default().trim_end()));
        }
    },
};

/// A UUID made of a feed's address: version 5.
static PODCAST_UUID: Type = Type {
    name: "a UUID",
    check: |value, _, flaws| {
        let inner = value.trim();
        let start = value.len() - value.trim_start().len();
        match uri::uuid(inner) {
            Err(flaw) => flaws.extend([flaw.shift(start)], |_| None),
            Ok(()) if inner.as_bytes().get(14) != Some(&b'5') => {
                let flaw = flaws.raise(&INVALID_PODCAST_GUID, start..start + inner.len(), "is not a UUID of version 5");
                flaw.help("make it from the feed's address, in the namespace `ead4c236-bf58-58c6-a2c6-a6b28d128cb6`");
            }
            Ok(()) => {}
        }
    },
};

/// `geo:48.858093,2.294694`, perhaps with a height and parameters (RFC 5870 §3.3).
static GEO_URI: Type = Type {
    name: "a `geo` URI",
    check: |value, _, flaws| {
        const FORM: &str = "write it like `geo:48.858093,2.294694`";
        let inner = value.trim();
        let Some((point, rest)) = inner.strip_prefix("geo:").map(|rest| rest.split_once(';').unwrap_or((rest, ""))) else {
            flaws.add(0..value.len(), "does not begin with `geo:`").help(FORM);
            return;
        };
        let numbers: Vec<&str> = point.split(',').collect();
        if !matches!(numbers.len(), 2 | 3) || numbers.iter().any(|number| number::decimal(number).is_none()) {
            flaws.add(0..value.len(), "has not two or three numbers between commas").help(FORM);
        } else if !rest.to_lowercase().contains("crs=") || rest.to_lowercase().contains("crs=wgs84") {
            if numbers.first().is_some_and(|latitude| geo::latitude(latitude).is_err()) {
                flaws.raise(&INVALID_LATITUDE, 0..value.len(), "has a latitude that is not from -90 to 90");
            }
            if numbers.get(1).is_some_and(|longitude| geo::longitude(longitude).is_err()) {
                flaws.raise(&INVALID_LONGITUDE, 0..value.len(), "has a longitude that is not from -180 to 180");
            }
        }
    },
};

/// A thing of `OpenStreetMap`: node, way or relation, and its number; perhaps with a version.
static OSM: Type = Type {
    name: "an identifier of OpenStreetMap",
    check: |value, _, flaws| {
        let inner = value.trim();
        let number = inner.strip_prefix(['N', 'W', 'R']).map(|rest| rest.split_once('#').unwrap_or((rest, "0")));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !number.is_some_and(|(id, version)| is_number(id) && is_number(version)) {
            flaws.add(0..value.len(), "").help("write `N`, `W` or `R` and the number, like `R113314`");
        }
    },
};

/// A ratio of CSS: `16/9`, `1.5`.
static RATIO: Type = Type {
    name: "a ratio",
    check: |value, _, flaws| {
        let (width, height) = value.split_once('/').unwrap_or((value, "1"));
        let is_number = |text: &str| number::decimal(text.trim()).is_some_and(|number| number > 0.0);
        if !(is_number(width) && is_number(height)) {
            flaws.add(0..value.len(), "").help("write width and height with a slash between them, like `16/9`");
        }
    },
};

/// Addresses with widths, as HTML has them; they must be absolute.
static SRCSET: Type = Type {
    name: "a list of images",
    check: |value, _, flaws| {
        let flaw = flaws.raise(&OBSOLETE_PODCAST_ELEMENT, 0..value.len(), "stands in `podcast:images`, which `podcast:image` replaced");
        flaw.help("write a `podcast:image` with `href` and `width` for each");
        let mut at = 0;
        for part in value.split(',') {
            let words: Vec<&str> = part.split_whitespace().collect();
            let is_width = |text: &str| text.strip_suffix('w').is_some_and(|number| number::positive(number).is_ok());
            let is_image = matches!(words.as_slice(), [link, width] if uri::scheme(link).is_some() && is_width(width));
            if !is_image {
                flaws.add(at..at + part.len(), "has an entry that is no absolute address with a width").help("write `https://… 1500w`");
                return;
            }
            at += part.len() + 1;
        }
    },
};

/// A hash as in HTML (Subresource Integrity), or a signature in base64.
static INTEGRITY_VALUE: Type = Type {
    name: "a hash or a signature",
    check: |value, scene, flaws| match scene.here().value("type").map(str::trim) {
        Some("sri") => {
            let is_hash = |word: &str| {
                let (algorithm, digest) = word.split_once('-').unwrap_or((word, ""));
                ["sha256", "sha384", "sha512"].contains(&algorithm) && !digest.is_empty() && media::base64(digest).is_ok()
            };
            if value.trim().is_empty() || !value.split_whitespace().all(is_hash) {
                flaws
                    .add(0..value.len(), "is not in the form of Subresource Integrity")
                    .help("write `sha256-`, `sha384-` or `sha512-` and the hash in base64");
            }
        }
        Some("pgp-signature") => flaws.extend(media::base64(value).err(), |_| Some(&NOT_BASE64)),
        _ => {}
    },
};

/// When the next episodes come (RFC 5545 §3.3.10).
static RECURRENCE: Type = Type { name: "a recurrence rule", check: check_recurrence };

fn check_recurrence(value: &str, scene: &Scene<'_, '_>, flaws: &mut Flaws) {
    const UNITS: [&str; 7] = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
    const PARTS: [&str; 14] = [
        "FREQ",
        "UNTIL",
        "COUNT",
        "INTERVAL",
        "BYSECOND",
        "BYMINUTE",
        "BYHOUR",
        "BYDAY",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYMONTH",
        "BYSETPOS",
        "WKST",
    ];
    let mut at = 0;
    for part in value.split(';') {
        let (key, text) = part.trim().split_once('=').unwrap_or((part.trim(), ""));
        let is_good = match key {
            "FREQ" => UNITS.contains(&text),
            "COUNT" | "INTERVAL" => number::positive(text).is_ok(),
            key => PARTS.contains(&key) && !text.is_empty(),
        };
        if !is_good {
            let flaw = flaws.add(at..at + part.len(), format!("has `{}`, which is no part of a recurrence rule", part.trim()));
            flaw.help("write it like `FREQ=WEEKLY;BYDAY=MO`");
            return;
        }
        at += part.len() + 1;
    }
    let has = |wanted: &str| value.split(';').any(|part| part.trim().starts_with(wanted));
    if !has("FREQ=") {
        flaws.add(0..value.len(), "has no `FREQ`").help("write it like `FREQ=WEEKLY;BYDAY=MO`");
    } else if has("COUNT=") && has("UNTIL=") {
        flaws.add(0..value.len(), "has `COUNT` and `UNTIL`").help("keep one of them");
    } else if has("COUNT=") && scene.here().value("dtstart").is_none() {
        let flaw = flaws.raise(&INVALID_PODCAST_STRUCTURE, 0..value.len(), "counts episodes, but nothing says from when");
        flaw.help("add `dtstart`");
    }
}

/// The groups of the Podcast Taxonomy.
const GROUPS: [&str; 11] = [
    "creative direction",
    "cast",
    "writing",
    "audio production",
    "audio post-production",
    "administration",
    "visuals",
    "community",
    "misc.",
    "video production",
    "video post-production",
];

/// The roles of the Podcast Taxonomy.
const ROLES: [&str; 63] = [
    "director",
    "assistant director",
    "executive producer",
    "senior producer",
    "producer",
    "associate producer",
    "development producer",
    "creative director",
    "host",
    "co-host",
    "guest host",
    "guest",
    "voice actor",
    "narrator",
    "announcer",
    "reporter",
    "author",
    "editorial director",
    "co-writer",
    "writer",
    "songwriter",
    "guest writer",
    "story editor",
    "managing editor",
    "script editor",
    "script coordinator",
    "researcher",
    "editor",
    "fact checker",
    "translater",
    "translator",
    "transcriber",
    "logger",
    "studio coordinator",
    "technical director",
    "technical manager",
    "audio engineer",
    "remote recording engineer",
    "post production engineer",
    "audio editor",
    "sound designer",
    "foley artist",
    "composer",
    "theme music",
    "music production",
    "music contributor",
    "production coordinator",
    "booking coordinator",
    "production assistant",
    "content manager",
    "marketing manager",
    "sales representative",
    "sales manager",
    "graphic designer",
    "cover art designer",
    "social media manager",
    "consultant",
    "intern",
    "camera operator",
    "lighting designer",
    "camera grip",
    "assistant camera",
    "assistant editor",
];

static PERSON_ROLE: Type =
    Type { name: "a role of the Podcast Taxonomy", check: |value, _, flaws| tell_word(one_of(value, &ROLES, Case::Any), flaws) };
static PERSON_GROUP: Type = Type {
    name: "a group of the Podcast Taxonomy",
    check: |value, _, flaws| {
        tell_word(one_of(value.trim_end_matches('.'), &GROUPS.map(|group| group.trim_end_matches('.')), Case::Any), flaws);
    },
};
