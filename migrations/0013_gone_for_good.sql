-- What stays behind when an account is deleted must not tell whose it was. This holds for what is written from now on, not for all
-- that an earlier version has written: the audit log's entries stay in clear, because the log is never changed, and mails to
-- addresses that an account had before tell nobody whose they are, until they are forgotten 30 days after they were sent.

-- The account that a mail is about: its address may have been another one then. NULL where an earlier version has written a mail to
-- an address that no account has now.
ALTER TABLE outbox ADD COLUMN account_id TEXT;
UPDATE outbox SET account_id = (SELECT id FROM accounts WHERE email_key = lower(outbox.recipient));
CREATE INDEX outbox_by_account ON outbox (account_id);

-- By which the audit log's values of an account can be read. It goes with the account; the log stays as it was written.
CREATE TABLE audit_seals (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    -- Random bytes; with the server's key they make the key.
    salt TEXT NOT NULL
);
