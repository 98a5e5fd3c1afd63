//! Images and enclosures: where they are, how large, of which type.

use super::Placed;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Asset, Assets, Enclosure, EnclosureRef, Image, Settings};
use crate::text::url::resolve;
use url::Url;

/// An enclosure that is not there.
pub(super) static MISSING_ENCLOSURE: Code =
    Code::error("missing-enclosure", "An attached file that is not there: podcast apps would offer an episode that nobody can play.");
/// An enclosure whose length nobody knows.
pub(super) static UNMEASURED_ENCLOSURE: Code =
    Code::warning("unmeasured-enclosure", "The file lies elsewhere and its length is not given: apps show no size and some refuse it.");
/// An image that is not there.
pub(super) static MISSING_IMAGE: Code =
    Code::warning("missing-image", "An image that is not in the site's folder: readers see a broken picture.");
/// A reference that is no URL.
pub(super) static INVALID_REFERENCE: Code =
    Code::warning("invalid-url", "A reference that cannot be made absolute: readers cannot follow it.");

/// Folders that generators copy to the root of the site as they are.
const STATIC_FOLDERS: [&str; 7] = ["", "static/", "public/", "source/", "src/", "content/", "docs/"];

/// What the name of a bundle's picture holds, the first that is found.
const BUNDLE_IMAGES: [&[&str]; 2] = [&["feature"], &["cover", "thumbnail"]];

/// Looks up files by what refers to them.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    pub(super) settings: &'a Settings,
    pub(super) assets: &'a dyn Assets,
    /// The file beside which they may lie.
    pub(super) path: &'a str,
}

/// Looks up what a post refers to.
pub(super) struct Media<'a> {
    pub(super) files: Files<'a>,
    pub(super) placed: &'a Placed,
    pub(super) base: &'a Url,
}

/// What is known of a reference.
pub(super) enum Known {
    /// The file is at hand.
    Here(Asset),
    /// It should be a file of this site, but there is none.
    Missing,
    /// A relative path leads out of the site, below whose address it would have to be.
    Outside,
    /// It lies elsewhere.
    Elsewhere,
}

impl Files<'_> {
    /// Looks for the file behind a reference: beside the post, then where the site keeps its files.
    pub(super) fn look(&self, reference: &str, absolute: &str) -> Known {
        let relative = !reference.contains("://") && !reference.starts_with("//") && !reference.starts_with('/');
        let beside = relative.then(|| beside(self.path, reference)).flatten();
        let Some(path) = self.path_in_site(absolute) else {
            let is_own = relative && Url::parse(absolute).is_ok_and(|url| url.origin() == self.settings.url.origin());
            return if is_own { Known::Outside } else { Known::Elsewhere };
        };
        let output = format!("{}/", self.settings.output.trim_end_matches('/'));
        let folders = STATIC_FOLDERS.iter().copied().chain([output.as_str()]);
        let candidates = beside.into_iter().chain(folders.map(|folder| format!("{folder}{path}")));
        candidates.into_iter().find_map(|path| self.assets.file(&path)).map_or(Known::Missing, Known::Here)
    }

    /// Returns what was meant by a root path that leads out of a site below a path of its host (RFC 3986 §5.2.2), where the
    /// site has such a file.
    pub(super) fn meant_by_root(&self, reference: &str) -> Option<String> {
        let base = self.settings.url.path();
        let path = reference.strip_prefix('/').filter(|path| !path.starts_with('/') && !reference.starts_with(base))?;
        let within = self.settings.url.join(path).ok()?;
        let is_there = matches!(self.look(reference, within.as_str()), Known::Here(_));
        is_there.then(|| format!("{base}{path}"))
    }

    /// Returns the path under the site's address, decoded; `None` for other hosts.
    fn path_in_site(&self, absolute: &str) -> Option<String> {
        let rest = absolute.strip_prefix(self.settings.url.as_str())?;
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        Some(decode(path))
    }
}

