//! Media RSS 1.5.1 (<https://www.rssboard.org/media-rss>): pictures, sound and film, and what is known of them.

use crate::text::suggest::did_you_mean;
use crate::text::value::word::{Case, one_of};
use crate::text::value::{language, media, number, plain, time, uri};
use crate::validate::codes::{
    CONTAINS_HTML, DEPRECATED_MEDIA_ADULT, INVALID_COUNTRY_CODE, INVALID_CREDIT_ROLE, INVALID_DURATION, INVALID_FLOAT, INVALID_FULL_LINK,
    INVALID_LANGUAGE, INVALID_LINK, INVALID_MEDIA_EXPRESSION, INVALID_MEDIA_HASH, INVALID_MEDIA_MEDIUM, INVALID_MEDIA_RATING,
    INVALID_MEDIA_RESTRICTION, INVALID_MEDIA_RESTRICTION_REL, INVALID_MEDIA_RESTRICTION_TYPE, INVALID_MEDIA_TEXT_TYPE,
    INVALID_MIME_ATTRIBUTE, INVALID_NON_NEGATIVE_INTEGER, INVALID_NPT_TIME, INVALID_POSITIVE_INTEGER, INVALID_TRUE_FALSE, INVALID_VALUE,
    UNEXPECTED_TEXT,
};
use crate::validate::scene::{Scene, Subtree};
use crate::validate::table::{Attribute, Content, Element, Role, Vocabulary, attribute, element, many, on, optional, some};
use crate::validate::types::{
    ABSOLUTE, LANGUAGE, MEDIA_TYPE, NON_NEGATIVE, POSITIVE, SECONDS, SIZE, TEXT, TRUE_FALSE, number_code, uri_code,
};
use crate::validate::value::{Flaws, Type};

/// Where an object of media stands.
const OBJECTS: Role = Role::ENTRY.or(Role::MEDIA);
/// Where what describes one stands: a feed's holds for all of its entries.
const ANYWHERE: Role = Role::FEED.or(Role::ENTRY).or(Role::MEDIA);

/// Media RSS. The address without its last slash was in early versions of the specification; the others are those of the
/// specification itself, which people take for the namespace.
pub static MEDIA: Vocabulary = Vocabulary {
    name: "Media RSS",
    prefix: "media",
    uris: &[
        "http://search.yahoo.com/mrss/",
        "http://search.yahoo.com/mrss",
        "http://www.rssboard.org/media-rss",
        "https://www.rssboard.org/media-rss",
    ],
    elements: &[
        on(Role::ENTRY, many(&GROUP)),
        on(OBJECTS, many(&CONTENT)),
        on(ANYWHERE, optional(&ADULT)),
        on(ANYWHERE, many(&RATING)),
        on(ANYWHERE, optional(&TITLE)),
        on(ANYWHERE, optional(&DESCRIPTION)),
        on(ANYWHERE, optional(&KEYWORDS)),
        on(ANYWHERE, many(&THUMBNAIL)),
        on(ANYWHERE, many(&CATEGORY)),
        on(ANYWHERE, many(&HASH)),
        on(ANYWHERE, optional(&PLAYER)),
        on(ANYWHERE, many(&CREDIT)),
        on(ANYWHERE, optional(&COPYRIGHT)),
        on(ANYWHERE, many(&TRANSCRIPT)),
        on(ANYWHERE, many(&RESTRICTION)),
        on(ANYWHERE, optional(&COMMUNITY)),
        on(ANYWHERE, optional(&COMMENTS)),
        on(ANYWHERE, optional(&EMBED)),
        on(ANYWHERE, optional(&RESPONSES)),
        on(ANYWHERE, optional(&BACK_LINKS)),
        on(ANYWHERE, optional(&STATUS)),
        on(ANYWHERE, many(&PRICE)),
        on(ANYWHERE, many(&LICENSE)),
        on(ANYWHERE, many(&SUBTITLE)),
        on(ANYWHERE, many(&PEER_LINK)),
        on(ANYWHERE, many(&LOCATION)),
        on(ANYWHERE, optional(&RIGHTS)),
        on(ANYWHERE, optional(&SCENES)),
    ],
    attributes: &[],
    closed: true,
};

