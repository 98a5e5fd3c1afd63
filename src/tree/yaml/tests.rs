use super::*;
use crate::diagnostic::Source;
use proptest::prelude::*;

/// Returns each fault as `line:column marked text | help`, in the order of the text.
fn faults(text: &str) -> Vec<String> {
    let mut faults = read_yaml(text).faults;
    faults.sort_by_key(|fault| fault.span.start);
    let show = |fault: &Fault| {
        let start = Source::new("a", text).place(fault.span.clone()).start;
        format!("{}:{} {} | {}", start.line, start.column, &text[fault.span.clone()], fault.help)
    };
    faults.iter().map(show).collect()
}

fn lines_of_faults(text: &str) -> Vec<u32> {
    let mut lines: Vec<u32> =
        read_yaml(text).faults.iter().map(|fault| Source::new("a", text).place(fault.span.clone()).start.line).collect();
    lines.sort_unstable();
    lines
}

#[test]
fn several_faults_within_one_entry_are_all_named() {
    for (text, expected) in [
        (
            "tags: [a, @b, %c, \"d]\nx: y",
            &["1:11 @b | quote it: `\"@b\"`", "1:15 %c | quote it: `\"%c\"`", "1:19 \"d | write `\"` behind it"][..],
        ),
        ("tags: [\n  a,\n  @b,\n  %c\n]\n", &["3:3 @b | quote it: `\"@b\"`", "4:3 %c | quote it: `\"%c\"`"]),
        (
            "tags:\n  - a: b: c\n  - d\n  - \"e\n  - *f\n",
            &["2:5 a: b: c | quote it: `- \"a: b: c\"`", "4:5 \"e | write `\"` at the end", "5:5 *f | quote it: `- \"*f\"`"],
        ),
        (
            "list:\n  - url: a\n    title: x: y\n    type: @z\n  - url: \"b\n    title: c\n",
            &["3:12 x: y | quote it: `title: \"x: y\"`", "4:11 @z | quote it: `type: \"@z\"`", "5:10 \"b | write `\"` at the end"],
        ),
        (
            "image:\n  url: a: b\n\tx: 5\n  title: [y\n",
            &[
                "2:8 a: b | quote it: `url: \"a: b\"`",
                "3:1 \t | indent with blanks",
                "4:10 [y | write `]` at the end, or quote it: `title: \"[y\"`",
            ],
        ),
        (
            "a: |2024\nb: \"\\q\" # c\n",
            &["1:4 |2024 | quote it: `a: \"|2024\"`", "2:5 \\ | write a backslash in single quotes: `b: '\\q'`"],
        ),
        ("a:\n\tb: c\n\td: @e\n", &["2:1 \t | indent this line and the next with blanks", "3:5 @e | quote it: `d: \"@e\"`"]),
        ("x: {a: @b, c: \"d}\n", &["1:8 @b | quote it: `\"@b\"`", "1:15 \"d | write `\"` behind it"]),
    ] {
        assert_eq!(faults(text), expected, "{text}");
    }
}

#[test]
fn a_quote_that_is_not_closed_is_found_though_it_ends_at_the_next_one() {
    assert_eq!(
        faults("author: \"Ann\ntitle: a\nsummary: \"x\"\nlink: \"y\n"),
        ["1:9 \"Ann | write `\"` at the end", "4:7 \"y | write `\"` at the end"]
    );
}

#[test]
fn one_fault_does_not_make_another_of_what_is_right() {
    for (text, lines) in [
        ("summary: \"text goes\n  on: and on\"\ntitle: @b\nd: >\n  x: y: z\ne: |-\n  @f\n", &[3][..]),
        ("a: [b, c]\nd: \"e\" # f\ng: &h i\nj: *h\nk: !l m\nfoo\nn: o\n", &[6]),
        ("a:\n\tb: c\n\td:\n\t\te: f\ng: h\n", &[2]),
        ("a: 1\n  b: 2\nc: 3\n d: 4\ne: @f\n", &[2, 4, 5]),
        ("a: [\n  b,\n  c: d\n]\ne: @f\n", &[5]),
        ("a: b: c\n  d: e: f\ng: h\n", &[1]),
    ] {
        assert_eq!(lines_of_faults(text), lines, "{text}");
    }
}

