//! A summary that says what the content says. Advice.

use super::Rule;
use crate::validate::codes::SUMMARY_EQUALS_CONTENT;
use crate::validate::findings::Findings;
use crate::validate::scene::{Facts, Scene};
use crate::validate::table::Fact;

/// Compares both when an entry ends.
#[derive(Debug, Default)]
pub(super) struct Summary;

impl Rule for Summary {
    fn entry(&mut self, scene: &Scene<'_, '_>, told: &Facts<'_>, findings: &mut Findings) {
        let Some(summary) = told.first(Fact::Summary).filter(|summary| said(&summary.value).next().is_some()) else { return };
        let same = told.all(Fact::Content).find(|content| said(&summary.value).eq(said(&content.value)));
        if let Some(content) = same {
            let message = format!("`{}` says the same as `{}`", summary.name, content.name);
            let found = findings.add(scene, &SUMMARY_EQUALS_CONTENT, summary.span.clone(), message).child(summary.name);
            found.help(format!("shorten `{}` to a sentence or two, or remove it", summary.name));
        }
    }
}

/// Returns the signs of a text without tags and white space.
fn said(text: &str) -> impl Iterator<Item = char> {
    let mut in_tag = false;
    text.chars().filter(move |c| {
        let is_sign = *c != '<' && !in_tag && !c.is_whitespace();
        in_tag = *c == '<' || in_tag && *c != '>';
        is_sign
    })
}

#[cfg(test)]
mod tests {
    use super::said;
    use crate::validate::tests::in_channel;

    fn is_told(description: &str, content: &str) -> bool {
        let namespace = "xmlns:content='http://purl.org/rss/1.0/modules/content/'";
        let texts = format!("<description>{description}</description><content:encoded {namespace}>{content}</content:encoded>");
        in_channel(&format!("<item>{texts}</item>")).contains(&"summary-equals-content rss/channel/item/description".to_owned())
    }

    #[test]
    fn the_same_words_are_the_same_with_and_without_tags() {
        assert!(is_told("The whole story.", "&lt;p&gt;The whole\n story.&lt;/p&gt;"));
        assert!(!is_told("The story.", "&lt;p&gt;The whole story.&lt;/p&gt;"));
        assert!(!is_told("The whole", "The whole story."));
        assert!(!is_told(" ", "&lt;img src='x'&gt;"));
        assert_eq!(said("a <b>b</b> > c<").collect::<String>(), "ab>c");
    }
}
