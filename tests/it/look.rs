//! Letters of real posts, to be looked at: `POSTRIDER_LOOK_DIR=FOLDER` keeps what is made here.

use postrider::diagnostic::Source;
use postrider::edition::render::{Intro, LetterPage, LetterPost, Look, Recipient, measure};
use postrider::html::{self, Medium, NoPosts};
use postrider::markdown::{ContentContext, entry_content};
use postrider::model::slot::{Piece, pieces};
use postrider::model::{Asset, Image, MailContent, Subscriber, Typography};
use postrider::template::Templates;
use postrider::text::words;
use std::fs;
use std::path::Path;
use url::Url;

/// Returns a post of a folder as a letter carries it.
fn post(path: &Path, part: MailContent) -> LetterPost {
    let raw = fs::read(path).expect("a post");
    let text = String::from_utf8_lossy(&raw).into_owned();
    let body = text.get(4..).and_then(|rest| rest.find("\n---")).map_or(0, |at| at + 8);
    let key = |name: &str| {
        let line = text.lines().take(20).find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned())
    };
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let name =
        if name == "index" { path.parent().and_then(Path::file_name).expect("a folder").to_string_lossy().into_owned() } else { name };
    let date = key("date:").filter(|date| date.len() >= 10).unwrap_or_else(|| name.get(..10).unwrap_or_default().to_owned());
    let date = format!("{}T09:00:00+01:00", date.get(..10).unwrap_or_default());
    let url = Url::parse(&format!("https://postrider.example/{name}/")).expect("a URL");
    let site = Url::parse("https://postrider.example/").expect("a URL");
    let facts = ContentContext {
        base: &url,
        site: &site,
        resolver: &NoPosts,
        words: words::of(Some("en")),
        id_prefix: "p1",
        generator: "",
        has_liquid: true,
        code_marks: false,
        is_html: false,
        repair_encoding: true,
        title_from_heading: false,
        typography: Typography::default(),
        math: true,
        want_summary: true,
        want_text: true,
        want_origins: false,
        medium: Medium::Mail,
    };
    let source = Source::new("posts/a.md", &text);
    let (made, _) = entry_content(source, body, &facts);
    let folder = path.parent().expect("a folder");
    let look = |image: &postrider::html::ImageUse| {
        let file = folder.join(&image.written);
        Some(Asset { path: image.written.clone(), bytes: fs::metadata(&file).ok()?.len(), size: Some((1200, 500)) })
    };
    let images: Vec<_> = made.images.iter().map(|image| (image.clone(), look(image))).collect();
    let (html, _) = measure(&made.html, &images, source);
    let first = made.images.first().map(|image| Image { url: image.src.clone(), media_type: None, bytes: None, size: Some((1200, 500)) });
    LetterPost {
        path: path.to_string_lossy().into_owned(),
        title: key("title:"),
        url: url.to_string(),
        date: date.parse().expect("a date"),
        authors: vec!["Ada Waldhorn".to_owned()],
        tags: Vec::new(),
        language: None,
        summary: key("description:").or(made.summary),
        text: made.text,
        html,
        image_alt: made.images.first().map_or_else(String::new, |image| image.alt.clone()),
        image: first,
        enclosures: Vec::new(),
        pictures: Vec::new(),
        content: part,
    }
}

fn posts() -> Vec<LetterPost> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    let full = [
        "2026-11-08-mathematics-callouts-and-tasks.md",
        "links-and-images/index.md",
        "2026-09-29-footnotes-and-tables.md",
        "2026-09-22-code.md",
    ];
    let short = ["2026-11-21-the-subscribe-page.md", "2026-10-13-tags-and-their-feeds.md"];
    let mut posts: Vec<LetterPost> = full.iter().map(|name| post(&root.join(name), MailContent::Full)).collect();
    posts.push(post(&root.join(short[0]), MailContent::Summary));
    posts.push(post(&root.join("links-and-images/index.md"), MailContent::Summary));
    posts.push(post(&root.join(short[1]), MailContent::Titles));
    posts
}

