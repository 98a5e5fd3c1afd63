//! The site generators that postrider meets: how to tell them by the names in a site's folder, and where they keep
//! their posts and their output.

mod astro;
mod document;
mod eleventy;
mod feed_template;
mod hugo;
mod jekyll;
mod layer;
mod obsidian;
mod pelican;
mod python;
mod script;
mod site_values;
mod typography;
mod zola;

pub use layer::{Beside, Unread};
pub(super) use layer::{Layer, Said, layer};

/// A site generator.
#[derive(Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its name.
    pub name: &'static str,
    /// Its configuration files, of which one is there.
    pub configs: &'static [&'static str],
    /// Further names that are all there.
    pub with: &'static [&'static str],
    /// Names that are not there.
    pub without: &'static [&'static str],
    /// The key that its `config.toml` begins with somewhere before the first table, for a file that several generators have.
    pub key: &'static str,
    /// Its usual folder of posts.
    pub posts: &'static str,
    /// Its usual output folder.
    pub output: &'static str,
    /// Its usual permalinks, as a pattern of ours; empty where it has none.
    pub permalink: &'static str,
    /// How it is told to write no feeds, in words; empty where nobody knows.
    pub feeds_off: &'static str,
}

/// The generators that run no template in a post: braces in it are text.
const WITHOUT_TEMPLATES: [&str; 5] = ["Astro", "Gatsby", "Hugo", "Nikola", "Zola"];

impl Neighbour {
    /// Returns whether it may run Liquid, or its like, in posts.
    #[must_use]
    pub fn has_liquid(&self) -> bool {
        !WITHOUT_TEMPLATES.contains(&self.name)
    }

    /// Returns the row with the key that tells the generator's `config.toml` from another's.
    const fn by(self, key: &'static str) -> Neighbour {
        Neighbour { key, ..self }
    }

    /// Returns the row with how the generator is told to write no feeds.
    const fn off(self, feeds_off: &'static str) -> Neighbour {
        Neighbour { feeds_off, ..self }
    }
}

const fn row(
    name: &'static str,
    configs: &'static [&'static str],
    with: &'static [&'static str],
    without: &'static [&'static str],
    posts: &'static str,
    output: &'static str,
    permalink: &'static str,
) -> Neighbour {
    Neighbour { name, configs, with, without, key: "", posts, output, permalink, feeds_off: "" }
}

const HUGO_OFF: &str = "set `disableKinds = [\"RSS\"]` in its configuration";
const ZOLA_OFF: &str = "set `generate_feeds = false` in its configuration";

/// Every neighbour; the first that fits counts, so the surer signs come first.
pub const NEIGHBOURS: &[Neighbour] = &[
    row("Zola", &["zola.toml"], &[], &[], "content", "public", "/:sections/:slug/").off(ZOLA_OFF),
    row("Hugo", &["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"], &[], &[], "content", "public", "/:sections/:slugorfilename/")
        .off(HUGO_OFF),
    row(
        "Eleventy",
        &[".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"],
        &[],
        &[],
        "posts",
        "_site",
        "/posts/:path/",
    )
    .off("take its feed plugin, or the template of the feed, out of the site"),
    row("Astro", &["astro.config.mjs", "astro.config.ts", "astro.config.js"], &[], &[], "src/content/blog", "dist", "/blog/:slug/")
        .off("remove the page that writes the feed, such as `src/pages/rss.xml.js`"),
    row("Pelican", &["pelicanconf.py", "publishconf.py"], &[], &[], "content", "output", "/:slug.html")
        .off("set `FEED_ALL_ATOM`, `AUTHOR_FEED_RSS` and the like to `None`, or let its feeds of this format go on with a line in `feeds.files`, such as `rss: feeds/all.rss.xml`"),
    row("Gatsby", &["gatsby-config.js", "gatsby-config.ts"], &[], &[], "content/blog", "public", "/:slug/"),
    row("Hexo", &["_config.yml"], &["source"], &["_posts", "Gemfile"], "source/_posts", "public", "/:year/:month/:day/:title/"),
    row("Jekyll", &["_config.yml", "_config.yaml", "_config.toml"], &[], &[], "_posts", "_site", "date")
        .off("take `jekyll-feed` out of `plugins` and the Gemfile, or remove the template of the feed"),
    // Zola and Hugo both had `config.toml` and `content/`; the address of the site, or Hugo's other folders, tell them apart.
    row("Zola", &["config.toml"], &["content"], &[], "content", "public", "/:sections/:slug/").off(ZOLA_OFF).by("base_url"),
    row("Hugo", &["config.toml"], &["content"], &[], "content", "public", "/:sections/:slugorfilename/").off(HUGO_OFF).by("baseURL"),
    row("Zola", &["config.toml"], &["content", "templates"], &["archetypes", "layouts"], "content", "public", "/:sections/:slug/")
        .off(ZOLA_OFF),
    row(
        "Hugo",
        &["config.toml", "config.yaml", "config.yml", "config.json"],
        &["content"],
        &[],
        "content",
        "public",
        "/:sections/:slugorfilename/",
    )
    .off(HUGO_OFF),
    row("Hugo", &["config/_default"], &["content"], &[], "content", "public", "/:sections/:slugorfilename/").off(HUGO_OFF),
    row("Nikola", &["conf.py"], &["posts"], &[], "posts", "output", "/posts/:slug/"),
    row("Obsidian", &[".obsidian"], &[], &[], ".", "public", ""),
];

