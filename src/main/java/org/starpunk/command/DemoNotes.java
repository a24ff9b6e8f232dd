package org.starpunk.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;

/** Generates realistic notes from the sentences of {@code demo/notes.txt}. */
final class DemoNotes {

    private static final Pattern SLOT = Pattern.compile("\\{([a-z]+)}");

    private final Random random;
    private final List<Theme> themes = new ArrayList<>();
    private final Map<String, List<String>> lists = new HashMap<>();
    private final Set<String> written = new HashSet<>();

    /** A subject: its tags, titles, and sentences by kind. */
    private record Theme(String tags, List<String> titles, List<List<String>> sentences) {

        private static Theme of(String tags) {
            return new Theme(tags, new ArrayList<>(), List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
        }
    }

    /** @param seed seed of the generator; the same seed generates the same notes */
    DemoNotes(long seed) {
        random = new Random(seed);
        try (InputStream file = Objects.requireNonNull(DemoNotes.class.getResourceAsStream("/demo/notes.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String line) {
        String rest = line.substring(line.indexOf(' ') + 1).replace("\\n", "\n");
        switch (line.substring(0, line.indexOf(' '))) {
            case "theme" -> themes.add(Theme.of(rest));
            case "title" -> last().titles.add(rest);
            case "list" -> {
                int space = rest.indexOf(' ');
                lists.put(
                        rest.substring(0, space),
                        List.of(rest.substring(space + 1).split("; ")));
            }
            default -> last().sentences.get(line.charAt(0) - '1').add(rest);
        }
    }

    private Theme last() {
        return themes.get(themes.size() - 1);
    }

    /** Returns notes with dates spread over the months before a time, oldest first. The newest is some minutes old. */
    List<NewNote> before(OffsetDateTime now, int count, int days) {
        List<NewNote> notes = new ArrayList<>();
        double minutes = days * 24.0 * 60;
        for (int i = 0; i < count; i++) {
            double share = 1.0 - (i + random.nextDouble()) / count;
            OffsetDateTime published = now.minusMinutes(4 + Math.round(minutes * share));
            notes.add(at(published));
        }
        return notes;
    }

    /** Returns one more note, different from the earlier ones. */
    NewNote at(@Nullable OffsetDateTime published) {
        Theme theme = randomElement(themes);
        String text = text(theme);
        for (int tries = 0; tries < 20 && !written.add(text); tries++) {
            theme = randomElement(themes);
            text = text(theme);
        }
        String title = random.nextInt(4) == 0 ? fill(randomElement(theme.titles)) : null;
        List<Tag> tags = TagNameRules.parse(fill(theme.tags));
        Note.Content content = new Note.Content(
                title,
                text,
                Note.Format.MARKDOWN,
                tags,
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        return new NewNote(content, null, published);
    }

    private String text(Theme theme) {
        String first = randomElement(theme.sentences.get(0));
        String second = randomElement(theme.sentences.get(1));
        String third = randomElement(theme.sentences.get(2));
        String text = switch (random.nextInt(5)) {
            case 0 -> first;
            case 1 -> join(first, third);
            case 2 -> join(first, second);
            default -> join(join(first, second), third);
        };
        return capitalised(fill(text));
    }

    /** Joins two texts in one paragraph, unless one of them has several. */
    private String join(String one, String other) {
        boolean blocks = one.contains("\n") || other.contains("\n") || random.nextInt(3) == 0;
        return one + (blocks ? "\n\n" : " ") + other;
    }

    private String fill(String text) {
        Matcher matcher = SLOT.matcher(text);
        return matcher.replaceAll(
                slot -> randomElement(Objects.requireNonNull(lists.get(slot.group(1)), slot.group())));
    }

    private static String capitalised(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private <T> T randomElement(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