const NOTHING: Content = Content::Empty(&UNEXPECTED_TEXT);
const PLAIN: Content = Content::Declared(|_| Subtree::Plain);

static GROUP: Element = element("group", "Media RSS <media:group>").role(Role::MEDIA);

static CONTENT: Element = element("content", "Media RSS <media:content>").role(Role::MEDIA).attributes(&[
    link("url"),
    attribute("fileSize").value(&POSITIVE, &INVALID_POSITIVE_INTEGER),
    attribute("type").value(&MEDIA_TYPE, &INVALID_MIME_ATTRIBUTE),
    attribute("medium").value(&MEDIUM, &INVALID_MEDIA_MEDIUM),
    attribute("isDefault").value(&TRUE_FALSE, &INVALID_TRUE_FALSE),
    attribute("expression").value(&EXPRESSION, &INVALID_MEDIA_EXPRESSION),
    attribute("bitrate").value(&RATE, &INVALID_FLOAT),
    attribute("framerate").value(&RATE, &INVALID_FLOAT),
    attribute("samplingrate").value(&RATE, &INVALID_FLOAT),
    attribute("channels").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    attribute("duration").value(&SECONDS, &INVALID_DURATION),
    attribute("height").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("width").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("lang").value(&LANGUAGE, &INVALID_LANGUAGE),
]);

static ADULT: Element = element("adult", "Media RSS <media:adult>").value(&OLD_ADULT, &DEPRECATED_MEDIA_ADULT);
static RATING: Element = element("rating", "Media RSS <media:rating>").value(&RATING_VALUE, &INVALID_MEDIA_RATING).attributes(&[SCHEME]);
static TITLE: Element = text("title", "Media RSS <media:title>").attributes(&[TEXT_TYPE]);
static DESCRIPTION: Element = text("description", "Media RSS <media:description>").attributes(&[TEXT_TYPE]);
static KEYWORDS: Element = element("keywords", "Media RSS <media:keywords>").content(PLAIN);
static THUMBNAIL: Element = element("thumbnail", "Media RSS <media:thumbnail>").content(NOTHING).attributes(&[
    link("url").required(),
    attribute("width").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("height").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("time").value(&NPT, &INVALID_NPT_TIME),
]);
static CATEGORY: Element = element("category", "Media RSS <media:category>")
    .content(PLAIN)
    .attributes(&[SCHEME, attribute("label").value(&LABEL, &CONTAINS_HTML)]);
static HASH: Element = element("hash", "Media RSS <media:hash>").value(&HASH_VALUE, &INVALID_MEDIA_HASH).attributes(&[attribute("algo")]);
static PLAYER: Element = element("player", "Media RSS <media:player>").content(NOTHING).attributes(&[
    link("url").required(),
    attribute("height").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("width").value(&SIZE, &INVALID_POSITIVE_INTEGER),
]);
static CREDIT: Element = element("credit", "Media RSS <media:credit>")
    .content(PLAIN)
    .attributes(&[attribute("role").value(&CREDIT_ROLE, &INVALID_CREDIT_ROLE), SCHEME]);
static COPYRIGHT: Element = element("copyright", "Media RSS <media:copyright>").content(PLAIN).attributes(&[link("url")]);
static TRANSCRIPT: Element = text("text", "Media RSS <media:text>").attributes(&[
    TEXT_TYPE,
    attribute("lang").value(&LANGUAGE, &INVALID_LANGUAGE),
    attribute("start").value(&NPT, &INVALID_NPT_TIME),
    attribute("end").value(&NPT, &INVALID_NPT_TIME),
]);
static RESTRICTION: Element =
    element("restriction", "Media RSS <media:restriction>").value(&RESTRICTED, &INVALID_MEDIA_RESTRICTION).attributes(&[
        attribute("relationship").required().value(&RELATIONSHIP, &INVALID_MEDIA_RESTRICTION_REL),
        attribute("type").value(&RESTRICTION_TYPE, &INVALID_MEDIA_RESTRICTION_TYPE),
    ]);

