//! What a server offers in its answer to EHLO (RFC 5321 §4.1.1.1), as far as we ask.

/// The extensions of a server.
#[derive(Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is an extension of its own")]
pub(super) struct Offers {
    /// RFC 3207.
    pub(super) starttls: bool,
    /// RFC 6152.
    pub(super) eight_bit: bool,
    /// RFC 6531.
    pub(super) utf8: bool,
    /// RFC 2920.
    pub(super) pipelining: bool,
    /// The largest message (RFC 1870); the largest number where no limit is known.
    pub(super) size: Option<u64>,
    /// The ways to log in, in capitals (RFC 4954).
    pub(super) logins: Vec<String>,
}

impl Offers {
    /// Adds a line of the answer.
    pub(super) fn push(&mut self, line: &str) {
        let line = line.to_ascii_uppercase();
        let mut words = line.split_whitespace();
        match words.next().unwrap_or_default() {
            "STARTTLS" => self.starttls = true,
            "8BITMIME" => self.eight_bit = true,
            "SMTPUTF8" => self.utf8 = true,
            "PIPELINING" => self.pipelining = true,
            // RFC 1870 §4: zero and none are no limit that is known.
            "SIZE" => self.size = words.next().and_then(|number| number.parse().ok()).filter(|limit| *limit > 0).or(Some(u64::MAX)),
            // Servers of old say `AUTH=PLAIN`, some of them beside `AUTH PLAIN`.
            word => {
                if let Some(first) = word.strip_prefix("AUTH").filter(|rest| rest.is_empty() || rest.starts_with('=')) {
                    let first = first.strip_prefix('=').filter(|first| !first.is_empty());
                    self.logins.extend(first.into_iter().chain(words).map(str::to_owned));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers(lines: &[&str]) -> Offers {
        let mut offers = Offers::default();
        for line in lines {
            offers.push(line);
        }
        offers
    }

    #[test]
    fn what_a_server_offers_is_known_in_whatever_case() {
        let known = offers(&[
            "mail.example.org",
            "StartTLS",
            "8BITMIME",
            "smtputf8",
            "Pipelining",
            "SIZE 35882577",
            "auth plain Login XOAUTH2",
            "X",
        ]);
        assert!(known.starttls && known.eight_bit && known.utf8 && known.pipelining);
        assert_eq!((known.size, known.logins.join(" ").as_str()), (Some(35_882_577), "PLAIN LOGIN XOAUTH2"));
    }

    #[test]
    fn a_size_of_zero_or_none_is_no_limit() {
        for line in ["SIZE", "SIZE 0", "SIZE x", "SIZE 99999999999999999999999"] {
            assert_eq!(offers(&[line]).size, Some(u64::MAX), "{line}");
        }
    }

    #[test]
    fn ways_to_log_in_may_be_said_in_the_old_form() {
        assert_eq!(offers(&["AUTH=PLAIN LOGIN"]).logins, ["PLAIN", "LOGIN"]);
        assert_eq!(offers(&["SIZES 5", "XSIZE 5"]).size, None);
        assert_eq!(offers(&["AUTH= PLAIN", "AUTHX LOGIN"]).logins, ["PLAIN"]);
    }
}
