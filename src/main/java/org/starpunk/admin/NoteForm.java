package org.starpunk.admin;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ExtraProperties;
import org.starpunk.note.Limits;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteChange;
import org.starpunk.note.TagNames;

/**
 * The composer's fields, as they were typed: shown again as they are when something is wrong with them.
 *
 * @param version of the note that was opened for change; 0 for a new one
 */
record NoteForm(
        String title,
        String text,
        Note.Format format,
        String tags,
        String slug,
        Note.Status status,
        Note.Visibility visibility,
        long version) {

    static final NoteForm EMPTY =
            new NoteForm("", "", Note.Format.MARKDOWN, "", "", Note.Status.PUBLISHED, Note.Visibility.PUBLIC, 0);

    static NoteForm sent(RoutingContext ctx) {
        return new NoteForm(
                Form.line(ctx, "title"),
                Form.text(ctx, "text"),
                choice(Note.Format.class, Form.line(ctx, "format"), Note.Format.MARKDOWN),
                Form.line(ctx, "tags"),
                Form.line(ctx, "slug"),
                choice(Note.Status.class, Form.line(ctx, "status"), Note.Status.PUBLISHED),
                choice(Note.Visibility.class, Form.line(ctx, "visibility"), Note.Visibility.PUBLIC),
                Form.ids(ctx, "version").stream().findFirst().orElse(0L));
    }

    static NoteForm of(Note note) {
        Note.Content content = note.content();
        return new NoteForm(
                content.title() == null ? "" : content.title(),
                content.text(),
                content.format(),
                TagNames.line(content.tags()),
                note.slug(),
                content.status(),
                content.visibility(),
                note.version());
    }

    /** The same, as a change of another version. */
    NoteForm of(long changed) {
        return new NoteForm(title, text, format, tags, slug, status, visibility, changed);
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String sent, E otherwise) {
        for (E value : type.getEnumConstants()) {
            if (value.name().equals(sent.toUpperCase(Locale.ROOT))) {
                return value;
            }
        }
        return otherwise;
    }

    /** What a person has to change; empty when the note can be written. */
    Optional<String> problem(Limits limits, @Nullable Note old) {
        try {
            limits.check(content(old));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** The field that a message of {@link #problem} is about. */
    static String field(String problem) {
        if (problem.startsWith("The title")) {
            return "title";
        }
        return problem.startsWith("The tag") || problem.contains(" tags;") ? "tags" : "text";
    }

    NewNote toNew() {
        return new NewNote(content(null), slug.isEmpty() ? null : slug, null);
    }

    /** The change that makes the old note what the form says. An empty slug leaves the address as it is. */
    NoteChange toChange(Note old) {
        boolean sameSlug = slug.isEmpty() || slug.equals(old.slug());
        NoteChange change = new NoteChange(content(old), TagNames.parse(tags), sameSlug ? null : slug, null);
        return version == 0 ? change : change.of(version);
    }

    private Note.Content content(@Nullable Note old) {
        Note.Content before = old == null ? null : old.content();
        return new Note.Content(
                title.isEmpty() ? null : title,
                text,
                before == null ? format : before.format(),
                TagNames.parse(tags),
                before == null ? List.of() : before.photos(),
                status,
                visibility,
                before == null ? null : before.inReplyTo(),
                before == null ? null : before.likeOf(),
                before == null ? null : before.repostOf(),
                before == null ? ExtraProperties.NONE : before.extra());
    }

    // What the template asks.

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
