-- A site as the program of schema 12 left it.
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

-- The author: one row, written once at setup.
CREATE TABLE account (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    site_name     TEXT    NOT NULL,
    site_url      TEXT    NOT NULL,
    author_name   TEXT    NOT NULL,
    bio           TEXT    NOT NULL,
    photo         TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    password_hash TEXT    NOT NULL
) STRICT;

-- The one-time secret with which the site may be taken over; instants are epoch milliseconds here and below.
CREATE TABLE setup_offer (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    secret_hash TEXT    NOT NULL,
    expires     INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    secret_hash TEXT    PRIMARY KEY,
    created     INTEGER NOT NULL,
    seen        INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    user_agent  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Access tokens that are valid or have expired; a revoked one is gone. Instants are epoch milliseconds.
CREATE TABLE tokens (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    secret_hash TEXT    NOT NULL UNIQUE,
    client_id   TEXT    NOT NULL,
    scopes      TEXT    NOT NULL,
    created     INTEGER NOT NULL,
    expires     INTEGER,
    last_used   INTEGER,
    code_hash   TEXT
) STRICT;

CREATE INDEX tokens_code ON tokens (code_hash) WHERE code_hash IS NOT NULL;

-- Authorization codes. Taken ones stay for a day, so that a second use is known as one.
CREATE TABLE codes (
    secret_hash  TEXT    PRIMARY KEY,
    client_id    TEXT    NOT NULL,
    redirect_uri TEXT    NOT NULL,
    scopes       TEXT    NOT NULL,
    challenge    TEXT    NOT NULL,
    token_days   INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    taken        INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

INSERT INTO notes (id, slug, title, text, format, html, photos, status, visibility, in_reply_to, preview_token,
    published, published_zone, updated, updated_zone, deleted, month) VALUES
(1, 'grusse-an-alle', 'Grüße', 'Grüße an **alle** 👋', 'MARKDOWN', '<p>Grüße an <strong>alle</strong> 👋</p>',
    '[{"url":"/media/a.jpg","alt":"A cat"}]', 'PUBLISHED', 'PUBLIC', 'https://example.org/post', NULL,
    1735732800123, 3600, 1735819200000, 7200, NULL, 202501),
(2, 'half-a-thought', NULL, 'Half a thought', 'TEXT', '<p>Half a thought</p>', NULL, 'DRAFT', 'PUBLIC', NULL, 'preview-secret',
    1735736400000, 0, NULL, NULL, NULL, 202501),
(3, 'regretted', NULL, 'Regretted', 'MARKDOWN', '<p>Regretted</p>', NULL, 'PUBLISHED', 'PUBLIC', NULL, NULL,
    1735740000000, -18000, NULL, NULL, 1735743600000, 202501),
(4, 'for-me', NULL, 'For me', 'HTML', '<p>For me</p>', NULL, 'PUBLISHED', 'PRIVATE', NULL, NULL,
    1738411200000, 0, NULL, NULL, NULL, 202502);
INSERT INTO slugs (slug, note_id) VALUES ('grusse-an-alle', 1), ('an-older-name', 1), ('half-a-thought', 2), ('regretted', 3),
    ('for-me', 4);
INSERT INTO tags (id, slug, name) VALUES (1, 'vertx', 'Vert.x'), (2, 'garten', 'Garten');
INSERT INTO note_tags (note_id, tag_id, published) VALUES (1, 1, 1735732800123), (1, 2, 1735732800123), (3, 2, 1735740000000);
CREATE VIRTUAL TABLE notes_search USING fts5
    (title, text, tags, extra, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
INSERT INTO notes_search (rowid, title, text, tags) VALUES (1, 'Grüße', 'Grüße an alle 👋', 'Garten, Vert.x');

CREATE VIRTUAL TABLE notes_words USING fts5vocab (notes_search, instance);

INSERT INTO account (id, site_name, site_url, author_name, bio, photo, language, password_hash) VALUES
(1, 'An old site', 'https://old.example', 'Ada Author', 'Was here before.', '', 'de', 'a-hash');
INSERT INTO sessions (secret_hash, created, seen, expires, user_agent) VALUES
('session-hash', 1735732800000, 1735732800000, 4102444800000, 'Firefox on Linux');

INSERT INTO tokens (id, secret_hash, client_id, scopes, created, expires, last_used) VALUES
(7, 'token-hash', 'https://app.example/', 'create update', 1735732800000, NULL, 1735819200000);

ALTER TABLE notes ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
DROP INDEX notes_newest;
CREATE INDEX notes_newest ON notes (published DESC, id DESC, version) WHERE listed;
DROP INDEX notes_month;
CREATE INDEX notes_month ON notes (month DESC, published DESC, id DESC, version) WHERE listed;

CREATE TABLE passkeys (
    id         TEXT    PRIMARY KEY,
    name       TEXT    NOT NULL,
    public_key TEXT    NOT NULL,
    counter    INTEGER NOT NULL,
    model      TEXT    NOT NULL,
    created    INTEGER NOT NULL,
    last_used  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX notes_drafts ON notes (published DESC, id DESC) WHERE status = 'DRAFT' AND deleted IS NULL;

ALTER TABLE notes ADD COLUMN rendering INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notes_rendering ON notes (rendering);

ALTER TABLE notes ADD COLUMN uid TEXT;
CREATE UNIQUE INDEX notes_uid ON notes (uid);

CREATE TABLE site (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    created INTEGER NOT NULL,
    uid     TEXT    NOT NULL
) STRICT;

UPDATE notes SET uid = 'tag:old.example,2026:note:' || id;
INSERT INTO site (id, created, uid) VALUES (1, 1735732800000, 'https://old.example/');

ALTER TABLE notes ADD COLUMN properties TEXT;

ALTER TABLE account ADD COLUMN time_zone TEXT;
UPDATE account SET time_zone = 'UTC';

CREATE INDEX notes_scheduled ON notes (published, id) WHERE status = 'SCHEDULED' AND deleted IS NULL;

PRAGMA user_version = 12;
