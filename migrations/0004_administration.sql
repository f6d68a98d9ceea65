-- What administrators do, one entry after another: each holds the keyed hash of the one before it, so that none can be changed
-- or taken out unseen.

CREATE TABLE audit (
    number BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    -- An account's id, or `terminal`.
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    -- What it was and what it became, as JSON.
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- The last entry: whoever writes the next one takes this row first.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '');

-- How many analyses an account may have an hour, where an administrator has set another number than the setting.
CREATE TABLE account_limits (
    account_id TEXT PRIMARY KEY,
    analyses_per_hour BIGINT NOT NULL
);
