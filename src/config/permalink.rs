//! The patterns of permalinks: which placeholders there are, and Jekyll's names for whole patterns.

use crate::text::suggest::did_you_mean;

/// What a pattern may hold, each after a colon.
pub const PLACEHOLDERS: &[&str] = &[
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "i_month",
    "i_day",
    "short_year",
    "y_day",
    "slug",
    "title",
    "section",
    "sections",
    "pagesections",
    "categories",
    "category",
    "name",
    "path",
    "filename",
    "contentbasename",
    "slugorfilename",
    "slugorcontentbasename",
    "output_ext",
    "week",
    "short_day",
    "short_month",
    "long_month",
    "long_day",
    "w_year",
    "w_day",
    "monthname",
    "weekdayname",
    "weekday",
    "yearday",
    "pagetitle",
    "slugorpagetitle",
    "author",
    "lang",
    "filepathstem",
    "entryid",
];

/// Jekyll's names for whole patterns.
pub const STYLES: &[(&str, &str)] = &[
    ("pretty", "/:categories/:year/:month/:day/:title/"),
    ("date", "/:categories/:year/:month/:day/:title.html"),
    ("ordinal", "/:categories/:year/:y_day/:title.html"),
    ("weekdate", "/:categories/:year/W:week/:short_day/:title.html"),
    ("none", "/:categories/:title.html"),
];

/// Returns the pattern that one of Jekyll's names stands for.
#[must_use]
pub fn style(name: &str) -> Option<&'static str> {
    STYLES.iter().find(|(style, _)| *style == name).map(|(_, pattern)| *pattern)
}

/// Returns the placeholder that a text after a colon begins with: the one that no letter or digit follows.
#[must_use]
pub fn placeholder(rest: &str) -> Option<&'static str> {
    let fits =
        |name: &&&'static str| rest.strip_prefix(**name).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()));
    PLACEHOLDERS.iter().find(fits).copied()
}

/// Returns the whole pattern with `/` before it, or what is wrong and what to do.
pub(super) fn check(text: &str) -> Result<String, (String, String)> {
    if let Some(pattern) = style(text) {
        return Ok(pattern.to_owned());
    }
    let example = "write a pattern such as `/:year/:month/:slug/`".to_owned();
    if text.contains("://") || text.contains(['?', '#', '\\', ' ']) || text.split('/').any(|part| part == "..") {
        return Err((format!("`{text}` is no path below the site's address"), example));
    }
    for (at, _) in text.match_indices(':') {
        let rest = text.get(at + 1..).unwrap_or_default();
        if placeholder(rest).is_none() {
            let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            let known = format!("use {}", PLACEHOLDERS.iter().map(|name| format!("`:{name}`")).collect::<Vec<_>>().join(", "));
            let help = did_you_mean(name, PLACEHOLDERS.iter().copied()).map_or(known, |help| help.replacen('`', "`:", 1));
            return Err((format!("`:{name}` is no placeholder of permalinks"), help));
        }
    }
    if !text.contains(':') {
        return Err((format!("`{text}` would give every post the same permalink"), example));
    }
    Ok(if text.starts_with('/') { text.to_owned() } else { format!("/{text}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_begin_with_a_slash_and_jekylls_names_are_expanded() {
        assert_eq!(check("blog/:year_:i_month/:slug").as_deref(), Ok("/blog/:year_:i_month/:slug"));
        assert_eq!(check("none").as_deref(), Ok("/:categories/:title.html"));
        for (_, pattern) in STYLES {
            assert!(check(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn an_unknown_placeholder_is_named_with_its_neighbour() {
        assert_eq!(check("/:yeer/:slug/"), Err(("`:yeer` is no placeholder of permalinks".into(), "did you mean `:year`?".into())));
        assert!(check("/:/").is_err() && check("/a/").is_err() && check("/../:slug").is_err() && check("https://x/:slug").is_err());
        assert!(check("/:years/").is_err());
    }
}
