use super::*;
use proptest::prelude::*;

fn found(delimiter: Delimiter, text: &str) -> Vec<Diagnostic> {
    let mut found = parse(delimiter, Source::new("a.md", text), &(0..text.len())).1;
    found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    found
}

/// Returns each finding as `line:column code help`.
fn faults(delimiter: Delimiter, text: &str) -> Vec<String> {
    let show = |fault: &Diagnostic| {
        let start = fault.place.as_ref().expect("a place").start;
        format!("{}:{} {} {}", start.line, start.column, fault.code, fault.help.as_deref().unwrap_or_default())
    };
    found(delimiter, text).iter().map(show).collect()
}

#[test]
fn all_faults_of_toml_are_named() {
    let text = "title = \"A\ntags = [a, \"b\", c d]\ndate = 2024-13-45\ndraft = yes\n[extra\nx = 1\nx = 2\n[more]\nlist = [1, 2\nlast = @y\ngood = 'z'\n";
    assert_eq!(
        faults(Delimiter::Toml, text),
        [
            "1:9 unclosed-quote write `\"` at the end",
            "2:9 unquoted-value quote it: `\"a\"`",
            "2:17 unquoted-value quote it: `\"c d\"`",
            "3:8 invalid-front-matter write `2024-08-19` or `2024-08-19T09:30:00+02:00`",
            "4:9 unquoted-value write `draft = true`",
            "5:7 invalid-front-matter write `key = value`, or `[name]` before the keys of a table",
            "7:1 duplicate-key keep one of them",
            "9:8 invalid-front-matter write `]` behind the last item",
            "10:8 unquoted-value quote it: `last = \"@y\"`",
        ]
    );
    let text = "title = \"A\n[more]\nx = [1, 2]\n";
    let map = parse(Delimiter::Toml, Source::new("a.md", text), &(0..text.len())).0;
    let list = Node::List(vec![Node::Number("1".into()), Node::Number("2".into())]);
    assert_eq!(map, [("title".into(), Node::Null), ("more".into(), Node::Map(vec![("x".into(), list)]))]);
}

#[test]
fn a_mapping_that_lost_a_part_is_not_taken_for_one_without_it() {
    for (delimiter, text) in [
        (Delimiter::Yaml, "e:\n  url: a: b\n  length: 5\nf:\n- {url: x}\n- url: \"y\n  length: 4\ng: {h: 1}\n"),
        (Delimiter::Json, "{\"e\": {\"url\": a, \"length\": 5}, \"f\": [{\"url\": \"x\"}, {\"url\": b}], \"g\": {\"h\": 1}}"),
    ] {
        let map = parse(delimiter, Source::new("a.md", text), &(0..text.len())).0;
        let x = Node::Map(vec![("url".into(), Node::Text("x".into()))]);
        let h = Node::Map(vec![("h".into(), Node::Number("1".into()))]);
        assert_eq!(map, [("e".into(), Node::Null), ("f".into(), Node::List(vec![x, Node::Null])), ("g".into(), h)]);
    }
}

#[test]
fn a_toml_text_over_several_lines_that_does_not_end_is_named_once() {
    let text = "a = \"\"\"\nopen\n\nand more\nb = x\nc = \"\"\"\nd = 1\n\"\"\"\ne = {\n  f = 1\n}\n";
    assert_eq!(
        faults(Delimiter::Toml, &text.replace("c = \"\"\"\nd = 1\n\"\"\"\n", "")),
        ["1:5 unclosed-quote write `\"\"\"` at the end", "5:5 unquoted-value quote it: `b = \"x\"`"]
    );
}

#[test]
fn a_quote_within_a_toml_text_is_shown_in_quotes_that_toml_knows() {
    for (value, help) in [
        ("\"a \"b\" c\"", "k = 'a \"b\" c'"),
        ("'it's'", "k = \"it's\""),
        ("it's a \"b\"", "k = \"it's a \\\"b\\\"\""),
        ("C:\\path", "k = 'C:\\path'"),
    ] {
        let found = faults(Delimiter::Toml, &format!("k = {value}\n"));
        assert!(found.len() == 1 && found[0].ends_with(&format!(": `{help}`")), "{found:?}");
        assert!(help.parse::<toml::Table>().is_ok(), "{help}");
    }
}