static COMMUNITY: Element =
    element("community", "Media RSS <media:community>").children(&[optional(&STAR_RATING), optional(&STATISTICS), optional(&TAGS)]);
static STAR_RATING: Element = element("starRating", "Media RSS <media:community>").content(NOTHING).attributes(&[
    attribute("average").value(&RATE, &INVALID_FLOAT),
    attribute("count").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    attribute("min").value(&RATE, &INVALID_FLOAT),
    attribute("max").value(&RATE, &INVALID_FLOAT),
]);
static STATISTICS: Element = element("statistics", "Media RSS <media:community>").content(NOTHING).attributes(&[
    attribute("views").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
    attribute("favorites").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
]);
static TAGS: Element = element("tags", "Media RSS <media:community>").content(PLAIN);

static COMMENTS: Element = element("comments", "Media RSS <media:comments>").children(&[many(&COMMENT)]);
static COMMENT: Element = element("comment", "Media RSS <media:comments>").content(PLAIN);
static EMBED: Element = element("embed", "Media RSS <media:embed>").children(&[many(&PARAM)]).attributes(&[
    link("url").required(),
    attribute("width").value(&SIZE, &INVALID_POSITIVE_INTEGER),
    attribute("height").value(&SIZE, &INVALID_POSITIVE_INTEGER),
]);
static PARAM: Element =
    element("param", "Media RSS <media:embed>").value(&TEXT, &INVALID_VALUE).attributes(&[attribute("name").required()]);
static RESPONSES: Element = element("responses", "Media RSS <media:responses>").children(&[many(&RESPONSE)]);
static RESPONSE: Element = element("response", "Media RSS <media:responses>").value(&ABSOLUTE, &INVALID_LINK);
static BACK_LINKS: Element = element("backLinks", "Media RSS <media:backLinks>").children(&[many(&BACK_LINK)]);
static BACK_LINK: Element = element("backLink", "Media RSS <media:backLinks>").value(&ABSOLUTE, &INVALID_LINK);
static STATUS: Element = element("status", "Media RSS <media:status>")
    .content(NOTHING)
    .attributes(&[attribute("state").required().value(&STATE, &INVALID_VALUE), attribute("reason")]);
static PRICE: Element = element("price", "Media RSS <media:price>").content(NOTHING).attributes(&[
    attribute("type").value(&PRICE_TYPE, &INVALID_VALUE),
    link("info"),
    attribute("price").value(&RATE, &INVALID_FLOAT),
    attribute("currency").value(&CURRENCY, &INVALID_VALUE),
]);
static LICENSE: Element = element("license", "Media RSS <media:license>")
    .content(PLAIN)
    .attributes(&[attribute("type").value(&MEDIA_TYPE, &INVALID_MIME_ATTRIBUTE), link("href")]);
static SUBTITLE: Element = element("subTitle", "Media RSS <media:subTitle>").content(NOTHING).attributes(&[
    attribute("type").value(&MEDIA_TYPE, &INVALID_MIME_ATTRIBUTE),
    attribute("lang").value(&LANGUAGE, &INVALID_LANGUAGE),
    link("href").required(),
]);
static PEER_LINK: Element = element("peerLink", "Media RSS <media:peerLink>")
    .content(NOTHING)
    .attributes(&[attribute("type").value(&MEDIA_TYPE, &INVALID_MIME_ATTRIBUTE), link("href").required()]);
/// It holds what `GeoRSS` has for a place.
static LOCATION: Element = element("location", "Media RSS <media:location>").role(Role::PLACE).attributes(&[
    attribute("description"),
    attribute("start").value(&NPT, &INVALID_NPT_TIME),
    attribute("end").value(&NPT, &INVALID_NPT_TIME),
]);
static RIGHTS: Element = element("rights", "Media RSS <media:rights>")
    .content(NOTHING)
    .attributes(&[attribute("status").required().value(&RIGHTS_STATUS, &INVALID_VALUE)]);
