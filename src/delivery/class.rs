//! What a reply means for the recipient and for the run: a table, because no two providers agree.

use super::error::Stage;
use super::reply::{Enhanced, Reply};
use std::ops::RangeInclusive;

/// What follows from a reply or a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The server consented; at [`Stage::Dot`]: the mail is its business now.
    Taken,
    /// Not now: the recipient is tried again later.
    Deferred {
        /// Whether it is the pace that the server minds, so that the whole run slows down.
        slow: bool,
    },
    /// Not for this recipient, ever.
    Refused {
        /// Whether the reply counts towards suppressing the address.
        suppress: bool,
    },
    /// The sender or the mail is not liked, whoever gets it: the recipient waits, and several of these in a row stop the run.
    Policy,
    /// The connection is over, or cannot be had now; nobody is to blame.
    Gone,
    /// Likewise, for so much is too much: the whole run slows down.
    Crowded,
    /// The run stops; nobody is to blame, and all that is left stays pending.
    Stop(Reason),
    /// Nobody knows whether the mail was taken. Never the class of a reply.
    Unknown,
}

/// Why a run stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Name or password, or a way to show them.
    Login,
    /// The connection is not safe.
    Unsafe,
    /// No recipient would get a mail of this size.
    TooBig,
    /// The provider's quota is used up.
    Quota,
    /// The sender is refused.
    Sender,
}

/// Replies of one class.
struct Row {
    /// Where; empty for everywhere.
    stages: &'static [Stage],
    codes: RangeInclusive<u16>,
    /// Subject and detail of the enhanced code, one of these; empty for any or none. A detail of `ANY` is any.
    enhanced: &'static [(u16, u16)],
    /// What a word of the text begins with, one of these; empty for any.
    words: &'static [&'static str],
    class: Class,
}

const ANY: u16 = u16::MAX;
const SETTING_UP: &[Stage] = &[Stage::Connect, Stage::Greeting, Stage::Hello, Stage::Tls];
const WINDING_UP: &[Stage] = &[Stage::Reset, Stage::Quit];
/// Where a reply is about the recipient: there is one for each message.
const RECIPIENT: &[Stage] = &[Stage::Rcpt, Stage::Data, Stage::Body, Stage::Dot];
/// Where the server has seen the message, or its size.
const MESSAGE: &[Stage] = &[Stage::Mail, Stage::Data, Stage::Body, Stage::Dot];
const EVERYWHERE: &[Stage] = &[];

const LATER: Class = Class::Deferred { slow: false };
const SLOWER: Class = Class::Deferred { slow: true };
const NEVER: Class = Class::Refused { suppress: false };
const NOBODY: Class = Class::Refused { suppress: true };

const fn row(
    stages: &'static [Stage],
    codes: RangeInclusive<u16>,
    enhanced: &'static [(u16, u16)],
    words: &'static [&'static str],
    class: Class,
) -> Row {
    Row { stages, codes, enhanced, words, class }
}

