-- Which analyses hold a word that begins so: a row for each word of what the search looks in.
CREATE TABLE analysis_words (
    analysis_id TEXT NOT NULL REFERENCES analyses (id) ON DELETE CASCADE,
    -- The first eight bytes of the word as a number: both databases put numbers in the same order, which they do not do with
    -- texts.
    beginning BIGINT NOT NULL,
    -- Whose the analysis is.
    owner_id TEXT NOT NULL,
    PRIMARY KEY (analysis_id, beginning)
);

CREATE INDEX analysis_words_by_owner ON analysis_words (owner_id, beginning, analysis_id);

-- Whether words and objects have been gathered from the report; those of earlier versions are gathered once the server runs.
ALTER TABLE analyses ADD COLUMN gathered BIGINT NOT NULL DEFAULT 0;
DROP INDEX analyses_not_gathered;
CREATE INDEX analyses_not_gathered ON analyses (id) WHERE gathered = 0;
