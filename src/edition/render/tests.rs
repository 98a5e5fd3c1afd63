use super::*;
use crate::mail::CLIP;
use crate::model::slot::{Piece, pieces};
use crate::model::{Enclosure, Image, MailContent, Subscriber};
use crate::template::Templates;
use crate::text::{words, wrap};
use proptest::prelude::*;
use quick_xml::escape::escape;
use std::collections::BTreeSet;

pub(in crate::edition) fn post(title: &str, content: MailContent) -> LetterPost {
    let slug = title.to_lowercase().replace(' ', "-");
    LetterPost {
        path: format!("posts/{slug}.md"),
        title: Some(title.to_owned()).filter(|title| !title.is_empty()),
        url: format!("https://example.org/{slug}/"),
        date: "2026-11-20T09:00:00+01:00".parse().expect("a date"),
        authors: vec!["Ada & Eve".to_owned()],
        tags: vec!["mail".to_owned()],
        language: None,
        summary: Some(format!("What {title} is about.")),
        html: format!("<p>All of <b>{title}</b> &amp; <a href=\"https://example.net/?a=1&amp;b=2\">more</a>.</p>"),
        text: format!("All of {title} & more [1].\n\n[1] https://example.net/?a=1&b=2\n"),
        image: Some(Image { url: format!("https://example.org/{slug}.jpg"), media_type: None, bytes: None, size: Some((1200, 600)) }),
        image_alt: "A horse".to_owned(),
        enclosures: Vec::new(),
        pictures: Vec::new(),
        content,
    }
}

pub(in crate::edition) fn page(posts: Vec<LetterPost>) -> LetterPage<'static> {
    LetterPage {
        site_title: "Tide & <Timber>",
        site_url: "https://example.org/",
        language: Some("en-GB"),
        words: words::of(Some("en")),
        key: "2026-11-22",
        title: None,
        number: Some(7),
        date: "2026-11-22T09:00:00+01:00".parse().expect("a date"),
        intro: None,
        posts,
        postal_address: Some("Tide & Timber\n1 Quay Road\n"),
        archive_url: Some("https://example.org/letters/"),
    }
}

fn ada() -> Subscriber {
    let fields = [("city".to_owned(), "Bath".to_owned())].into();
    Subscriber { address: "ada@example.org".into(), name: Some("Ada".into()), tags: vec!["vip".into()], fields, ..Subscriber::default() }
}

pub(super) fn to(subscriber: &Subscriber) -> Recipient<'_> {
    Recipient {
        subscriber,
        unsubscribe_url: Some("https://example.org/u?t=abc&l=1"),
        web_url: Some("https://example.org/letters/2026-11-22/"),
    }
}

/// Returns the letter for a recipient and all others of the same variant.
pub(super) fn render(look: &Look<'_>, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<Rendered, Diagnostic> {
    look.fit(page, recipient).map(|(letter, ..)| letter)
}

/// Returns a text with the values of a recipient in the places of its marks; `escape` makes them fit where they go.
fn filled(text: &str, recipient: &Recipient<'_>, escape: impl Fn(&str) -> String) -> String {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Slot(slot) => recipient.value(&slot).map(|value| escape(&value)).unwrap_or_default(),
    };
    pieces(text).map(piece).collect()
}

pub(super) fn html_of(letter: &Rendered, recipient: &Recipient<'_>) -> String {
    filled(&letter.html, recipient, |value| escape(value).into_owned())
}

fn built_in(look: &str, page: &LetterPage<'_>) -> Rendered {
    let templates = Templates::built_in();
    render(&Look::new(&templates, look).expect("a look"), page, &to(&ada())).expect("a letter")
}

fn own<'t>(files: &[(&'static str, &'static str)]) -> Templates<'t> {
    let mut templates = Templates::built_in();
    for (name, text) in files {
        templates.put(format!("mine/{name}"), format!("templates/mine/{name}"), *text);
    }
    templates
}

