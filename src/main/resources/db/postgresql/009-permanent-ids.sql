-- A note's id in feeds. The program gives existing notes the id that they had before it was stored. The default is for nodes of an
-- earlier version that still run.
ALTER TABLE notes ADD COLUMN uid TEXT COLLATE "C";
ALTER TABLE notes ALTER COLUMN uid SET DEFAULT 'urn:uuid:' || gen_random_uuid();
CREATE UNIQUE INDEX notes_uid ON notes (uid);

-- One row, which the program writes: when the site was created (epoch milliseconds), and the id of its feed.
CREATE TABLE site (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    created BIGINT  NOT NULL,
    uid     TEXT    NOT NULL
);
