//! Tokens in unsubscribe, confirm and bounce addresses: opaque, unguessable, of fixed length, without an address in them.
//!
//! A token is base64url without padding of
//!
//! ```text
//! 1 octet    version (high four bits; 1) and purpose (low four bits)
//! 1 octet    id of the key
//! 16 octets  the subscriber's random id
//! 5 octets   hash of the newsletter's id
//! 4 octets   in confirm tokens only: when it was made, in seconds since 1970
//! 16 octets  HMAC-SHA-256 over all that and the newsletter's id, its first half
//! ```
//!
//! which makes 52 characters, 58 for confirm tokens: with up to 12 characters before it, a token fits the local part of a bounce
//! address (RFC 5321 §4.5.3.1.1). No octet is left over, so no two texts are the same token.

use super::codes::TOKEN_KEY;
use crate::diagnostic::Diagnostic;
use crate::model::Date;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use sha2::{Digest, Sha256};
use std::fmt;

/// A subscriber's random id: it stays when the address changes, and tells nothing.
pub type SubscriberId = [u8; 16];

/// How many characters a token has, except those for confirming.
pub const LENGTH: usize = 52;

/// How many characters a token for confirming has.
pub const CONFIRM_LENGTH: usize = 58;

/// How long a confirm token is good for.
const CONFIRM_SECONDS: i64 = 7 * 24 * 60 * 60;

/// The version that is written, and the only one that is read. 10 is never given to one: preview tokens read as that.
const VERSION: u8 = 1;

/// The octets of the code at the end.
const CODE: usize = 16;

/// What a token allows its holder to do; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Leaving a newsletter; good for ever.
    Unsubscribe,
    /// Saying that an address may be mailed; good for seven days.
    Confirm,
    /// Telling whose mail came back.
    Bounce,
}

impl Purpose {
    fn number(self) -> u8 {
        match self {
            Purpose::Unsubscribe => 1,
            Purpose::Confirm => 2,
            Purpose::Bounce => 3,
        }
    }
}

/// The keys that tokens are made with: the first signs, all verify. Never shown.
#[derive(Clone)]
pub struct Keys {
    first: Key,
    others: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: u8,
    key: hmac::Key,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} of them)", 1 + self.others.len())
    }
}

/// Why a token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is cut, changed on the way, or never was a token.
    #[error("this is no token of postrider's")]
    Malformed,
    /// It is for something else.
    #[error("this token is for something else")]
    OtherPurpose,
    /// No key of ours made it for this newsletter.
    #[error("this token was not made by this newsletter")]
    Forged,
    /// It was good for seven days.
    #[error("this token has expired")]
    Expired,
}

impl Keys {
    /// Makes keys of secrets, newest first; each has at least 32 octets.
    pub fn new(secrets: &[&[u8]]) -> Result<Self, Diagnostic> {
        let short = |at: usize| {
            Diagnostic::new(&TOKEN_KEY, format!("key {} for unsubscribe links has less than 32 octets", at + 1))
                .help("make one with `openssl rand -base64 32`")
        };
        let keys = secrets.iter().enumerate().map(|(at, secret)| Key::new(secret).ok_or_else(|| short(at)));
        let mut keys = keys.collect::<Result<Vec<Key>, _>>()?;
        if keys.is_empty() {
            return Err(Diagnostic::new(&TOKEN_KEY, "there is no key for unsubscribe links").help("set `POSTRIDER_UNSUBSCRIBE_KEY`"));
        }
        let first = keys.remove(0);
        Ok(Keys { first, others: keys })
    }

    /// Returns the token with which a subscriber leaves a newsletter, or is recognised when a mail comes back.
    ///
    /// A confirm token is made by [`Keys::confirm`]; here it would have expired long ago.
    #[must_use]
    pub fn token(&self, purpose: Purpose, subscriber: &SubscriberId, newsletter: &str) -> String {
        self.make(purpose, subscriber, newsletter, 0)
    }

    /// Returns the token with which an address is confirmed, within seven days.
    #[must_use]
    pub fn confirm(&self, subscriber: &SubscriberId, newsletter: &str, made: Date) -> String {
        self.make(Purpose::Confirm, subscriber, newsletter, u32::try_from(made.timestamp()).unwrap_or_default())
    }

    fn make(&self, purpose: Purpose, subscriber: &SubscriberId, newsletter: &str, made: u32) -> String {
        let mut octets = Vec::with_capacity(48);
        octets.extend([VERSION << 4 | purpose.number(), self.first.id]);
        octets.extend(subscriber);
        octets.extend(newsletter_hash(newsletter));
        if purpose == Purpose::Confirm {
            octets.extend(made.to_be_bytes());
        }
        let code = self.first.code(&octets, newsletter);
        octets.extend(code);
        URL_SAFE_NO_PAD.encode(octets)
    }

