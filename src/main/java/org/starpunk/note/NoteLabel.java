package org.starpunk.note;

/** Label of a note: one line of text for the title of a page, an Atom entry or a list. */
public final class NoteLabel {

    private NoteLabel() {}

    /**
     * Returns the title, or else the first words, the displayed properties, or the description of the first photo.
     *
     * @param max maximum length of a label that is not the title, UTF-16 units, at least 2
     * @return empty if the note has none of these
     */
    public static String of(Note note, int max) {
        String title = note.content().title();
        return title == null || title.isBlank() ? ofUntitled(note, max) : title;
    }

    /** Returns the label without regard to the title; see {@link #of}. */
    public static String ofUntitled(Note note, int max) {
        String words = Excerpt.of(note.html(), max);
        if (!words.isEmpty()) {
            return words;
        }
        String about = Excerpt.of(plain(DisplayedProperty.text(note.content())), max);
        if (!about.isEmpty()) {
            return about;
        }
        return note.content().photos().stream()
                .map(photo -> photo.alt().isBlank() ? "Photo" : Excerpt.of(plain(photo.alt()), max))
                .findFirst()
                .orElse("");
    }

    /** Escapes a text with the entities that {@link Excerpt} supports. */
    private static String plain(String text) {
        return HtmlEscaper.escape(text).replace("&#39;", "'");
    }
}
