//! The tables, as steps from each version to the next. A step that was released is never changed.
//!
//! Times are milliseconds since 1970, ids are hexadecimal, lists and maps are JSON. Whoever is mailed belongs to a newsletter, so
//! every key begins with it; a suppression holds for all of them.
//!
//! Sending is what has to be fast, so with SQLite no index changes when a mail is attempted, nor when it is recorded as sent: its claim,
//! and its row in `attempts`, are seen to with those of the others when the claim ends (`tries` has them all). Mails are claimed in the order of their positions,
//! so what a run writes stands side by side. Therefore a mail is in
//! `deliveries_pending` or `deliveries_due` only before it is claimed, in `deliveries_claim` until its claim ends, in
//! `deliveries_settled` only when it was not sent, and found by its Message-ID through its recipient (`Ledger::mail_of`). What was sent is
//! in no index by its state: it is what is left of an edition (`Ledger::counts`), whose positions have no gap.
//!
//! PostgreSQL writes a new row with each step, and an entry for it into every index that knows it, since the states of the partial ones
//! change.

/// The steps: the first makes version 1 of an empty database.
pub(super) const MIGRATIONS: &[&str] = &[FIRST];

const FIRST: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE subscribers (
    newsletter TEXT NOT NULL,
    id TEXT NOT NULL,
    address TEXT NOT NULL,
    same TEXT NOT NULL,
    hash TEXT NOT NULL,
    name TEXT,
    language TEXT,
    tags TEXT NOT NULL,
    fields TEXT NOT NULL,
    status TEXT NOT NULL,
    consent TEXT,
    source TEXT,
    added BIGINT NOT NULL,
    consented BIGINT,
    changed BIGINT NOT NULL,
    PRIMARY KEY (newsletter, id)
);
CREATE UNIQUE INDEX subscribers_same ON subscribers (newsletter, same);
CREATE INDEX subscribers_hash ON subscribers (hash);

CREATE TABLE suppressions (hash TEXT NOT NULL, reason TEXT NOT NULL, note TEXT, at BIGINT NOT NULL, PRIMARY KEY (hash, reason));

CREATE TABLE history (
    number {serial},
    at BIGINT NOT NULL,
    newsletter TEXT NOT NULL,
    subscriber TEXT,
    hash TEXT NOT NULL,
    event TEXT NOT NULL,
    detail TEXT
);
CREATE INDEX history_hash ON history (hash);
CREATE INDEX history_subscriber ON history (newsletter, subscriber);

CREATE TABLE editions (
    newsletter TEXT NOT NULL,
    edition TEXT NOT NULL,
    state TEXT NOT NULL,
    hash TEXT NOT NULL,
    frozen BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    settings TEXT NOT NULL,
    PRIMARY KEY (newsletter, edition)
);

CREATE TABLE entries (
    newsletter TEXT NOT NULL,
    edition TEXT NOT NULL,
    position BIGINT NOT NULL,
    id TEXT NOT NULL,
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (newsletter, edition, position)
);

CREATE TABLE letters (
    newsletter TEXT NOT NULL,
    edition TEXT NOT NULL,
    position BIGINT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    preheader TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    web_url TEXT,
    PRIMARY KEY (newsletter, edition, position)
);

CREATE TABLE deliveries (
    newsletter TEXT NOT NULL,
    edition TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    position BIGINT NOT NULL,
    letter BIGINT NOT NULL,
    address TEXT NOT NULL,
    domain TEXT NOT NULL,
    hash TEXT NOT NULL,
    name TEXT,
    fields TEXT NOT NULL,
    state TEXT NOT NULL,
    claim TEXT,
    boot TEXT,
    lease BIGINT,
    due BIGINT,
    tries BIGINT NOT NULL,
    message_id TEXT,
    code BIGINT,
    reply TEXT,
    changed BIGINT NOT NULL,
    PRIMARY KEY (newsletter, edition, subscriber)
);
CREATE UNIQUE INDEX deliveries_position ON deliveries (newsletter, edition, position);
CREATE INDEX deliveries_pending ON deliveries (newsletter, edition, position, domain) WHERE state = 'pending';
CREATE INDEX deliveries_due ON deliveries (newsletter, edition, due) WHERE state = 'deferred';
CREATE INDEX deliveries_claim ON deliveries (claim) WHERE claim IS NOT NULL;
CREATE INDEX deliveries_settled ON deliveries (newsletter, edition, state, position)
    WHERE state = 'refused' OR state = 'unknown' OR state = 'skipped' OR state = 'expired';
CREATE INDEX deliveries_hash ON deliveries (hash);

CREATE TABLE attempts (
    at BIGINT NOT NULL,
    newsletter TEXT NOT NULL,
    edition TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    position BIGINT NOT NULL,
    domain TEXT NOT NULL,
    claim TEXT NOT NULL,
    stage TEXT NOT NULL,
    state TEXT NOT NULL,
    code BIGINT,
    reply TEXT,
    PRIMARY KEY (newsletter, edition, position, claim, state)
) {clustered};
CREATE INDEX attempts_at ON attempts (at, state, domain);

CREATE VIEW tries (at, newsletter, edition, subscriber, position, domain, claim, stage, state, code, reply) AS
    SELECT at, newsletter, edition, subscriber, position, domain, claim, stage, state, code, reply FROM attempts
    UNION ALL SELECT changed, newsletter, edition, subscriber, position, domain, claim, 'dot', state, code, reply FROM deliveries
        WHERE claim IS NOT NULL AND state = 'sent';

CREATE TABLE tallies (
    domain TEXT NOT NULL,
    slot BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (domain, slot)
);

CREATE TABLE counts (
    newsletter TEXT NOT NULL,
    edition TEXT NOT NULL,
    state TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (newsletter, edition, state)
);

CREATE TABLE skipped (
    newsletter TEXT NOT NULL,
    id TEXT NOT NULL,
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (newsletter, id)
);
";
