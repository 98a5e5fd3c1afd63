use super::*;
use crate::edition::Edition;
use crate::edition::render::tests::{page, post};
use crate::mail::CLIP;
use crate::mail::check::{Bodies, check, read};
use crate::model::Mailbox;
use crate::template::Templates;
use proptest::prelude::*;

/// A look that does things with a recipient's values.
const NAMED: &str = "{% if subscriber.name %}Dear {{ subscriber.name }},{% else %}Dear reader,{% endif %} {{ subscriber.name|upper }} \
    {{ unsubscribe_url|upper }} {{ subscriber.email }}";

fn frame() -> Frame {
    Frame {
        newsletter: "main".to_owned(),
        from: Mailbox { name: None, address: "ada@example.org".to_owned() },
        list_name: "Notes".to_owned(),
        list_domain: "example.org".to_owned(),
        unsubscribe_url: Some("https://example.org/out?t={token}".to_owned()),
        ..Frame::default()
    }
}

fn subscriber(name: Option<&str>) -> Subscriber {
    Subscriber { address: "grace@example.net".to_owned(), name: name.map(str::to_owned), ..Subscriber::default() }
}

/// What letters are made of.
struct Made {
    text: &'static str,
    page: LetterPage<'static>,
    frame: Frame,
    date: Date,
}

impl Made {
    /// Letters with this text part.
    fn of(text: &'static str) -> Self {
        let page = page(vec![post("Keel", MailContent::Full), post("Ribs", MailContent::Full)]);
        Made { text, page, frame: frame(), date: "2026-11-22T09:00:00+01:00".parse().expect("a date") }
    }

    fn letters(&self, recipients: &[Subscriber]) -> Result<Letters, Vec<Diagnostic>> {
        let mut templates = Templates::built_in();
        templates.put("mine/message.txt", "templates/mine/message.txt", self.text);
        let look = Look::new(&templates, "mine").expect("a look");
        let draft = Draft {
            look: &look,
            page: &self.page,
            further_language: None,
            languages: &[],
            web_url: None,
            frame: &self.frame,
            date: self.date,
            tokens: Tokens::Preview,
        };
        draft.letters(&recipients.to_vec())
    }

    /// Returns the hash of the edition that is made of these letters alone.
    fn hash(&self, key: &str, recipients: &[Subscriber]) -> String {
        Edition::new(key.to_owned(), vec![self.letters(recipients).expect("letters")]).hash
    }
}

fn made(text: &'static str, recipients: &[Subscriber]) -> Letters {
    Made::of(text).letters(recipients).expect("letters")
}

fn bodies(message: &[u8]) -> Bodies {
    read(message, "a.eml").0
}

fn text_for(letters: &Letters, subscriber: &Subscriber) -> String {
    bodies(&letters.message(subscriber, Tokens::Preview).expect("a message").1.bytes).text
}

/// What templates may hold, with places for values: comments and style sheets with signs that mean something elsewhere, too.
const PLACES: [&str; 14] = [
    "<p title=\"of NAME\">NAME &#39; EMAIL</p>",
    "<a href=\"WEB\">CITY WEB</a>",
    "<a href=\"https://example.org/?NAME\">x</a>",
    "<td align='left' title='it is \"NAME\"'>",
    "<!-- do not put a <td here, it's too wide -->",
    "<!-- \" NAME 'CITY -->",
    "<!--[if mso]><td title=\"NAME\">it's EMAIL<![endif]-->",
    "<!x 'NAME>",
    "</ \">",
    "<style data-css-inline=\"keep\">/* it's <p \" NAME */ a > b { color: red }</style>",
    "<style>p { margin: 0 }</style>",
    "<title>It's <p \" NAME</title>",
    "1 < 2 \"NAME' > <b>CITY</b>",
    "<textarea><p title='NAME</textarea>",
];

