#![doc = include_str!("README.md")]

// Pure core: no files, clock, environment, network or printing.
pub mod config;
pub mod diagnostic;
pub mod diff;
pub mod edition;
pub mod feed;
pub mod frontmatter;
pub mod html;
pub mod list;
pub mod lock;
pub mod mail;
pub mod markdown;
pub mod model;
pub mod page;
pub mod report;
pub mod site;
pub mod template;
pub mod text;
pub mod tree;
pub mod validate;
pub mod xml;

// Edges.
pub mod cli;
pub mod delivery;
pub mod fetch;
pub mod ledger;
pub mod output;
pub mod source;
