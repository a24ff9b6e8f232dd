package org.starpunk.note;

/** What a note is called where there must be a line of text: in a page's title, an Atom entry, a list. */
public final class NoteLabel {

    private NoteLabel() {}

    /**
     * The title, or the first words, or what the note is about, or the description of its photo.
     *
     * @param max the longest, UTF-16 units, at least 2
     * @return empty when there is nothing of it
     */
    public static String of(Note note, int max) {
        String title = note.content().title();
        return title == null || title.isBlank() ? ofUntitled(note, max) : title;
    }

    /** The same without the title. */
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

    /** Text as HTML whose entities {@link Excerpt} reads. */
    private static String plain(String text) {
        return HtmlEscaper.escape(text).replace("&#39;", "'");
    }
}