#[test]
fn all_faults_of_json_are_named() {
    let text = "{\n\"a\": 1,\ntitle: \"A\",\n\"date\" \"x\",\n\"tags\": [\"a\" \"b\" c],\n\"x\": {\"b\": False, \"c\": 'q'},\n// comment\n\"y\": \"C:\\p\",\n\"z\": \"say \"hi\" there\",\n\"n\": 2024-01-01,\n\"m\": [1, 2,\n\"k\": 5\n\"l\": 6,,\n\"o\": \"open,\n\"last\":\n}";
    assert_eq!(
        faults(Delimiter::Json, text),
        [
            "3:1 invalid-front-matter write `\"title\"`",
            "4:8 invalid-front-matter write `:` between key and value",
            "5:14 invalid-front-matter write a comma between two values, and `\\\"` for a quote within a text",
            "5:18 unquoted-value quote it: `\"c\"`",
            "6:12 unquoted-value write `false`",
            "6:24 invalid-front-matter write `\"q\"`",
            "7:1 invalid-front-matter delete the comment",
            "8:9 invalid-front-matter write `\\\\` for a backslash",
            "9:12 invalid-front-matter write a comma between two values, and `\\\"` for a quote within a text",
            "10:6 unquoted-value quote it: `\"2024-01-01\"`",
            "12:1 invalid-front-matter write `],` behind the last item",
            "12:6 invalid-front-matter write `,` behind it",
            "13:8 invalid-front-matter delete the comma",
            "14:6 unclosed-quote write `\"` at the end",
            "16:1 invalid-front-matter write a value, or `null`",
        ]
    );
}

#[test]
fn colons_of_json_that_belong_to_no_key_are_named_and_passed_over() {
    for (text, faults_named) in [
        ("{\"k\": [:]}", &["1:8 invalid-front-matter delete the colon"][..]),
        ("{\"k\": : 1}", &["1:7 invalid-front-matter delete the colon"]),
        ("{\"k\": [1 :: 2]}", &["1:8 unquoted-value quote it: `\"1 :: 2\"`"]),
        ("{\"k\": [\n:\n]}", &["2:1 invalid-front-matter delete the colon"]),
        ("{\"k\": [[1] :: [2]]}", &["1:10 invalid-front-matter write `,` behind it", "1:12 invalid-front-matter delete the colon"]),
    ] {
        assert_eq!(faults(Delimiter::Json, text), faults_named, "{text}");
    }
}

#[test]
fn a_message_shows_the_beginning_of_what_is_long() {
    let long = "word ".repeat(300);
    for (delimiter, text) in [
        (Delimiter::Yaml, format!("title: \"{long}\n")),
        (Delimiter::Yaml, format!("title: {long}: x\n")),
        (Delimiter::Yaml, format!("title: [{long}\n")),
        (Delimiter::Yaml, format!("{}: a\n  {0}: \"\\q\"\n", "k".repeat(300))),
        (Delimiter::Yaml, format!("a: b\n  {}: c\n", "k".repeat(300))),
        (Delimiter::Toml, format!("title = {long}\n")),
        (Delimiter::Toml, format!("title = \"{long}\n")),
        (Delimiter::Json, format!("{{\"title\": {long}}}")),
        (Delimiter::Json, format!("{{\"title\": '{long}'}}")),
        (Delimiter::Json, format!("{{\"title\": \"{long}}}")),
        (Delimiter::Json, format!("{{\"title\": \"a\" {long}}}")),
    ] {
        let found = found(delimiter, &text);
        assert!(!found.is_empty(), "{text}");
        for fault in found {
            let help = fault.help.as_deref().unwrap_or_default();
            assert!(fault.message.chars().count() < 160 && help.chars().count() < 320, "{}: {help}", fault.message);
        }
    }
}

#[test]
fn faults_and_duplicates_of_yaml_are_named_together() {
    assert_eq!(
        faults(Delimiter::Yaml, "title: Foo: bar\nx:\n\ty: z\ntags: [a]\nauthor: \"Ann\ntags: [b]\n"),
        [
            "1:8 unquoted-value quote it: `title: \"Foo: bar\"`",
            "3:1 tab-indentation indent with blanks",
            "5:9 unclosed-quote write `\"` at the end",
            "6:1 duplicate-key keep this one or the one in line 4",
        ]
    );
}

