//! Places: `GeoRSS` Simple and its part of GML (OGC 17-002r1), the Basic Geo vocabulary of the W3C, ICBM and `GeoURL`.

use crate::text::value::geo::{self, Kind, Shape};
use crate::text::value::number;
use crate::validate::codes::{
    COORD_COMMA, INVALID_COORD_LIST, INVALID_FLOAT, INVALID_LATITUDE, INVALID_LONGITUDE, INVALID_URI, INVALID_VALUE,
};
use crate::validate::scene::{Scene, Subtree};
use crate::validate::table::{Attribute, Content, Element, Extension, Role, Vocabulary, attribute, element, many, on, optional, required};
use crate::validate::types::{FLOAT, POSITIVE, REFERENCE, TEXT};
use crate::validate::value::{Flaws, Type};

/// What may have a place.
const THINGS: Role = Role::FEED.or(Role::ENTRY).or(Role::PLACE);

const fn module(name: &'static str, prefix: &'static str, uris: &'static [&'static str], elements: &'static [Extension]) -> Vocabulary {
    Vocabulary { name, prefix, uris, elements, attributes: &[], closed: true }
}

/// `GeoRSS` Simple, and the frame of `GeoRSS` GML.
pub static GEORSS: Vocabulary = module(
    "GeoRSS",
    "georss",
    &["http://www.georss.org/georss", "http://www.georss.org/georss/10", "http://www.georss.org/georss/11"],
    &[
        on(THINGS, many(&POINT)),
        on(THINGS, many(&LINE)),
        on(THINGS, many(&POLYGON)),
        on(THINGS, many(&BOX)),
        on(THINGS, many(&CIRCLE)),
        on(THINGS, many(&WHERE)),
        on(THINGS, many(&FEATURE_TYPE)),
        on(THINGS, many(&RELATIONSHIP)),
        on(THINGS, many(&FEATURE_NAME)),
        on(THINGS, optional(&ELEVATION)),
        on(THINGS, optional(&FLOOR)),
        on(THINGS, optional(&RADIUS)),
    ],
);

const SIMPLE: &str = "GeoRSS Simple";
const FEATURE: &[Attribute] = &[
    attribute("featuretypetag"),
    attribute("relationshiptag"),
    attribute("featurename"),
    attribute("elev").value(&FLOAT, &INVALID_FLOAT),
    attribute("floor").value(&FLOAT, &INVALID_FLOAT),
    attribute("radius").value(&FLOAT, &INVALID_FLOAT),
];

const fn shape(name: &'static str, kind: &'static Type) -> Element {
    element(name, SIMPLE).value(kind, &INVALID_COORD_LIST).attributes(FEATURE)
}

const fn plain(name: &'static str) -> Element {
    element(name, SIMPLE).content(Content::Declared(|_| Subtree::Plain))
}

static POINT: Element = shape("point", &ONE_POINT);
static LINE: Element = shape("line", &POINTS_OF_LINE);
static POLYGON: Element = shape("polygon", &POINTS_OF_POLYGON);
static BOX: Element = shape("box", &TWO_CORNERS);
static CIRCLE: Element = shape("circle", &CENTRE_AND_RADIUS);
static WHERE: Element = element("where", "GeoRSS GML").role(Role::PLACE).attributes(FEATURE);
static FEATURE_TYPE: Element = plain("featuretypetag");
static RELATIONSHIP: Element = plain("relationshiptag");
static FEATURE_NAME: Element = plain("featurename");
static ELEVATION: Element = element("elev", SIMPLE).value(&FLOAT, &INVALID_FLOAT);
static FLOOR: Element = element("floor", SIMPLE).value(&FLOAT, &INVALID_FLOAT);
static RADIUS: Element = element("radius", SIMPLE).value(&FLOAT, &INVALID_FLOAT);

/// The part of GML that `GeoRSS` uses.
pub static GML: Vocabulary = module(
    "GML",
    "gml",
    &["http://www.opengis.net/gml", "http://www.opengis.net/gml/3.2"],
    &[
        on(Role::PLACE, many(&GML_POINT)),
        on(Role::PLACE, many(&LINE_STRING)),
        on(Role::PLACE, many(&GML_POLYGON)),
        on(Role::PLACE, many(&ENVELOPE)),
        on(Role::PLACE, many(&CIRCLE_BY_CENTRE)),
        on(Role::PLACE, many(&MULTI_POINT)),
        on(Role::PLACE, many(&MULTI_CURVE)),
        on(Role::PLACE, many(&MULTI_SURFACE)),
    ],
);

