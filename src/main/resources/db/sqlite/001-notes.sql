CREATE TABLE notes (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    slug           TEXT    NOT NULL UNIQUE,
    title          TEXT,
    text           TEXT    NOT NULL,
    format         TEXT    NOT NULL,
    html           TEXT    NOT NULL,
    photos         TEXT,
    status         TEXT    NOT NULL,
    visibility     TEXT    NOT NULL,
    in_reply_to    TEXT,
    like_of        TEXT,
    repost_of      TEXT,
    preview_token  TEXT,
    -- Instants are epoch milliseconds, each with the author's offset in seconds beside it.
    published      INTEGER NOT NULL,
    published_zone INTEGER NOT NULL,
    updated        INTEGER,
    updated_zone   INTEGER,
    deleted        INTEGER,
    -- Year * 100 + month of publication, by the author's own clock.
    month          INTEGER NOT NULL,
    listed         INTEGER NOT NULL GENERATED ALWAYS AS
        (deleted IS NULL AND status = 'PUBLISHED' AND visibility = 'PUBLIC') VIRTUAL
) STRICT;

CREATE INDEX notes_newest ON notes (published DESC, id DESC) WHERE listed;
CREATE INDEX notes_month ON notes (month DESC, published DESC, id DESC) WHERE listed;
CREATE INDEX notes_all ON notes (published DESC, id DESC);

-- Every slug that a note has or had: an old one redirects, and is never given to another note.
CREATE TABLE slugs (
    slug    TEXT    PRIMARY KEY,
    note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    id   INTEGER PRIMARY KEY,
    slug TEXT    NOT NULL UNIQUE,
    name TEXT    NOT NULL
) STRICT;

-- The time of publication stands here too, so that a tag's newest notes are one index range, whatever their number.
CREATE TABLE note_tags (
    note_id   INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    tag_id    INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    published INTEGER NOT NULL,
    PRIMARY KEY (note_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX note_tags_newest ON note_tags (tag_id, published DESC, note_id DESC);
