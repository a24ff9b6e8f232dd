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
