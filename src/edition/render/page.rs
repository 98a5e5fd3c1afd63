//! What a letter tells, before any look.

use crate::model::{Date, Enclosure, Image, MailContent};
use crate::text::words::Words;

/// An edition in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterPage<'a> {
    /// The site's title, plain text.
    pub site_title: &'a str,
    /// The site's address, absolute.
    pub site_url: &'a str,
    /// The letter's language (RFC 5646).
    pub language: Option<&'a str>,
    /// The words around the posts.
    pub words: &'static Words,
    /// The edition's stable name: `2026-11-22`.
    pub key: &'a str,
    /// The author's title of the edition, plain text.
    pub title: Option<&'a str>,
    /// The edition's number, where editions are counted.
    pub number: Option<u32>,
    /// The edition's date.
    pub date: Date,
    /// The author's opening.
    pub intro: Option<Intro<'a>>,
    /// The posts in order.
    pub posts: Vec<LetterPost>,
    /// The sender's postal address; its lines may be parted by line breaks.
    pub postal_address: Option<&'a str>,
    /// Where the earlier editions can be read, absolute.
    pub archive_url: Option<&'a str>,
}

/// The author's opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intro<'a> {
    /// Clean HTML for mail.
    pub html: &'a str,
    /// The same as plain text.
    pub text: &'a str,
    /// The addresses of its pictures whose files are at hand, and the files, relative to the site's root.
    pub pictures: &'a [(String, String)],
}

/// A post in a letter.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterPost {
    /// The file that findings are reported at.
    pub path: String,
    /// Plain text; `None` for a titleless post.
    pub title: Option<String>,
    /// The permalink, absolute.
    pub url: String,
    /// First publication.
    pub date: Date,
    /// The authors' names.
    pub authors: Vec<String>,
    /// Tags and categories.
    pub tags: Vec<String>,
    /// The language where it differs from the letter's.
    pub language: Option<String>,
    /// Plain text.
    pub summary: Option<String>,
    /// Clean HTML for mail, from a rendering with `Medium::Mail`.
    pub html: String,
    /// The same as plain text, with its references.
    pub text: String,
    /// The post's image.
    pub image: Option<Image>,
    /// What the image shows.
    pub image_alt: String,
    /// The files that are attached to the post: recordings and the like.
    pub enclosures: Vec<Enclosure>,
    /// The addresses of its pictures whose files are at hand, and the files, relative to the site's root.
    pub pictures: Vec<(String, String)>,
    /// How much of the post the letter carries.
    pub content: MailContent,
}
