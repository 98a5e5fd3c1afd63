//! The examples of posts in the pages of `postrider explain`: a bad one raises its code, a good one does not.

use crate::builder::{CONFIG, folder};

const SECTIONS: [&str; 3] = [
    include_str!("../../src/cli/explain/content.md"),
    include_str!("../../src/cli/explain/frontmatter.md"),
    include_str!("../../src/cli/explain/site.md"),
];

/// Returns whether a build of the post, and of nothing else, finds a code.
fn finds(code: &str, post: &str) -> bool {
    let head = if post.starts_with("---") { "" } else { "---\ntitle: A post\ndate: 2024-08-19\n---\n\n" };
    let site = folder().file("postrider.yaml", format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n"));
    let run = site.file("posts/post.md", format!("{head}{post}\n")).build(&["--format", "json"]);
    run.stdout.contains(&format!("\"code\": \"{code}\""))
}

#[test]
fn a_bad_example_of_a_post_raises_its_code_and_a_good_one_does_not() {
    let mut judged = 0;
    for section in SECTIONS.iter().flat_map(|text| text.split("\n# ")) {
        let code = section.lines().next().unwrap_or_default().trim_start_matches("# ");
        for (heading, is_bad) in [("## Example (bad)\n\n```markdown\n", true), ("## Example (good)\n\n```markdown\n", false)] {
            let Some((_, rest)) = section.split_once(heading) else { continue };
            let example = rest.split("\n```").next().unwrap_or_default();
            assert_eq!(finds(code, example), is_bad, "{code}: {example}");
            judged += 1;
        }
    }
    assert!(judged > 40, "{judged} examples");
}
