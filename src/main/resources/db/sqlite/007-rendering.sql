-- Version of the rules by which a note's HTML was made of its text. The server makes HTML of an earlier version again.
ALTER TABLE notes ADD COLUMN rendering INTEGER NOT NULL DEFAULT 0;

CREATE INDEX notes_rendering ON notes (rendering);