/// Returns the HTML that somebody gets of a letter with these places, where values are printed with `filter`, and whether they were
/// swapped in.
fn html_with(places: &[&str], filter: &str, person: &Subscriber) -> (bool, String) {
    let mut text = format!("<!doctype html>{}<p>Hi NAME!</p>", places.concat());
    for (place, value) in
        [("NAME", "subscriber.name"), ("EMAIL", "subscriber.email"), ("CITY", "subscriber.fields.city"), ("WEB", "web_url")]
    {
        text = text.replace(place, &format!("{{{{ {value}{filter} }}}}"));
    }
    let mut templates = Templates::built_in();
    templates.put("mine/message.html", "templates/mine/message.html", text);
    let look = Look::new(&templates, "mine").expect("a look");
    let made = Made::of("{{ unsubscribe_url }}");
    let draft = Draft {
        look: &look,
        page: &made.page,
        further_language: None,
        languages: &[],
        web_url: Some("https://example.org/?a&b='c'"),
        frame: &made.frame,
        date: made.date,
        tokens: Tokens::Preview,
    };
    let letters = draft.letters(&vec![person.clone()]).expect("letters");
    let marks = letters.versions[0].rendered.html.contains(crate::model::slot::MARK);
    (marks, bodies(&letters.message(person, Tokens::Preview).expect("a message").1.bytes).html)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_value_that_is_swapped_in_stands_as_in_a_rendering_of_its_own(
        name in "[a-zA-Z&<>\"'|{}%;#é-][a-zA-Z&<>\"' |{}%;#\u{a0}é-]{0,12}", city in prop::option::of("[a-z&<>\"' ]{0,9}"),
        places in prop::collection::vec(prop::sample::select(PLACES.to_vec()), 1..6),
    ) {
        let fields = city.into_iter().map(|city| ("city".to_owned(), city)).collect();
        let person = Subscriber { fields, ..subscriber(Some(&name)) };
        let (swapped, rendered) = (html_with(&places, "", &person), html_with(&places, "|string", &person));
        prop_assert_eq!((swapped.0, rendered.0), (true, false));
        prop_assert_eq!(swapped.1, rendered.1);
    }
}

#[test]
fn a_name_is_no_html_whatever_stands_before_its_place() {
    let person = subscriber(Some("Eve <b>x</b>"));
    for place in PLACES {
        let (_, html) = html_with(&[place], "", &person);
        assert!(html.contains("Hi Eve &lt;b&gt;x&lt;/b&gt;!"), "{html}");
    }
}

#[test]
fn a_line_break_in_a_value_that_a_template_compares_is_refused() {
    let with = |city: &str| Subscriber { fields: [("city".to_owned(), city.to_owned())].into(), ..subscriber(None) };
    let text = "{% if subscriber.fields.city == 'Ur' %}Near{% endif %} {{ unsubscribe_url }}";
    let broken = with("Ur\r\nBcc: all");
    let letters = made(text, &[broken.clone(), with("Ur")]);
    let found = letters.message(&broken, Tokens::Preview).expect_err("a finding");
    assert!(found.message.contains("`fields.city`"), "{}", found.message);
    assert!(letters.message(&with("Ur"), Tokens::Preview).is_ok());
    assert!(made("{{ unsubscribe_url }}", std::slice::from_ref(&broken)).message(&broken, Tokens::Preview).is_ok(), "nobody asks for it");
}

#[test]
fn everyone_gets_the_rendering_for_their_own_values() {
    let people = [subscriber(None), subscriber(Some("Zoe")), subscriber(Some("Ada")), subscriber(Some("Zoe"))];
    let letters = made(NAMED, &people);
    let of: Vec<Option<usize>> = people.iter().map(|person| letters.index(person, Tokens::Preview)).collect();
    assert_eq!((letters.versions.len(), of), (3, vec![Some(0), Some(1), Some(2), Some(1)]));
    let link = "HTTPS://EXAMPLE.ORG/OUT?T=PREVIEW-PREVIEW-";
    for (person, greeting) in people.iter().zip(["Dear reader,  ", "Dear Zoe, ZOE ", "Dear Ada, ADA ", "Dear Zoe, ZOE "]) {
        let text = text_for(&letters, person);
        assert!(text.starts_with(&format!("{greeting}{link}")) && text.trim_end().ends_with("grace@example.net"), "{text}");
    }
}

#[test]
fn values_that_are_only_printed_need_no_letter_of_their_own() {
    let letters = made("Hi {{ subscriber.name or 'friend' }}", &[subscriber(Some("Zoe")), subscriber(Some("Ada"))]);
    assert_eq!(letters.versions.len(), 1);
    assert_eq!(text_for(&letters, &subscriber(Some("Eve"))), "Hi Eve\n");
}

#[test]
fn nobody_gets_a_letter_that_was_made_for_others() {
    let letters = made("Hi {{ subscriber.name or 'friend' }}", &[subscriber(Some("Zoe"))]);
    let found = letters.message(&subscriber(None), Tokens::Preview).expect_err("a finding");
    assert_eq!((found.code, found.message.as_str()), ("no-letter", "no letter was made for `grace@example.net`"));
}

