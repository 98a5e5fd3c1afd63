//! What elements of the podcast namespace want of each other.

use super::Rule;
use crate::validate::codes::{INVALID_PODCAST_STRUCTURE, INVALID_PODCAST_TERM, MISSING_ATTRIBUTE};
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;
use crate::validate::table::Role;
use crate::validate::vocabulary::podcast::is_list;

/// Looks at elements of the podcast namespace, and remembers whether the feed is a list.
#[derive(Debug, Default)]
pub(super) struct Podcast {
    list: Option<String>,
}

impl Rule for Podcast {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.is("podcast", "socialInteract") {
            let is_disabled = here.value("protocol").is_some_and(|protocol| protocol.trim() == "disabled");
            if !is_disabled && here.attribute("uri").is_none() {
                let message = format!("`{}` has no attribute `uri`, so nobody can comment", here.tag.name);
                findings.add(scene, &MISSING_ATTRIBUTE, here.tag.span.clone(), message).attr("uri");
            }
        } else if here.is("podcast", "remoteItem")
            && scene.parent().is_some_and(|parent| parent.is("podcast", "publisher"))
            && here.value("medium").map(str::trim) != Some("publisher")
        {
            let message = format!("the `{}` of a publisher has not the medium `publisher`", here.tag.name);
            let found = findings.add(scene, &INVALID_PODCAST_STRUCTURE, here.tag.span.clone(), message);
            found.attr("medium").help("add `medium=\"publisher\"`");
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.row.is_none() {
            return;
        }
        if here.role().meets(Role::FEED) {
            return self.check_list(scene, findings);
        }
        if here.vocabulary.is_none_or(|vocabulary| vocabulary.prefix != "podcast") {
            return;
        }
        match here.tag.local {
            "medium" => self.list = Some(here.text.value().trim().to_owned()).filter(|medium| is_list(medium)),
            "liveItem" if here.child("podcast", "contentLink").is_none() => {
                let message = format!("`{}` has no `podcast:contentLink` for apps that cannot play the stream", here.tag.name);
                let found = findings.add(scene, &INVALID_PODCAST_STRUCTURE, here.tag.span.clone(), message);
                found.child("podcast:contentLink").help("add `podcast:contentLink` with a page where the stream can be heard");
            }
            "valueTimeSplit" => check_split(scene, findings),
            "license" => check_license(scene, findings),
            _ => {}
        }
    }
}

impl Podcast {
    /// Reports the items of a feed that is a list of items of other feeds.
    fn check_list(&self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let Some(medium) = &self.list else { return };
        if let Some(item) = here.seen.iter().find(|seen| seen.element.role.meets(Role::ENTRY)) {
            let message = format!("the feed has the medium `{medium}`, a list, but holds `{}`", item.tag.name);
            let found = findings.add(scene, &INVALID_PODCAST_STRUCTURE, item.tag.span.clone(), message);
            found.child(item.tag.name).help("point to items with `podcast:remoteItem`, or write a medium without `L`");
        } else if here.child("podcast", "remoteItem").is_none() {
            let message = format!("the feed has the medium `{medium}`, a list, but no `podcast:remoteItem`");
            findings.add(scene, &INVALID_PODCAST_STRUCTURE, here.tag.span.clone(), message).child("podcast:remoteItem");
        }
    }
}

/// A part of a recording pays one feed or several recipients, not both.
fn check_split(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let (remote, local) = (here.child("podcast", "remoteItem"), here.child("podcast", "valueRecipient"));
    let message = match (remote, local) {
        (Some(_), Some(_)) => "holds `podcast:remoteItem` and `podcast:valueRecipient`",
        (None, None) => "holds neither `podcast:remoteItem` nor `podcast:valueRecipient`",
        _ => return,
    };
    let message = format!("`{}` {message}", here.tag.name);
    findings.add(scene, &INVALID_PODCAST_STRUCTURE, here.tag.span.clone(), message).help("name one feed, or the recipients");
}

