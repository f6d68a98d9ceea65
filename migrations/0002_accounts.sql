-- People: accounts, how they log in, what they are sent. Plain SQL that SQLite and PostgreSQL take alike: identifiers and
-- hashes are TEXT, moments and truth values BIGINT.

-- An analysis belongs to an owner: a visitor, or an account.
ALTER TABLE analyses RENAME COLUMN visitor_id TO owner_id;
ALTER TABLE analyses ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;
UPDATE analyses SET kept = 1 WHERE picture_kept;
ALTER TABLE analyses DROP COLUMN picture_kept;
-- The name that its owner gave it.
ALTER TABLE analyses ADD COLUMN title TEXT;
-- What the search looks in, in small letters; NULL until it has been gathered from the report.
ALTER TABLE analyses ADD COLUMN words TEXT;

CREATE TABLE accounts (
    -- UUID version 7.
    id TEXT PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    -- Both names in small letters: what is searched.
    names_key TEXT NOT NULL,
    email TEXT NOT NULL,
    -- In small letters: what makes an address the same.
    email_key TEXT NOT NULL UNIQUE,
    username TEXT,
    username_key TEXT UNIQUE,
    -- bcrypt of a keyed hash.
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    default_tasks TEXT NOT NULL,
    keep_pictures BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    confirmed_at_ms BIGINT,
    blocked_at_ms BIGINT,
    -- When everything of this account goes; its owner asked for it.
    delete_at_ms BIGINT,
    -- One more with every change: who changes names the version they saw.
    version BIGINT NOT NULL
);

-- Links in mails: confirm an account, choose a new password, confirm a new address. Each works once.
CREATE TABLE links (
    -- SHA-256 of what stands in the link.
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    -- The new address, where the link confirms one.
    detail TEXT,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX links_by_account ON links (account_id, purpose);

-- Mails that are to be sent, written in the transaction that is the reason for them.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    -- What the mail says, empty once it is sent.
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- When it is tried next; NULL when it is sent or given up.
    next_at_ms BIGINT,
    sent_at_ms BIGINT,
    last_error TEXT
);

CREATE INDEX outbox_by_time ON outbox (next_at_ms);

-- A login: by a page with a cookie, or by a program with tokens.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- SHA-256 of a page's cookie; NULL for tokens.
    cookie_hash TEXT UNIQUE,
    device TEXT NOT NULL,
    place TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    last_used_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT
);

CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (ended_at_ms);

-- Every refresh token of a session. One that has been replaced and comes again was stolen.
CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at_ms BIGINT NOT NULL,
    replaced_at_ms BIGINT
);

CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    -- Its first letters, by which its owner knows it.
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    last_used_ms BIGINT,
    expires_at_ms BIGINT
);

CREATE INDEX api_keys_by_account ON api_keys (account_id);

-- Devices on which an account's owner has logged in before.
CREATE TABLE known_devices (
    device_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    last_seen_ms BIGINT NOT NULL,
    PRIMARY KEY (device_id, account_id)
);

-- Attempts that failed, by a keyed hash of what they were made on.
CREATE TABLE throttles (
    hash TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    blocked_until_ms BIGINT NOT NULL,
    last_failure_ms BIGINT NOT NULL
);

CREATE INDEX throttles_by_age ON throttles (last_failure_ms);

-- Files that people have uploaded; their bytes lie encrypted in the data folder.
CREATE TABLE files (
    -- UUID and extension.
    name TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    published BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE INDEX files_by_account ON files (account_id, created_at_ms);

-- What the files of an account take together.
CREATE TABLE storage (
    account_id TEXT PRIMARY KEY,
    bytes BIGINT NOT NULL
);

-- Links by which an analysis can be seen without an account.
CREATE TABLE shares (
    -- SHA-256 of what stands in the link.
    hash TEXT PRIMARY KEY,
    analysis_id TEXT NOT NULL REFERENCES analyses (id) ON DELETE CASCADE,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX shares_by_analysis ON shares (analysis_id);