    /// Returns whose token it is, if it is good for this, for this newsletter, now.
    pub fn verify(&self, token: &str, purpose: Purpose, newsletter: &str, now: Date) -> Result<SubscriberId, Refused> {
        let octets = URL_SAFE_NO_PAD.decode(token).map_err(|_| Refused::Malformed)?;
        let (told, code) = octets.len().checked_sub(CODE).map(|at| octets.split_at(at)).ok_or(Refused::Malformed)?;
        let (head, rest) = told.split_first_chunk::<2>().ok_or(Refused::Malformed)?;
        let (subscriber, rest) = rest.split_first_chunk::<16>().ok_or(Refused::Malformed)?;
        let (_, made) = rest.split_first_chunk::<5>().ok_or(Refused::Malformed)?;
        let [kind, id] = *head;
        let is_whole = if kind & 15 == Purpose::Confirm.number() { made.len() == 4 } else { made.is_empty() };
        if kind >> 4 != VERSION || !is_whole {
            return Err(Refused::Malformed);
        }
        let mut keys = std::iter::once(&self.first).chain(&self.others).filter(|key| key.id == id);
        if !keys.any(|key| key.is_code(code, told, newsletter)) {
            return Err(Refused::Forged);
        }
        if kind & 15 != purpose.number() {
            return Err(Refused::OtherPurpose);
        }
        match <[u8; 4]>::try_from(made) {
            Ok(made) if now.timestamp() - i64::from(u32::from_be_bytes(made)) > CONFIRM_SECONDS => Err(Refused::Expired),
            _ => Ok(*subscriber),
        }
    }
}

impl Key {
    fn new(secret: &[u8]) -> Option<Self> {
        if secret.len() < 32 {
            return None;
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let id = hmac::sign(&key, b"postrider key id").as_ref().first().copied()?;
        Some(Key { id, key })
    }

    fn code(&self, told: &[u8], newsletter: &str) -> [u8; CODE] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(told);
        context.update(newsletter.as_bytes());
        let tag = context.sign();
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }

    /// Compares in constant time: what `ring` compares are codes of the two codes, which nobody outside can choose.
    fn is_code(&self, given: &[u8], told: &[u8], newsletter: &str) -> bool {
        let again = hmac::sign(&self.key, &self.code(told, newsletter));
        hmac::verify(&self.key, given, again.as_ref()).is_ok()
    }
}

/// Returns whether a text looks like a token of this newsletter; whether one of its keys made it is another question.
#[must_use]
pub fn is_for(token: &str, newsletter: &str) -> bool {
    URL_SAFE_NO_PAD.decode(token).is_ok_and(|octets| octets.get(18..23) == Some(newsletter_hash(newsletter).as_slice()))
}

/// Returns when a token for confirming says that it was made, in seconds since 1970.
#[must_use]
pub fn made(token: &str) -> Option<i64> {
    let octets = URL_SAFE_NO_PAD.decode(token).ok()?;
    let made = octets.get(23..27).filter(|_| octets.len() == 27 + CODE)?;
    Some(i64::from(u32::from_be_bytes(made.try_into().ok()?)))
}

fn newsletter_hash(newsletter: &str) -> [u8; 5] {
    Sha256::digest(newsletter).first_chunk().copied().unwrap_or_default()
}

/// Where the tokens of a letter come from.
#[derive(Debug, Clone, Copy)]
pub enum Tokens<'a> {
    /// Real ones.
    Keys(&'a Keys),
    /// For a preview: as long as a real one, and never good for anything.
    Preview,
}

