//! "Did you mean": the known name that a mistaken one is nearest to.

/// How alike two names must be (0 to 1).
const ALIKE: f64 = 0.75;

/// Returns the known name that is most like a mistaken one, if any is.
#[must_use]
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer names than these are no slips of the finger, and comparing them takes time.
    if text.len() > 100 {
        return None;
    }
    let text = text.to_lowercase();
    let alike = |name: &str| {
        strsim::normalized_damerau_levenshtein(&text, &name.to_lowercase()).max(strsim::jaro_winkler(&text, &name.to_lowercase()) - 0.1)
    };
    let best = known.into_iter().map(|name| (alike(name), name)).max_by(|(a, x), (b, y)| a.total_cmp(b).then_with(|| y.cmp(x)));
    best.filter(|(score, _)| *score >= ALIKE).map(|(_, name)| name)
}

/// Returns the advice for a mistaken name.
#[must_use]
pub fn did_you_mean<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(text, known).map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_found_and_other_words_are_not() {
        let names = ["title", "description", "url"];
        assert_eq!(nearest("tilte", names), Some("title"));
        assert_eq!(nearest("Desription", names), Some("description"));
        assert_eq!(nearest("colour", names), None);
    }
}