const GEOMETRY: &[Attribute] = &[
    attribute("srsName").value(&REFERENCE, &INVALID_URI),
    attribute("srsDimension").value(&POSITIVE, &INVALID_VALUE),
    attribute("axisLabels"),
    attribute("uomLabels"),
    attribute("id").of("gml"),
    attribute("count"),
];

const fn geometry(name: &'static str) -> Element {
    element(name, "GeoRSS GML").attributes(GEOMETRY)
}

static GML_POINT: Element = geometry("Point").children(&[optional(&POS), optional(&COORDINATES)]);
static LINE_STRING: Element = geometry("LineString").children(&[many(&POS), optional(&POS_LIST), optional(&COORDINATES)]);
static GML_POLYGON: Element = geometry("Polygon").children(&[required(&EXTERIOR), many(&INTERIOR)]);
static EXTERIOR: Element = geometry("exterior").children(&[required(&LINEAR_RING)]);
static INTERIOR: Element = geometry("interior").children(&[required(&LINEAR_RING)]);
static LINEAR_RING: Element = geometry("LinearRing").children(&[many(&POS), optional(&POS_LIST), optional(&COORDINATES)]);
static ENVELOPE: Element = geometry("Envelope").children(&[required(&LOWER_CORNER), required(&UPPER_CORNER)]);
static CIRCLE_BY_CENTRE: Element = geometry("CircleByCenterPoint").children(&[optional(&POS), optional(&GML_RADIUS)]);
static MULTI_POINT: Element = geometry("MultiPoint").content(Content::Anything);
static MULTI_CURVE: Element = geometry("MultiCurve").content(Content::Anything);
static MULTI_SURFACE: Element = geometry("MultiSurface").content(Content::Anything);
static POS: Element = geometry("pos").value(&ONE_POINT, &INVALID_COORD_LIST);
static POS_LIST: Element = geometry("posList").value(&POS_LIST_VALUE, &INVALID_COORD_LIST);
static LOWER_CORNER: Element = geometry("lowerCorner").value(&ONE_POINT, &INVALID_COORD_LIST);
static UPPER_CORNER: Element = geometry("upperCorner").value(&ONE_POINT, &INVALID_COORD_LIST);
static GML_RADIUS: Element = element("radius", "GeoRSS GML").value(&FLOAT, &INVALID_FLOAT).attributes(&[attribute("uom")]);
/// What GML had before `pos`, with separators that it declares itself.
static COORDINATES: Element =
    element("coordinates", "GML 2").value(&TEXT, &INVALID_VALUE).attributes(&[attribute("decimal"), attribute("cs"), attribute("ts")]);

/// The Basic Geo vocabulary.
pub static GEO: Vocabulary = module(
    "Basic Geo",
    "geo",
    &["http://www.w3.org/2003/01/geo/wgs84_pos#"],
    &[
        on(THINGS, optional(&LAT)),
        on(THINGS, optional(&LONG)),
        on(THINGS, optional(&ALT)),
        on(THINGS, optional(&LAT_LONG)),
        on(THINGS, many(&GEO_POINT)),
        on(THINGS, many(&GEO_LOCATION)),
    ],
);
const BASIC: &str = "W3C Basic Geo";
static LAT: Element = element("lat", BASIC).value(&LATITUDE, &INVALID_LATITUDE);
static LONG: Element = element("long", BASIC).value(&LONGITUDE, &INVALID_LONGITUDE);
static ALT: Element = element("alt", BASIC).value(&FLOAT, &INVALID_FLOAT);
static LAT_LONG: Element = element("lat_long", BASIC).value(&TEXT, &INVALID_VALUE);
static GEO_POINT: Element = element("Point", BASIC)
    .children(&[optional(&LAT), optional(&LONG), optional(&ALT), optional(&LAT_LONG)])
    .attributes(&[attribute("about").of("rdf"), attribute("ID").of("rdf"), attribute("nodeID").of("rdf")]);
static GEO_LOCATION: Element = element("location", BASIC).content(Content::Anything);

/// The address of an intercontinental ballistic missile.
pub static ICBM: Vocabulary = module(
    "ICBM",
    "icbm",
    &["http://postneo.com/icbm", "http://postneo.com/icbm/"],
    &[on(THINGS, optional(&ICBM_LATITUDE)), on(THINGS, optional(&ICBM_LONGITUDE))],
);

