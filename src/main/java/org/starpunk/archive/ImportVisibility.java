package org.starpunk.archive;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.starpunk.note.Excerpt;
import org.starpunk.note.Note;

/**
 * Decides who can see an imported item, based on all statements of its source. The strictest statement wins, and a
 * statement that is not understood prevents publication.
 */
final class ImportVisibility {

    private static final Set<String> TRUE = Set.of("true", "yes", "y", "on", "1", "t");
    private static final Set<String> FALSE =
            Set.of("false", "no", "n", "off", "0", "f", "null", "~", "nil", "none", "");

    private static final Set<String> PUBLIC_WORDS =
            Set.of("public", "publish", "published", "live", "visible", "open", "everyone", "world", "post", "posted");
    private static final Set<String> DRAFT_WORDS = Set.of(
            "draft",
            "drafts",
            "pending",
            "future",
            "scheduled",
            "queued",
            "auto-draft",
            "autodraft",
            "unpublished",
            "wip",
            "idea",
            "review",
            "in-review",
            "in_review",
            "in-progress",
            "in_progress",
            "planned",
            "hold",
            "expired");
    private static final Set<String> PRIVATE_WORDS = Set.of(
            "private",
            "protected",
            "password",
            "members",
            "paid",
            "tiers",
            "subscribers",
            "friends",
            "followers",
            "sent",
            "internal",
            "personal",
            "secret",
            "restricted",
            "only_me",
            "onlyme",
            "self",
            "limited",
            "archived");
    private static final Set<String> UNLISTED_WORDS = Set.of("unlisted", "hidden");
    private static final Set<String> DELETED_WORDS =
            Set.of("trash", "trashed", "deleted", "removed", "spam", "inherit", "soft_trashed");

    private static final Set<String> WORD_FIELDS =
            Set.of("status", "post_status", "post-status", "poststatus", "visibility", "privacy");

    /** Fields with other uses too, so unknown words are ignored. */
    private static final Set<String> LOOSE_WORD_FIELDS = Set.of("state", "access", "audience", "sharing");

    private static final Set<String> DRAFT_IF_TRUE =
            Set.of("draft", "_draft", "is_draft", "isdraft", "wip", "unpublished", "headless", "expired", "trashed");
    private static final Set<String> PRIVATE_IF_TRUE = Set.of(
            "private",
            "is_private",
            "isprivate",
            "protected",
            "secret",
            "personal",
            "members_only",
            "members-only",
            "membersonly",
            "friends_only",
            "email_only",
            "local_only",
            "localonly",
            "encrypted",
            "encrypt",
            "confidential");
    private static final Set<String> UNLISTED_IF_TRUE = Set.of(
            "hidden", "unlisted", "is_hidden", "is_unlisted", "eleventyexcludefromcollections", "hiddeninhomelist");
    private static final Set<String> DRAFT_IF_FALSE =
            Set.of("published", "publish", "is_published", "ispublished", "permalink", "render");
    private static final Set<String> PRIVATE_IF_FALSE = Set.of("public", "is_public", "ispublic", "visible");
    private static final Set<String> UNLISTED_IF_FALSE = Set.of("listed", "is_listed", "islisted");
    private static final Set<String> PASSWORD_FIELDS =
            Set.of("password", "post_password", "passwd", "passphrase", "password_hash");
    private static final Set<String> START_FIELDS = Set.of(
            "date",
            "publishdate",
            "publish_date",
            "publish-date",
            "pubdate",
            "pub_date",
            "published_at",
            "publish_at",
            "publishedat",
            "scheduled",
            "scheduled_at",
            "scheduled_for");
    private static final Set<String> END_FIELDS = Set.of(
            "expirydate",
            "expiry_date",
            "expiry",
            "expires",
            "expires_at",
            "expire",
            "unpublishdate",
            "unpublish_date",
            "unpublish_at");

    /** Tables for the author's own fields. */
    private static final Set<String> OWN_TABLES = Set.of("params", "extra");

    private final Instant now;
    private final ZoneId zone;
    private final Set<String> reasons = new LinkedHashSet<>();
    private boolean draft;
    private boolean leftOut;
    private Note.Visibility visibility = Note.Visibility.PUBLIC;

    /** @param zone time zone of times without an offset */
    ImportVisibility(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** Returns whether the item must not be imported. */
    boolean isLeftOut() {
        return leftOut;
    }

    Note.Status status() {
        return draft ? Note.Status.DRAFT : Note.Status.PUBLISHED;
    }

    Note.Visibility visibility() {
        return visibility;
    }

    /** Returns why the item is not public; empty if it is. */
    String reasons() {
        return String.join("; ", reasons);
    }

    void draft(String reason) {
        draft = true;
        reasons.add(reason);
    }

    void leaveOut(String reason) {
        leftOut = true;
        reasons.add(reason);
    }

    /** Limits the visibility. An earlier, stricter limit remains. */
    void restrict(Note.Visibility limit, String reason) {
        if (limit.compareTo(Note.Visibility.PUBLIC) > 0) {
            visibility = limit.compareTo(visibility) > 0 ? limit : visibility;
            reasons.add(reason);
        }
    }

    /** Applies a word such as {@code publish} or {@code members}. An unknown word makes the item a draft. */
    void word(String field, String written) {
        if (!knownWord(field, written) && !written.isBlank()) {
            draft("its " + field + " is “" + shortened(written) + "”, which has no known meaning");
        }
    }

    private boolean knownWord(String field, String written) {
        String word = written.strip().toLowerCase(Locale.ROOT);
        String reason = "its " + field + " is “" + shortened(word) + "”";
        if (DELETED_WORDS.contains(word)) {
            leaveOut(reason);
        } else if (DRAFT_WORDS.contains(word)) {
            draft(reason);
        } else if (PRIVATE_WORDS.contains(word)) {
            restrict(Note.Visibility.PRIVATE, reason);
        } else if (UNLISTED_WORDS.contains(word)) {
            restrict(Note.Visibility.UNLISTED, reason);
        } else {
            return PUBLIC_WORDS.contains(word);
        }
        return true;
    }

    void password(String field, String written) {
        if (!FALSE.contains(written.strip().toLowerCase(Locale.ROOT))) {
            restrict(Note.Visibility.PRIVATE, "it has a " + field);
        }
    }

    /** Applies a time of publication. A time in the future makes the item a draft. */
    void from(String field, OffsetDateTime time) {
        if (time.toInstant().isAfter(now)) {
            draft("its " + field + " is in the future (" + time.toLocalDate() + ")");
        }
    }

    /** Applies the fields of an item, with names in lower case. */
    void fields(Map<String, Object> fields) {
        fields.forEach((name, value) -> {
            if (value instanceof Map<?, ?> table) {
                table(name, table);
            } else {
                texts(value).forEach(text -> field(name, text));
            }
        });
    }

    private static Collection<String> texts(Object value) {
        if (!(value instanceof List<?> list)) {
            return List.of(String.valueOf(value));
        }
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(String.valueOf(element)));
        return texts;
    }

