-- A note's id in feeds. The program gives existing notes the id that they had before it was stored.
ALTER TABLE notes ADD COLUMN uid TEXT;
CREATE UNIQUE INDEX notes_uid ON notes (uid);

-- One row, which the program writes: when the site was created (epoch milliseconds), and the id of its feed.
CREATE TABLE site (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    created INTEGER NOT NULL,
    uid     TEXT    NOT NULL
) STRICT;
