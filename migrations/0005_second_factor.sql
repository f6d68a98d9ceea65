-- The second factor: time-based codes (RFC 6238), and recovery codes for who has lost the device.

CREATE TABLE second_factors (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    -- Encrypted with a key that is derived from the server's.
    secret TEXT NOT NULL,
    -- Since when it is asked for; NULL until its first code was right.
    since_ms BIGINT,
    -- The time step of the last code, so that none is taken twice.
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE INDEX recovery_codes_by_account ON recovery_codes (account_id);

-- Whether the second factor was given when the session began.
ALTER TABLE sessions ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;
