//! Titles and tags as parts of URLs and file names.