fn page(posts: Vec<LetterPost>) -> LetterPage<'static> {
    LetterPage {
        site_title: "postrider journal",
        site_url: "https://postrider.example/",
        language: Some("en"),
        words: words::of(Some("en")),
        key: "2026-11-22",
        title: Some("What the rider brought in November"),
        number: Some(12),
        date: "2026-11-22T09:00:00+01:00".parse().expect("a date"),
        intro: Some(Intro {
            html: "<p>Good morning. This month’s bag is a heavy one: <a href=\"https://postrider.example/\">four long letters</a> and three short ones.</p>",
            text: "Good morning. This month’s bag is a heavy one: four long letters [1] and\nthree short ones.\n\n[1] https://postrider.example/",
            pictures: &[],
        }),
        posts,
        postal_address: Some("The postrider authors\nOld Mail Yard 1\n12345 Relay"),
        archive_url: Some("https://postrider.example/letters/"),
    }
}

fn render(page: &LetterPage<'_>, name: &str) -> (String, String) {
    let templates = Templates::built_in();
    let subscriber = Subscriber { name: Some("Ada".into()), address: "ada@example.org".into(), ..Subscriber::default() };
    let recipient = Recipient {
        subscriber: &subscriber,
        unsubscribe_url: Some("https://postrider.example/u/AbCdEf"),
        web_url: Some("https://postrider.example/letters/2026-11-22/"),
    };
    let look = Look::new(&templates, name).expect("a look");
    let (letter, ..) = look.fit(page, &recipient).expect("a letter");
    let filled = |text: &str| -> String {
        let piece = |piece: Piece<'_>| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Slot(slot) => recipient.value(&slot).unwrap_or_default(),
        };
        pieces(text).map(piece).collect()
    };
    let (html, text) = (filled(&letter.html), filled(&letter.text));
    (html, format!("Subject: {}\nPreheader: {}\n\n{text}", letter.subject, letter.preheader))
}

#[test]
fn letters_of_the_journals_own_posts_hold_them_all() {
    let mut hebrew = page(posts());
    (hebrew.language, hebrew.number) = (Some("he"), None);
    hebrew.posts[2].language = Some("en".to_owned());
    let letters: Vec<(&str, LetterPage<'_>)> = vec![("journal", page(posts())), ("hebrew", hebrew)];
    for (name, page) in letters {
        for look in ["letter", "magazine"] {
            let (html, text) = render(&page, look);
            let words = html::text(&html, usize::MAX - 1);
            for post in &page.posts {
                assert!(html.contains(&post.url) && text.contains(&post.url), "{}", post.url);
                assert!(words.contains(post.title.as_deref().unwrap_or_default()), "{:?}", post.title);
                match post.content {
                    MailContent::Full => {
                        let own = html::text(&post.html, usize::MAX - 1);
                        assert!(own.len() > 500 && words.contains(&own), "all of {} in the HTML", post.path);
                        assert!(text.contains(post.text.trim()), "all of {} in the text", post.path);
                    }
                    MailContent::Summary => {
                        let summary = post.summary.as_deref().expect("a summary");
                        assert!(words.contains(summary) && text.replace('\n', " ").contains(summary), "{summary}");
                    }
                    _ => assert!(!words.contains(post.summary.as_deref().expect("a summary")), "{}", post.path),
                }
            }
            keep(&format!("{name}-{look}"), &html, &text);
        }
    }
}

#[test]
fn the_users_post_becomes_a_letter_with_all_its_links() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed");
    let folder = if folder.is_dir() { folder } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/seed") };
    let Some(path) = fs::read_dir(folder).ok().and_then(|mut files| files.find_map(|file| Some(file.ok()?.path()))) else { return };
    let mut page = page(vec![post(&path, MailContent::Full)]);
    (page.title, page.intro, page.number) = (None, None, None);
    for look in ["letter", "magazine"] {
        let (html, text) = render(&page, look);
        assert_eq!(page.posts[0].html.matches("<a href=").count(), 82);
        assert!(html.matches("<a href=").count() >= 82 + 5, "{}", html.matches("<a href=").count());
        keep(&format!("seed-{look}"), &html, &text);
    }
}

fn keep(name: &str, html: &str, text: &str) {
    let Some(folder) = std::env::var_os("POSTRIDER_LOOK_DIR") else { return };
    fs::write(Path::new(&folder).join(format!("{name}.html")), html).expect("a file");
    fs::write(Path::new(&folder).join(format!("{name}.txt")), text).expect("a file");
}