/// Returns the generator that the names in a site's folder belong to; folders may end in `/`. `config` is the text of `config.toml`, empty
/// where there is none.
#[must_use]
pub fn neighbour(names: &[&str], config: &str) -> Option<&'static Neighbour> {
    let there = |wanted: &str| names.iter().any(|name| name.trim_end_matches('/') == wanted);
    let keys = || config.lines().take_while(|line| !line.trim_start().starts_with('[')).filter_map(|line| Some(line.split_once('=')?.0));
    // Hugo's keys are the same in any case.
    let says = |key: &str| key.is_empty() || keys().any(|there| there.trim().trim_matches(['"', '\'']).eq_ignore_ascii_case(key));
    let fits = |row: &&Neighbour| {
        row.configs.iter().any(|name| there(name))
            && row.with.iter().all(|name| there(name))
            && !row.without.iter().any(|name| there(name))
            && says(row.key)
    };
    NEIGHBOURS.iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_permalinks_are_good_patterns() {
        for row in NEIGHBOURS.iter().filter(|row| !row.permalink.is_empty()) {
            assert!(super::super::permalink::check(row.permalink).is_ok(), "{}", row.name);
        }
    }

    #[test]
    fn a_folder_tells_its_generator() {
        let cases: [(&[&str], Option<&str>); 12] = [
            (&["_config.yml", "_posts/", "Gemfile"], Some("Jekyll")),
            (&["_config.yml", "source/", "themes/"], Some("Hexo")),
            (&["_config.yml", "source/", "_posts/"], Some("Jekyll")),
            (&["hugo.toml", "content/"], Some("Hugo")),
            (&["config.toml", "content/", "layouts/"], Some("Hugo")),
            (&["config.toml", "content/", "templates/"], Some("Zola")),
            (&["config.toml", "src/"], None),
            (&["conf.py", "index.rst"], None),
            (&["conf.py", "posts"], Some("Nikola")),
            (&["eleventy.config.cjs"], Some("Eleventy")),
            (&[".obsidian/"], Some("Obsidian")),
            (&["posts/", "postrider.yaml"], None),
        ];
        for (names, expected) in cases {
            assert_eq!(neighbour(names, "").map(|row| row.name), expected, "{}", names.join(" "));
        }
    }

    #[test]
    fn the_address_of_the_site_tells_zola_from_hugo() {
        let cases: [(&[&str], &str, &str); 5] = [
            (&["config.toml", "content", "themes"], "title = \"x\"\nbase_url = \"https://z.example\"\n", "Zola"),
            (&["config.toml", "content", "themes"], "baseURL = \"https://h.example\"\n", "Hugo"),
            (&["config.toml", "content", "templates"], " baseurl=\"https://h.example\"\n", "Hugo"),
            (&["config.toml", "content", "archetypes"], "'base_url' = \"https://z.example\"\n", "Zola"),
            (&["config.toml", "content"], "[params]\nbase_url = \"https://h.example\"\n", "Hugo"),
        ];
        for (names, config, expected) in cases {
            assert_eq!(neighbour(names, config).map(|row| row.name), Some(expected), "{config}");
        }
    }
}