/// `GeoURL`.
pub static GEOURL: Vocabulary = module(
    "GeoURL",
    "geourl",
    &["http://geourl.org/rss/module/"],
    &[on(THINGS, optional(&GEOURL_LATITUDE)), on(THINGS, optional(&GEOURL_LONGITUDE))],
);
static ICBM_LATITUDE: Element = latitude("ICBM");
static ICBM_LONGITUDE: Element = longitude("ICBM");
static GEOURL_LATITUDE: Element = latitude("GeoURL");
static GEOURL_LONGITUDE: Element = longitude("GeoURL");

const fn latitude(spec: &'static str) -> Element {
    element("latitude", spec).value(&LATITUDE, &INVALID_LATITUDE)
}

const fn longitude(spec: &'static str) -> Element {
    element("longitude", spec).value(&LONGITUDE, &INVALID_LONGITUDE)
}

static LATITUDE: Type = Type { name: "a latitude", check: |value, _, flaws| flaws.extend(geo::latitude(value).err(), |_| None) };
static LONGITUDE: Type = Type { name: "a longitude", check: |value, _, flaws| flaws.extend(geo::longitude(value).err(), |_| None) };

static ONE_POINT: Type = Type { name: "a point", check: |value, scene, flaws| check_shape(value, Shape::Point, scene, flaws) };
static POINTS_OF_LINE: Type = Type { name: "a line", check: |value, scene, flaws| check_shape(value, Shape::Line, scene, flaws) };
static POINTS_OF_POLYGON: Type = Type { name: "a polygon", check: |value, scene, flaws| check_shape(value, Shape::Polygon, scene, flaws) };
static TWO_CORNERS: Type = Type { name: "a box", check: |value, scene, flaws| check_shape(value, Shape::Box, scene, flaws) };

/// The points of a line or of a ring, which the element around tells.
static POS_LIST_VALUE: Type = Type {
    name: "a list of points",
    check: |value, scene, flaws| {
        let shape = match scene.parent().map(|parent| parent.tag.local) {
            Some("LinearRing") => Shape::Polygon,
            Some("LineString") => Shape::Line,
            _ => Shape::Points,
        };
        check_shape(value, shape, scene, flaws);
    },
};

/// A centre and a radius in metres.
static CENTRE_AND_RADIUS: Type = Type {
    name: "a circle",
    check: |value, scene, flaws| {
        let inner = value.trim_end();
        let cut = inner.rfind(char::is_whitespace).unwrap_or(0);
        let (centre, radius) = inner.split_at(cut);
        if number::non_negative_float(radius).is_err() || centre.trim().is_empty() {
            flaws.add(0..value.len(), "does not end with a radius").help("write latitude, longitude and the radius in metres");
        } else {
            check_shape(centre, Shape::Point, scene, flaws);
        }
    },
};

/// Judges coordinates: of the earth in degrees, unless the geometry names another system or other dimensions.
fn check_shape(value: &str, shape: Shape, scene: &Scene<'_, '_>, flaws: &mut Flaws) {
    if is_of_earth(scene) {
        let mut found = Vec::new();
        geo::points(value, shape, &mut found);
        flaws.extend(found, |kind| match kind {
            Kind::Comma => Some(&COORD_COMMA),
            Kind::Latitude => Some(&INVALID_LATITUDE),
            Kind::Longitude => Some(&INVALID_LONGITUDE),
            _ => None,
        });
    } else if let Some(word) = value.split_ascii_whitespace().find(|word| number::decimal(word).is_none()) {
        let at = value.find(word).unwrap_or(0);
        flaws.add(at..at + word.len(), "has something that is no number");
    }
}

