//! What stands beside the feeds: subscribe page, OPML, autodiscovery snippet.

use super::render::Rendered;
use crate::cli::Workplace;
use crate::diagnostic::Diagnostic;
use crate::model::Settings;
use crate::output::{Claim, Outputs, Staged};
use crate::page::{self, FeedLink, Page, PostLink, SubscribePage};
use crate::site::{FeedPlan, Placed, Site};
use crate::text::words;

/// How many posts the subscribe page names.
pub(super) const NEWEST: usize = 10;

/// Stages the pages; `None` when a template has errors, which are among the findings then.
pub(super) fn stage(
    workplace: &Workplace,
    settings: &Settings,
    site: &Site,
    plans: &[FeedPlan],
    rendered: &Rendered,
    outputs: &Outputs,
    findings: &mut Vec<Diagnostic>,
) -> anyhow::Result<Option<Vec<Staged>>> {
    let links: Vec<FeedLink> = plans.iter().filter(|plan| plan.archive_of.is_none()).map(link).collect();
    let mut staged = Vec::new();
    let mut add = |page: Page, path: &str, text: &str, named: bool| -> anyhow::Result<()> {
        let mut document = outputs
            .stage(path, Claim { key: key(page), named, begins: page::beginning(page), signs: page::signs(page, &links), lasting: true });
        outputs.append(&mut document, text.as_bytes())?;
        staged.push(document);
        Ok(())
    };
    if let Some(path) = &settings.feeds.autodiscovery {
        add(Page::Autodiscovery, path, &page::autodiscovery_file(&links), settings.feeds.autodiscovery_given)?;
    }
    if let Some(path) = &settings.feeds.opml {
        add(Page::Opml, path, &page::opml(&settings.title, &links, newest_update(site)), settings.feeds.opml_given)?;
    }
    if let Some(path) = &settings.feeds.subscribe_page {
        match subscribe(workplace, settings, site, plans, rendered, &links)? {
            Ok(text) => add(Page::Subscribe, path, &text, settings.feeds.subscribe_page_given)?,
            Err(found) => {
                findings.push(found);
                return Ok(None);
            }
        }
    }
    Ok(Some(staged))
}

/// Returns the key of the configuration that names a page's file.
fn key(page: Page) -> &'static str {
    match page {
        Page::Autodiscovery => "feeds.autodiscovery",
        Page::Opml => "feeds.opml",
        Page::Subscribe => "feeds.subscribe_page",
    }
}

fn link(plan: &FeedPlan) -> FeedLink {
    let feed = &plan.feed;
    FeedLink {
        title: feed.title.clone(),
        language: feed.language.clone(),
        home_url: feed.home_url.clone(),
        main: plan.main,
        urls: feed.self_urls.clone(),
    }
}

/// Returns the date of the newest change: no output depends on the clock.
fn newest_update(site: &Site) -> Option<crate::model::Date> {
    site.posts.iter().map(Placed::updated).max()
}

/// Renders the subscribe page with the user's template where there is one.
fn subscribe(
    workplace: &Workplace,
    settings: &Settings,
    site: &Site,
    plans: &[FeedPlan],
    rendered: &Rendered,
    feeds: &[FeedLink],
) -> anyhow::Result<Result<String, Diagnostic>> {
    let files = crate::source::templates(&workplace.root, &settings.templates)?;
    let templates = crate::cli::templates(&files);
    let posts: Vec<PostLink> =
        plans.first().into_iter().flat_map(|plan| plan.posts.iter().take(NEWEST)).map(|post| post_link(*post, site, rendered)).collect();
    let page = SubscribePage {
        title: &settings.title,
        description: &settings.description,
        home_url: settings.url.as_str(),
        language: settings.language.as_deref(),
        feeds,
        posts: &posts,
        words: words::of(settings.language.as_deref()),
    };
    Ok(page::subscribe_page(&page, &templates))
}

/// Returns a post for the list of the newest; one without a title goes by its date.
fn post_link(post: u32, site: &Site, rendered: &Rendered) -> PostLink {
    let placed = &site.posts[post as usize];
    let date = placed.post.published.format("%Y-%m-%d").to_string();
    let title = rendered.titles.get(&post).cloned().unwrap_or_else(|| date.clone());
    PostLink { title, url: placed.url.to_string(), date, language: placed.post.language.clone() }
}