#[test]
fn a_letter_says_what_it_is_who_sent_it_and_how_to_end_it_in_both_parts() {
    let page = page(vec![post("Keel", MailContent::Full), post("Ribs", MailContent::Summary), post("Mast", MailContent::Titles)]);
    for look in ["letter", "magazine"] {
        let ada = ada();
        let recipient = to(&ada);
        let letter = built_in(look, &page);
        let (html, text) = (html_of(&letter, &recipient), filled(&letter.text, &recipient, str::to_owned));
        assert_eq!(letter.subject, "Keel and 2 more");
        assert_eq!(letter.preheader, "Ribs · Mast");
        for part in [
            "Tide &amp; &lt;Timber&gt;",
            "No. 7",
            "22 November 2026",
            "All of <b>Keel</b> &amp; <a href=\"https://example.net/?a=1&amp;b=2\"",
            "What Ribs is about.",
            "Read more",
            "Read on the web",
            "Ada &amp; Eve",
            "You get this mail because you subscribed to Tide &amp; &lt;Timber&gt;.",
            "Tide &amp; Timber<br>1 Quay Road",
            "href=\"https://example.org/u?t=abc&amp;l=1\"",
            "href=\"https://example.org/letters/2026-11-22/\"",
            "href=\"https://example.org/letters/\"",
            "alt=\"A horse\" width=\"536\" height=\"268\"",
        ] {
            assert!(html.contains(part), "{look}: {part} in {html}");
        }
        for part in [
            "Tide & <Timber> · No. 7 · 22 November 2026\n",
            "\nAll of Keel & more [1].\n\n[1] https://example.net/?a=1&b=2\n",
            "\nWhat Ribs is about.\n",
            "\nTide & Timber\n1 Quay Road\n",
            "\nUnsubscribe:\nhttps://example.org/u?t=abc&l=1\n",
            "\nView in browser:\nhttps://example.org/letters/2026-11-22/\n",
            "\nAll editions:\nhttps://example.org/letters/\n",
        ] {
            assert!(text.contains(part), "{look}: {part} in {text}");
        }
        assert!(!html.contains("What Mast is about") && !text.contains("What Mast is about"));
        assert!(!text.contains("\n\n\n"), "{text}");
    }
}

#[test]
fn a_recording_can_be_listened_to_from_both_parts_unless_the_post_links_to_it() {
    let file = |url: &str, kind: &str, title: Option<&str>| Enclosure {
        url: url.to_owned(),
        length: Some(12_345_678),
        media_type: kind.to_owned(),
        duration: Some(3723),
        title: title.map(str::to_owned),
    };
    let mut posts = vec![post("Keel", MailContent::Full), post("Ribs", MailContent::Titles)];
    posts[0].enclosures = vec![
        file("https://example.org/a.mp3?b&c", "audio/mpeg", None),
        file("https://example.net/?a=1&b=2", "video/mp4", None),
        Enclosure { length: None, duration: None, ..file("https://example.org/d.pdf", "", Some("The <plan>")) },
    ];
    posts[1].enclosures = vec![file("https://example.org/e.mp3", "audio/mpeg", None)];
    for look in ["letter", "magazine"] {
        let Rendered { html, text, .. } = built_in(look, &page(posts.clone()));
        let link = "href=\"https://example.org/a.mp3?b&amp;c\"";
        assert!(html.contains(link) && html.contains(">Listen: a.mp3</a> (audio/mpeg, 12 MB, 1:02:03)</p>"), "{look}: {html}");
        assert!(html.contains(">Download: The &lt;plan&gt;</a></p>") && !html.contains("Watch") && !html.contains("e.mp3"));
        let lines = "\nListen: a.mp3 (audio/mpeg, 12 MB, 1:02:03)\nhttps://example.org/a.mp3?b&c\n";
        assert!(text.contains(lines) && text.contains("\nDownload: The <plan>\nhttps://example.org/d.pdf\n"), "{look}: {text}");
        assert!(!text.contains("Watch") && !text.contains("e.mp3") && !text.contains("\n\n\n"));
    }
}

