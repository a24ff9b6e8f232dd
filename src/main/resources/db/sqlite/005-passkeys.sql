-- The author's passkeys: public keys, no secrets. Instants are epoch milliseconds.
CREATE TABLE passkeys (
    id         TEXT    PRIMARY KEY,
    name       TEXT    NOT NULL,
    public_key TEXT    NOT NULL,
    counter    INTEGER NOT NULL,
    model      TEXT    NOT NULL,
    created    INTEGER NOT NULL,
    last_used  INTEGER
) STRICT, WITHOUT ROWID;