impl Tokens<'_> {
    /// Returns a recipient's token.
    #[must_use]
    pub fn token(&self, purpose: Purpose, subscriber: &SubscriberId, newsletter: &str) -> String {
        match self {
            Tokens::Keys(keys) => keys.token(purpose, subscriber, newsletter),
            Tokens::Preview => "preview-".chars().cycle().take(LENGTH).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    const OLD: &[u8] = b"an old key that has its 32 octets";
    const NEW: &[u8] = b"a new key that has at least 32 octets";
    const ID: SubscriberId = [7; 16];

    fn keys(secrets: &[&[u8]]) -> Keys {
        Keys::new(secrets).expect("keys")
    }

    fn now() -> Date {
        DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a date")
    }

    #[test]
    fn a_token_tells_whose_it_is_and_is_good_for_one_thing_in_one_newsletter() {
        let keys = keys(&[NEW]);
        let token = keys.token(Purpose::Unsubscribe, &ID, "main");
        assert_eq!(token.len(), LENGTH);
        assert_eq!(keys.verify(&token, Purpose::Unsubscribe, "main", now()), Ok(ID));
        assert_eq!(keys.verify(&token, Purpose::Bounce, "main", now()), Err(Refused::OtherPurpose));
        assert_eq!(keys.verify(&token, Purpose::Unsubscribe, "other", now()), Err(Refused::Forged));
        assert_eq!((is_for(&token, "main"), is_for(&token, "other"), made(&token)), (true, false, None));
    }

    #[test]
    fn a_token_is_the_same_for_ever() {
        let token = keys(&[NEW]).token(Purpose::Unsubscribe, &ID, "main");
        assert_eq!(token, "EUcHBwcHBwcHBwcHBwcHBwcHDW5AeeOa860VhNP330BHemkGJn6y");
    }

    #[test]
    fn the_first_key_signs_and_all_verify() {
        let before = keys(&[OLD]).token(Purpose::Unsubscribe, &ID, "main");
        let rotated = keys(&[NEW, OLD]);
        let after = rotated.token(Purpose::Unsubscribe, &ID, "main");
        assert_ne!(before, after);
        assert_eq!(rotated.verify(&before, Purpose::Unsubscribe, "main", now()), Ok(ID));
        assert_eq!(rotated.verify(&after, Purpose::Unsubscribe, "main", now()), Ok(ID));
        assert_eq!(keys(&[NEW]).verify(&after, Purpose::Unsubscribe, "main", now()), Ok(ID));
        assert_eq!(keys(&[NEW]).verify(&before, Purpose::Unsubscribe, "main", now()), Err(Refused::Forged));
    }

    #[test]
    fn a_confirm_token_is_good_for_seven_days_and_an_unsubscribe_token_for_ever() {
        let keys = keys(&[NEW]);
        let token = keys.confirm(&ID, "main", now());
        let at = |days| keys.verify(&token, Purpose::Confirm, "main", now() + TimeDelta::days(days));
        assert_eq!((at(0), at(7), at(8)), (Ok(ID), Ok(ID), Err(Refused::Expired)));
        assert_eq!((token.len(), made(&token)), (CONFIRM_LENGTH, Some(now().timestamp())));
        let leave = keys.token(Purpose::Unsubscribe, &ID, "main");
        assert_eq!(keys.verify(&leave, Purpose::Unsubscribe, "main", now() + TimeDelta::days(40_000)), Ok(ID));
    }

    #[test]
    fn a_preview_token_is_as_long_and_never_good() {
        let keys = keys(&[NEW]);
        for purpose in [Purpose::Unsubscribe, Purpose::Confirm, Purpose::Bounce] {
            let token = Tokens::Preview.token(purpose, &ID, "main");
            assert_eq!(token.len(), LENGTH);
            assert_eq!(keys.verify(&token, purpose, "main", now()), Err(Refused::Malformed));
        }
    }

    #[test]
    fn a_short_key_is_refused_and_no_key_is_ever_shown() {
        assert_eq!(Keys::new(&[&[1; 31]]).expect_err("a finding").code, "bad-token-key");
        assert!(Keys::new(&[]).is_err());
        assert_eq!(format!("{:?}", keys(&[NEW, OLD])), "Keys(2 of them)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(token in ".{0,80}|[A-Za-z0-9_-]{50,60}") {
            prop_assert!(keys(&[NEW]).verify(&token, Purpose::Unsubscribe, "main", now()).is_err());
        }

        #[test]
        fn a_token_with_one_other_character_is_refused(at in 0..LENGTH, by in 1..64_usize) {
            const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let keys = keys(&[NEW, OLD]);
            let mut token = keys.token(Purpose::Unsubscribe, &ID, "main").into_bytes();
            let place = ALPHABET.iter().position(|c| *c == token[at]).expect("in the alphabet");
            token[at] = ALPHABET[(place + by) % 64];
            let token = String::from_utf8(token).expect("ASCII");
            prop_assert!(keys.verify(&token, Purpose::Unsubscribe, "main", now()).is_err());
        }

        #[test]
        fn any_subscriber_and_newsletter_is_told_again(id in any::<[u8; 16]>(), newsletter in ".{0,20}") {
            let keys = keys(&[NEW]);
            let token = keys.token(Purpose::Bounce, &id, &newsletter);
            prop_assert_eq!(token.len(), LENGTH);
            prop_assert_eq!(keys.verify(&token, Purpose::Bounce, &newsletter, now()), Ok(id));
        }
    }
}