impl Media<'_> {
    /// Returns the post's image: the one its front matter names.
    pub(super) fn image(&self, findings: &mut Vec<Diagnostic>) -> Option<Image> {
        let written = self.placed.post.image.as_deref()?;
        let place = || Place::key(&self.placed.post.path, "image");
        let Some(url) = self.absolute(written) else {
            findings.push(
                Diagnostic::new(&INVALID_REFERENCE, format!("`{written}` is no address of an image"))
                    .at(place())
                    .help("write a path or an absolute URL"),
            );
            return None;
        };
        let asset = match self.files.look(written, &url) {
            Known::Here(asset) => Some(asset),
            Known::Elsewhere => None,
            Known::Missing | Known::Outside => {
                findings.push(
                    Diagnostic::new(&MISSING_IMAGE, format!("there is no image `{written}`"))
                        .at(place())
                        .help("put the file beside the post or under the site's root, or mend the path"),
                );
                // A broken picture is worse than none.
                return None;
            }
        };
        Some(measured(url, asset))
    }

    /// Returns the picture that lies in the post's own folder under a name that says what it is for, as Hugo finds it:
    /// `featured.jpg`, else `cover.png` or `thumbnail.webp`.
    pub(super) fn bundle_image(&self) -> Option<Image> {
        let (folder, file) = self.placed.post.path.rsplit_once('/')?;
        if !file.starts_with("index.") || self.placed.post.slug == "index" {
            return None;
        }
        let files = self.files.assets.names(folder);
        let is_image = |name: &str| media_type(name).is_some_and(|kind| kind.starts_with("image/"));
        let named =
            |words: &[&str]| files.iter().find(|name| is_image(name) && words.iter().any(|word| name.to_ascii_lowercase().contains(word)));
        let name = BUNDLE_IMAGES.iter().find_map(|words| named(words))?;
        let url = self.base.join(&format!("./{}", super::permalink::encode_all(name))).ok()?;
        Some(measured(url.into(), self.files.assets.file(&format!("{folder}/{name}"))))
    }

    /// Returns the attached files, measured.
    pub(super) fn enclosures(&self, findings: &mut Vec<Diagnostic>) -> Vec<Enclosure> {
        self.placed.post.enclosures.iter().filter_map(|written| self.enclosure(written, findings)).collect()
    }

    fn enclosure(&self, written: &EnclosureRef, findings: &mut Vec<Diagnostic>) -> Option<Enclosure> {
        let place = || Place::key(&self.placed.post.path, "enclosure");
        let missing = |message: String| {
            Diagnostic::new(&MISSING_ENCLOSURE, message)
                .at(place())
                .help("put the file beside the post or under the site's root, or mend the path")
                .spec("RSS 2.0 <enclosure>")
        };
        let Some(url) = self.absolute(&written.url) else {
            findings.push(missing(format!("`{}` is no address of a file", written.url)));
            return None;
        };
        let length = match self.files.look(&written.url, &url) {
            Known::Here(asset) => Some(asset.bytes),
            Known::Missing => {
                findings.push(missing(format!("there is no file `{}`", written.url)));
                return None;
            }
            Known::Elsewhere | Known::Outside => written.length,
        };
        if length.is_none() {
            let message = format!("the length of `{}` is not known", written.url);
            findings.push(
                Diagnostic::new(&UNMEASURED_ENCLOSURE, message)
                    .at(place())
                    .help("write `enclosure: {url: …, length: BYTES}`")
                    .spec("RSS 2.0 <enclosure>"),
            );
        }
        let media_type = written.media_type.clone().or_else(|| media_type(&url)).unwrap_or_else(|| "application/octet-stream".to_owned());
        Some(Enclosure { url, length, media_type, duration: written.duration, title: written.title.clone() })
    }

    /// Returns a reference as an absolute http(s) URL. A root path stands under the site's address, as a permalink does;
    /// one that begins with the site's own path has it already.
    fn absolute(&self, written: &str) -> Option<String> {
        let root = written.strip_prefix('/').filter(|rest| !rest.starts_with('/'));
        let url = match root {
            Some(rest) if !written.starts_with(self.files.settings.url.path()) => self.files.settings.url.join(rest).ok()?.to_string(),
            _ => resolve(self.base, written)?.into_owned(),
        };
        (url.starts_with("http://") || url.starts_with("https://")).then_some(url)
    }
}

/// Returns an image with what its file tells.
pub(super) fn measured(url: String, asset: Option<Asset>) -> Image {
    Image { media_type: media_type(&url), bytes: asset.as_ref().map(|a| a.bytes), size: asset.and_then(|a| a.size), url }
}

/// Returns the media type that a URL's file name suggests.
pub(super) fn media_type(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    mime_guess::from_path(path).first_raw().map(str::to_owned)
}

/// Returns the path of a reference beside a post's file, without `.` and `..`; `None` where it leaves the tree.
pub(super) fn beside(post: &str, reference: &str) -> Option<String> {
    let reference = decode(reference.split(['?', '#']).next().unwrap_or(reference));
    let folder = post.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().filter(|part| *part != "..")?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Undoes percent-encoding; what is no UTF-8 afterwards stays as it is.
pub(super) fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| bytes.get(i + 1..i + 3)).flatten();
        match hex.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| path.to_owned())
}
