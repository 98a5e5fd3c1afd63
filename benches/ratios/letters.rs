//! Messages for many recipients, made by the library on one core.

use std::{collections::BTreeMap, io};

use chrono::DateTime;
use postrider::{
    diagnostic::Diagnostic,
    mail::{
        Addressee, Content, Frame, Letter, Message,
        dkim::{self, Key, Signer},
        token::{Keys, Tokens},
    },
    model::{Mailbox, slot::Slot},
};
use pulldown_cmark::{Options, Parser, html};

use crate::{
    measure::own_cpu,
    posts,
    random::Random,
    words::{FOREIGN, WORDS},
};

/// How long a message is at least, in octets.
const SIZE: usize = 10_000;

/// How often each is measured; the best counts.
const ROUNDS: usize = 3;

/// What is slow is made for one in so many recipients.
const SLOW: usize = 50;

/// What a message took.
pub(crate) struct Cost {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// How many were made in a round.
    pub(crate) messages: usize,
    /// Seconds of CPU for each.
    pub(crate) seconds: f64,
    /// Most seconds that it may take.
    pub(crate) most: Option<f64>,
}

/// Makes messages for `count` recipients in each way, the slow ones for fewer; returns what each took, first a message made anew for
/// each, and the octets of a message.
pub(crate) fn measure(count: usize) -> io::Result<(Vec<Cost>, usize)> {
    let post = Post::new()?;
    let list: Vec<Subscriber> = (0..count).map(Subscriber::new).collect();
    let keys = Keys::new(&[b"a key for the benchmark, 32 octets"]).map_err(|found| fault(&found))?;
    let tokens = Tokens::Keys(&keys);
    let letter = post.letter()?;
    let few = &list[..count.div_ceil(SLOW)];
    let rsa = [signer("rsa", include_bytes!("../../tests/keys/rsa-2048.test-key.pem"))?];
    let ed25519 = [signer("ed", include_bytes!("../../tests/keys/ed25519.test-key.pem"))?];
    let size = best(few, |to| message(&letter, to, tokens))?.1;
    let cost = |name, messages: usize, most, (seconds, _): (f64, usize)| Cost { name, messages, seconds: seconds / messages as f64, most };
    let costs = vec![
        cost("made anew for each", few.len(), None, best(few, |to| message(&post.letter()?, to, tokens))?),
        cost("prepared once", list.len(), Some(10e-6), best(&list, |to| message(&letter, to, tokens))?),
        cost("and signed, RSA-2048", few.len(), Some(1e-3), best(few, |to| signed(&letter, to, tokens, &rsa))?),
        cost("and signed, Ed25519", few.len(), None, best(few, |to| signed(&letter, to, tokens, &ed25519))?),
    ];
    Ok((costs, size / few.len()))
}

/// Makes a message for everyone, several times; returns the fewest seconds of CPU, and the octets of all messages.
fn best(list: &[Subscriber], make: impl Fn(&Subscriber) -> io::Result<Message>) -> io::Result<(f64, usize)> {
    let mut best = (f64::INFINITY, 0);
    for _ in 0..ROUNDS {
        let (before, mut octets) = (own_cpu()?, 0);
        for to in list {
            octets += make(to)?.bytes.len();
        }
        best = (best.0.min(own_cpu()? - before), octets);
    }
    Ok(best)
}

fn message(letter: &Letter, to: &Subscriber, tokens: Tokens<'_>) -> io::Result<Message> {
    let web_url = Some("https://blog.example/letters/2026-11-22/");
    let recipient = Addressee { id: to.id, email: &to.email, name: Some(&to.name), web_url, fields: &to.fields };
    letter.to(&recipient, tokens).map_err(|found| fault(&found))
}

fn signed(letter: &Letter, to: &Subscriber, tokens: Tokens<'_>, signers: &[Signer]) -> io::Result<Message> {
    let mut message = message(letter, to, tokens)?;
    dkim::sign(&mut message, signers, None);
    Ok(message)
}

