package org.starpunk.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

/** A note that is written to a file and read again equals the original note. */
class NoteFileCodecTest {

    @Property(tries = 1000)
    void any_note_comes_back_as_it_was(@ForAll("notes") ArchivedNote note) throws ArchiveException {
        assertThat(NoteFileCodec.read(NoteFileCodec.write(note))).isEqualTo(note);
    }

    @Provide
    static Arbitrary<ArchivedNote> notes() {
        return ArbitraryNotes.notes(ArbitraryNotes.texts());
    }

    @Example
    void a_file_is_what_a_person_would_write() {
        ArchivedNote note = new ArchivedNote(
                new Note.Content(
                        "A title",
                        "Some *words*.",
                        Note.Format.MARKDOWN,
                        TagNameRules.parse("Vert.x, notes"),
                        List.of(new Photo("/media/x.jpg", "A hill")),
                        Note.Status.DRAFT,
                        Note.Visibility.PUBLIC,
                        "https://example.org/1",
                        null,
                        null),
                "urn:uuid:0a6c4f1e-8e1f-4b52-9d0c-3f1f6f3c2a11",
                "a-title",
                List.of("an-older-title", "/2015/01/100%25 tea"),
                OffsetDateTime.parse("2026-11-21T10:43:34.123+01:00"),
                null,
                null,
                null,
                true);
        assertThat(NoteFileCodec.path(note, ZoneOffset.UTC)).isEqualTo("notes/2026/2026-11-21-a-title.md");
        assertThat(NoteFileCodec.write(note)).isEqualTo("""
            ---
            title: A title
            slug: a-title
            id: urn:uuid:0a6c4f1e-8e1f-4b52-9d0c-3f1f6f3c2a11
            published: '2026-11-21T10:43:34.123+01:00'
            status: draft
            tags:
            - Vert.x
            - notes
            photos:
            - url: /media/x.jpg
              alt: A hill
            in-reply-to: https://example.org/1
            old-slugs:
            - an-older-title
            old-paths:
            - /2015/01/100%25 tea
            ---

            Some *words*.
            """);
        assertThat(readBack(note)).isEqualTo(note);
    }

    private static ArchivedNote readBack(ArchivedNote note) {
        try {
            return NoteFileCodec.read(NoteFileCodec.write(note));
        } catch (ArchiveException e) {
            throw new AssertionError(e);
        }
    }

    @Example
    void what_is_no_such_file_is_refused_with_the_reason() {
        assertThatThrownBy(() -> NoteFileCodec.read("just text")).hasMessageContaining("no front matter");
        assertThatThrownBy(() -> NoteFileCodec.read("---\nslug: a\n---\n\ntext\n"))
                .hasMessageContaining("published");
        assertThatThrownBy(() ->
                        NoteFileCodec.read("---\nslug: ../../etc\npublished: 2026-11-21T10:00:00Z\n---\n\ntext\n"))
                .hasMessageContaining("slug");
        assertThatThrownBy(() -> NoteFileCodec.read("---\nslug: a\npublished: yesterday\n---\n\ntext\n"))
                .hasMessageContaining("yesterday");
        assertThatThrownBy(() -> NoteFileCodec.read("---\na: &x [*x]\n---\n\ntext\n"))
                .isInstanceOf(ArchiveException.class);
        assertThatThrownBy(() -> NoteFileCodec.read("---\n- 1\n---\n\ntext\n"))
                .hasMessageContaining("not a list of fields");
        String bomb = """
            a: &a [x,x,x,x,x,x,x,x,x]
            b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
            c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
            d: [*c,*c,*c,*c,*c,*c,*c,*c,*c]
            """;
        assertThatThrownBy(() -> NoteFileCodec.read("---\n" + bomb + "---\n\ntext\n"))
                .hasMessageContaining("not valid YAML");
        assertThatThrownBy(() -> NoteFileCodec.read("---\na: " + "[".repeat(5000) + "\n---\n\nt\n"))
                .isInstanceOf(ArchiveException.class);
        assertThatThrownBy(() -> NoteFileCodec.read("---\na: !!java.io.File [x]\n---\n\nt\n"))
                .isInstanceOf(ArchiveException.class);
    }
}
