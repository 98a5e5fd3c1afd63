//! What elements of Media RSS want of each other.

use super::Rule;
use crate::validate::codes::{DUPLICATE_ELEMENT, MEDIA_GROUP_WITHOUT_ALTERNATIVES, MISSING_ATTRIBUTE};
use crate::validate::findings::{Findings, Located};
use crate::validate::scene::Scene;
use crate::validate::table::Role;
use crate::validate::walk::shorten;

/// Looks at `media:group` and at `media:content` without an address, until a `media:player` stands for it.
#[derive(Debug, Default)]
pub(super) struct Media {
    without: Vec<Located>,
    /// Where the element began whose hashes and ratings these are, and their names with algorithm or scheme.
    told: (usize, Vec<(&'static str, String)>),
}

impl Rule for Media {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let by = [("hash", "algo", "md5"), ("rating", "scheme", "urn:simple")];
        let Some((name, attribute, default)) = by.into_iter().find(|(name, ..)| here.is("media", name)) else { return };
        let Some(parent) = scene.parent().filter(|_| here.row.is_some()) else { return };
        if self.told.0 != parent.tag.span.start {
            self.told = (parent.tag.span.start, Vec::new());
        }
        let key = (name, here.value(attribute).unwrap_or(default).trim().to_owned());
        if self.told.1.contains(&key) {
            let message = format!("`{}` has more than one `{}` with the {attribute} `{}`", parent.tag.name, here.tag.name, shorten(&key.1));
            findings.add(scene, &DUPLICATE_ELEMENT, here.tag.span.clone(), message).help("keep one of them");
        } else if self.told.1.len() < 16 {
            self.told.1.push(key);
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.row.is_none() {
            return;
        }
        if here.is("media", "group") && here.child("media", "content").is_none_or(|content| content.times < 2) {
            let message = format!("`{}` has not two or more `media:content` to choose from", here.tag.name);
            let found = findings.add(scene, &MEDIA_GROUP_WITHOUT_ALTERNATIVES, here.tag.span.clone(), message);
            found.help("put what is in the group into the entry itself");
        }
        if here.is("media", "content") && here.attribute("url").is_none() {
            let message = format!("`{}` has neither an attribute `url` nor a `media:player`", here.tag.name);
            self.without.push(Located::here(scene, here.tag.span.clone(), message));
        }
        if here.role().meets(Role::MEDIA | Role::ENTRY) && here.child("media", "player").is_some() {
            self.without.clear();
        }
        if here.role().meets(Role::ENTRY) {
            for located in self.without.drain(..) {
                findings.add_located(&MISSING_ATTRIBUTE, located).attr("url").help("add `url` with the address of the file");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::findings_of;

    fn media(item: &str) -> Vec<String> {
        let found = findings_of(&format!(
            "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' xmlns:georss='http://www.georss.org/georss'><channel><title>T</title>\
             <link>https://example.org/</link><description>D</description><item><title>I</title>{item}</item></channel></rss>"
        ));
        found.into_iter().filter(|found| found.contains("media:")).collect()
    }

    #[test]
    fn a_group_has_a_choice() {
        let content = "<media:content url='https://example.org/a.mp3'/>";
        assert_eq!(
            media(&format!("<media:group>{content}</media:group>")),
            ["media-group-without-alternatives rss/channel/item/media:group"]
        );
        assert_eq!(media(&format!("<media:group>{content}{content}</media:group>")), Vec::<String>::new());
    }

    #[test]
    fn content_has_an_address_or_a_player() {
        let player = "<media:player url='https://example.org/play'/>";
        assert_eq!(media("<media:content medium='video'/>"), ["missing-attribute rss/channel/item/media:content@url"]);
        assert_eq!(media(&format!("<media:content medium='video'>{player}</media:content>")), Vec::<String>::new());
        assert_eq!(media(&format!("<media:content medium='video'/>{player}")), Vec::<String>::new());
    }

    #[test]
    fn good_elements_raise_nothing() {
        for inside in [
            "<media:content url='https://example.org/a.mov' fileSize='12216320' type='video/quicktime' medium='video' isDefault='true' \
             expression='full' bitrate='128' framerate='25' samplingrate='44.1' channels='2' duration='185.5' height='200' width='300' lang='en'/>",
            "<media:rating scheme='urn:mpaa'>pg-13</media:rating><media:rating>nonadult</media:rating><media:title type='plain'>T</media:title><media:keywords>a, b</media:keywords>",
            "<media:thumbnail url='https://example.org/a.jpg' width='75' height='50' time='12:05:01.123'/>",
            "<media:credit role='producer' scheme='urn:ebu'>A</media:credit><media:credit role='owner' scheme='urn:yvs'>B</media:credit>",
            "<media:credit>A</media:credit><media:credit role='best boy' scheme='https://example.org/roles'>A</media:credit>",
            "<media:text type='plain' lang='en' start='00:00:03.000' end='00:00:10.000'>Oh</media:text>",
            "<media:restriction relationship='allow' type='country'>au us</media:restriction>",
            "<media:restriction relationship='deny' type='sharing'/>",
            "<media:restriction relationship='deny'>all</media:restriction>",
            "<media:community><media:starRating average='3.5' count='20' min='1' max='10'/><media:statistics views='5' favorites='5'/>\
             <media:tags>news: 5, abc:3</media:tags></media:community>",
            "<media:comments><media:comment>c</media:comment></media:comments>",
            "<media:embed url='https://example.org/p.swf' width='512' height='323'><media:param name='type'>a</media:param></media:embed>",
            "<media:responses><media:response>https://example.org/r</media:response></media:responses>",
            "<media:backLinks><media:backLink>https://example.org/b</media:backLink></media:backLinks>",
            "<media:status state='blocked' reason='x'/><media:price type='rent' price='19.99' currency='EUR'/>",
            "<media:license type='text/html' href='https://example.org/l'>CC</media:license>",
            "<media:subTitle type='application/smil' lang='en-us' href='https://example.org/s.smil'/>",
            "<media:peerLink type='application/x-bittorrent' href='https://example.org/t.torrent'/>",
            "<media:location description='home' start='0:00:01' end='2'/>",
            "<media:location><georss:point>1 2</georss:point></media:location>",
            "<media:rights status='official'/><media:scenes><media:scene><sceneTitle>t</sceneTitle></media:scene></media:scenes>",
        ] {
            assert_eq!(media(inside), Vec::<String>::new(), "{inside}");
        }
    }

    #[test]
    fn each_fault_is_named_where_it_is() {
        for (inside, code) in [
            ("<media:content url='a.mov'/>", "invalid-full-link …content@url"),
            ("<media:content url='https://example.org/a' fileSize='1 MB'/>", "invalid-positive-integer …content@fileSize"),
            ("<media:content url='https://example.org/a' medium='film'/>", "invalid-media-medium …content@medium"),
            ("<media:content url='https://example.org/a' expression='part'/>", "invalid-media-expression …content@expression"),
            ("<media:content url='https://example.org/a' isDefault='yes'/>", "invalid-true-false …content@isDefault"),
            ("<media:content url='https://example.org/a' bitrate='fast'/>", "invalid-float …content@bitrate"),
            ("<media:adult>true</media:adult>", "deprecated-media-adult …adult"),
            ("<media:rating>g</media:rating>", "invalid-media-rating …rating"),
            ("<media:title type='text'>T</media:title>", "invalid-media-text-type …title@type"),
            ("<media:thumbnail/>", "missing-attribute …thumbnail@url"),
            ("<media:thumbnail url='https://example.org/a' time='soon'/>", "invalid-npt-time …thumbnail@time"),
            ("<media:category label='R&amp;ouml;ck'>a</media:category>", "contains-html …category@label"),
            ("<media:hash>abc</media:hash>", "invalid-media-hash …hash"),
            ("<media:credit role='Producer'>A</media:credit>", "invalid-credit-role …credit@role"),
            ("<media:credit role='prodcer'>A</media:credit>", "invalid-credit-role …credit@role"),
            ("<media:restriction>all</media:restriction>", "missing-attribute …restriction@relationship"),
            ("<media:restriction relationship='may'>all</media:restriction>", "invalid-media-restriction-rel …restriction@relationship"),
            (
                "<media:restriction relationship='allow' type='city'>Rome</media:restriction>",
                "invalid-media-restriction-type …restriction@type",
            ),
            ("<media:restriction relationship='allow'>us</media:restriction>", "invalid-media-restriction …restriction"),
            ("<media:restriction relationship='allow' type='country'>us xx</media:restriction>", "invalid-country-code …restriction"),
            ("<media:restriction relationship='allow' type='uri'>/images</media:restriction>", "invalid-full-link …restriction"),
            ("<media:copyright/><media:copyright/>", "duplicate-element …copyright"),
            ("<media:player url='https://example.org/p' width='4294967295'/>", "integer-overflow …player@width"),
            ("<media:adult>yes</media:adult>", "invalid-true-false …adult"),
            ("<media:rating>adult</media:rating><media:rating scheme='urn:simple'>adult</media:rating>", "duplicate-element …rating"),
            ("<media:price currency='euro'/>", "invalid-value …price@currency"),
            ("<media:people/>", "undefined-element …people"),
        ] {
            let code = code.replace('…', "rss/channel/item/media:");
            assert!(media(inside).contains(&code), "{inside}: {:?}", media(inside));
        }
    }
}
