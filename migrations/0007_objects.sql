-- What the search for an object looks in: the objects of the report in small letters, a bar around each: `|cat|dining table|`.
-- NULL until they have been gathered from the report.
ALTER TABLE analyses ADD COLUMN objects TEXT;

-- Reports of an earlier version are found without a look at all others.
CREATE INDEX analyses_not_gathered ON analyses (id) WHERE objects IS NULL;
