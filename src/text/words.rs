//! The words around the posts, in several languages.
