//! Parts for one medium only: `<!-- mail:only -->` … `<!-- /mail:only -->`, and the separator of the summary.

use super::{Cleaner, REGION, Then};
use crate::diagnostic::Span;
use crate::html::{Medium, codes};

/// The marks of a part for one medium.
const MARKS: [&str; 4] = ["mail:only", "/mail:only", "feed:only", "/feed:only"];

/// How many slips of the finger make a mark into another comment.
const MOST_SLIPS: usize = 2;

/// No mark is longer, and no slip of one.
const LONGEST: usize = 16;

impl Cleaner<'_> {
    pub(super) fn comment(&mut self, text: &str, at: Span) {
        if text.len() > LONGEST {
            return;
        }
        match text.to_ascii_lowercase().as_str() {
            "more" if self.cutting == 0 && self.more.is_none() => self.more = Some(self.out.len()),
            "mail:only" => self.start_part("mail", Medium::Mail, at),
            "feed:only" => self.start_part("feed", Medium::Feed, at),
            "/mail:only" => self.end_part("mail", Medium::Mail, at),
            "/feed:only" => self.end_part("feed", Medium::Feed, at),
            other => self.report_slip(other, at),
        }
    }

    /// Reports a comment that is nearly a mark: what it was to keep from one kind of readers is shown to all.
    fn report_slip(&mut self, text: &str, at: Span) {
        let slips = |mark: &&str| strsim::damerau_levenshtein(text, mark);
        if let Some(mark) = MARKS.iter().min_by_key(|mark| slips(mark)).filter(|mark| slips(mark) <= MOST_SLIPS) {
            let help = format!("did you mean `<!-- {mark} -->`? as it stands, everybody sees what follows");
            self.find(&codes::UNKNOWN_ONLY, at, format!("`<!-- {text} -->` is no mark of a part for mail or feeds only"), Some(&help));
        }
    }

    pub(super) fn start_part(&mut self, name: &'static str, medium: Medium, at: Span) {
        if medium == self.context.medium || self.open[usize::from(REGION)] > 0 {
            self.kept_parts.push((name, at));
        } else {
            self.cut(REGION, Then::Cut, at);
        }
    }

    pub(super) fn end_part(&mut self, name: &'static str, medium: Medium, at: Span) {
        if let Some(place) = self.kept_parts.iter().rposition(|(open, _)| *open == name) {
            self.kept_parts.remove(place);
        } else if medium != self.context.medium
            && let Some(place) = self.stack.iter().rposition(|open| open.id == REGION)
        {
            self.close_down_to(place);
            for serial in std::mem::take(&mut self.waiting) {
                self.end(serial);
            }
        } else {
            self.find(&codes::STRAY_ONLY, at, format!("`<!-- /{name}:only -->` ends nothing"), Some("remove it, or add the start"));
        }
    }

    /// Reports a part that is cut and has no end: it is for the other medium.
    pub(super) fn report_unclosed_cut(&mut self, at: Span) {
        let name = if self.context.medium == Medium::Mail { "feed" } else { "mail" };
        self.report_unclosed_part(name, at);
    }

    pub(super) fn report_unclosed_part(&mut self, name: &str, at: Span) {
        let whom = if name == "mail" { "mails" } else { "feeds" };
        let help = format!("add `<!-- /{name}:only -->` where the part ends");
        self.find(&codes::UNCLOSED_ONLY, at, format!("a part for {whom} only has no end"), Some(&help));
    }
}
