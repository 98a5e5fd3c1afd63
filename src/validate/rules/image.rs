//! Images of a feed: their formats, and that an RSS channel's says the same as the channel.

use super::Rule;
use crate::diagnostic::{Code, Span};
use crate::validate::codes::{IMAGE_LINK_DOESNT_MATCH, IMAGE_TITLE_DOESNT_MATCH, IMAGE_URL_FORMAT};
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;
use crate::validate::table::Role;

/// The formats that RSS names, by the endings of their files.
const FORMATS: [&str; 5] = ["gif", "jpg", "jpeg", "jpe", "png"];

/// Endings of files that are images of other formats.
const OTHERS: [&str; 11] = ["tif", "tiff", "bmp", "ico", "svg", "svgz", "webp", "avif", "heic", "psd", "jxl"];

/// The formats that Apple names for the cover of a podcast.
const COVERS: [&str; 4] = ["jpg", "jpeg", "jpe", "png"];

/// Text and where it stands.
type Value = Option<(String, Span)>;

/// Compares the image with its channel.
#[derive(Debug, Default)]
pub(super) struct Image {
    channel: [Value; 2],
    image: [Value; 2],
}

impl Rule for Image {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let Some(href) = here.attribute("href").filter(|_| here.is("itunes", "image")) else { return };
        if let Some(ending) = ending(&href.value).filter(|ending| !COVERS.contains(&ending.as_str())) {
            let message = format!("the cover is a `.{ending}`, and Apple Podcasts has JPEG and PNG");
            let found = findings.add(scene, &IMAGE_URL_FORMAT, href.value_span.clone(), message).attr("href");
            found.help("give the address of a JPEG or PNG, square, of 1400 to 3000 pixels");
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if !scene.kind.is_rss() {
            return;
        }
        if here.is("", "channel") {
            return self.compare(scene, findings);
        }
        let (in_image, in_channel) = (scene.is_in(Role::IMAGE), scene.is_in(Role::FEED));
        let value = || Some((here.text.value().trim().to_owned(), here.tag.span.clone()));
        let at = ["title", "link"].iter().position(|name| here.is("", name));
        if let Some(at) = at {
            let slot = if in_image { self.image.get_mut(at) } else { self.channel.get_mut(at).filter(|_| in_channel) };
            if let Some(slot) = slot {
                *slot = value();
            }
        } else if in_image && here.is("", "url") {
            format(scene, findings);
        }
    }
}

impl Image {
    fn compare(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let codes: [(&'static Code, &str); 2] = [(&IMAGE_TITLE_DOESNT_MATCH, "title"), (&IMAGE_LINK_DOESNT_MATCH, "link")];
        for ((channel, image), (code, name)) in self.channel.iter_mut().zip(&mut self.image).zip(codes) {
            let (Some((channel, _)), Some((image, span))) = (channel.take(), image.take()) else { continue };
            // An address with and without its last slash is the same.
            if channel.trim_end_matches('/') != image.trim_end_matches('/') {
                let message = format!("the image's `{name}` is not the channel's, `{channel}`");
                findings.add(scene, code, span, message).child("image").child(name).help(format!("write `{channel}`"));
            }
        }
    }
}

/// Reports an image that is none of the formats of RSS by its address.
fn format(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let value = here.text.value();
    if let Some(ending) = ending(&value).filter(|ending| !FORMATS.contains(&ending.as_str())) {
        let span = here.text.locate(scene.reader, &(0..value.len())).unwrap_or_else(|| here.tag.span.clone());
        let message = format!("the image is a `.{ending}`, and RSS has GIF, JPEG and PNG");
        findings.add(scene, &IMAGE_URL_FORMAT, span, message).help("give the address of a PNG or JPEG");
    }
}

/// Returns the ending of an address, if images have it.
fn ending(address: &str) -> Option<String> {
    let path = address.trim().split(['?', '#']).next().unwrap_or_default();
    let (_, ending) = path.rsplit('/').next().unwrap_or_default().rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    (OTHERS.contains(&ending.as_str()) || FORMATS.contains(&ending.as_str())).then_some(ending)
}
