//! The image of an RSS channel: its format, and that it says the same as the channel.

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

/// Text and where it stands.
type Value = Option<(String, Span)>;

/// Compares the image with its channel.
#[derive(Debug, Default)]
pub(super) struct Image {
    channel: [Value; 2],
    image: [Value; 2],
}

impl Rule for Image {
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
    let path = value.trim().split(['?', '#']).next().unwrap_or_default();
    let Some((_, ending)) = path.rsplit('/').next().unwrap_or_default().rsplit_once('.') else { return };
    let ending = ending.to_ascii_lowercase();
    if OTHERS.contains(&ending.as_str()) && !FORMATS.contains(&ending.as_str()) {
        let span = here.text.locate(scene.reader, &(0..value.len())).unwrap_or_else(|| here.tag.span.clone());
        let message = format!("the image is a `.{ending}`, and RSS has GIF, JPEG and PNG");
        findings.add(scene, &IMAGE_URL_FORMAT, span, message).help("give the address of a PNG or JPEG");
    }
}
