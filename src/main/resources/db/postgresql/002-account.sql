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
);

-- The one-time secret with which the site may be taken over; instants are epoch milliseconds here and below.
CREATE TABLE setup_offer (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    secret_hash TEXT    NOT NULL,
    expires     BIGINT  NOT NULL
);

CREATE TABLE sessions (
    secret_hash TEXT   COLLATE "C" PRIMARY KEY,
    created     BIGINT NOT NULL,
    seen        BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    user_agent  TEXT   NOT NULL
);