#[test]
fn the_text_part_has_lines_of_72_columns_whatever_goes_into_it() {
    let long = "a name of some length that goes on and on until it is longer than a line of a mail can be ".repeat(2);
    let wide = "長い題名".repeat(30);
    for name in [long.trim(), &wide] {
        let mut posts: Vec<LetterPost> = (0..11).map(|_| post(name, MailContent::Summary)).collect();
        for post in &mut posts {
            (post.url, post.summary) = ("https://example.org/a/".to_owned(), Some(name.to_owned()));
            post.authors = vec!["Ada Example-Lovelace of Somewhere".to_owned(); 4];
        }
        let page = LetterPage { site_title: name, title: Some(name), postal_address: Some(name), ..page(posts) };
        for look in ["letter", "magazine"] {
            let text = built_in(look, &page).text;
            assert!(!text.contains("\n\n\n"), "{text}");
            for line in text.lines() {
                assert!(wrap::width(line) <= 72, "{look}: {line}");
            }
            let contents =
                text.split("\n\n").find(|part| part.starts_with("10. ")).or_else(|| text.split_once("\n10. ").map(|(_, rest)| rest));
            let second = contents.and_then(|part| part.lines().nth(1)).expect("a second line");
            assert!(second.starts_with("    ") && !second.starts_with("     "), "{look}: {second}");
        }
    }
}

#[test]
fn the_preheader_is_the_beginning_of_the_opening_or_of_the_names_and_never_long() {
    let posts = || (0..40).map(|n| post(&format!("Post number {n}"), MailContent::Titles)).collect();
    let names = built_in("letter", &page(posts())).preheader;
    assert!(names.starts_with("Post number 1 · Post number 2 · ") && names.chars().count() <= 121, "{names}");
    let html = format!("<h2>First</h2><p>with <a href=\"https://b.example/\">b</a> <strong>bold</strong> {}</p>", "word ".repeat(99));
    let intro = Some(Intro { html: &html, text: "First\n-----\n\nwith b [1] *bold*", pictures: &[] });
    let opening = built_in("letter", &LetterPage { intro, ..page(posts()) }).preheader;
    assert!(opening.starts_with("First with b bold word ") && opening.chars().count() <= 121, "{opening}");
}

#[test]
fn what_is_not_there_leaves_no_trace() {
    let mut page = page(vec![post("Keel", MailContent::Full)]);
    (page.postal_address, page.archive_url, page.number) = (None, None, None);
    let nobody = Subscriber { address: "a@example.org".into(), ..Subscriber::default() };
    let recipient = Recipient { subscriber: &nobody, unsubscribe_url: None, web_url: None };
    let templates = Templates::built_in();
    let letter = render(&Look::new(&templates, "letter").expect("a look"), &page, &recipient).expect("a letter");
    for part in ["Unsubscribe", "View in browser", "All editions", "No."] {
        assert!(!letter.html.contains(part) && !letter.text.contains(part), "{part}");
    }
    assert_eq!(letter.subject, "Keel");
    assert!(!letter.text.contains("\n\n\n"), "{}", letter.text);
}

#[test]
fn more_than_three_posts_have_a_table_of_contents() {
    let posts = |n: usize| (1..=n).map(|at| post(&format!("Post {at}"), MailContent::Full)).collect();
    for look in ["letter", "magazine"] {
        assert!(!built_in(look, &page(posts(3))).html.contains("In this edition"));
        let letter = built_in(look, &page(posts(4)));
        assert!(
            letter.html.contains("In this edition") && letter.text.contains("In this edition\n\n1. Post 1\n2. Post 2\n"),
            "{}",
            letter.text
        );
    }
}

#[test]
fn a_post_without_a_title_is_called_by_its_beginning() {
    let letter = built_in("letter", &page(vec![post("", MailContent::Full)]));
    assert_eq!(letter.subject, "What is about.");
    assert!(!letter.html.contains("<h2"));
}

