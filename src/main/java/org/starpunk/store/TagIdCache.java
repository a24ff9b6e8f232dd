package org.starpunk.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.starpunk.note.Tag;

/**
 * The tags that a transaction has come across. Only one transaction writes at a time: until it renames tags itself, or takes back
 * something that it did, they stay as they are.
 */
final class TagIdCache {

    private final Map<String, KnownTag> bySlug = new HashMap<>();

    /** A tag's number, and what it is called. */
    record KnownTag(long id, Tag tag) {}

    /** The tag of a slug, which is made when there is none. */
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
