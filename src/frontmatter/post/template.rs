//! Eleventy's permalinks are templates. Those that nearly all sites use say what a pattern says as well; no template is run.

/// What `{{ page.date | date: "…" }}` is made of, and the placeholders of the same meaning.
const DATE_PARTS: [(&str, &str); 6] =
    [("%Y", ":year"), ("%y", ":short_year"), ("%m", ":month"), ("%-m", ":i_month"), ("%d", ":day"), ("%-d", ":i_day")];

/// Returns a permalink's template as a pattern; nothing where it holds anything but file name, title and date of the post.
pub(super) fn pattern(template: &str, stem: &str, title: Option<&str>) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template.trim();
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, after) = after.split_once("}}")?;
        out.push_str(before);
        // Liquid's and Nunjucks' `{{-` trim blanks, of which an address has none.
        out.push_str(&value(inside.trim_matches('-').trim(), stem, title)?);
        rest = after;
    }
    out.push_str(rest);
    let path = out.strip_suffix("index.html").filter(|path| path.ends_with('/')).unwrap_or(&out);
    (!path.contains("{%") && !path.contains(char::is_whitespace)).then(|| path.to_owned())
}

/// Returns what stands for a template's `page.fileSlug`, `title | slugify` or `page.date | date: "%Y/%m"`.
fn value(inside: &str, stem: &str, title: Option<&str>) -> Option<String> {
    let mut steps = inside.splitn(2, '|').map(str::trim);
    match (steps.next()?, steps.next()) {
        ("page.fileSlug", None) => (!stem.contains([':', '%', '#', '?'])).then(|| stem.replace(' ', "%20")),
        ("page.filePathStem", None) => Some(":filepathstem".to_owned()),
        ("page.fileSlug", Some("slug" | "slugify")) => slug(stem),
        ("title", Some("slug" | "slugify")) => slug(title?),
        ("page.date" | "date", Some(filter)) => date(filter),
        _ => None,
    }
}

/// Returns the slug on which Eleventy's filters `slug` and `slugify` agree; they differ in everything but plain words.
fn slug(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    (text.chars().all(is_plain) && !words.is_empty()).then(|| words.join("-").to_ascii_lowercase())
}

/// Returns the placeholders of Liquid's `date: "%Y/%m/%d"`.
fn date(filter: &str) -> Option<String> {
    let form = filter.strip_prefix("date:")?.trim();
    let form = form.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    let placed = DATE_PARTS.iter().fold(form.to_owned(), |text, (part, placeholder)| text.replace(part, placeholder));
    (!placed.contains(['%', '"', '\''])).then_some(placed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn file_name_title_and_date_of_a_template_become_a_pattern() {
        for (template, expected) in [
            ("/blog/{{ page.fileSlug }}/", Some("/blog/My-Post/")),
            ("blog/{{page.fileSlug}}/index.html", Some("blog/My-Post/")),
            ("/{{ page.fileSlug | slugify }}.html", Some("/my-post.html")),
            ("/{{ title | slugify }}/", Some("/a-long-walk/")),
            ("/{{- title | slug -}}/", Some("/a-long-walk/")),
            ("/{{ page.date | date: '%Y/%m/%d' }}/{{ page.fileSlug }}/", Some("/:year/:month/:day/My-Post/")),
            ("/{{ date | date: \"%Y-%-m\" }}/", Some("/:year-:i_month/")),
            ("/{{ page.date | date: '%B' }}/", None),
            ("/{{ page.filePathStem }}/", Some("/:filepathstem/")),
            ("/{{ title }}/", None),
            ("/{% if x %}a{% endif %}/", None),
            ("/{{ title", None),
            ("/{{ title | slugify | upper }}/", None),
        ] {
            assert_eq!(pattern(template, "My-Post", Some("A  Long Walk")).as_deref(), expected, "{template}");
        }
        assert_eq!(pattern("/{{ page.fileSlug }}/", "a b", None).as_deref(), Some("/a%20b/"));
        assert_eq!(pattern("/{{ title | slugify }}/", "a", Some("Don't")), None);
        assert_eq!(pattern("/{{ title | slugify }}/", "a", None), None);
    }

    proptest! {
        #[test]
        fn any_template_is_a_pattern_or_none(template in "([a-z/ %'\"|:-]|\\{\\{|\\}\\}|page.date|date|ä){0,20}") {
            prop_assert!(pattern(&template, "a", Some("b")).is_none_or(|path| !path.contains("{{")));
        }
    }
}
