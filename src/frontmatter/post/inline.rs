//! Tags in the text of a note, as Obsidian has them: `#tag`, `#area/part`.

use super::terms::push_term;

/// The most tags that a text gives: more are a list of colours, or meant to cost time.
const MOST_TAGS: usize = 100;
/// The longest run of backticks that may begin code; each length that nothing closes costs a look through the line.
const LONGEST_RUN: usize = 16;

/// Adds the tags of a body to those of the front matter. Code, comments (`%%…%%`) and headings hold none.
pub(super) fn collect(body: &str, tags: &mut Vec<String>) {
    let mut fence: Option<(char, usize)> = None;
    let mut in_comment = false;
    let mut after_blank = true;
    let most = tags.len() + MOST_TAGS;
    for line in body.lines() {
        if tags.len() >= most {
            return;
        }
        let text = line.trim_start_matches([' ', '>']);
        let run =
            text.chars().next().filter(|c| matches!(c, '`' | '~')).map_or(0, |c| text.chars().take_while(|other| *other == c).count());
        match fence {
            Some((sign, length)) => {
                if run >= length && text.starts_with(sign) && text.trim_end().chars().all(|c| c == sign) {
                    fence = None;
                }
                continue;
            }
            // A fence of backticks has none in its first line (CommonMark §4.5).
            None if run >= 3 && (text.starts_with('~') || !text[run..].contains('`')) => {
                fence = text.chars().next().map(|sign| (sign, run));
                continue;
            }
            None => {}
        }
        let is_code = after_blank && (line.starts_with("    ") || line.starts_with('\t'));
        after_blank = line.trim().is_empty() || is_code;
        if !is_code && (in_comment || text.contains(['#', '%'])) {
            in_comment = collect_line(text, in_comment, tags, most);
        }
    }
}

/// Adds the tags of a line; returns whether a comment goes on behind it.
fn collect_line(line: &str, mut in_comment: bool, tags: &mut Vec<String>, most: usize) -> bool {
    let mut rest = line;
    let mut previous = ' ';
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        if rest.starts_with("%%") {
            (in_comment, length) = (!in_comment, 2);
        } else if in_comment {
        } else if c == '`' {
            length = code_span(rest);
        } else if c == '#' && previous.is_whitespace() {
            let tag = tag_at(&rest[1..]);
            if tags.len() < most && tag.chars().any(|c| !c.is_numeric() && !matches!(c, '/' | '-' | '_')) {
                push_tag(tags, tag.trim_matches('/'));
            }
            length = 1 + tag.len();
        }
        previous = rest[..length].chars().next_back().unwrap_or(' ');
        rest = &rest[length..];
    }
    in_comment
}

/// Adds a tag, unless it is there in any case: to Obsidian `#Sea` and `#sea` are one tag.
fn push_tag(tags: &mut Vec<String>, tag: &str) {
    let lower = tag.to_lowercase();
    if tags.iter().all(|known| known.to_lowercase() != lower) {
        push_term(tags, tag);
    }
}

/// Returns the length of the code span at the beginning of a text, or of its backticks when nothing closes it.
fn code_span(text: &str) -> usize {
    let run = text.len() - text.trim_start_matches('`').len();
    if run > LONGEST_RUN {
        return run;
    }
    let mut at = run;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let length = text[start..].len() - text[start..].trim_start_matches('`').len();
        at = start + length;
        if length == run {
            return at;
        }
    }
    run
}

/// Returns what may belong to a tag: letters, digits, `_`, `-`, `/` and pictures. Anything else ends it.
fn tag_at(text: &str) -> &str {
    let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '\u{200d}' | '\u{fe0f}') || c >= '\u{1f000}';
    &text[..text.find(|c| !belongs(c)).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tags(body: &str) -> Vec<String> {
        let mut tags = Vec::new();
        collect(body, &mut tags);
        tags
    }

    #[test]
    fn tags_stand_behind_a_blank_and_hold_more_than_digits() {
        assert_eq!(
            tags("#one and #two/part, #drei-Vögel. (#no) #ONE x#no #12 #1984a ##no # no #a #one"),
            ["one", "two/part", "drei-Vögel", "1984a", "a"]
        );
        assert_eq!(tags("> #quoted\n- #item\n\\#no [x](#no) http://a.b/#no [[N#no]] #"), ["quoted", "item"]);
        assert_eq!(tags("# Heading with #tag\n#😀x"), ["tag", "😀x"]);
    }

    #[test]
    fn code_and_comments_hold_no_tags() {
        assert_eq!(tags("a `#no` `` ` #no `` #yes ` #also"), ["yes", "also"]);
        assert_eq!(tags("```sh\n#no\n```\n#yes\n~~~~\n#no\n~~~\n#no\n~~~~\n#end"), ["yes", "end"]);
        assert_eq!(tags("text\n    #yes\n\n    #no\n\n    #no\n#end"), ["yes", "end"]);
        assert_eq!(tags("%% #no %% #yes %%\n#no\n%%\n#end"), ["yes", "end"]);
    }

    #[test]
    fn a_text_made_of_tags_and_backticks_is_read_in_no_time() {
        let many = (0..100_000).map(|n| format!("#t{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(tags(&many).len(), MOST_TAGS);
        let runs = (1..1500).map(|n| "`".repeat(n)).collect::<Vec<_>>().join(" ");
        assert_eq!(tags(&format!("{runs} #end")), ["end"]);
    }

    proptest! {
        #[test]
        fn any_body_is_looked_through(body in "([#`~%>/a1ä😀 -]|\n|\t|    |```|%%){0,40}") {
            prop_assert!(tags(&body).iter().all(|tag| !tag.is_empty() && !tag.contains(char::is_whitespace)));
        }
    }
}
