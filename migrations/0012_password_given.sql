-- When the password of a session was given last: at its beginning, or once more before something that must not be done by whoever
-- finds a browser open.
ALTER TABLE sessions ADD COLUMN password_at_ms BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET password_at_ms = created_at_ms;