#[test]
fn a_post_of_which_nothing_else_is_shown_is_called_by_its_name() {
    for look in ["letter", "magazine"] {
        for content in [MailContent::Titles, MailContent::Summary] {
            let note = LetterPost { summary: None, html: "<p>Just a thought.</p>".to_owned(), ..post("", content) };
            let letter = built_in(look, &page(vec![post("First", content), note]));
            assert!(letter.html.matches("Just a thought.</a>").count() == 1, "{look}: {}", letter.html);
            assert!(letter.text.contains("\nJust a thought.\n"), "{}", letter.text);
        }
        let whole =
            LetterPost { html: "<p>Just a thought.</p>".to_owned(), text: "Just a thought.\n".to_owned(), ..post("", MailContent::Full) };
        let letter = built_in(look, &page(vec![post("First", MailContent::Full), whole]));
        assert!(!letter.html.contains("Just a thought.</a>") && letter.text.matches("Just a thought.").count() == 1, "{}", letter.text);
    }
}

#[test]
fn a_date_stands_in_the_letters_direction_and_language_in_a_post_of_another() {
    for look in ["letter", "magazine"] {
        let arabic = LetterPost { language: Some("ar".to_owned()), ..post("A", MailContent::Full) };
        let letter = built_in(look, &page(vec![arabic, post("B", MailContent::Full)]));
        let dates: Vec<_> =
            letter.html.match_indices("<time ").map(|(at, _)| letter.html[at..].split_once('>').expect("an end").0).collect();
        assert_eq!(dates, ["<time datetime=\"2026-11-20\" lang=\"en-GB\" dir=\"ltr\"", "<time datetime=\"2026-11-20\""]);
    }
}

#[test]
fn a_file_of_a_look_that_no_letter_is_made_with_is_named_with_the_nearest_name() {
    let files = [("mesage.html", "x"), ("message.txt", "x"), ("subject.txt", "{% include 'mine/part.txt' %}"), ("part.txt", "x")];
    let found = Look::unused(&own(&files), "mine");
    let told: Vec<_> = found.iter().map(|found| (found.code, found.message.as_str())).collect();
    assert_eq!(told, [("unused-template", "no letter is made with `mine/mesage.html`")]);
    assert!(found[0].help.as_deref().is_some_and(|help| help.starts_with("did you mean `message.html`?")), "{found:?}");
    assert_eq!(Look::unused(&Templates::built_in(), "letter"), []);
}

#[test]
fn the_letter_is_in_its_own_language_and_direction() {
    let mut page = page(vec![post("Keel", MailContent::Full)]);
    (page.language, page.words) = (Some("de"), words::of(Some("de")));
    assert!(built_in("letter", &page).html.contains("lang=\"de\""));
    assert!(built_in("letter", &page).text.contains("Nr. 7 · 22. November 2026"));
    page.language = Some("he");
    page.posts[0].language = Some("en".into());
    let html = built_in("magazine", &page).html;
    for part in ["<html", "lang=\"he\"", "dir=\"rtl\"", "lang=\"en\"", "dir=\"ltr\"", "align=\"right\""] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn words_in_another_language_than_the_letters_say_which() {
    let mut page = page((1..5).map(|at| post(&format!("Post {at}"), MailContent::Full)).collect());
    for look in ["letter", "magazine"] {
        page.language = Some("en-GB");
        assert!(!built_in(look, &page).html.contains("lang=\"en\""));
        page.language = Some("ur");
        // Footer, table of contents, and the link of each post.
        assert_eq!(built_in(look, &page).html.matches("lang=\"en\"").count(), 6);
    }
}

#[test]
fn styles_are_in_the_elements_and_only_what_none_can_carry_stays() {
    for look in ["letter", "magazine"] {
        let html = built_in(look, &page(vec![post("Keel", MailContent::Full)])).html;
        assert_eq!(html.matches("<style>").count(), 3, "two of ours, one for Outlook: {html}");
        // Gmail drops a style sheet that is longer.
        assert!(html.split("<style>").skip(1).all(|sheet| sheet.find("</style>").is_some_and(|end| end < 8_192)));
        assert!(html.contains("@media (prefers-color-scheme: dark)") && html.contains("[data-ogsc]") && !html.contains("data-css-inline"));
        assert!(html.contains("<!--[if mso]><table role=\"presentation\" width=\"600\""));
        assert!(!html.contains("<link") && !html.contains("<script") && !html.contains("@import") && !html.contains("url("));
        assert!(html.contains("name=\"color-scheme\" content=\"light dark\""));
    }
}

#[test]
fn a_look_of_the_sites_own_takes_what_it_does_not_have_from_the_letter() {
    let templates = own(&[("subject.txt", "Mail of {{ key }}\n")]);
    let look = Look::new(&templates, "mine").expect("a look");
    let letter = render(&look, &page(vec![post("Keel", MailContent::Full)]), &to(&ada())).expect("a letter");
    assert_eq!(letter.subject, "Mail of 2026-11-22");
    assert!(letter.html.contains("<title>Mail of 2026-11-22</title>"));
}

#[test]
fn a_subject_of_several_lines_is_refused_and_one_line_among_empty_ones_is_fine() {
    let subject = |text: &'static str| {
        let templates = own(&[("subject.txt", text)]);
        let look = Look::new(&templates, "mine").expect("a look");
        render(&look, &page(vec![post("Keel", MailContent::Full)]), &to(&ada())).map(|letter| letter.subject)
    };
    assert_eq!(subject("\n  {{ key }}  and more \n\n").as_deref(), Ok("2026-11-22 and more"));
    for text in ["News\nBcc: x@example.org", "News\r\nBcc: x@example.org", "a\0b", "a\u{2028}b"] {
        let fault = subject(text).expect_err("a fault");
        assert_eq!(
            (fault.code, fault.place.map(|place| place.path.to_string())),
            ("broken-subject", Some("templates/mine/subject.txt".into()))
        );
    }
}