/// The first row that fits decides.
const ROWS: &[Row] = &[
    // RFC 5321 §3.8: the server closes, at any time.
    row(EVERYWHERE, 421..=421, &[], &["rate", "limit", "throttl", "many", "slow"], Class::Crowded),
    row(EVERYWHERE, 421..=421, &[], &[], Class::Gone),
    row(SETTING_UP, 400..=599, &[], &[], Class::Gone),
    row(WINDING_UP, 400..=599, &[], &[], Class::Gone),
    // RFC 4954 §4.7: 454 is for the moment; what is for ever is the password, the mechanism or the lack of both.
    row(&[Stage::Auth], 400..=499, &[], &[], Class::Gone),
    row(&[Stage::Auth], 500..=599, &[], &[], Class::Stop(Reason::Login)),
    row(EVERYWHERE, 530..=530, &[], &[], Class::Stop(Reason::Login)),
    row(EVERYWHERE, 534..=535, &[], &[], Class::Stop(Reason::Login)),
    row(EVERYWHERE, 538..=538, &[], &[], Class::Stop(Reason::Login)),
    // The size of the message is the same for all.
    row(EVERYWHERE, 500..=599, &[(3, 4)], &[], Class::Stop(Reason::TooBig)),
    row(&[Stage::Mail], 552..=552, &[], &[], Class::Stop(Reason::TooBig)),
    row(MESSAGE, 552..=552, &[], &["size", "large", "big"], Class::Stop(Reason::TooBig)),
    // A full mailbox is somebody's own quota, not ours, and so is the rate at which they get mail.
    row(RECIPIENT, 400..=599, &[(2, 2)], &[], LATER),
    row(RECIPIENT, 500..=599, &[(2, 1)], &["rate"], LATER),
    // The provider's quota. Of 454, throttling is the pace of the moment.
    row(EVERYWHERE, 500..=599, &[(4, 5), (1, 90)], &[], Class::Stop(Reason::Quota)),
    row(EVERYWHERE, 454..=454, &[], &["quota", "dail"], Class::Stop(Reason::Quota)),
    row(EVERYWHERE, 454..=454, &[], &["throttl"], SLOWER),
    row(EVERYWHERE, 454..=454, &[], &["limit", "rate"], Class::Stop(Reason::Quota)),
    row(EVERYWHERE, 554..=554, &[], &["quota", "limit", "rate"], Class::Stop(Reason::Quota)),
    // The six codes that say that nobody is there.
    row(RECIPIENT, 500..=599, &[(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)], &[], NOBODY),
    // RFC 3463 §3.2: the rest of subject 1 is about an address. That of MAIL is the sender's, below.
    row(RECIPIENT, 500..=599, &[(1, ANY)], &[], NEVER),
    // The sender.
    row(&[Stage::Mail], 500..=599, &[], &[], Class::Stop(Reason::Sender)),
    // RFC 3463 §3.8: security or policy.
    row(RECIPIENT, 500..=599, &[(7, ANY)], &[], Class::Policy),
    row(
        RECIPIENT,
        550..=554,
        &[],
        &["policy", "spam", "block", "blacklist", "reputation", "relay", "dmarc", "dkim", "spf", "authenticat"],
        Class::Policy,
    ),
    row(RECIPIENT, 552..=552, &[], &[], LATER),
    row(RECIPIENT, 553..=553, &[], &[], NEVER),
    row(&[Stage::Rcpt], 500..=599, &[], &[], NEVER),
    row(EVERYWHERE, 500..=599, &[], &[], LATER),
    // What is about an address or a mailbox (RFC 3463 §3.2, §3.3) says nothing of the pace.
    row(EVERYWHERE, 400..=499, &[(1, ANY), (2, ANY)], &[], LATER),
    row(EVERYWHERE, 450..=451, &[], &[], SLOWER),
    row(EVERYWHERE, 454..=454, &[], &[], SLOWER),
    row(EVERYWHERE, 400..=499, &[], &[], LATER),
];

/// Returns what a reply at a stage means.
#[must_use]
pub fn class(stage: Stage, reply: &Reply) -> Class {
    if stage.takes(reply.code) {
        return Class::Taken;
    }
    // Neither consent nor refusal: the two sides are out of step, which only a new connection ends.
    deciding(stage, reply).and_then(|at| ROWS.get(at)).map_or(Class::Gone, |row| row.class)
}

/// Returns the number of the row that decides.
fn deciding(stage: Stage, reply: &Reply) -> Option<usize> {
    ROWS.iter().position(|row| row.fits(stage, reply))
}

impl Row {
    fn fits(&self, stage: Stage, reply: &Reply) -> bool {
        (self.stages.is_empty() || self.stages.contains(&stage))
            && self.codes.contains(&reply.code)
            && (self.enhanced.is_empty() || reply.enhanced.is_some_and(|enhanced| self.names(enhanced)))
            && (self.words.is_empty() || self.words.iter().any(|start| has_word(&reply.text, start)))
    }

