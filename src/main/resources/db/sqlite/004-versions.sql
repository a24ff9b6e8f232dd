-- Counts a note's changes, whatever makes them: who changes a note can tell whether it is still the one that was read, and a note
-- that is kept in memory is as good as its number.
ALTER TABLE notes ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