#[test]
fn a_look_that_is_not_there_is_named_with_those_that_are() {
    let templates = own(&[("message.html", "")]);
    let fault = Look::new(&templates, "magazin").expect_err("a fault");
    assert_eq!((fault.code, fault.message.as_str()), ("unknown-look", "there is no look `magazin`"));
    let help = "did you mean `magazine`? write one of `letter`, `magazine`, `mine` at `newsletter.template`";
    assert_eq!(fault.help.as_deref(), Some(help));
}

#[test]
fn a_fault_in_a_look_is_reported_at_its_line() {
    let templates = own(&[("message.html", "<p>\n{{ posts[0].titel }}</p>")]);
    let look = Look::new(&templates, "mine").expect("a look");
    let fault = render(&look, &page(vec![post("Keel", MailContent::Full)]), &to(&ada())).expect_err("a fault");
    let place = fault.place.expect("a place");
    assert_eq!((&*place.path, place.start.line), ("templates/mine/message.html", 2));
    assert!(fault.help.expect("help").starts_with("did you mean `posts[].title`?"));
}

#[test]
fn a_post_is_a_value_and_never_a_template_or_a_mark() {
    let mut evil = post("{{ subscriber.name }}\u{10FFFD}email\u{10FFFD}", MailContent::Full);
    evil.html = "<p>{{ x }} {% raw %} \u{10FFFD}name\u{10FFFD} &#x10FFFD;name&#1114109; &#x10fffdname&#0001114109;</p>".to_owned();
    evil.text = "{{ x }} \u{10FFFD}name\u{10FFFD}".to_owned();
    evil.url = "javascript:alert(1)".to_owned();
    let letter = built_in("letter", &page(vec![evil]));
    let links = [model_slot("unsubscribe_url"), model_slot("web_url")];
    let rest = |text: &str| links.iter().fold(text.to_owned(), |text, mark| text.replace(mark, ""));
    for part in [&letter.subject, &letter.preheader, &letter.html, &letter.text] {
        assert!(!rest(part).contains('\u{10FFFD}'), "{part}");
    }
    let shown = crate::html::text(&letter.html, usize::MAX - 1);
    let marks = "\u{fffd}name\u{fffd} \u{fffd};name\u{fffd}; \u{fffd}name\u{fffd};";
    assert!(shown.contains(&format!("{{{{ x }}}} {{% raw %}} {marks}")), "{shown}");
    assert!(!letter.html.contains("javascript:"));
}

fn model_slot(name: &str) -> String {
    crate::model::slot::Slot::from_name(name).expect("a slot").mark()
}

