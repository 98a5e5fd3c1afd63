//! Samples of the headers with which common hosts serve feeds best: the right media type with its charset, a time to
//! keep it, compression, and for JSON the leave for other sites' scripts to read it.

use crate::feed::Format;
use crate::model::FeedFormat;
use std::fmt::Write;

/// How long readers keep a feed before they ask again, in seconds. Well-behaved ones ask at most hourly anyway.
const MAX_AGE: u32 = 1800;

/// A host for which there is a sample.
pub struct Host {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The file that its settings stand in; `None` where the sample is only to be read.
    pub file: Option<&'static str>,
    write: fn(&[File]) -> String,
}

/// A sample for a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// The file to put it in; `None` where the text is only to be read.
    pub file: Option<&'static str>,
    /// The text.
    pub text: String,
}

/// The hosts.
pub static HOSTS: [Host; 8] = [
    Host { name: "netlify", title: "Netlify", file: Some("_headers"), write: underscore_headers },
    Host { name: "cloudflare-pages", title: "Cloudflare Pages", file: Some("_headers"), write: underscore_headers },
    Host { name: "apache", title: "Apache", file: Some(".htaccess"), write: apache },
    Host { name: "nginx", title: "nginx", file: Some("feeds.nginx.conf"), write: nginx },
    Host { name: "caddy", title: "Caddy", file: Some("Caddyfile.feeds"), write: caddy },
    Host { name: "vercel", title: "Vercel", file: Some("vercel.json"), write: vercel },
    Host { name: "s3", title: "Amazon S3", file: None, write: s3 },
    Host { name: "github-pages", title: "GitHub Pages", file: None, write: github_pages },
];

/// A feed to be served.
struct File<'a> {
    /// Its path below the host's root, without the first `/`.
    path: &'a str,
    /// Where it lies at home.
    source: &'a str,
    format: FeedFormat,
}

impl File<'_> {
    fn content_type(&self) -> String {
        format!("{}; charset=utf-8", Format::of(self.format).media_type)
    }

    /// Returns the headers that every host is asked for.
    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("Content-Type", self.content_type()),
            ("Cache-Control", format!("public, max-age={MAX_AGE}")),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ];
        if self.format == FeedFormat::Json {
            headers.push(("Access-Control-Allow-Origin", "*".to_owned()));
        }
        headers
    }
}

/// Returns the sample for a host, or `None` for a host that is not in [`HOSTS`]. Each file is told
/// by its path below the host's root, where it lies at home, and its format.
#[must_use]
pub fn headers(host: &str, files: &[(&str, &str, FeedFormat)]) -> Option<Headers> {
    let host = HOSTS.iter().find(|row| row.name == host)?;
    // No path of ours holds a control character or a quote; one that does could end a line or a string of the sample.
    let is_plain = |path: &str| !path.chars().any(|c| c.is_control() || "\"'\\{}$`".contains(c));
    let files = files.iter().map(|(path, source, format)| File { path: path.trim_start_matches('/'), source, format: *format });
    let files: Vec<File> = files.filter(|file| is_plain(file.path) && is_plain(file.source)).collect();
    Some(Headers { file: host.file, text: (host.write)(&files) })
}

fn underscore_headers(files: &[File]) -> String {
    let mut out = String::new();
    for file in files {
        let _ = writeln!(out, "/{}", file.path.replace(' ', "%20"));
        for (name, value) in file.headers() {
            let _ = writeln!(out, "  {name}: {value}");
        }
    }
    out
}

/// Apache looks at names, not paths, in a `.htaccess`, so each name stands once.
fn apache(files: &[File]) -> String {
    let mut out = String::new();
    let mut names: Vec<&str> = Vec::new();
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or(file.path);
        if names.contains(&name) {
            continue;
        }
        names.push(name);
        let _ = writeln!(out, "<Files \"{name}\">\n  ForceType \"{}\"\n  <IfModule mod_headers.c>", file.content_type());
        for (header, value) in file.headers().iter().skip(1) {
            let _ = writeln!(out, "    Header set {header} \"{value}\"");
        }
        let _ = writeln!(out, "  </IfModule>\n</Files>");
    }
    let types = media_types();
    let _ = writeln!(out, "<IfModule mod_brotli.c>\n  AddOutputFilterByType BROTLI_COMPRESS {types}\n</IfModule>");
    let _ = writeln!(out, "<IfModule mod_deflate.c>\n  AddOutputFilterByType DEFLATE {types}\n</IfModule>");
    out
}

