-- An analysis that is held: it counts until its report is stored or it fails, and no longer than its time, so that a process
-- that ends takes nothing from anybody, and one that starts has nothing to clear.
CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    network TEXT NOT NULL,
    -- NULL for a visitor without a cookie.
    visitor TEXT,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX holds_by_network ON holds (network, expires_at_ms);
CREATE INDEX holds_by_visitor ON holds (visitor, expires_at_ms);
CREATE INDEX holds_by_time ON holds (expires_at_ms);

ALTER TABLE visitors DROP COLUMN held;
ALTER TABLE networks DROP COLUMN held;
ALTER TABLE networks DROP COLUMN held_without_cookie;
