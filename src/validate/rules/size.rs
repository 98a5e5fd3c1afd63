//! Feeds that cost readers more than they like to pay. Advice.

use super::Rule;
use crate::validate::codes::{FEED_TOO_LARGE, TOO_MANY_ENTRIES};
use crate::validate::findings::Findings;
use crate::validate::scene::{Facts, Scene};

/// From here on JSON Feed calls a feed a burden, and FeedBurner refused it.
const BYTES: usize = 1_000_000;

/// What Feedbin keeps of a feed.
const ENTRIES: usize = 300;

/// Counts entries.
#[derive(Debug, Default)]
pub(super) struct Size {
    entries: usize,
}

impl Rule for Size {
    fn entry(&mut self, _scene: &Scene<'_, '_>, _told: &Facts<'_>, _findings: &mut Findings) {
        self.entries += 1;
    }

    fn feed(&mut self, scene: &Scene<'_, '_>, _told: &Facts<'_>, findings: &mut Findings) {
        let first = 0..scene.source.chars().next().map_or(0, char::len_utf8);
        if scene.source.len() > BYTES && scene.kind.is_feed() {
            let tenths = scene.source.len() / (BYTES / 10);
            let message = format!("the feed has {}.{} MB, which every reader loads again and again", tenths / 10, tenths % 10);
            findings.add(scene, &FEED_TOO_LARGE, first.clone(), message).help("hold fewer entries, or summaries; keep it below 250 KB");
        }
        if self.entries > ENTRIES {
            let message = format!("the feed has {} entries, and readers keep about {ENTRIES} of them", self.entries);
            findings.add(scene, &TOO_MANY_ENTRIES, first, message).help("hold the newest ones, and put the others into archives");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::in_channel;

    #[test]
    fn large_feeds_and_long_ones_are_told_at_their_beginning() {
        let told = |inside: &str| in_channel(inside).into_iter().filter(|found| found.ends_with(' ')).collect::<Vec<_>>();
        assert_eq!(told(&"<item/>".repeat(300)), [""; 0]);
        assert_eq!(told(&"<item/>".repeat(301)), ["too-many-entries "]);
        assert_eq!(told(&" ".repeat(1_000_000)), ["feed-too-large "]);
    }
}
