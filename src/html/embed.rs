//! Embedded pages as links: where a player's address is known, to the page a person would open.

use crate::text::words::Words;
use url::Url;

/// Returns the page a person would open for the address of an embedded one, and whether it is a video.
pub(super) fn page_of(url: &str) -> (String, bool) {
    let Ok(parsed) = Url::parse(url) else { return (url.to_owned(), false) };
    let host = parsed.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut path = parsed.path_segments().into_iter().flatten();
    let (first, second) = (path.next().unwrap_or_default(), path.next().unwrap_or_default());
    match (host, first) {
        ("youtube.com" | "youtube-nocookie.com", "embed") if !second.is_empty() && second != "videoseries" => {
            (format!("https://www.youtube.com/watch?v={second}"), true)
        }
        ("player.vimeo.com", "video") if !second.is_empty() => (format!("https://vimeo.com/{second}"), true),
        ("dailymotion.com", "embed") if second == "video" => {
            (format!("https://www.dailymotion.com/video/{}", path.next().unwrap_or_default()), true)
        }
        ("youtube.com" | "vimeo.com" | "player.vimeo.com" | "dailymotion.com" | "player.twitch.tv", _) => (url.to_owned(), true),
        _ => (url.to_owned(), false),
    }
}

/// Returns the page a person would open for the address of an embedded one.
pub(crate) fn page(url: &str) -> String {
    page_of(url).0
}

/// Returns the text of the link to such a page: its title, else what it is and where.
pub(crate) fn label(words: &Words, page: &str, title: &str, video: bool) -> String {
    if !title.trim().is_empty() {
        return title.trim().to_owned();
    }
    let host = host(page);
    format!("{}{}{host}", if video { words.video } else { words.embedded }, if host.is_empty() { "" } else { ": " })
}

/// Returns the host of a URL without `www.`.
fn host(url: &str) -> String {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(&host).to_owned()
}

/// Returns whether an image's address says that it is an SVG drawing, which most mail clients do not show.
#[must_use]
pub fn is_drawing(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    path.starts_with("data:image/svg") || [".svg", ".svgz"].iter().any(|ending| path.ends_with(ending))
}
