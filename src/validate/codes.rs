//! Every code that judging a feed can raise. Where W3C's feed validator has a message class, its name is the code.
//!
//! A code's page, `pages/CODE.md`, is its only description: the sentence that lists and reports print is the page's first
//! one, and a code without a page does not compile.

use crate::diagnostic::Code;

/// What stands before the sentence that says what a code reports.
const HEADING: &str = "## What it reports\n\n";

/// Declares codes, and the table of them all with their pages.
macro_rules! codes {
    ($($constant:ident = $severity:ident $name:literal $(below $parent:ident)?;)*) => {
        $(
            #[doc = concat!("`", $name, "`: `postrider explain ", $name, "` prints its page.")]
            pub static $constant: Code =
                Code::$severity($name, first_paragraph(include_str!(concat!("pages/", $name, ".md"))))$(.below(&$parent))?;
        )*

        /// Every code, by name.
        pub const CODES: &[&Code] = &[$(&$constant),*];

        /// Every code's page, in the order of [`CODES`].
        pub const PAGES: &[(&str, &str)] = &[$(($name, include_str!(concat!("pages/", $name, ".md")))),*];
    };
}

codes! {
    ARCHIVE_INCOMPLETE = warning "archive-incomplete";
    ATOM_LINK_NOT_EMPTY = warning "atom-link-not-empty";
    ATTR_NOT_BLANK = warning "attr-not-blank";
    AUTHOR_IS_ADDRESS = info "author-is-address";
    AVOID_NAMESPACE_PREFIX = warning "avoid-namespace-prefix";
    AVOID_TEXT_INPUT = warning "avoid-text-input" below RSS20_PROFILE;
    BAD_CHARACTERS = warning "bad-characters";
    BAD_XML_VERSION = error "bad-xml-version";
    BEST_PRACTICES = info "best-practices";
    CHARACTER_DATA = warning "character-data" below CONTAINS_HTML;
    COMMENT_RSS = warning "comment-rss";
    CONTAINS_EMAIL = warning "contains-email";
    CONTAINS_HTML = warning "contains-html";
    CONTAINS_REL_REF = warning "contains-rel-ref";
    CONTAINS_SYSTEM_ENTITY = info "contains-system-entity";
    CONTAINS_UNDECLARED_HTML = warning "contains-undeclared-html" below CONTAINS_HTML;
    COORD_COMMA = warning "coord-comma";
    CURRENT_NOT_SELF_IN_COMPLETE_FEED = error "current-not-self-in-complete-feed";
    DANGEROUS_STYLE_ATTR = warning "dangerous-style-attr" below SECURITY_RISK_ATTR;
    DEPRECATED_DTD = error "deprecated-dtd";
    DEPRECATED_MEDIA_ADULT = warning "deprecated-media-adult";
    DOUBLE_ESCAPED_HTML = warning "double-escaped-html";
    DUPLICATE_ATOM_LINK = error "duplicate-atom-link";
    DUPLICATE_DESCRIPTION_SEMANTICS = warning "duplicate-description-semantics" below DUPLICATE_SEMANTICS;
    DUPLICATE_ELEMENT = error "duplicate-element";
    DUPLICATE_ENCLOSURE = warning "duplicate-enclosure";
    DUPLICATE_ENTRIES = warning "duplicate-entries";
    DUPLICATE_HTML_ATTRIBUTE = warning "duplicate-html-attribute";
    DUPLICATE_IDS = error "duplicate-ids";
    DUPLICATE_ITEM_SEMANTICS = warning "duplicate-item-semantics" below DUPLICATE_SEMANTICS;
    DUPLICATE_SEMANTICS = warning "duplicate-semantics";
    DUPLICATE_UPDATED = warning "duplicate-updated";
    DUPLICATE_VALUE = error "duplicate-value" below INVALID_VALUE;
    EIGHT_DAYS_A_WEEK = error "eight-days-a-week";
    EMAIL_FORMAT = warning "email-format" below RSS20_PROFILE;
    ENCODING_MISMATCH = warning "encoding-mismatch";
    ENTRIES_OUT_OF_ORDER = info "entries-out-of-order";
    ENTRY_WITHOUT_ID = info "entry-without-id";
    FEED_HISTORY_REL_IN_ENTRY = warning "feed-history-rel-in-entry";
    FEED_REL_IN_COMPLETE_FEED = error "feed-rel-in-complete-feed";
    FEED_TOO_LARGE = info "feed-too-large";
    FRACTIONAL_SECONDS = info "fractional-seconds";
    FUTURE_DATE = info "future-date";
    HTML_CHARACTER_REFERENCE = warning "html-character-reference";
    HTML_FRAGMENT = warning "html-fragment";
    HTTP_ERROR = error "http-error";
    IMAGE_LINK_DOESNT_MATCH = warning "image-link-doesnt-match";
    IMAGE_TITLE_DOESNT_MATCH = warning "image-title-doesnt-match" below RSS20_PROFILE;
    IMAGE_URL_FORMAT = warning "image-url-format";
    IMPLAUSIBLE_DATE = warning "implausible-date";
    INCORRECT_DOW = error "incorrect-dow" below INVALID_RFC2822_DATE;
    INTEGER_OVERFLOW = error "integer-overflow";
    INVALID_ACCESS_RESTRICTION_REL = error "invalid-access-restriction-rel" below INVALID_VALUE;
    INVALID_ADDR_SPEC = error "invalid-addr-spec" below INVALID_CONTACT;
    INVALID_BOOLEAN_ATTRIBUTE = error "invalid-boolean-attribute" below INVALID_VALUE;
    INVALID_COMMA_SEPARATED_INTEGERS = error "invalid-comma-separated-integers" below INVALID_VALUE;
    INVALID_CONTACT = error "invalid-contact" below INVALID_VALUE;
    INVALID_COORD_LIST = error "invalid-coord-list" below INVALID_VALUE;
    INVALID_COUNTRY_CODE = error "invalid-country-code" below INVALID_VALUE;
    INVALID_CREDIT_ROLE = error "invalid-credit-role";
    INVALID_DAY = error "invalid-day" below INVALID_VALUE;
    INVALID_DOCTYPE = error "invalid-doctype";
    INVALID_DURATION = error "invalid-duration" below INVALID_VALUE;
    INVALID_ENCODING = error "invalid-encoding" below INVALID_VALUE;
    INVALID_FLOAT = error "invalid-float" below INVALID_VALUE;
    INVALID_FORM_COMPONENT_NAME = error "invalid-form-component-name" below INVALID_VALUE;
    INVALID_FULL_LINK = error "invalid-full-link" below INVALID_LINK;
    INVALID_HEIGHT = error "invalid-height" below INVALID_VALUE;
    INVALID_HOUR = error "invalid-hour" below INVALID_VALUE;
    INVALID_HTTP_GUID = error "invalid-http-guid" below INVALID_VALUE;
    INVALID_INTEGER = error "invalid-integer" below INVALID_VALUE;
    INVALID_INTEGER_ATTRIBUTE = error "invalid-integer-attribute" below INVALID_VALUE;
    INVALID_IRI = error "invalid-iri" below INVALID_LINK;
    INVALID_ISO8601_DATE = error "invalid-iso8601-date" below INVALID_VALUE;
    INVALID_ITUNES_CATEGORY = error "invalid-itunes-category" below INVALID_VALUE;
    INVALID_ITUNES_CHANNEL_TYPE = error "invalid-itunes-channel-type" below INVALID_VALUE;
    INVALID_ITUNES_EPISODE_TYPE = error "invalid-itunes-episode-type" below INVALID_VALUE;
    INVALID_KEYWORDS = warning "invalid-keywords";
    INVALID_LANGUAGE = error "invalid-language" below INVALID_VALUE;
    INVALID_LATITUDE = error "invalid-latitude";
    INVALID_LINK = error "invalid-link" below INVALID_VALUE;
    INVALID_LONGITUDE = error "invalid-longitude";
    INVALID_MEDIA_EXPRESSION = error "invalid-media-expression";
    INVALID_MEDIA_HASH = error "invalid-media-hash";
    INVALID_MEDIA_MEDIUM = error "invalid-media-medium";
    INVALID_MEDIA_RATING = error "invalid-media-rating";
    INVALID_MEDIA_RESTRICTION = error "invalid-media-restriction";
    INVALID_MEDIA_RESTRICTION_REL = error "invalid-media-restriction-rel";
    INVALID_MEDIA_RESTRICTION_TYPE = error "invalid-media-restriction-type";
    INVALID_MEDIA_TEXT_TYPE = error "invalid-media-text-type";
    INVALID_META_CONTENT = error "invalid-meta-content" below INVALID_VALUE;
    INVALID_META_NAME = error "invalid-meta-name" below INVALID_VALUE;
    INVALID_MIME_ATTRIBUTE = error "invalid-mime-attribute" below INVALID_VALUE;
    INVALID_MIME_TYPE = error "invalid-mime-type";
    INVALID_NAMESPACE = error "invalid-namespace";
    INVALID_NON_NEGATIVE_INTEGER = error "invalid-non-negative-integer" below INVALID_INTEGER;
    INVALID_NPT_TIME = error "invalid-npt-time";
    INVALID_PERCENTAGE = error "invalid-percentage" below INVALID_VALUE;
    INVALID_PERMALINK = error "invalid-permalink";
    INVALID_PODCAST_GUID = warning "invalid-podcast-guid";
    INVALID_PODCAST_LENGTH = warning "invalid-podcast-length";
    INVALID_PODCAST_STRUCTURE = error "invalid-podcast-structure";
    INVALID_PODCAST_TERM = warning "invalid-podcast-term";
    INVALID_PODCAST_URL = warning "invalid-podcast-url";
    INVALID_PODCAST_VALUE = error "invalid-podcast-value" below INVALID_VALUE;
    INVALID_POSITIVE_INTEGER = error "invalid-positive-integer" below INVALID_INTEGER;
    INVALID_RDF = error "invalid-rdf";
    INVALID_RFC2822_DATE = error "invalid-rfc2822-date" below INVALID_VALUE;
    INVALID_RFC3339_DATE = error "invalid-rfc3339-date" below INVALID_VALUE;
    INVALID_RSS_VERSION = error "invalid-rss-version";
    INVALID_TAG = error "invalid-tag" below INVALID_VALUE;
    INVALID_TEXT_TYPE = error "invalid-text-type" below INVALID_VALUE;
    INVALID_TRUE_FALSE = error "invalid-true-false" below INVALID_VALUE;
    INVALID_UPDATE_PERIOD = error "invalid-update-period" below INVALID_VALUE;
    INVALID_URI = error "invalid-uri" below INVALID_VALUE;
    INVALID_URI_ATTRIBUTE = error "invalid-uri-attribute" below INVALID_LINK;
    INVALID_URI_CHAR = error "invalid-uri-char" below INVALID_LINK;
    INVALID_URL_ATTRIBUTE = error "invalid-url-attribute" below INVALID_URI_ATTRIBUTE;
    INVALID_URN = error "invalid-urn" below INVALID_VALUE;
    INVALID_UUID = error "invalid-uuid" below INVALID_VALUE;
    INVALID_VALUE = error "invalid-value";
    INVALID_W3CDTF_DATE = error "invalid-w3cdtf-date" below INVALID_ISO8601_DATE;
    INVALID_WIDTH = error "invalid-width" below INVALID_VALUE;
    INVALID_YES_NO = error "invalid-yes-no" below INVALID_VALUE;
    INVALID_YES_NO_CLEAN = error "invalid-yes-no-clean" below INVALID_VALUE;
    IO_ERROR = error "io-error";
    ITEM_MUST_CONTAIN_TITLE_OR_DESCRIPTION = error "item-must-contain-title-or-description" below MISSING_ELEMENT;
    ITEM_WITHOUT_EPISODE = warning "item-without-episode";
    JSON_DEPRECATED_MEMBER = info "json-deprecated-member";
    JSON_DUPLICATE_MEMBER = warning "json-duplicate-member";
    JSON_EXTENSION_NAME = error "json-extension-name";
    JSON_EXTENSION_VALUE = warning "json-extension-value";
    JSON_FEED_VERSION = error "json-feed-version";
    JSON_MISSING_MEMBER = error "json-missing-member";
    JSON_NEWER_MEMBER = warning "json-newer-member";
    JSON_NEXT_URL_LOOPS = error "json-next-url-loops";
    JSON_NULL_MEMBER = warning "json-null-member";
    JSON_SYNTAX = error "json-syntax";
    JSON_UNKNOWN_MEMBER = warning "json-unknown-member";
    JSON_WRONG_TYPE = error "json-wrong-type";
    LINK_PAST_END = error "link-past-end";
    LINK_WITHOUT_REL = info "link-without-rel";
    MEDIA_GROUP_WITHOUT_ALTERNATIVES = error "media-group-without-alternatives";
    MEDIA_RSS_NAMESPACE = error "media-rss-namespace";
    MISNESTED_TAGS = warning "misnested-tags";
    MISPLACED_ITEM = warning "misplaced-item" below RSS20_PROFILE;
    MISPLACED_METADATA = error "misplaced-metadata";
    MISPLACED_XHTML_CONTENT = warning "misplaced-xhtml-content";
    MISSING_ATOM_SELF_LINK = warning "missing-atom-self-link" below MISSING_SELF;
    MISSING_ATTRIBUTE = error "missing-attribute";
    MISSING_CONTENT_OR_ALTERNATE = error "missing-content-or-alternate" below MISSING_ELEMENT;
    MISSING_CURRENT_IN_ARCHIVE = warning "missing-current-in-archive";
    MISSING_DC_LANGUAGE = info "missing-dc-language" below MISSING_RECOMMENDED_ELEMENT;
    MISSING_DESCRIPTION = error "missing-description" below MISSING_ELEMENT;
    MISSING_ELEMENT = error "missing-element";
    MISSING_ENCODING = info "missing-encoding" below BEST_PRACTICES;
    MISSING_ETAG = info "missing-etag";
    MISSING_GUID = warning "missing-guid";
    MISSING_HREF = error "missing-href" below MISSING_ATTRIBUTE;
    MISSING_ID = warning "missing-id";
    MISSING_ITUNES_ELEMENT = warning "missing-itunes-element";
    MISSING_ITUNES_EMAIL = warning "missing-itunes-email";
    MISSING_LINK = error "missing-link" below MISSING_ELEMENT;
    MISSING_NAMESPACE = error "missing-namespace" below SAX_ERROR;
    MISSING_REAL_NAME = warning "missing-real-name" below EMAIL_FORMAT;
    MISSING_RECOMMENDED_ATTRIBUTE = warning "missing-recommended-attribute";
    MISSING_RECOMMENDED_ELEMENT = info "missing-recommended-element" below BEST_PRACTICES;
    MISSING_SELF = warning "missing-self";
    MISSING_SOURCE_ELEMENT = warning "missing-source-element";
    MISSING_SUMMARY = error "missing-summary";
    MISSING_TEXTUAL_CONTENT = warning "missing-textual-content";
    MISSING_TITLE = error "missing-title" below MISSING_ELEMENT;
    MISSING_TYPE_ATTR = warning "missing-type-attr";
    MISSING_XHTML_DIV = error "missing-xhtml-div" below MISSING_ELEMENT;
    NEED_DESCRIPTION_BEFORE_CONTENT = warning "need-description-before-content" below RSS20_PROFILE;
    NO_BLINK = error "no-blink" below UNDEFINED_ELEMENT;
    NO_THR_WHEN = error "no-thr-when" below UNDEFINED_ELEMENT;
    NON_CANONICAL_URI = warning "non-canonical-uri";
    NONSTD_ENCODING = info "nonstd-encoding" below BEST_PRACTICES;
    NONSTD_PREFIX = info "nonstd-prefix" below BEST_PRACTICES;
    NOT_A_FEED = error "not-a-feed";
    NOT_BASE64 = error "not-base64" below INVALID_VALUE;
    NOT_BLANK = warning "not-blank";
    NOT_ENOUGH_HOURS_IN_THE_DAY = error "not-enough-hours-in-the-day";
    NOT_ESCAPED = error "not-escaped" below INVALID_VALUE;
    NOT_HTML = warning "not-html";
    NOT_IN_A_NAMESPACE = error "not-in-a-namespace" below MISSING_NAMESPACE;
    NOT_INLINE = warning "not-inline";
    NOT_SUFFICIENTLY_UNIQUE = warning "not-sufficiently-unique";
    NOT_URL_ENCODED = error "not-url-encoded" below INVALID_VALUE;
    NOT_UTF8 = warning "not-utf8";
    OBSCURE_ENCODING = warning "obscure-encoding";
    OBSOLETE_ITUNES_CATEGORY = warning "obsolete-itunes-category";
    OBSOLETE_NAMESPACE = error "obsolete-namespace";
    OBSOLETE_PODCAST_ELEMENT = warning "obsolete-podcast-element";
    OBSOLETE_WIKI_NAMESPACE = warning "obsolete-wiki-namespace";
    PERMANENT_REDIRECT = info "permanent-redirect";
    PODCAST_NOT_RSS = error "podcast-not-rss";
    PROBLEMATICAL_RFC822_DATE = warning "problematical-rfc822-date";
    QUESTIONABLE_USAGE = warning "questionable-usage";
    RELATIVE_SELF = warning "relative-self";
    RELIES_ON_XML_BASE = info "relies-on-xml-base" below BEST_PRACTICES;
    RESERVED_PREFIX = warning "reserved-prefix";
    RSS20_PROFILE = warning "rss20-profile";
    SAME_DOCUMENT_REFERENCE = warning "same-document-reference";
    SAX_ERROR = error "sax-error";
    SCHEME_NOT_IANA_REGISTERED = warning "scheme-not-iana-registered";
    SECURITY_RISK = warning "security-risk";
    SECURITY_RISK_ATTR = warning "security-risk-attr" below SECURITY_RISK;
    SELF_DOESNT_MATCH_LOCATION = warning "self-doesnt-match-location";
    SELF_NOT_ATOM = warning "self-not-atom";
    SLASH_DATE = warning "slash-date" below RSS20_PROFILE;
    STRAY_END_TAG = warning "stray-end-tag";
    STRIPPED_HTML = info "stripped-html";
    SUMMARY_EQUALS_CONTENT = info "summary-equals-content";
    TEMP_REDIRECT = info "temp-redirect";
    TEXT_XML = info "text-xml";
    TITLE_WITH_MARKUP = info "title-with-markup";
    TOO_LONG = error "too-long" below INVALID_VALUE;
    TOO_MANY_ENTRIES = info "too-many-entries";
    UNCLOSED_TAG = warning "unclosed-tag";
    UNCOMPRESSED = info "uncompressed";
    UNDECLARED_PREFIX = error "undeclared-prefix" below INVALID_VALUE;
    UNDEFINED_ELEMENT = error "undefined-element";
    UNDEFINED_NAMED_ENTITY = error "undefined-named-entity" below SAX_ERROR;
    UNDETERMINABLE_VOCABULARY = warning "undeterminable-vocabulary";
    UNEXPECTED_ATTRIBUTE = error "unexpected-attribute";
    UNEXPECTED_CONTENT_TYPE = warning "unexpected-content-type";
    UNEXPECTED_TEXT = error "unexpected-text";
    UNEXPECTED_WHITESPACE = error "unexpected-whitespace";
    UNICODE_ERROR = error "unicode-error";
    UNKNOWN_ENCODING = error "unknown-encoding";
    UNKNOWN_HOST = warning "unknown-host";
    UNKNOWN_NAMESPACE = warning "unknown-namespace";
    UNREGISTERED_ATOM_LINK_REL = warning "unregistered-atom-link-rel";
    UNSUPPORTED_ITUNES_FORMAT = warning "unsupported-itunes-format";
    UNSUPPORTED_NAMESPACE = info "unsupported-namespace";
    UPDATED_BEFORE_PUBLISHED = warning "updated-before-published";
    URI_NOT_IRI = error "uri-not-iri" below INVALID_LINK;
    USE_OF_EXTENSION_ATTR = warning "use-of-extension-attr";
    USE_ZERO_FOR_MIDNIGHT = warning "use-zero-for-midnight" below RSS20_PROFILE;
    VALIDATOR_LIMIT = error "validator-limit";
}

/// Returns the paragraph below [`HEADING`].
const fn first_paragraph(page: &'static str) -> &'static str {
    let (page, heading) = (page.as_bytes(), HEADING.as_bytes());
    let mut start = 0;
    while start + heading.len() < page.len() && !begins_with(page, start, heading) {
        start += 1;
    }
    start += heading.len();
    let mut end = start;
    while end < page.len() && !begins_with(page, end, b"\n\n") && !(end + 1 == page.len() && page[end] == b'\n') {
        end += 1;
    }
    let Some((_, rest)) = page.split_at_checked(start) else { panic!("a page says what its code reports") };
    let Ok(text) = std::str::from_utf8(rest.split_at(end - start).0) else { panic!("a page is UTF-8") };
    text
}

/// Returns whether `word` stands in `text` at `at`.
const fn begins_with(text: &[u8], at: usize, word: &[u8]) -> bool {
    let mut i = 0;
    while i < word.len() {
        if at + i >= text.len() || text[at + i] != word[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_of_their_names() {
        assert!(CODES.is_sorted_by_key(|code| code.name));
        assert!(CODES.iter().zip(PAGES).all(|(code, page)| code.name == page.0));
    }
}
