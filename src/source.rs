//! Edge: lists and reads the files of a site.