static SCENES: Element = element("scenes", "Media RSS <media:scenes>").children(&[some(&SCENE)]);
/// The specification writes what a scene holds without a prefix, in no namespace; nobody can hold feeds to either.
static SCENE: Element = element("scene", "Media RSS <media:scenes>").content(Content::Anything);

/// Text that its `type` declares plain, which it is by default, or HTML.
const fn text(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Declared(plain_or_html))
}

fn plain_or_html(scene: &Scene<'_, '_>) -> Subtree {
    if scene.here().value("type").is_some_and(|kind| kind.trim() == "html") { Subtree::Html } else { Subtree::Plain }
}

const fn link(name: &'static str) -> Attribute {
    attribute(name).value(&ABSOLUTE, &INVALID_LINK)
}

const SCHEME: Attribute = attribute("scheme").value(&ABSOLUTE, &INVALID_LINK);
const TEXT_TYPE: Attribute = attribute("type").value(&PLAIN_OR_HTML, &INVALID_MEDIA_TEXT_TYPE);

/// Declares types that are one word out of a list, whose case counts.
macro_rules! words {
    ($($(#[$doc:meta])* $constant:ident = $name:literal [$($word:literal)*];)*) => {
        $($(#[$doc])*
        static $constant: Type = Type {
            name: $name,
            check: |value, _, flaws| flaws.extend(one_of(value, &[$($word),*], Case::Exact).err(), |_| None),
        };)*
    };
}

words! {
    MEDIUM = "a medium" ["image" "audio" "video" "document" "executable"];
    EXPRESSION = "an expression" ["sample" "full" "nonstop"];
    PLAIN_OR_HTML = "`plain` or `html`" ["plain" "html"];
    RELATIONSHIP = "`allow` or `deny`" ["allow" "deny"];
    RESTRICTION_TYPE = "a kind of restriction" ["country" "uri" "sharing"];
    STATE = "a state" ["active" "blocked" "deleted"];
    PRICE_TYPE = "a kind of price" ["rent" "purchase" "package" "subscription"];
    RIGHTS_STATUS = "`userCreated` or `official`" ["userCreated" "official"];
}

/// A number that is measured: bits a second, frames, stars, money.
static RATE: Type = Type { name: "a number", check: |value, _, flaws| flaws.extend(number::non_negative_float(value).err(), number_code) };

static CURRENCY: Type = Type {
    name: "a currency",
    check: |value, _, flaws| {
        if !(value.len() == 3 && value.bytes().all(|b| b.is_ascii_alphabetic())) {
            flaws.add(0..value.len(), "").help("write a code of ISO 4217, like `EUR`");
        }
    },
};

static NPT: Type = Type { name: "a time", check: |value, _, flaws| flaws.extend(time::npt(value).err(), |_| None) };

static LABEL: Type = Type {
    name: "plain text",
    check: |value, _, flaws| {
        let mut found = Vec::new();
        plain::find_html(value, &mut found);
        flaws.extend(found.into_iter().filter(|flaw| flaw.kind != plain::Kind::Ambiguous), |_| None);
    },
};

static OLD_ADULT: Type = Type {
    name: "an element of Media RSS today",
    check: |value, _, flaws| {
        if !["true", "false"].contains(&value.trim()) {
            flaws.raise(&INVALID_TRUE_FALSE, 0..value.len(), "is not `true` or `false`");
        }
        let word = if value.trim() == "false" { "nonadult" } else { "adult" };
        let flaw = flaws.raise(&DEPRECATED_MEDIA_ADULT, 0..value.len(), "stands in `media:adult`, which was replaced by `media:rating`");
        flaw.help(format!("write `<media:rating scheme=\"urn:simple\">{word}</media:rating>`"));
    },
};

static HASH_VALUE: Type =
    Type { name: "a hash", check: |value, scene, flaws| flaws.extend(media::hash(value, scene.here().value("algo")).err(), |_| None) };

static RATING_VALUE: Type = Type {
    name: "a rating",
    check: |value, scene, flaws| flaws.extend(media::rating(value, scene.here().value("scheme")).err(), |_| None),
};

/// The roles of the European Broadcasting Union: those that Media RSS names, and others of that list that feeds use.
const EBU: [&str; 62] = [
    "actor",
    "adaptor",
    "anchor person",
    "animator",
    "announcer",
    "arranger",
    "artist",
    "assistant director",
    "author",
    "broadcaster",
    "camera operator",
    "choreographer",
    "cinematographer",
    "commentator",
    "commissioning editor",
    "composer",
    "conductor",
    "contributor",
    "copyright holder",
    "correspondent",
    "costume designer",
    "dancer",
    "designer",
    "director",
    "director of photography",
    "distributor",
    "editor",
    "engineer",
    "executive producer",
    "graphic designer",
    "grip",
    "guest",
    "host",
    "illustrator",
    "interviewee",
    "interviewer",
    "journalist",
    "librettist",
    "lighting technician",
    "lyricist",
    "moderator",
    "music arranger",
    "music group",
    "musician",
    "narrator",
    "orchestra",
    "performer",
    "photographer",
    "presenter",
    "producer",
    "production company",
    "publisher",
    "reporter",
    "scriptwriter",
    "singer",
    "soloist",
    "sound engineer",
    "speaker",
    "translator",
    "vocalist",
    "voice",
    "writer",
];

/// The roles of a video site's users.
const YVS: [&str; 2] = ["uploader", "owner"];

static CREDIT_ROLE: Type = Type {
    name: "a role in small letters",
    check: |value, scene, flaws| {
        let role = value.trim();
        let known: Option<&[&str]> = match scene.here().value("scheme").map_or("urn:ebu", str::trim) {
            "urn:ebu" => Some(&EBU),
            "urn:yvs" => Some(&YVS),
            _ => None,
        };
        let small = role.to_lowercase();
        if small != role {
            flaws.add(0..value.len(), "has capital letters").help(format!("write `{small}`"));
        } else if role.is_empty() {
            flaws.add(0..value.len(), "is empty").help("write what the person did, like `producer`, or leave the attribute out");
        } else if let Some(known) = known.filter(|known| !known.contains(&role)) {
            let near = did_you_mean(role, known.iter().copied());
            let help = near.unwrap_or_else(|| "take a role of the scheme, or name a `scheme` that has this one".to_owned());
            flaws.add(0..value.len(), "is none of its scheme").help(help);
        }
    },
};

static RESTRICTED: Type = Type {
    name: "`all` or `none`",
    check: |value, scene, flaws| {
        let word = value.trim();
        if word == "all" || word == "none" {
            return;
        }
        match scene.here().value("type").map(str::trim) {
            None => {
                flaws.add(0..value.len(), "").help("write `all` or `none`, or say with `type` what is listed: `country` or `uri`");
            }
            Some("country") => {
                let mut found = Vec::new();
                language::countries(value, &mut found);
                flaws.extend(found.into_iter().filter(|_| !word.is_empty()), |_| Some(&INVALID_COUNTRY_CODE));
            }
            Some("uri") => check_sites(value, flaws),
            Some(_) => {}
        }
    },
};

/// Judges the addresses between white space of sites that may show something.
fn check_sites(value: &str, flaws: &mut Flaws) {
    let mut at = 0;
    for word in value.split(char::is_whitespace) {
        if !word.is_empty() {
            let mut found = Vec::new();
            uri::absolute(word, uri::Charset::Iri, &mut found);
            let code = |kind: &uri::Kind| uri_code(kind).or(Some(&INVALID_FULL_LINK));
            flaws.extend(found.into_iter().map(|flaw| flaw.shift(at)), code);
        }
        at += word.len() + value.get(at + word.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
}
