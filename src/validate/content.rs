//! What entries say to people: plain text, HTML and XHTML.

use super::findings::Findings;
use super::scene::Scene;

/// Judges text that is HTML.
pub(super) fn html(_scene: &Scene<'_, '_>, _findings: &mut Findings) {}

/// Judges text that is no markup.
pub(super) fn plain(_scene: &Scene<'_, '_>, _findings: &mut Findings) {}

/// Judges text that is base64.
pub(super) fn binary(_scene: &Scene<'_, '_>, _findings: &mut Findings) {}

/// Judges an element of XHTML that begins.
pub(super) fn xhtml_start(_scene: &Scene<'_, '_>, _findings: &mut Findings) {}

/// Judges an element of XHTML that ends.
pub(super) fn xhtml_end(_scene: &Scene<'_, '_>, _findings: &mut Findings) {}