#[test]
fn what_templates_get_is_what_the_table_and_the_readme_list() {
    let ada = ada();
    let url = "https://example.org/a.mp3".to_owned();
    let file = Enclosure { url, length: None, media_type: "audio/mpeg".to_owned(), duration: None, title: None };
    let page = page(vec![LetterPost { enclosures: vec![file], ..post("Keel", MailContent::Full) }]);
    let recipient = to(&ada);
    let mut names = BTreeSet::new();
    collect(&values::Letter::new(&page, &recipient, &Uses::default()).to_value(), "", &mut names);
    let table: BTreeSet<String> = VARIABLES.iter().map(|name| (*name).to_owned()).collect();
    let readme = include_str!("../../../templates/README.md");
    let section = readme.split("\n## ").find(|section| section.starts_with("letter, magazine")).expect("a section");
    let listed = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).map(ToOwned::to_owned);
    assert_eq!(names, table);
    assert_eq!(listed.collect::<BTreeSet<_>>(), table);
}

fn collect(value: &minijinja::value::Value, path: &str, names: &mut BTreeSet<String>) {
    use minijinja::value::ValueKind;
    let items = || value.try_iter().expect("a map or a list");
    match value.kind() {
        ValueKind::Map if path != "subscriber.fields" => items().for_each(|key| {
            let dot = if path.is_empty() { "" } else { "." };
            collect(&value.get_item(&key).expect("a value"), &format!("{path}{dot}{key}"), names);
        }),
        ValueKind::Seq => items().for_each(|value| collect(&value, &format!("{path}[]"), names)),
        _ => drop(names.insert(path.to_owned())),
    }
}

#[test]
fn the_built_in_looks_ask_for_links_only_so_one_rendering_serves_all() {
    let templates = Templates::built_in();
    let eve = Subscriber { address: "eve@example.org".into(), ..Subscriber::default() };
    for name in ["letter", "magazine"] {
        let look = Look::new(&templates, name).expect("a look");
        assert_eq!(Variant::of(look.uses(), &to(&ada())), Variant::of(look.uses(), &to(&eve)));
        let nowhere = Recipient { unsubscribe_url: None, ..to(&eve) };
        assert_ne!(Variant::of(look.uses(), &to(&eve)), Variant::of(look.uses(), &nowhere));
    }
}

