//! Sources, settings and heads become a Site: order, languages, permalinks, collisions, the list of feeds.
