-- Results that visitors come back to, and how many analyses they have had. Plain SQL that SQLite and PostgreSQL take alike.

CREATE TABLE analyses (
    -- UUID version 7: its order is the order of time.
    id TEXT PRIMARY KEY,
    visitor_id TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    -- The report as JSON; its schema version is inside.
    report TEXT NOT NULL,
    picture_kept BOOLEAN NOT NULL
);

CREATE INDEX analyses_by_visitor ON analyses (visitor_id, id);
CREATE INDEX analyses_by_age ON analyses (created_at_ms);

-- A visitor is known by a signed cookie and has a row from the first analysis on.
CREATE TABLE visitors (
    id TEXT PRIMARY KEY,
    -- Analyses that were done.
    used BIGINT NOT NULL,
    -- Analyses that run now.
    held BIGINT NOT NULL,
    last_seen_ms BIGINT NOT NULL
);

-- A network is known by a keyed hash of its address prefix; the counts start anew when the window has passed.
CREATE TABLE networks (
    hash TEXT PRIMARY KEY,
    -- The most that any one visitor of this network has used: what a visitor without a cookie is taken to have used.
    used BIGINT NOT NULL,
    -- Analyses of visitors without a cookie that run now.
    held_without_cookie BIGINT NOT NULL,
    -- All analyses of this network that were done, and those that run now.
    total BIGINT NOT NULL,
    held BIGINT NOT NULL,
    window_started_ms BIGINT NOT NULL
);