/// A look that uses the recipient in every way.
const PERSONAL: &[(&str, &str)] = &[
    ("subject.txt", "{{ subscriber.name or 'Reader' }}, {{ title or key }}\n"),
    ("preheader.txt", "{% if subscriber.fields.city %}From {{ subscriber.fields.city }}{% else %}From afar{% endif %}"),
    (
        "message.html",
        "<p title=\"{{ subscriber.name }}\">{{ preheader }} {{ subscriber.name or 'you' }} <b>{{ subscriber.email }}</b> {% if not subscriber.name %}?{% endif %}
        {% if 'vip' in subscriber.tags %}VIP{% endif %} {{ subscriber.fields.note|upper }} {{ subscriber.fields.nothing }}
        <a href=\"{{ unsubscribe_url }}\">x</a> <a href=\"{{ web_url }}\">{{ web_url }}</a> {{ subject }}</p>",
    ),
    ("message.txt", "{{ subscriber.name or 'you' }}, {{ subscriber.email }}: {{ subject }}, {{ preheader }}\n{{ unsubscribe_url }}\n"),
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z&<>\"' |{}%\u{a0}é\u{10FFFD}-]{0,12}", Just(String::new()), Just("Ada".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn marks_swapped_for_values_are_the_letter_made_with_the_values(
        name in prop::option::of(value()), city in prop::option::of(value()), note in prop::option::of(value()),
        tags in prop::collection::vec(prop::sample::select(vec!["vip".to_owned(), "new".to_owned()]), 0..2), link in prop::option::of("[a-z&=\"<]{0,8}"),
    ) {
        let fields = [("city", city), ("note", note)].into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let subscriber = Subscriber { address: "a'b&c@example.org".into(), name, tags, fields, ..Subscriber::default() };
        let link = link.map(|link| format!("https://example.org/?{link}"));
        let recipient = Recipient { subscriber: &subscriber, unsubscribe_url: link.as_deref(), web_url: Some("https://example.org/w?a&b") };
        let templates = own(PERSONAL);
        let look = Look::new(&templates, "mine").expect("a look");
        let page = page(vec![post("Keel", MailContent::Full)]);
        let marked = render(&look, &page, &recipient).expect("a letter");
        let real = render(&Look { uses: Uses::of_everything(), ..look.clone() }, &page, &recipient).expect("a letter");
        let raw = |text: &str| filled(text, &recipient, str::to_owned);
        prop_assert_eq!(raw(&marked.subject), real.subject);
        prop_assert_eq!(raw(&marked.preheader), real.preheader);
        prop_assert_eq!(raw(&marked.text), real.text);
        // How values stand in HTML, the messages show ([`crate::edition::letters`]).
        prop_assert_eq!(crate::html::text(&html_of(&marked, &recipient), 9_999), crate::html::text(&real.html, 9_999));
    }

    #[test]
    fn recipients_of_one_variant_share_a_rendering(a in (value(), value(), any::<bool>()), b in (value(), value(), any::<bool>())) {
        let templates = own(PERSONAL);
        let look = Look::new(&templates, "mine").expect("a look");
        let page = page(vec![]);
        let make = |(name, note, vip): (String, String, bool)| {
            let fields = [("note".to_owned(), note)].into();
            let tags = if vip { vec!["vip".to_owned()] } else { vec![] };
            Subscriber { address: "a@example.org".into(), name: Some(name), tags, fields, ..Subscriber::default() }
        };
        let (a, b) = (make(a), make(b));
        if Variant::of(look.uses(), &to(&a)) == Variant::of(look.uses(), &to(&b)) {
            prop_assert_eq!(render(&look, &page, &to(&a)), render(&look, &page, &to(&b)));
        }
    }
}

fn long(title: &str, size: usize) -> LetterPost {
    let mut post = post(title, MailContent::Full);
    post.html = format!("<p>{}</p>", "word ".repeat(size / 5));
    post
}

fn fitted(mut posts: Vec<LetterPost>) -> (usize, Vec<MailContent>, Vec<Diagnostic>) {
    for post in &mut posts {
        post.image = None;
    }
    let page = page(posts);
    let templates = Templates::built_in();
    let look = Look::new(&templates, "letter").expect("a look");
    let (letter, posts, findings) = look.fit(&page, &to(&ada())).expect("a letter");
    let contents = posts.iter().map(|post| post.content).collect();
    assert_eq!(look.draw(&LetterPage { posts, ..page }, &to(&ada())).expect("a letter").html, letter.html);
    (letter.html.len(), contents, findings)
}

#[test]
fn a_letter_that_fits_stays_as_it_is() {
    let (size, contents, findings) = fitted(vec![long("Keel", 30_000), long("Ribs", 20_000)]);
    assert!(size < CLIP);
    assert_eq!((contents, findings), (vec![MailContent::Full; 2], vec![]));
}

#[test]
fn the_longest_posts_are_shortened_first_and_named() {
    let (size, contents, findings) = fitted(vec![long("Keel", 30_000), long("Ribs", 60_000), long("Mast", 40_000), long("Deck", 200_000)]);
    assert!(size < CLIP);
    assert_eq!(contents, [MailContent::Full, MailContent::Summary, MailContent::Full, MailContent::Summary]);
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`Ribs`, 60.0 KB without styles, was shortened to its summary with a link; the text part has all of it",
            "`Deck`, 200.0 KB without styles, was shortened to its summary with a link; the text part has all of it"
        ]
    );
    assert_eq!(findings[0].place.as_ref().map(|place| &*place.path), Some("posts/ribs.md"));
}

