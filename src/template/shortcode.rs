//! The small templates of `content.shortcodes`: what an entry shows in the place of a shortcode.
//!
//! They see what the call gives, what stands between its tags, and a little of the post and the site; no other template and no file.

use super::{DEPTH, FUEL, TEMPLATE_ERROR, message, text, write_escaped};
use crate::diagnostic::Diagnostic;
use crate::model::Shortcode;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use std::collections::BTreeMap;

/// The most that one call may become, in bytes.
const SIZE: usize = 64 * 1024;

/// What a call hands to its template.
#[derive(Debug, Clone, Copy)]
pub struct ShortcodeValues<'a> {
    /// The values without a name.
    pub args: &'a [String],
    /// The values with a name.
    pub named: &'a [(String, String)],
    /// What stands between its tags, as it is written.
    pub inner: &'a str,
    /// What is known of the post.
    pub post: &'a [(&'a str, Vec<String>)],
    /// What is known of the site.
    pub site: &'a [(&'a str, Vec<String>)],
    /// What is put around a text that the filter `markdown` is used on.
    pub markdown: char,
}

/// Reports the templates that cannot be read.
#[must_use]
pub fn check_shortcodes(shortcodes: &[Shortcode]) -> Vec<Diagnostic> {
    let fault = |shortcode: &Shortcode| environment(shortcode, '\u{ffff}').err().map(|error| diagnose(shortcode, &error));
    shortcodes.iter().filter_map(fault).collect()
}

/// Returns what a template makes of a call: HTML, with Markdown between the signs that [`ShortcodeValues::markdown`] names.
///
/// # Errors
/// What is wrong with the template.
pub fn fill_shortcode(shortcode: &Shortcode, values: ShortcodeValues<'_>) -> Result<String, Diagnostic> {
    let filled = environment(shortcode, values.markdown).and_then(|environment| environment.get_template(NAME)?.render(context(values)));
    let filled = filled.map_err(|error| diagnose(shortcode, &error))?;
    if filled.len() > SIZE.saturating_add(values.inner.len() * 4) {
        let message = format!("`content.shortcodes.{}` makes more than {SIZE} bytes of one call", shortcode.name);
        return Err(Diagnostic::new(&TEMPLATE_ERROR, message).at(shortcode.place.clone()).help("shorten the loops in it"));
    }
    Ok(filled)
}

/// The name of the template; its ending has values escaped.
const NAME: &str = "shortcode.html";

fn environment(shortcode: &Shortcode, markdown: char) -> Result<Environment<'_>, Error> {
    let mut environment = Environment::new();
    // What a call does not give is nothing.
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(write_escaped);
    environment.set_recursion_limit(DEPTH);
    environment.set_fuel(Some(FUEL.0));
    environment.add_filter("markdown", move |text: Value| {
        let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
        Value::from_safe_string(format!("{markdown}{}{markdown}", text.replace(markdown, "")))
    });
    environment.add_template(NAME, &shortcode.template)?;
    Ok(environment)
}

fn context(values: ShortcodeValues<'_>) -> Value {
    let one = |texts: &[String]| match texts {
        [one] => Value::from(text(one)),
        several => several.iter().map(|one| text(one)).collect(),
    };
    let map = |facts: &[(&str, Vec<String>)]| Value::from_pairs(facts.iter().map(|(name, texts)| (*name, one(texts))));
    let named: BTreeMap<&str, String> = values.named.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    let mut all: BTreeMap<&str, Value> = named.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
    all.insert("args", values.args.iter().map(|value| text(value)).collect());
    all.insert("named", Value::from_pairs(named.iter().map(|(name, value)| (*name, value.as_str()))));
    all.insert("inner", Value::from(values.inner.replace(values.markdown, "")));
    all.insert("post", map(values.post));
    all.insert("site", map(values.site));
    Value::from_pairs(all)
}

fn diagnose(shortcode: &Shortcode, error: &Error) -> Diagnostic {
    let message = format!("`content.shortcodes.{}`: {}", shortcode.name, message(error, ""));
    let help = "mend the template; an empty one shows nothing in the place of the shortcode";
    Diagnostic::new(&TEMPLATE_ERROR, message).at(shortcode.place.clone()).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn fill(template: &str) -> Result<String, String> {
        let shortcode = Shortcode { name: "x".into(), template: template.into(), place: Place::file("postrider.yaml") };
        let (args, named) =
            (["one".to_owned(), "<b>".to_owned()], [("title".to_owned(), "T & t".to_owned()), ("data-x".to_owned(), "y".to_owned())]);
        let post = [("title", vec!["P".to_owned()]), ("tags", vec!["a".to_owned(), "b".to_owned()])];
        let values = ShortcodeValues { args: &args, named: &named, inner: "*in* <i>", post: &post, site: &[], markdown: '|' };
        fill_shortcode(&shortcode, values).map_err(|found| format!("{} {}", found.code, found.message))
    }

    #[test]
    fn a_template_gets_what_the_call_gives() {
        for (template, filled) in [
            ("{{ args[0] }} {{ args[1] }} {{ args[7] }}.", "one &lt;b&gt; ."),
            ("{{ title }} {{ named['data-x'] }} {{ other }} {{ other.more or 'none' }}", "T &amp; t y  none"),
            ("{{ inner }} {{ inner | markdown }}", "*in* &lt;i&gt; |*in* <i>|"),
            ("{{ post.title }} {{ post.tags | join(', ') }} {{ site.title }}", "P a, b "),
            ("{% if title %}<b>{{ title }}</b>{% endif %}", "<b>T &amp; t</b>"),
            ("", ""),
        ] {
            assert_eq!(fill(template).as_deref(), Ok(filled), "{template}");
        }
    }

    #[test]
    fn a_fault_names_the_shortcode_and_nothing_runs_for_ever() {
        for (template, told) in [
            ("{{ title | nothing }}", "template-error `content.shortcodes.x`: unknown filter"),
            ("{% if %}", "template-error `content.shortcodes.x`: syntax error"),
            (
                "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
                "template-error `content.shortcodes.x`: ",
            ),
            ("{% include 'subscribe.html' %}", "template-error `content.shortcodes.x`: "),
            ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template-error `content.shortcodes.x`: "),
            (
                "{% for a in range(9999) %}{{ inner }}{{ inner }}{{ inner }}{% endfor %}",
                "template-error `content.shortcodes.x` makes more than",
            ),
        ] {
            assert!(fill(template).is_err_and(|message| message.starts_with(told)), "{template} {:?}", fill(template));
        }
    }
}
