//! The pictures of a letter, wherever they come from: sized, measured, looked for and shown.

use crate::builder::{CONFIG, Site, site};
use crate::newsletter::{NEWSLETTER, letters, preview};

/// Returns the beginning of a picture of a width; all are 500 pixels high.
fn png(width: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &width.to_be_bytes(), b"\0\0\x01\xf4\x08\x02\0\0\0", &[0; 64]].concat()
}

fn with(content: &str) -> Site {
    site().file("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", &format!("content: {content}, postal"))))
}

#[test]
fn pictures_of_the_opening_are_sized_measured_looked_for_and_shown_as_those_of_posts() {
    let site = letters().file("newsletter/no-7.md", "Hello.\n\n![o](/big.png) ![gone](/gone.png)\n").file("big.png", png(4000));
    preview(&site, &["--edition", "no-7"]).assert(
        0,
        &[
            "large-image",
            "the image `/big.png` is 4000 pixels wide",
            "missing-image",
            "there is no image `/gone.png`",
            "newsletter/no-7.md:3:",
        ],
    );
    let mail = site.read("preview/edition.eml").replace("=\r\n", "").replace("=3D", "=");
    assert!(mail.contains("alt=\"o\" width=\"536\" height=\"67\""), "{mail}");
    assert!(site.read("preview/edition.html").contains("src=\"../big.png\" alt=\"o\" width=\"536\""));
    // Also from a folder beside the site's.
    let beside = format!("../{}-beside", site.root().file_name().expect("a name").to_string_lossy());
    site.run(&["newsletter", "preview", "--edition", "no-7", "--out", &beside]).assert(0, &[]);
    let home = site.root().canonicalize().expect("a folder");
    let folder = home.parent().expect("a folder").join(beside.trim_start_matches("../"));
    let html = std::fs::read_to_string(folder.join("edition.html")).expect("a letter");
    std::fs::remove_dir_all(&folder).expect("a folder");
    assert!(html.contains(&format!("src=\"../{}/big.png\"", home.file_name().expect("a name").to_string_lossy())), "{html}");
}

#[test]
fn the_posts_own_picture_is_measured_where_a_letter_shows_it() {
    let post = "---\ntitle: A\ndate: 2026-11-20\nimage: /big.png\n---\n\nText.\n";
    for (content, count) in [("full", 1), ("summary", 1), ("titles", 0)] {
        let site = with(content).file("posts/a.md", post).file("big.png", png(4000));
        let run = preview(&site, &[]);
        run.assert(0, if count > 0 { &["the image `/big.png` is 4000 pixels wide", "posts/a.md:4:8"] } else { &[] });
        assert_eq!(run.count("large-image"), count, "{content}");
    }
}

#[test]
fn of_the_pictures_of_a_post_that_is_mailed_as_its_summary_the_one_that_is_shown_is_measured() {
    let body = "Text.\n\n![first](/big.png)\n\n![second](/other.png)";
    for (content, count) in [("full", 2), ("summary", 1), ("titles", 0)] {
        let site = with(content).post("a", "2026-11-20", body).file("big.png", png(4000)).file("other.png", png(4001));
        assert_eq!(preview(&site, &[]).count("large-image"), count, "{content}");
    }
}

#[test]
fn an_apostrophe_in_the_name_of_a_file_shows_it_once_and_from_the_folder() {
    let post = "---\ntitle: A\ndate: 2026-11-20\nenclosure: /o'x.mp3\n---\n\n![Cat](<o'neil.png>) [Listen](/o'x.mp3)\n";
    let site = site().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}")).file("posts/a.md", post);
    let site = site.file("posts/o'neil.png", png(400)).file("o'x.mp3", "ID3");
    preview(&site, &[]).assert(0, &[]);
    let html = site.read("preview/edition.html");
    assert_eq!((html.matches("<img").count(), html.matches("o'x.mp3\"").count()), (1, 1), "{html}");
    assert!(html.contains("src=\"../posts/o'neil.png\""), "{html}");
}

#[test]
fn a_relative_picture_that_leads_out_of_the_site_is_told() {
    let site = crate::builder::site();
    site.write("postrider.yaml", crate::builder::CONFIG.replace("example.org/", "example.org/blog/"));
    let pictures = "![x](../../assets/x.png) ![far](../../../../far.png) ![there](../there.png) ![host](/host.png) ![else](https://else.example/a.png)";
    site.write("there.png", "x");
    site.write("posts/a.md", format!("---\ntitle: A\ndate: 2026-10-01\npermalink: /a/\n---\n\n{pictures}\n"));
    let run = site.build(&[]);
    run.assert(
        0,
        &["there is no image `../../assets/x.png`: it leads out of the site, to `https://example.org/assets/x.png`", "posts/a.md:7:6"],
    );
    assert_eq!(run.count("missing-image"), 2, "{}", run.stderr);
}