    fn names(&self, Enhanced(_, subject, detail): Enhanced) -> bool {
        self.enhanced.iter().any(|known| known.0 == subject && (known.1 == detail || known.1 == ANY))
    }
}

/// Returns whether a word of the text begins so, in whatever case.
fn has_word(text: &str, start: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.into_iter().any(|word| word.get(..start.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(start)))
}

#[cfg(test)]
mod tests {
    use super::super::reply::said;
    use super::Stage::{Auth, Body, Data, Dot, Greeting, Hello, Mail, Quit, Rcpt, Reset, Tls};
    use super::*;
    use std::collections::BTreeSet;

    const LOGIN: Class = Class::Stop(Reason::Login);
    const BIG: Class = Class::Stop(Reason::TooBig);
    const QUOTA: Class = Class::Stop(Reason::Quota);
    const SENDER: Class = Class::Stop(Reason::Sender);

    /// Stage, reply, class: the words are those of servers people use.
    const EXAMPLES: &[(Stage, &str, Class)] = &[
        (Greeting, "220 mail.example.org ESMTP", Class::Taken),
        (Data, "354 End data with <CR><LF>.<CR><LF>", Class::Taken),
        (Data, "250 what", Class::Gone),
        (Rcpt, "354 what", Class::Gone),
        (Dot, "250 2.0.0 Ok: queued as 4Xy", Class::Taken),
        (Dot, "421 4.7.0 try again later, closing connection", Class::Gone),
        (Mail, "421 4.4.2 timeout", Class::Gone),
        (Mail, "421 4.7.28 an unusual rate of mail", Class::Crowded),
        (Greeting, "421 too many connections", Class::Crowded),
        (Greeting, "554 5.7.1 no service for you", Class::Gone),
        (Hello, "502 5.5.1 not implemented", Class::Gone),
        (Tls, "454 4.7.0 TLS not available due to local problem", Class::Gone),
        (Reset, "500 5.5.2 what", Class::Gone),
        (Quit, "500 5.5.2 what", Class::Gone),
        (Auth, "454 4.7.0 Temporary authentication failure", Class::Gone),
        (Auth, "535 5.7.8 Username and Password not accepted", LOGIN),
        (Auth, "504 5.5.4 Unrecognized authentication type", LOGIN),
        (Mail, "530 5.7.0 Authentication Required", LOGIN),
        (Mail, "535 5.7.3 Authentication unsuccessful", LOGIN),
        (Rcpt, "534 5.7.9 Application-specific password required", LOGIN),
        (Mail, "538 5.7.11 Encryption required for requested authentication mechanism", LOGIN),
        (Dot, "552 5.3.4 Message size exceeds fixed limit", BIG),
        (Mail, "552 over", BIG),
        (Dot, "552 Message too large", BIG),
        (Rcpt, "552 5.2.2 The email account is over quota", LATER),
        (Rcpt, "452 4.2.2 over quota, rate limit", LATER),
        (Dot, "550 5.2.2 mailbox full", LATER),
        (Rcpt, "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents more", LATER),
        (Dot, "550 5.4.5 Daily user sending limit exceeded", QUOTA),
        (Rcpt, "550 5.1.90 Your message can't be sent because you've reached your daily limit", QUOTA),
        (Mail, "454 4.7.0 Throttling failure: Daily message quota exceeded.", QUOTA),
        (Mail, "454 4.7.0 Throttling failure: Maximum sending rate exceeded.", SLOWER),
        (Dot, "454 4.7.0 sending limit reached", QUOTA),
        (Rcpt, "554 5.7.1 Quota exceeded", QUOTA),
        (Rcpt, "550 5.1.1 User unknown", NOBODY),
        (Rcpt, "550 5.1.2 Bad destination system", NOBODY),
        (Rcpt, "501 5.1.3 Bad address syntax", NOBODY),
        (Rcpt, "550 5.1.6 Mailbox has moved", NOBODY),
        (Rcpt, "550 5.1.10 Recipient not found", NOBODY),
        (Dot, "550 5.2.1 Mailbox disabled", NOBODY),
        (Data, "554 5.1.1 no valid recipients", NOBODY),
        (Rcpt, "550 5.1.0 Address rejected", NEVER),
        (Dot, "550 5.1.8 x", NEVER),
        (Mail, "550 5.1.7 bad sender", SENDER),
        (Mail, "550 5.1.1 who is that", SENDER),
        (Mail, "550 5.7.1 not allowed to send as", SENDER),
        (Rcpt, "554 5.7.1 Relay access denied", Class::Policy),
        (Dot, "550 5.7.515 Access denied, sending domain does not meet the required authentication level", Class::Policy),
        (Dot, "550 5.7.1 Message contains spam or virus", Class::Policy),
        (Dot, "554 Transaction failed: Reputation", Class::Policy),
        (Rcpt, "550 relay not permitted", Class::Policy),
        (Rcpt, "552 exceeded storage allocation", LATER),
        (Rcpt, "553 mailbox name not allowed", NEVER),
        (Dot, "553 sorry", NEVER),
        (Rcpt, "550 No such user", NEVER),
        (Rcpt, "500 what", NEVER),
        (Dot, "554 Transaction failed", LATER),
        (Body, "550 no", LATER),
        (Data, "503 5.5.1 valid RCPT command must precede DATA", LATER),
        (Rcpt, "450 4.2.0 Greylisted", LATER),
        (Rcpt, "451 4.1.2 Domain not found, try later", LATER),
        (Rcpt, "450 4.7.1 try again later", SLOWER),
        (Dot, "451 local error in processing", SLOWER),
        (Rcpt, "454 4.7.1 Relay access denied", SLOWER),
        (Rcpt, "452 4.5.3 Too many recipients", LATER),
        (Mail, "452 4.4.5 Insufficient disk space", LATER),
        (Mail, "452 4.3.1 Insufficient system storage", LATER),
        (Mail, "455 what", LATER),
    ];

