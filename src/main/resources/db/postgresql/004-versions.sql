-- Counts a note's changes, whatever makes them: who changes a note can tell whether it is still the one that was read, and a note
-- that is kept in memory is as good as its number. A list's ids and versions are read from the index alone.
ALTER TABLE notes ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
DROP INDEX notes_newest;
CREATE INDEX notes_newest ON notes (published DESC, id DESC, version) WHERE listed;
DROP INDEX notes_month;
CREATE INDEX notes_month ON notes (month DESC, published DESC, id DESC, version) WHERE listed;
