-- The author's passkeys: public keys, no secrets. Instants are epoch milliseconds.
CREATE TABLE passkeys (
    id         TEXT   COLLATE "C" PRIMARY KEY,
    name       TEXT   NOT NULL,
    public_key TEXT   NOT NULL,
    counter    BIGINT NOT NULL,
    model      TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    last_used  BIGINT
);
