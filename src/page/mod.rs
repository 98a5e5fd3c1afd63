//! What leads people and programs to the feeds: the subscribe page, the OPML list, the autodiscovery links for a site's
//! own pages, and samples of the headers that common hosts need. Functions from values to text.
//!
//! This room imports `feed` (names and media types of the formats), `template`, `model` and `diagnostic`.

mod headers;
mod links;
mod subscribe;

pub use headers::{HOSTS, Headers, Host, headers};
pub use links::{FeedLink, Page, autodiscovery, autodiscovery_file, beginning, opml, signs};
pub use subscribe::{PostLink, SubscribePage, VARIABLES, subscribe_page};
