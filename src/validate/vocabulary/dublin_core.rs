//! Dublin Core: the fifteen elements of 1.1, and the terms that refine them (RSS 1.0 modules `dc` and `dcterms`).

use crate::validate::codes::{INVALID_LANGUAGE, INVALID_W3CDTF_DATE};
use crate::validate::scene::Subtree;
use crate::validate::table::{Attribute, Content, Element, Extension, Fact, Role, Vocabulary, attribute, element, many, on, optional};
use crate::validate::types::{LANGUAGE, W3CDTF};

/// Where the elements may stand: in all that RSS names.
const THINGS: Role = Role::FEED.or(Role::ENTRY).or(Role::IMAGE).or(Role::TEXT_INPUT).or(Role::SOURCE).or(Role::MEDIA).or(Role::ROOT);

/// Dublin Core 1.1.
pub static DC: Vocabulary = Vocabulary {
    name: "Dublin Core",
    prefix: "dc",
    uris: &["http://purl.org/dc/elements/1.1/"],
    elements: &[
        on(THINGS, many(&TITLE)),
        on(THINGS, many(&CREATOR)),
        on(THINGS, many(&SUBJECT)),
        on(THINGS, many(&DESCRIPTION)),
        on(THINGS, many(&PUBLISHER)),
        on(THINGS, many(&CONTRIBUTOR)),
        on(THINGS, optional(&DATE)),
        on(THINGS, many(&TYPE)),
        on(THINGS, many(&FORMAT)),
        on(THINGS, many(&IDENTIFIER)),
        on(THINGS, many(&SOURCE)),
        on(THINGS, optional(&DC_LANGUAGE)),
        on(THINGS, many(&RELATION)),
        on(THINGS, many(&COVERAGE)),
        on(THINGS, optional(&RIGHTS)),
    ],
    attributes: &[],
    closed: true,
};

/// The terms of Dublin Core.
pub static DCTERMS: Vocabulary = Vocabulary {
    name: "DCMI Terms",
    prefix: "dcterms",
    uris: &["http://purl.org/dc/terms/"],
    elements: TERMS,
    attributes: &[],
    closed: true,
};

const SPEC: &str = "RSS 1.0 Modules: Dublin Core";
const TERMS_SPEC: &str = "RSS 1.0 Modules: Qualified Dublin Core";

static TITLE: Element = plain("title", SPEC);
static CREATOR: Element = plain("creator", SPEC).fact(Fact::Author);
static SUBJECT: Element = plain("subject", SPEC);
static DESCRIPTION: Element = plain("description", SPEC);
static PUBLISHER: Element = plain("publisher", SPEC);
static CONTRIBUTOR: Element = plain("contributor", SPEC);
static DATE: Element = element("date", SPEC).value(&W3CDTF, &INVALID_W3CDTF_DATE).fact(Fact::Published);
static TYPE: Element = plain("type", SPEC);
static FORMAT: Element = plain("format", SPEC);
static IDENTIFIER: Element = plain("identifier", SPEC);
static SOURCE: Element = plain("source", SPEC);
static DC_LANGUAGE: Element = element("language", SPEC).value(&LANGUAGE, &INVALID_LANGUAGE).fact(Fact::Language);
static RELATION: Element = plain("relation", SPEC);
static COVERAGE: Element = plain("coverage", SPEC);
static RIGHTS: Element = plain("rights", SPEC);

const fn plain(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Declared(|_| Subtree::Plain))
}

const RDF_RESOURCE: &[Attribute] = &[attribute("resource").of("rdf")];

/// A term that holds anything: text, or `rdf:resource`.
const fn term(name: &'static str) -> Element {
    element(name, TERMS_SPEC).content(Content::Anything).attributes(RDF_RESOURCE)
}

/// A term that is a date.
const fn date(name: &'static str) -> Element {
    element(name, TERMS_SPEC).value(&W3CDTF, &INVALID_W3CDTF_DATE)
}

static CREATED: Element = date("created");
static ISSUED: Element = date("issued").fact(Fact::Published);
static MODIFIED: Element = date("modified").fact(Fact::Updated);
static DATE_ACCEPTED: Element = date("dateAccepted");
static DATE_COPYRIGHTED: Element = date("dateCopyrighted");
static DATE_SUBMITTED: Element = date("dateSubmitted");

/// Declares terms that hold anything, and the list of all of them.
macro_rules! terms {
    ($($name:literal)*) => {
        const TERMS: &[Extension] = &[
            on(THINGS, optional(&CREATED)),
            on(THINGS, optional(&ISSUED)),
            on(THINGS, optional(&MODIFIED)),
            on(THINGS, optional(&DATE_ACCEPTED)),
            on(THINGS, optional(&DATE_COPYRIGHTED)),
            on(THINGS, optional(&DATE_SUBMITTED)),
            $(on(THINGS, many({
                static TERM: Element = term($name);
                &TERM
            })),)*
        ];
    };
}

terms! {
    "abstract" "accessRights" "accrualMethod" "accrualPeriodicity" "accrualPolicy" "alternative" "audience" "available"
    "bibliographicCitation" "conformsTo" "contributor" "coverage" "creator" "date" "description" "educationLevel" "extent" "format"
    "hasFormat" "hasPart" "hasVersion" "identifier" "instructionalMethod" "isFormatOf" "isPartOf" "isReferencedBy" "isReplacedBy"
    "isRequiredBy" "isVersionOf" "language" "license" "mediator" "medium" "provenance" "publisher" "references" "relation" "replaces"
    "requires" "rights" "rightsHolder" "source" "spatial" "subject" "tableOfContents" "temporal" "title" "type" "valid"
}