/// A licence of one's own has an address; the well-known ones have identifiers of SPDX.
fn check_license(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let value = here.text.value();
    let name = value.trim();
    let is_known = ["cc", "apache-", "mit", "gpl", "gfdl", "odc-", "odbl", "pddl", "ofl", "lal", "v4v", "all rights reserved"]
        .iter()
        .any(|known| name.to_lowercase().starts_with(known));
    if here.attribute("url").is_none() && !name.is_empty() && !is_known {
        let message = format!("the licence `{}` is none that everybody knows, and has no `url`", crate::validate::walk::shorten(name));
        let found = findings.add(scene, &INVALID_PODCAST_TERM, here.tag.span.clone(), message);
        found.attr("url").help("add `url` with the address of the licence");
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::findings_of;

    fn podcast(channel: &str, item: &str) -> Vec<String> {
        let found = findings_of(&format!(
            "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>\
             <title>T</title><link>https://example.org/</link><description>D</description>{channel}{item}</channel></rss>"
        ));
        found.into_iter().filter(|found| found.contains("podcast:") || found.contains("podcast-")).collect()
    }

    fn in_item(inside: &str) -> Vec<String> {
        podcast("", &format!("<item><title>I</title><guid>https://example.org/1</guid>{inside}</item>"))
    }

    #[test]
    fn good_elements_raise_nothing() {
        for inside in [
            "<podcast:transcript url='https://example.org/1.vtt' type='text/vtt' language='es' rel='captions'/>",
            "<podcast:transcript url='https://example.org/1.srt' type='application/x-subrip'/>",
            "<podcast:transcript url='https://example.org/1.html' type='Text/HTML; charset=utf-8'/>",
            "<podcast:funding url='https://example.org/give'>Support us</podcast:funding>",
            "<podcast:chapters url='https://example.org/1.json' type='application/json+chapters'/>",
            "<podcast:soundbite startTime='73.0' duration='60'>Why</podcast:soundbite><podcast:soundbite startTime='1' duration='2'/>",
            "<podcast:person role='Cover Art Designer' group='Visuals' href='https://example.org/b'>Bo</podcast:person>",
            "<podcast:person group='misc.' role='intern'>Bo</podcast:person>",
            "<podcast:location geo='geo:30.2672,97.7431;u=350' osm='R113314' country='us' rel='creator'>Austin</podcast:location>",
            "<podcast:season name='Egypt'>1</podcast:season><podcast:episode display='Ch.3'>315.5</podcast:episode>",
            "<podcast:license>CC-BY-4.0</podcast:license>",
            "<podcast:alternateEnclosure type='audio/opus' length='32' bitrate='160707.74' default='true'>\
             <podcast:source uri='ipfs://someFile' contentType='audio/opus'/>\
             <podcast:integrity type='sri' value='sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo'/>\
             </podcast:alternateEnclosure>",
            "<podcast:value type='lightning' method='keysend' suggested='0.00000005'>\
             <podcast:valueRecipient type='node' address='02d5' split='95'/>\
             <podcast:valueTimeSplit startTime='60' duration='237' remotePercentage='95'>\
             <podcast:remoteItem feedGuid='a94f5cc9-8c58-55fc-91fe-a324087a655b' medium='music'/></podcast:valueTimeSplit></podcast:value>",
            "<podcast:image href='https://example.org/a.jpg' aspect-ratio='16/9' width='600' purpose='artwork social'/>",
            "<podcast:contentLink href='https://example.org/live'>Watch</podcast:contentLink>",
            "<podcast:socialInteract protocol='disabled'/>",
            "<podcast:socialInteract protocol='activitypub' uri='https://example.social/@a/1' accountId='@a' priority='1'/>",
            "<podcast:txt purpose='verify'>abc</podcast:txt>",
            "<podcast:chat server='irc.example.net' protocol='irc' accountId='@j' space='#pod'/>",
        ] {
            assert_eq!(in_item(inside), Vec::<String>::new(), "{inside}");
        }
        for inside in [
            "<podcast:locked owner='a@example.org'>yes</podcast:locked>",
            "<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid><podcast:medium>music</podcast:medium>",
            "<podcast:trailer pubdate='Thu, 01 Apr 2021 08:00:00 EST' url='https://example.org/t.mp3' length='1' type='audio/mp3' \
             season='4'>Soon</podcast:trailer>",
            "<podcast:block>yes</podcast:block><podcast:block id='google'>no</podcast:block>",
            "<podcast:podroll><podcast:remoteItem feedGuid='29cdca4a-32d8-56ba-b48b-09a011c5daa9'/></podcast:podroll>",
            "<podcast:updateFrequency rrule='FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=10' dtstart='2023-08-28T00:00:00.000Z'>x\
             </podcast:updateFrequency>",
            "<podcast:podping usesPodping='true'/>",
            "<podcast:publisher><podcast:remoteItem medium='publisher' feedGuid='003af0a0-6a45-55cf-b765-68e3d349551a'/></podcast:publisher>",
            "<podcast:medium>musicL</podcast:medium><podcast:remoteItem feedGuid='003af0a0-6a45-55cf-b765-68e3d349551a'/>",
            "<podcast:liveItem status='live' start='2021-09-26T07:30:00.000-0600'><title>L</title><guid>https://example.org/l</guid>\
             <enclosure url='https://example.org/l.mp3' type='audio/mpeg' length='312'/>\
             <podcast:contentLink href='https://example.org/l'>Listen</podcast:contentLink></podcast:liveItem>",
        ] {
            assert_eq!(podcast(inside, ""), Vec::<String>::new(), "{inside}");
        }
    }

    #[test]
    fn each_fault_is_named_where_it_is() {
        for (inside, code) in [
            ("<podcast:transcript url='http://example.org/1.vtt' type='text/vtt'/>", "invalid-podcast-url …transcript@url"),
            ("<podcast:transcript type='text/vtt'/>", "missing-attribute …transcript@url"),
            ("<podcast:transcript url='1.vtt' type='text/vtt'/>", "invalid-uri-attribute …transcript@url"),
            ("<podcast:transcript url='https://example.org/1' type='vtt'/>", "invalid-mime-attribute …transcript@type"),
            ("<podcast:transcript url='https://example.org/1' type='text/markdown'/>", "invalid-podcast-term …transcript@type"),
            ("<podcast:chapters url='https://example.org/1' type='text/vtt'/>", "invalid-podcast-term …chapters@type"),
            ("<podcast:soundbite startTime='1:13' duration='60'/>", "invalid-duration …soundbite@startTime"),
            ("<podcast:person> </podcast:person>", "not-blank …person"),
            ("<podcast:person role='hsot'>A</podcast:person>", "invalid-podcast-term …person@role"),
            ("<podcast:location geo='30.2672,97.7431'>A</podcast:location>", "invalid-podcast-value …location@geo"),
            ("<podcast:location geo='geo:97.7431,30.2672'>A</podcast:location>", "invalid-latitude …location@geo"),
            ("<podcast:location osm='113314'>A</podcast:location>", "invalid-podcast-value …location@osm"),
            ("<podcast:season>one</podcast:season>", "invalid-non-negative-integer …season"),
            ("<podcast:episode>x</podcast:episode>", "invalid-float …episode"),
            ("<podcast:license>my-own-v1</podcast:license>", "invalid-podcast-term …license@url"),
            ("<podcast:alternateEnclosure type='audio/opus' length='1'/>", "missing-element …alternateEnclosure/podcast:source"),
            ("<podcast:images srcset='https://example.org/a.jpg 1500w'/>", "obsolete-podcast-element …images@srcset"),
            ("<podcast:images srcset='a.jpg 1500w'/>", "invalid-podcast-value …images@srcset"),
            ("<podcast:socialInteract protocol='activitypub'/>", "missing-attribute …socialInteract@uri"),
            ("<podcast:funding url='https://example.org/'>{}</podcast:funding>", "invalid-podcast-length …funding"),
            ("<podcast:transcripts/>", "undefined-element …transcripts"),
            ("<podcast:locked>yes</podcast:locked>", "undefined-element …locked"),
        ] {
            let code = code.replace('…', "rss/channel/item/podcast:");
            let inside = inside.replace("{}", &"x".repeat(129));
            assert!(in_item(&inside).contains(&code), "{inside}: {:?}", in_item(&inside));
        }
        for (inside, code) in [
            ("<podcast:locked>true</podcast:locked>", "invalid-yes-no …locked"),
            ("<podcast:guid>917393e3-1b1e-4cef-ace4-edaa54e1f810</podcast:guid>", "invalid-podcast-guid …guid"),
            ("<podcast:guid>917393e3</podcast:guid>", "invalid-uuid …guid"),
            ("<podcast:medium>radio</podcast:medium>", "invalid-podcast-value …medium"),
            ("<podcast:medium>podcastL</podcast:medium>", "invalid-podcast-structure …remoteItem"),
            ("<podcast:podroll/>", "missing-element …podroll/podcast:remoteItem"),
            ("<podcast:updateFrequency rrule='weekly'>x</podcast:updateFrequency>", "invalid-podcast-value …updateFrequency@rrule"),
            (
                "<podcast:updateFrequency rrule='FREQ=DAILY;COUNT=3'>x</podcast:updateFrequency>",
                "invalid-podcast-structure …updateFrequency@rrule",
            ),
            (
                "<podcast:publisher><podcast:remoteItem feedGuid='003af0a0-6a45-55cf-b765-68e3d349551a'/></podcast:publisher>",
                "invalid-podcast-structure …publisher/podcast:remoteItem@medium",
            ),
            ("<podcast:liveItem status='on' start='2021-09-26T07:30:00Z'/>", "invalid-podcast-value …liveItem@status"),
            ("<podcast:liveItem status='live' start='2021-09-26T07:30:00Z'/>", "invalid-podcast-structure …liveItem/podcast:contentLink"),
            (
                "<podcast:value type='a' method='b'><podcast:valueRecipient type='node' address='02' split='1'/>\
                 <podcast:valueTimeSplit startTime='1' duration='2'/></podcast:value>",
                "invalid-podcast-structure …value/podcast:valueTimeSplit",
            ),
        ] {
            let code = code.replace('…', "rss/channel/podcast:");
            assert!(podcast(inside, "").contains(&code), "{inside}: {:?}", podcast(inside, ""));
        }
    }

    #[test]
    fn a_list_holds_no_items_of_its_own() {
        let list = "<podcast:medium>musicL</podcast:medium><podcast:remoteItem feedGuid='003af0a0-6a45-55cf-b765-68e3d349551a'/>";
        assert_eq!(podcast(list, "<item><title>x</title></item>"), ["invalid-podcast-structure rss/channel/item"]);
    }
}
