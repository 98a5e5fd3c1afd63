//! What neither a row nor a type can say: one file per rule. A rule keeps its own small state, sees one pass of the document,
//! and stops nothing.

mod atom;
mod base;
mod channel;
mod dates;
mod fragment;
mod guid;
mod history;
mod identity;
mod image;
mod itunes;
mod language;
mod links;
mod media;
mod misplaced_xhtml;
mod namespaces;
mod plainness;
mod podcast;
mod prolog;
mod rdf;
mod semantics;
mod size;
mod skip;
mod summary;
mod textual_content;

use super::findings::Findings;
use super::scene::{Facts, Scene};

/// A rule. Each method is called for everything of its kind; the scene says what it is about.
pub trait Rule {
    /// An element begins; its attributes are known.
    fn start(&mut self, _scene: &Scene<'_, '_>, _findings: &mut Findings) {}

    /// An element ends; its text is known.
    fn end(&mut self, _scene: &Scene<'_, '_>, _findings: &mut Findings) {}

    /// An entry ends; the scene is still in it.
    fn entry(&mut self, _scene: &Scene<'_, '_>, _told: &Facts<'_>, _findings: &mut Findings) {}

    /// The document ends. The scene is outside of every element.
    fn feed(&mut self, _scene: &Scene<'_, '_>, _told: &Facts<'_>, _findings: &mut Findings) {}
}

/// Makes a rule, fresh for one document.
type Make = fn() -> Box<dyn Rule>;

/// Every rule, in the order in which they are asked.
const RULES: &[Make] = &[
    super::encoding::Declared::make,
    || Box::<prolog::Prolog>::default(),
    || Box::<language::Language>::default(),
    || Box::<channel::Channel>::default(),
    || Box::<image::Image>::default(),
    || Box::<skip::Skip>::default(),
    || Box::<guid::Guid>::default(),
    || Box::<semantics::Semantics>::default(),
    || Box::<rdf::Rdf>::default(),
    || Box::<identity::Identity>::default(),
    || Box::<atom::Atom>::default(),
    || Box::<links::Links>::default(),
    || Box::<history::History>::default(),
    || Box::<namespaces::Namespaces>::default(),
    || Box::<fragment::Fragment>::default(),
    || Box::<misplaced_xhtml::MisplacedXhtml>::default(),
    || Box::<textual_content::TextualContent>::default(),
    || Box::<itunes::Itunes>::default(),
    || Box::<media::Media>::default(),
    || Box::<podcast::Podcast>::default(),
    || Box::<summary::Summary>::default(),
    || Box::<dates::Dates>::default(),
    || Box::<plainness::Markup>::default(),
    || Box::<plainness::Names>::default(),
    || Box::<base::Base>::default(),
    || Box::<size::Size>::default(),
];

/// Returns every rule, fresh for one document.
pub(super) fn all() -> Vec<Box<dyn Rule>> {
    RULES.iter().map(|make| make()).collect()
}
