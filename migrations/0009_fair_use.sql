-- How many analyses an account has had within its hour: so many for all processes together, and a restart gives none back.
CREATE TABLE fair_use (
    account_id TEXT PRIMARY KEY,
    began_ms BIGINT NOT NULL,
    taken BIGINT NOT NULL
);