#[test]
fn summaries_become_titles_when_that_is_not_enough_and_what_is_done_in_vain_is_not_told() {
    let many = |n: usize, size: usize| {
        let mut posts: Vec<LetterPost> = (0..n).map(|at| long(&format!("Post {at}"), 10)).collect();
        for post in &mut posts {
            (post.content, post.summary) = (MailContent::Summary, Some("word ".repeat(size / 5)));
        }
        posts
    };
    let (size, contents, findings) = fitted(many(30, 6_000));
    assert!(size < CLIP && contents.contains(&MailContent::Titles) && contents.contains(&MailContent::Summary));
    assert!(findings.iter().any(|finding| finding.message.contains("was shortened to its title with a link")));
    let (size, contents, findings) = fitted(many(300, 10));
    assert!(size >= CLIP && contents.iter().all(|content| *content == MailContent::Titles));
    assert_eq!(findings, [], "what was done in vain is not told; the checklist finds the mail too long");
}

#[test]
fn what_a_guess_has_shortened_in_vain_is_full_again() {
    let mut links = long("Links", 10);
    links.html = format!("<p>{}</p>", "<b>bold</b> ".repeat(500));
    let (size, contents, findings) = fitted(vec![long("Keel", 40_000), links.clone(), long("Ribs", 38_000)]);
    assert!(size < CLIP && contents.iter().all(|content| *content == MailContent::Full), "{size} {contents:?}");
    assert_eq!(findings, []);
    links.html = links.html.repeat(3);
    let (size, contents, _) = fitted(vec![long("Keel", 40_000), links, long("Ribs", 38_000)]);
    assert!(size < CLIP && contents == [MailContent::Summary, MailContent::Full, MailContent::Full], "{size} {contents:?}");
}

#[test]
fn a_letters_only_post_is_cut_between_its_blocks_where_gmail_would_clip_it_and_its_text_is_not() {
    for look in ["letter", "magazine"] {
        let mut only = long("Keel", 10);
        only.html = "<h2>Head</h2><p><a href=\"#n\">1</a> <b>one</b> <code>two</code> words</p>".repeat(2_000) + "<p id=\"n\">Note</p>";
        let templates = Templates::built_in();
        let look = Look::new(&templates, look).expect("a look");
        let (letter, posts, findings) = look.fit(&page(vec![only]), &to(&ada())).expect("a letter");
        let size = letter.html.len();
        assert!(size < CLIP && size > CLIP - 2_000, "{size}");
        assert_eq!(posts[0].content, MailContent::Part);
        assert!(posts[0].html.ends_with("words</p>") && !posts[0].html.contains("href=\"#n"));
        assert!(letter.html.contains(">Read more</a>") && letter.text.contains("All of Keel & more [1]."));
        assert!(findings[0].message.contains("144.0 KB without styles, was shortened to its first"), "{}", findings[0].message);
    }
    let (_, contents, _) = fitted(vec![LetterPost { html: format!("<div>{}</div>", "word ".repeat(40_000)), ..long("Keel", 10) }]);
    assert_eq!(contents, [MailContent::Summary], "where it has no blocks");
}

#[test]
fn a_post_that_cannot_be_cut_is_not_told_to_be_mailed_alone() {
    let table = || {
        let mut table = long("Table", 10);
        table.html = format!("<table><tbody>{}</tbody></table>", "<tr><td>1</td><td>2</td></tr>".repeat(4_000));
        table
    };
    for posts in [vec![table()], vec![table(), long("Keel", 50)]] {
        let help = fitted(posts).2.remove(0).help.expect("help");
        assert!(help.starts_with("the first of its paragraphs, tables, lists and code blocks is too long"), "{help}");
    }
    let (_, _, findings) = fitted(vec![long("Keel", 50), LetterPost { html: "<p>Words.</p>".repeat(8_000), ..table() }]);
    assert!(findings[0].help.as_deref().is_some_and(|help| help.starts_with("`--posts posts/table.md` mails it")), "{findings:?}");
}

#[test]
fn a_small_post_stays_whole_beside_a_huge_table() {
    let mut table = long("Table", 10);
    table.html = format!("<table><tbody>{}</tbody></table>", "<tr><td>1</td><td>2</td></tr>".repeat(900));
    let (size, contents, _) = fitted(vec![long("Keel", 50), table, long("Ribs", 50)]);
    assert!(size < CLIP);
    assert_eq!(contents, [MailContent::Full, MailContent::Summary, MailContent::Full]);
}
