package org.starpunk.admin;

import io.vertx.ext.web.RoutingContext;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ExtraProperties;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteLimits;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.TagNameRules;

/**
 * Values of the composer's fields as submitted, so that an invalid form can be shown again unchanged.
 *
 * @param published chosen date and time in the format of the field; empty for the present time, null if the form has no
 *     such field
 * @param now whether to publish a scheduled note immediately
 * @param version version of the note when the form was opened; 0 for a new note
 */
record NoteForm(
        String title,
        String text,
        Note.Format format,
        String tags,
        String slug,
        Note.Status status,
        Note.Visibility visibility,
        @Nullable String published,
        boolean now,
        long version) {

    private static final DateTimeFormatter FIELD = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);
    private static final int LAST_YEAR = 9998;
    private static final String BAD_TIME = "The time of publication is not a date and time: write 2026-12-24T18:30.";
    private static final String PAST_DRAFT =
            "The time of publication of a draft cannot be in the past. Choose a past time when you publish it.";

    static final NoteForm EMPTY = new NoteForm(
            "", "", Note.Format.MARKDOWN, "", "", Note.Status.PUBLISHED, Note.Visibility.PUBLIC, "", false, 0);

    static NoteForm ofRequest(RoutingContext ctx) {
        return new NoteForm(
                SubmittedForm.line(ctx, "title"),
                SubmittedForm.text(ctx, "text"),
                choice(Note.Format.class, SubmittedForm.line(ctx, "format"), Note.Format.MARKDOWN),
                SubmittedForm.line(ctx, "tags"),
                SubmittedForm.line(ctx, "slug"),
                choice(Note.Status.class, SubmittedForm.line(ctx, "status"), Note.Status.PUBLISHED),
                choice(Note.Visibility.class, SubmittedForm.line(ctx, "visibility"), Note.Visibility.PUBLIC),
                ctx.request().getFormAttribute("published") == null ? null : SubmittedForm.line(ctx, "published"),
                SubmittedForm.line(ctx, "status").equals("now"),
                SubmittedForm.ids(ctx, "version").stream().findFirst().orElse(0L));
    }

    /** @param now present time in the site's time zone */
    static NoteForm of(Note note, ZonedDateTime now) {
        Note.Content content = note.content();
        return new NoteForm(
                content.title() == null ? "" : content.title(),
                content.text(),
                content.format(),
                TagNameRules.line(content.tags()),
                note.slug(),
                content.status(),
                content.visibility(),
                shown(note, now),
                false,
                note.version());
    }

    /**
     * Returns the value of the time field, to the minute. Empty for a draft without a future date, because its
     * publication sets the time.
     */
    private static String shown(Note note, ZonedDateTime now) {
        boolean undated = note.content().status() == Note.Status.DRAFT
                && !note.published().toInstant().isAfter(now.toInstant());
        return undated ? "" : FIELD.format(note.published(now.getZone()));
    }

    /** Returns the same values for a change of another version. */
    NoteForm of(long changed) {
        return new NoteForm(title, text, format, tags, slug, status, visibility, published, now, changed);
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String sent, E otherwise) {
        for (E value : type.getEnumConstants()) {
            if (value.name().equals(sent.toUpperCase(Locale.ROOT))) {
                return value;
            }
        }
        return otherwise;
    }

    /**
     * Returns a message for the author; empty if the values are valid.
     *
     * @param present the present time in the site's time zone
     */
    Optional<String> problem(NoteLimits limits, @Nullable Note old, ZonedDateTime present) {
        String time = published;
        if (time != null && !time.isEmpty() && !now && !isUnchanged(old, present)) {
            OffsetDateTime chosen = chosen(time, present.getZone());
            if (chosen == null) {
                return Optional.of(BAD_TIME);
            }
            if (status == Note.Status.DRAFT && chosen.toInstant().isBefore(present.toInstant())) {
                return Optional.of(PAST_DRAFT);
            }
        }
        try {
            limits.check(content(old));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** Returns the name of the field that a message of {@link #problem} describes. */
    static String field(String problem) {
        if (problem.startsWith("The title")) {
            return "title";
        }
        if (problem.startsWith("The time")) {
            return "published";
        }
        return problem.startsWith("The tag") || problem.contains(" tags;") ? "tags" : "text";
    }

    /** Returns whether the time field was not changed. */
    private boolean isUnchanged(@Nullable Note old, ZonedDateTime present) {
        return old != null && published != null && published.equals(shown(old, present));
    }

    /**
     * Returns the time in a zone; null if the text is not a valid time. A time in a daylight saving gap is moved later
     * by the length of the gap. For an ambiguous time, the earlier one is used.
     */
    private static @Nullable OffsetDateTime chosen(String time, ZoneId zone) {
        try {
            LocalDateTime parsed = LocalDateTime.parse(time.replace(' ', 'T'));
            boolean inRange = parsed.getYear() >= 1 && parsed.getYear() <= LAST_YEAR;
            return inRange ? parsed.truncatedTo(ChronoUnit.SECONDS).atZone(zone).toOffsetDateTime() : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** @param zone the site's time zone */
    NewNote toNew(ZoneId zone) {
        OffsetDateTime time = published == null || published.isEmpty() || now ? null : chosen(published, zone);
        return new NewNote(content(null), slug.isEmpty() ? null : slug, time);
    }

    /**
     * Returns the new time of publication; null for no change, which preserves the seconds and the offset of an
     * ambiguous time.
     */
    private @Nullable OffsetDateTime chosen(Note old, ZonedDateTime present) {
        if (now) {
            return present.toOffsetDateTime();
        }
        if (published == null || isUnchanged(old, present)) {
            return null;
        }
        if (!published.isEmpty()) {
            return chosen(published, present.getZone());
        }
        boolean ahead = old.published().toInstant().isAfter(present.toInstant());
        return ahead ? present.toOffsetDateTime() : null;
    }

    /**
     * Returns an update with the values of the form. An empty slug does not change the address.
     *
     * @param present the present time in the site's time zone
     */
    NoteUpdate toChange(Note old, ZonedDateTime present) {
        boolean sameSlug = slug.isEmpty() || slug.equals(old.slug());
        NoteUpdate change =
                new NoteUpdate(content(old), TagNameRules.parse(tags), sameSlug ? null : slug, chosen(old, present));
        return version == 0 ? change : change.of(version);
    }

    private Note.Content content(@Nullable Note old) {
        Note.Content before = old == null ? null : old.content();
        return new Note.Content(
                title.isEmpty() ? null : title,
                text,
                before == null ? format : before.format(),
                TagNameRules.parse(tags),
                before == null ? List.of() : before.photos(),
                status,
                visibility,
                before == null ? null : before.inReplyTo(),
                before == null ? null : before.likeOf(),
                before == null ? null : before.repostOf(),
                before == null ? ExtraProperties.NONE : before.extra());
    }

    // Properties for the template.

    public boolean isPublic() {
        return visibility == Note.Visibility.PUBLIC;
    }

    public boolean isUnlisted() {
        return visibility == Note.Visibility.UNLISTED;
    }

    public boolean isPrivate() {
        return visibility == Note.Visibility.PRIVATE;
    }

    public boolean isMarkdown() {
        return format == Note.Format.MARKDOWN;
    }
}
