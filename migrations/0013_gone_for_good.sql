-- What stays behind when an account is deleted must not tell whose it was.

-- The account that a mail is about: its address may have been another one then. NULL for mails of an earlier version.
ALTER TABLE outbox ADD COLUMN account_id TEXT;
CREATE INDEX outbox_by_account ON outbox (account_id);

-- By which the audit log's values of an account can be read. It goes with the account; the log stays as it was written.
CREATE TABLE audit_seals (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    -- Random bytes; with the server's key they make the key.
    salt TEXT NOT NULL
);