#[test]
fn a_template_that_makes_every_mail_differ_is_refused_and_the_value_named() {
    let people: Vec<Subscriber> = (0..=MOST_LETTERS).map(|at| subscriber(Some(&format!("Name {at}")))).collect();
    let found = Made::of("{{ subscriber.name|upper }}").letters(&people).expect_err("a finding");
    assert_eq!((found.len(), found[0].code), (1, "too-many-letters"));
    assert_eq!(found[0].message, "`subscriber.name` makes more than 1000 different letters");
}

#[test]
fn a_field_is_printed_into_one_letter_however_its_name_is_written_and_the_help_for_others_names_the_way() {
    let with = |at: usize| Subscriber { fields: [("sign_up".to_owned(), format!("day {at}"))].into(), ..subscriber(None) };
    let people: Vec<Subscriber> = (0..=MOST_LETTERS).map(with).collect();
    let letters = made("{{ subscriber.fields[\"Sign-Up\"] }} {{ subscriber['fields']['sign_up'] }} {{ subscriber.fields.none }}", &people);
    assert_eq!(letters.versions.len(), 1);
    assert_eq!(text_for(&letters, &with(7)), "day 7 day 7 \n");
    let found = Made::of("{% for field in subscriber.fields %}{{ field }}{% endfor %}").letters(&people).expect_err("a finding");
    assert!(found[0].help.as_deref().is_some_and(|help| help.contains("`{{ subscriber.fields.city }}`")), "{found:?}");
}

type Change = fn(&mut LetterPage<'static>);

#[test]
fn the_hash_changes_with_what_is_said() {
    let first = Made::of("Text").hash("2026-11-22", &[]);
    assert_eq!(Made::of("Text").hash("2026-11-22", &[]), first);
    assert_ne!(Made::of("Text").hash("2026-11-23", &[]), first);
    assert_ne!(Made::of("Other").hash("2026-11-22", &[]), first);
    let changes: [(&str, Change); 5] = [
        ("subject", |page| page.title = Some("A subject")),
        ("entry", |page| page.posts[1].url.push('x')),
        ("body", |page| page.posts[1].html.push_str("<p>More</p>")),
        ("order", |page| page.posts.reverse()),
        ("language", |page| page.language = Some("de")),
    ];
    for (what, change) in changes {
        let mut made = Made::of("Text");
        change(&mut made.page);
        assert_ne!(made.hash("2026-11-22", &[]), first, "{what}");
    }
}

#[test]
fn the_hash_stays_whoever_gets_the_letter_whenever_and_through_whichever_list() {
    let first = Made::of(NAMED).hash("k", &[reader()]);
    let mut other = Made::of(NAMED);
    other.frame.newsletter = "other".to_owned();
    other.frame.unsubscribe_url = Some("https://example.net/elsewhere?t={token}".to_owned());
    other.date = "2027-01-01T00:00:00Z".parse().expect("a date");
    for people in [vec![], vec![subscriber(None)], vec![subscriber(Some("Zoe")), reader()]] {
        assert_eq!(Made::of(NAMED).hash("k", &people), first);
        assert_eq!(other.hash("k", &people), first);
    }
}

#[test]
fn a_letter_that_was_made_to_fit_is_never_found_too_long() {
    let long = format!("https://example.org/{}?t={{token}}", "x".repeat(250));
    let mut shortened = 0;
    for size in (82_000..98_000).step_by(1_500) {
        let mut post = post("Keel", MailContent::Full);
        (post.image, post.html) = (None, format!("<p>{}</p>", "word\n".repeat(size / 6)));
        let mut made = Made::of("Text");
        (made.page, made.frame.unsubscribe_url) = (page(vec![post]), Some(long.clone()));
        let letters = made.letters(&[reader()]).expect("letters");
        let message = letters.message(&reader(), Tokens::Preview).expect("a message").1;
        assert!(bodies(&message.bytes).html_octets < CLIP);
        assert!(!check(&message.bytes, "it").iter().any(|found| found.code == "clipped-message"));
        shortened += usize::from(!letters.findings.is_empty());
    }
    assert!((1..11).contains(&shortened), "some fit and some do not: {shortened}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn who_gets_which_does_not_depend_on_who_comes_first(names in prop::collection::vec(prop::option::of("[A-C]"), 1..6)) {
        let people: Vec<Subscriber> = names.iter().map(|name| subscriber(name.as_deref())).collect();
        let backwards: Vec<Subscriber> = people.iter().rev().cloned().collect();
        let (one, other) = (made(NAMED, &people), made(NAMED, &backwards));
        for person in &people {
            let bytes = |letters: &Letters| letters.message(person, Tokens::Preview).expect("a message").1.bytes;
            prop_assert_eq!(bytes(&one), bytes(&other));
        }
    }
}
