-- What administrators have set while the server runs, in one row: a JSON object of names and values. What is not in it is as the
-- server was started.

CREATE TABLE settings (
    id BIGINT PRIMARY KEY,
    -- One more with every change: who changes names the version they saw.
    version BIGINT NOT NULL,
    chosen TEXT NOT NULL
);

INSERT INTO settings (id, version, chosen) VALUES (1, 1, '{}');
