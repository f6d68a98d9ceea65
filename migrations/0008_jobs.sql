-- What the server does by itself, and how it went the last time.
CREATE TABLE jobs (
    name TEXT PRIMARY KEY,
    started_ms BIGINT NOT NULL,
    -- NULL: it runs, or its process ended before it did.
    ended_ms BIGINT,
    -- How much there was to do: accounts, results, files.
    done BIGINT NOT NULL,
    -- Why it failed; NULL where it did not.
    failure TEXT
);