#[test]
fn thousands_of_faults_end_in_one_that_says_so() {
    for (delimiter, text) in [
        (Delimiter::Yaml, "k: Foo: bar\n".repeat(5_000)),
        (Delimiter::Toml, "k = Foo bar\n".repeat(5_000)),
        (Delimiter::Toml, (0..6_000).fold(String::new(), |text, n| format!("{text}k{n} = x\n"))),
        (Delimiter::Json, format!("{{{}\"z\": 1}}", "\"k\": Foo,\n".repeat(5_000))),
    ] {
        let found = found(delimiter, &text);
        assert!(found.len() <= 3 * MOST_FAULTS, "{}", found.len());
        assert!(found.iter().any(|fault| fault.message == "there are more faults from here on"));
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_whatever_is_wrong_in_it() {
    let text = "k: Foo: bar\n".repeat(90_000);
    assert_eq!(
        faults(Delimiter::Yaml, &text),
        ["1:1 complex-front-matter keep it below 64 KB, and long texts and data in files of their own"]
    );
}

proptest! {
    #[test]
    fn each_faulty_entry_of_toml_is_named_once(kinds in proptest::collection::vec(0usize..12, 1..12)) {
        const ENTRIES: [(&str, bool); 12] = [
            ("K = 'a'", false), ("K = [1, 2]", false), ("K = [\n  'a',\n  'b',\n]", false), ("K = 2024-01-01", false), ("[K]", false),
            ("K = { a = 1 }", false),
            ("K = Foo bar", true), ("K = \"open", true), ("K = [1, 2", true), ("K", true), ("K = True", true), ("K = 'it's'", true),
        ];
        let (mut text, mut lines) = (String::new(), Vec::new());
        for (at, kind) in kinds.iter().enumerate() {
            let (template, is_wrong) = ENTRIES[*kind];
            if is_wrong {
                lines.push(text.lines().count() as u32 + 1);
            }
            text += &template.replace('K', &format!("key{at}"));
            text.push('\n');
        }
        let named: Vec<u32> = found(Delimiter::Toml, &text).iter().map(|fault| fault.place.as_ref().expect("a place").start.line).collect();
        prop_assert_eq!(named, lines, "{}", text);
    }

    #[test]
    fn heads_cut_and_glued_are_read_without_a_panic_and_faults_lie_in_them(
        parts in proptest::collection::vec(
            "(title|date|tags|x\\.y|\"q\")(: | = |: \\[|\": |=)|:|\\[:|[a-c]{1,3}|\"[a-c ]{0,4}\"?|'[a-c]{0,3}'?|2024-01-01|tru|false|\\[|\\]|\\{|\\}|,|\n|\n|\n {1,3}|\t|- |#|\\[\\[a|\"\"\"|\\\\u|ä|//|\r", 0..40),
        delimiter in 0usize..4,
    ) {
        let delimiter = [Delimiter::Yaml, Delimiter::Toml, Delimiter::Json, Delimiter::Plain][delimiter];
        let inner = parts.concat();
        let text = if delimiter == Delimiter::Json { format!("{{\"a\": {inner}}}") } else { inner };
        let found = found(delimiter, &text);
        let lines = text.lines().count().max(1) + text.matches('\r').count() + 1;
        for fault in &found {
            let place = fault.place.as_ref().expect("a place");
            prop_assert!(place.start.line >= 1 && place.start.line as usize <= lines);
            prop_assert!(place.excerpt.get(place.mark.0..place.mark.1).is_some());
        }
        let is_right = match delimiter {
            Delimiter::Toml => text.replace('\r', "\n").parse::<toml::Table>().is_ok(),
            Delimiter::Json => serde_json::from_str::<serde_json::Value>(&text).is_ok(),
            Delimiter::Yaml | Delimiter::Plain => true,
        };
        prop_assert!(is_right || found.iter().any(Diagnostic::is_error), "{}", text);
    }
}