fn signer(selector: &str, pem: &[u8]) -> io::Result<Signer> {
    let key = Key::from_pem(pem).map_err(|found| fault(&found))?;
    Signer::new("example.org", selector, key, &[]).map_err(|found| faults(&found))
}

fn faults(found: &[Diagnostic]) -> io::Error {
    io::Error::other(found.iter().map(|found| &*found.message).collect::<Vec<_>>().join("; "))
}

fn fault(found: &Diagnostic) -> io::Error {
    faults(std::slice::from_ref(found))
}

/// Someone on the list.
struct Subscriber {
    id: [u8; 16],
    email: String,
    name: String,
    fields: BTreeMap<String, String>,
}

impl Subscriber {
    /// Returns subscriber `number`; one in eight has a name with letters outside ASCII.
    fn new(number: usize) -> Self {
        let mut random = Random::new(number as u64);
        let mut word = || random.pick(&WORDS[36..]);
        let (first, last, host) = (word(), word(), word());
        let last = if random.once_in(8) { random.pick(FOREIGN) } else { last };
        let mut id = [0; 16];
        id[8..].copy_from_slice(&(number as u64).to_be_bytes());
        Subscriber { id, email: format!("{first}.{number}@{host}.example"), name: format!("{first} {last}"), fields: BTreeMap::new() }
    }
}

/// What the letter says: the beginning of generated posts, with name and web link above and the link to leave below, in both parts.
struct Post {
    html: String,
    text: String,
}

impl Post {
    /// Takes as many blocks as it needs for [`SIZE`].
    fn new() -> io::Result<Self> {
        let mut blocks = String::new();
        for number in 0.. {
            let text = posts::make_post(number).text;
            let Some((_, body)) = text.split_once("\n---\n") else { continue };
            for block in body.split_inclusive("\n\n") {
                blocks.push_str(block);
                let post = Post::of(&blocks);
                if blocks.len() > SIZE / 4 && post.size()? >= SIZE {
                    return Ok(post);
                }
            }
        }
        Err(io::Error::other("no post is long enough"))
    }

    fn of(blocks: &str) -> Self {
        let name = Slot::Name.mark();
        let (web, leave) = (Slot::WebUrl.mark(), Slot::UnsubscribeUrl.mark());
        let text = format!("Hello {name},\n\n{blocks}\nUnsubscribe:\n{leave}\n\nRead it on the web:\n{web}\n");
        let mut html = format!("<!DOCTYPE html>\n<html lang=\"en\"><body>\n<p style=\"margin:0 0 16px\">Hello {name},</p>\n");
        html::push_html(&mut html, Parser::new_ext(blocks, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES));
        let links =
            format!("<p style=\"color:#555\">\n<a href=\"{leave}\">Unsubscribe</a>\n·\n<a href=\"{web}\">Read it on the web</a>\n</p>");
        html.push_str(&links);
        html.push_str("\n</body></html>\n");
        Post { html, text }
    }

    /// Returns the octets of a message with it.
    fn size(&self) -> io::Result<usize> {
        Ok(message(&self.letter()?, &Subscriber::new(0), Tokens::Preview)?.bytes.len())
    }

    fn letter(&self) -> io::Result<Letter> {
        let frame = Frame {
            from: Mailbox { name: Some("Ada Example".to_owned()), address: "ada@example.org".to_owned() },
            newsletter: "main".to_owned(),
            list_name: "Ten thousand letters".to_owned(),
            list_domain: "blog.example".to_owned(),
            unsubscribe_url: Some("https://blog.example/leave?t={token}".to_owned()),
            unsubscribe_mailto: Some("leave@blog.example".to_owned()),
            archive: Some("https://blog.example/".to_owned()),
            ..Frame::default()
        };
        let date = DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").map_err(io::Error::other)?;
        let subject = format!("{}, a letter for you", Slot::Name.mark());
        let content = Content { key: "2026-11-22", language: "en", date, subject: &subject, html: &self.html, text: &self.text };
        Letter::new(&frame, &content).map_err(|found| faults(&found))
    }
}