    private void table(String name, Map<?, ?> table) {
        if (name.equals("build") || name.equals("_build")) {
            table.forEach((key, value) -> build(String.valueOf(key), String.valueOf(value)));
        } else if (OWN_TABLES.contains(name)) {
            table.forEach((key, value) -> {
                String field = String.valueOf(key).toLowerCase(Locale.ROOT);
                if (!(value instanceof Map<?, ?>) && !START_FIELDS.contains(field)) {
                    texts(String.valueOf(value)).forEach(text -> field(field, text));
                }
            });
        } else if (WORD_FIELDS.contains(name) || DRAFT_IF_TRUE.contains(name) || PRIVATE_IF_TRUE.contains(name)) {
            draft("its " + name + " cannot be understood");
        }
    }

    /** Applies Hugo's build options. */
    private void build(String key, String value) {
        String word = value.toLowerCase(Locale.ROOT);
        boolean always = word.equals("always") || TRUE.contains(word);
        if (key.equalsIgnoreCase("render") && !always) {
            draft("its build option render is “" + shortened(word) + "”");
        } else if (key.equalsIgnoreCase("list") && !always) {
            restrict(Note.Visibility.UNLISTED, "its build option list is “" + shortened(word) + "”");
        }
    }

    private void field(String name, String written) {
        String text = written.strip();
        if (WORD_FIELDS.contains(name)) {
            word(name, text);
        } else if (LOOSE_WORD_FIELDS.contains(name)) {
            boolean unused = knownWord(name, text);
        } else if (PASSWORD_FIELDS.contains(name)) {
            password(name, text);
        } else if (END_FIELDS.contains(name)) {
            end(name, text);
        } else if (START_FIELDS.contains(name)) {
            start(name, text);
        } else {
            flag(name, text);
        }
    }

    private void flag(String name, String text) {
        boolean no = FALSE.contains(text.toLowerCase(Locale.ROOT));
        boolean yes = TRUE.contains(text.toLowerCase(Locale.ROOT));
        String reason = "its " + name + " is “" + shortened(text) + "”";
        if (DRAFT_IF_TRUE.contains(name) && !no) {
            draft(reason);
        } else if (PRIVATE_IF_TRUE.contains(name) && !no) {
            restrict(Note.Visibility.PRIVATE, reason);
        } else if (UNLISTED_IF_TRUE.contains(name) && !no) {
            restrict(Note.Visibility.UNLISTED, reason);
        } else if (DRAFT_IF_FALSE.contains(name) && !text.isEmpty() && !yes) {
            shown(name, text, no, reason);
        } else if (PRIVATE_IF_FALSE.contains(name) && !text.isEmpty() && !yes) {
            restrict(Note.Visibility.PRIVATE, reason);
        } else if (UNLISTED_IF_FALSE.contains(name) && !text.isEmpty() && !yes) {
            restrict(Note.Visibility.UNLISTED, reason);
        }
    }

    /**
     * Applies a field with several meanings: {@code published} is a boolean in some programs and a time in others, and
     * a permalink is usually an address.
     */
    private void shown(String name, String text, boolean no, String reason) {
        if (no) {
            draft(reason);
        } else if (!name.equals("permalink") && !knownWord(name, text)) {
            start(name, text);
        }
    }

    private void start(String name, String text) {
        if (text.isEmpty()) {
            return;
        }
        LenientDateTimeParser.read(text, zone)
                .ifPresentOrElse(
                        time -> from(name, time),
                        () -> draft("its " + name + " “" + shortened(text) + "” cannot be read"));
    }

    private void end(String name, String text) {
        if (FALSE.contains(text.toLowerCase(Locale.ROOT)) || text.equalsIgnoreCase("never")) {
            return;
        }
        Optional<OffsetDateTime> time = LenientDateTimeParser.read(text, zone);
        if (time.isEmpty()) {
            draft("its " + name + " “" + shortened(text) + "” cannot be read");
        } else if (!time.get().toInstant().isAfter(now)) {
            draft("its " + name + " is in the past (" + time.get().toLocalDate() + ")");
        }
    }

    private static String shortened(String text) {
        return Excerpt.ofText(text.replaceAll("\\s+", " "), 60);
    }
}