/// Returns whether coordinates are latitude and longitude: what `GeoRSS` has where no system is named.
fn is_of_earth(scene: &Scene<'_, '_>) -> bool {
    let geometry = scene.frames.iter().rev().take_while(|frame| frame.vocabulary.is_some_and(|vocabulary| vocabulary.prefix == "gml"));
    geometry.into_iter().all(|frame| {
        let is_wgs84 = |name: &str| ["4326", "crs84", "wgs84"].iter().any(|known| name.to_lowercase().contains(known));
        frame.value("srsName").is_none_or(is_wgs84) && frame.value("srsDimension").is_none_or(|dimension| dimension.trim() == "2")
    })
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::findings_of;

    fn place(inside: &str) -> Vec<String> {
        let found = findings_of(&format!(
            "<rss version='2.0' xmlns:georss='http://www.georss.org/georss' xmlns:gml='http://www.opengis.net/gml' \
             xmlns:geo='http://www.w3.org/2003/01/geo/wgs84_pos#' xmlns:icbm='http://postneo.com/icbm' \
             xmlns:geourl='http://geourl.org/rss/module/'><channel><title>T</title><link>https://example.org/</link>\
             <description>D</description><item><title>I</title>{inside}</item></channel></rss>"
        ));
        found.into_iter().filter_map(|found| found.split_once(" rss/channel/item/").map(|(code, path)| format!("{code} {path}"))).collect()
    }

    #[test]
    fn places_of_every_kind_are_good() {
        for inside in [
            "<georss:point>45.256 -71.92</georss:point><georss:elev>-313</georss:elev><georss:floor>2</georss:floor>",
            "<georss:point featurename='Podunk' elev='313'> 45.256\n-71.92 </georss:point><georss:radius>500</georss:radius>",
            "<georss:line>45.256 -110.45 46.46 -109.48</georss:line><georss:box>42.943 -71.032 43.039 -69.856</georss:box>",
            "<georss:polygon>45 -110 46 -109 43 -109 45 -110</georss:polygon><georss:circle>42.943 -71.032 500</georss:circle>",
            "<georss:featuretypetag>city</georss:featuretypetag><georss:relationshiptag>near</georss:relationshiptag>",
            "<georss:where><gml:Point><gml:pos>45.256 -71.92</gml:pos></gml:Point></georss:where>",
            "<georss:where><gml:LineString><gml:posList>45 -110 46 -109</gml:posList></gml:LineString></georss:where>",
            "<georss:where><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>45 -110 46 -109 43 -109 45 -110</gml:posList>\
             </gml:LinearRing></gml:exterior></gml:Polygon></georss:where>",
            "<georss:where><gml:Envelope><gml:lowerCorner>42 -71</gml:lowerCorner><gml:upperCorner>43 -69</gml:upperCorner></gml:Envelope></georss:where>",
            "<georss:where><gml:Point srsName='urn:ogc:def:crs:EPSG:6.6:26986'><gml:pos>236000 900000</gml:pos></gml:Point></georss:where>",
            "<geo:Point><geo:lat>45.256</geo:lat><geo:long>-71.92</geo:long><geo:alt>-7</geo:alt></geo:Point>",
            "<geo:lat>45</geo:lat><icbm:latitude>45</icbm:latitude><geourl:latitude>45</geourl:latitude><geourl:longitude>5</geourl:longitude>",
        ] {
            assert_eq!(place(inside).into_iter().filter(|found| found.contains(':')).collect::<Vec<_>>(), Vec::<String>::new(), "{inside}");
        }
    }

    #[test]
    fn each_fault_is_named_where_it_is() {
        for (inside, code) in [
            ("<georss:point>45.256, -71.92</georss:point>", "coord-comma georss:point"),
            ("<georss:point>95 -71.92</georss:point>", "invalid-latitude georss:point"),
            ("<georss:point>45 -190</georss:point>", "invalid-longitude georss:point"),
            ("<georss:point>45</georss:point>", "invalid-coord-list georss:point"),
            ("<georss:line>45 -110</georss:line>", "invalid-coord-list georss:line"),
            ("<georss:polygon>45 -110 46 -109 43 -109 45 -111</georss:polygon>", "invalid-coord-list georss:polygon"),
            ("<georss:box>45 -110 46</georss:box>", "invalid-coord-list georss:box"),
            ("<georss:circle>45 -110</georss:circle>", "invalid-coord-list georss:circle"),
            ("<georss:elev>high</georss:elev>", "invalid-float georss:elev"),
            ("<georss:place/>", "undefined-element georss:place"),
            (
                "<georss:where><gml:Point><gml:pos>45 x</gml:pos></gml:Point></georss:where>",
                "invalid-coord-list georss:where/gml:Point/gml:pos",
            ),
            (
                "<georss:where><gml:Point srsName='urn:ogc:def:crs:EPSG:6.6:26986'><gml:pos>a b</gml:pos></gml:Point></georss:where>",
                "invalid-coord-list georss:where/gml:Point/gml:pos",
            ),
            ("<georss:where><gml:Polygon/></georss:where>", "missing-element georss:where/gml:Polygon/gml:exterior"),
            ("<geo:lat>91</geo:lat>", "invalid-latitude geo:lat"),
            ("<geo:long>W</geo:long>", "invalid-longitude geo:long"),
            ("<icbm:longitude>181</icbm:longitude>", "invalid-longitude icbm:longitude"),
            ("<geo:lat>1</geo:lat><geo:lat>1</geo:lat>", "duplicate-element geo:lat"),
        ] {
            assert!(place(inside).contains(&code.to_owned()), "{inside}: {:?}", place(inside));
        }
    }
}