    #[test]
    fn replies_of_real_servers_have_the_class_that_blames_the_right_one() {
        for (stage, text, wanted) in EXAMPLES {
            assert_eq!(class(*stage, &said(text)), *wanted, "{} {text}", stage.name());
        }
    }

    #[test]
    fn every_row_decides_about_an_example() {
        let decided: BTreeSet<usize> = EXAMPLES.iter().filter_map(|(stage, text, _)| deciding(*stage, &said(text))).collect();
        let idle: Vec<_> =
            ROWS.iter().enumerate().filter(|(at, _)| !decided.contains(at)).map(|(_, row)| (&row.codes, row.words)).collect();
        assert!(idle.is_empty(), "{idle:?}");
    }

    #[test]
    fn only_six_codes_count_towards_suppression_and_none_by_its_words_alone() {
        let mut counting = BTreeSet::new();
        for stage in Stage::ALL {
            for code in 400..600_u16 {
                assert_ne!(class(stage, &Reply::new(code)), NOBODY);
                for (subject, detail) in (0..10_u16).flat_map(|subject| (0..100).map(move |detail| (subject, detail))) {
                    let reply = Reply { enhanced: Some(Enhanced((code / 100) as u8, subject, detail)), ..Reply::new(code) };
                    if class(stage, &reply) == NOBODY {
                        counting.insert((code / 100, subject, detail));
                    }
                }
            }
        }
        assert_eq!(counting.into_iter().collect::<Vec<_>>(), [(5, 1, 1), (5, 1, 2), (5, 1, 3), (5, 1, 6), (5, 1, 10), (5, 2, 1)]);
    }

    #[test]
    fn a_word_within_a_word_is_none() {
        assert_eq!(class(Dot, &said("554 corporate unlimited")), LATER);
        assert_eq!(class(Dot, &said("554 RATE-LIMITED")), QUOTA);
    }

    #[test]
    fn no_reply_is_unknown() {
        for stage in Stage::ALL {
            assert!((200..600).all(|code| class(stage, &Reply::new(code)) != Class::Unknown));
        }
    }
}