fn nginx(files: &[File]) -> String {
    let mut out = "# Goes inside `server { … }`: include feeds.nginx.conf;\n".to_owned();
    for file in files {
        let _ = writeln!(out, "location = \"/{}\" {{\n    types {{ }}\n    default_type \"{}\";", file.path, file.content_type());
        for (name, value) in file.headers().iter().skip(1) {
            let _ = writeln!(out, "    add_header {name} \"{value}\";");
        }
        let _ = writeln!(out, "    gzip on;\n    gzip_types {};\n}}", media_types());
    }
    out
}

fn caddy(files: &[File]) -> String {
    let mut out = "# Goes inside the site's block: import Caddyfile.feeds\nencode zstd gzip\n".to_owned();
    for file in files {
        let _ = writeln!(out, "header \"/{}\" {{", file.path);
        for (name, value) in file.headers() {
            let _ = writeln!(out, "    {name} \"{value}\"");
        }
        let _ = writeln!(out, "}}");
    }
    out
}

fn vercel(files: &[File]) -> String {
    let rule = |file: &File| {
        let headers: Vec<_> = file.headers().into_iter().map(|(key, value)| serde_json::json!({"key": key, "value": value})).collect();
        serde_json::json!({"source": format!("/{}", file.path), "headers": headers})
    };
    let rules: Vec<_> = files.iter().map(rule).collect();
    format!("{:#}\n", serde_json::json!({ "headers": rules }))
}

fn s3(files: &[File]) -> String {
    let mut out = "# S3 keeps the headers with each file: upload the feeds with them. Let CloudFront compress.\n".to_owned();
    for file in files {
        let (path, source, content_type) = (file.path, file.source, file.content_type());
        let _ = writeln!(
            out,
            "aws s3 cp \"{source}\" \"s3://BUCKET/{path}\" --content-type \"{content_type}\" --cache-control \"public, max-age={MAX_AGE}\""
        );
    }
    out
}

fn github_pages(_files: &[File]) -> String {
    "GitHub Pages sets every header itself: 10 minutes to keep, gzip, `application/xml` for .xml and `application/json` for .json. Readers accept that; there is nothing to add.\n".to_owned()
}

fn media_types() -> String {
    FeedFormat::ALL.map(|format| Format::of(format).media_type).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str, FeedFormat); 3] = [
        ("rss.xml", "public/rss.xml", FeedFormat::Rss),
        ("/de/rss.xml", "public/de/rss.xml", FeedFormat::Rss),
        ("feed.json", "public/feed.json", FeedFormat::Json),
    ];

    #[test]
    fn every_host_that_can_set_headers_gets_type_and_time_for_every_feed() {
        for host in HOSTS.iter().filter(|host| host.name != "github-pages") {
            let text = headers(host.name, &FILES).expect("a host").text;
            for part in
                ["rss.xml", "feed.json", "application/rss+xml; charset=utf-8", "application/feed+json; charset=utf-8", "max-age=1800"]
            {
                assert!(text.contains(part), "{part} for {}: {text}", host.name);
            }
            assert!(host.name == "s3" || text.contains("nosniff") && text.matches("Access-Control-Allow-Origin").count() == 1, "{text}");
        }
    }

    #[test]
    fn a_host_that_is_not_known_has_no_sample_and_github_pages_says_why_there_is_nothing_to_do() {
        assert_eq!(headers("geocities", &FILES), None);
        let pages = headers("github-pages", &FILES).expect("a host");
        assert!(pages.file.is_none() && pages.text.contains("nothing to add"));
    }

    #[test]
    fn the_vercel_sample_is_json() {
        let sample: serde_json::Value = serde_json::from_str(&headers("vercel", &FILES).expect("a host").text).expect("JSON");
        assert_eq!(sample["headers"][1]["source"], "/de/rss.xml");
    }

    #[test]
    fn a_path_that_could_end_a_line_or_a_string_is_left_out() {
        let files = [("a\n/etc: x", "a", FeedFormat::Rss), ("b\"; x", "b", FeedFormat::Rss), ("c", "c\"; x", FeedFormat::Rss)];
        for host in &HOSTS {
            assert!(!headers(host.name, &files).expect("a host").text.contains(" x"), "{}", host.name);
        }
    }

    #[test]
    fn the_underscore_sample_looks_like_this() {
        let expected = "/feed.json\n  Content-Type: application/feed+json; charset=utf-8\n  Cache-Control: public, max-age=1800\n  X-Content-Type-Options: nosniff\n  Access-Control-Allow-Origin: *\n";
        assert_eq!(headers("netlify", &FILES[2..]), Some(Headers { file: Some("_headers"), text: expected.to_owned() }));
    }
}