#[test]
fn what_is_right_is_read_beside_what_is_wrong() {
    let text = |text: &str| Node::Text(text.into());
    let node = read_yaml("a: b: c\nd: [e, @f]\ng:\n  h: \"i\n  j: k\n").node;
    let nested = vec![("h".into(), Node::Null), ("j".into(), text("k"))];
    let expected = vec![("a".into(), Node::Null), ("d".into(), Node::List(vec![text("e"), Node::Null])), ("g".into(), Node::Map(nested))];
    assert_eq!(node, Node::Map(expected));
}

#[test]
fn a_second_document_is_named_where_it_begins() {
    assert_eq!(faults("a: b\n---\nc: @d\n"), ["2:1 --- | keep one document, and remove this line", "3:4 @d | quote it: `c: \"@d\"`"]);
}

#[test]
fn thousands_of_faults_are_read_a_bounded_number_of_times_and_the_rest_is_told() {
    for entry in
        ["k: Foo: bar\n", "k: \"open\n", "k: [open\n", "k:\n\tx: y\n", "k\n", " k: v\n", "- k\nk: v\n", "k: [@a, %b]\n", "]\n", "? x\n"]
    {
        let mut reads = 0;
        let text = entry.repeat(60_000 / entry.len());
        let found = read_counting(&text, &mut reads).faults;
        assert!(reads <= MOST_READS && found.len() <= MOST_FAULTS + 1, "{entry} {reads} {}", found.len());
        assert!(found.len() <= MOST_FAULTS || found.iter().any(|fault| fault.kind == FaultKind::More));
    }
}

const RIGHT: &[&str] = &[
    "{}: text",
    "{}: [a, \"b\", 'c']",
    "{}: \"quoted: text\"",
    "{}:\n  - a\n  - b: c",
    "{}:\n  a: b\n  c: [d, e]",
    "{}: >\n  a: b: c\n  @d",
    "{}: {a: b}",
    "{}: 'it''s'",
    "# {}: a: b",
];
const WRONG: &[&str] = &[
    "{}: Foo: bar",
    "{}: @x",
    "{}: \"open",
    "{}: [a, b",
    "{}: 'it's'",
    "{}: *x y*",
    "{}: [a] b",
    "{}",
    "{}:\n\tx: y",
    "{}: [a, %b]",
    "{}: `c`",
];

proptest! {
    #[test]
    fn each_faulty_entry_is_named_once_and_no_other(entries in proptest::collection::vec((0usize..40, 0usize..40), 1..14)) {
        let (mut text, mut lines) = ("first: entry\n".to_owned(), Vec::new());
        for (at, (right, wrong)) in entries.iter().enumerate() {
            let is_wrong = right % 3 == 0;
            let template = if is_wrong { WRONG[wrong % WRONG.len()] } else { RIGHT[wrong % RIGHT.len()] };
            if is_wrong {
                lines.push(text.lines().count() as u32 + if template.contains('\t') { 2 } else { 1 });
            }
            text += &template.replace("{}", &format!("key{at}"));
            text.push('\n');
        }
        prop_assert_eq!(lines_of_faults(&text), lines, "{}", text);
    }

    #[test]
    fn any_text_is_read_a_bounded_number_of_times_and_faults_lie_within_it(
        text in "((a|b|title)(: ?|:\n)|- | {1,4}|\n|\r\n|\r|\t|[\\[\\]{},'\"#:&*!|>%@`?~-]|[a-c]|1|ä|😀|---\n|\\.\\.\\.\n|<<|\\\\|true){0,40}",
    ) {
        let mut reads = 0;
        let yaml = read_counting(&text, &mut reads);
        prop_assert!(reads <= MOST_READS);
        prop_assert_eq!(yaml.mended.len(), text.len());
        prop_assert_eq!(yaml.faults.is_empty(), serde_yaml::from_str::<Node>(&text).is_ok());
        for fault in yaml.faults {
            prop_assert!(text.get(fault.span.clone()).is_some(), "{:?}", fault);
            prop_assert!(!fault.message.is_empty() && !fault.help.is_empty());
        }
    }
}
