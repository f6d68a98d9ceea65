-- `kept` says from now on how many bytes the kept picture has, which count in its owner's room; 0: none is kept. Where an earlier
-- version has kept one it stays 1: those go with their results after `keep_days`.
CREATE INDEX analyses_with_picture ON analyses (owner_id, kept) WHERE kept > 0;
