package org.starpunk.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.starpunk.note.Tag;

/**
 * Cache of the tags that a transaction has used. Only one transaction writes at a time, so entries are valid until the
 * transaction renames a tag or rolls back a savepoint.
 */
final class TagIdCache {

    private final Map<String, KnownTag> bySlug = new HashMap<>();

    /** A tag with its id and its current name. */
    record KnownTag(long id, Tag tag) {}

    /** Returns the tag of a slug, and inserts it if it is missing. */
    KnownTag get(JdbcSession sql, Tag wished) throws SQLException {
        KnownTag known = bySlug.get(wished.slug());
        if (known == null) {
            known = find(sql, wished.slug()).orElse(null);
            if (known == null) {
                String insert = "INSERT INTO tags (slug, name) VALUES (?, ?)";
                known = new KnownTag(sql.dialect().inserted(sql, insert, wished.slug(), wished.name()), wished);
            }
            bySlug.put(wished.slug(), known);
        }
        return known;
    }

    private static Optional<KnownTag> find(JdbcSession sql, String slug) throws SQLException {
        return sql.first(
                "SELECT id, slug, name FROM tags WHERE slug = ?",
                row -> new KnownTag(row.getLong(1), new Tag(row.getString(2), row.getString(3))),
                slug);
    }

    void clear() {
        bySlug.clear();
    }
}
