-- What an account has had read, counted as it happens: sums that need no look at the analyses themselves.

CREATE TABLE stats_days (
    account_id TEXT NOT NULL,
    -- Days since 1970, UTC.
    day BIGINT NOT NULL,
    analyses BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    -- Bytes of the pictures.
    bytes BIGINT NOT NULL,
    -- Milliseconds of the analyses.
    ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, day)
);

-- How many analyses took how long: eight buckets for every doubling of the milliseconds.
CREATE TABLE stats_times (
    account_id TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    analyses BIGINT NOT NULL,
    PRIMARY KEY (account_id, bucket)
);

-- How often what was found: tags, objects, formats, errors.
CREATE TABLE stats_names (
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    analyses BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind, name)
);
